"""Outside sources: read them, check them, hand over core types."""
