"""Lists as organisations give them: read by their headings, checked row by row."""
