"""What the pages of the registry share: their addresses, filter, map and words."""
