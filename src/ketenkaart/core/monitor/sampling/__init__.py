"""Draw samples: how many, from which part, and who."""
