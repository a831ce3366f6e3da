"""OECD Inter-Country Input-Output tables, editions of 2016 to 2025."""

from ketenkaart.sources.icio.reader import open_icio

__all__ = ["open_icio"]
