"""The mix and what-if on the site: forms and addresses."""
