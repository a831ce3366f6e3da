"""Settings and root addresses of the site."""
