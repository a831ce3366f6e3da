"""Norms: standards scored by alignment, covenants laid clause by clause beside what they follow."""
