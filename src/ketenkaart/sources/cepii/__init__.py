"""Dutch imports of goods by origin, 2006 (CEPII; Head, Mayer & Ries 2010)."""

from ketenkaart.sources.cepii.reader import read_imports

__all__ = ["read_imports"]
