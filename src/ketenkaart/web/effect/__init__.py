"""The page of the effect of procurement."""
