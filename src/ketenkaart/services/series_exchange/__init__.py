"""Series exchanged with like-minded countries, under joint definitions."""
