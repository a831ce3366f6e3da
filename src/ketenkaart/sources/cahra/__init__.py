"""The EU's indicative list of conflict-affected and high-risk areas (Regulation 2017/821)."""

from ketenkaart.sources.cahra.reader import Listing, read_cahra

__all__ = ["Listing", "read_cahra"]
