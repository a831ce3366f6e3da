"""Instruments: which facts are in use, how they compare, how they are changed."""
