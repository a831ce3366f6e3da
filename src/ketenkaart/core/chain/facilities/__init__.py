"""Facilities: the named places at the end of a chain, their ids, and how ids follow each other."""
