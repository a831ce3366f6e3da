"""Finding one facility in two lists: exact first, then by weight of evidence, then by people."""
