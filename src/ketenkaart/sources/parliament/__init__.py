"""The open data of the Tweede Kamer: one reader for its records, motions and registers."""
