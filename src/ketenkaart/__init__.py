"""Ketenkaart: mind the governance gap, map the chain."""

__version__ = "0.1.0"
