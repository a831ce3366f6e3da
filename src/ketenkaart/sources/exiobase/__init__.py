"""EXIOBASE 3: a zip or folder per year, by industry (ixi) or by product (pxp)."""

from ketenkaart.sources.exiobase.reader import open_exiobase

__all__ = ["open_exiobase"]
