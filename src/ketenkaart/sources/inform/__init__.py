"""INFORM Risk Index (European Commission, Joint Research Centre)."""

from ketenkaart.sources.inform.reader import read_inform

__all__ = ["read_inform"]
