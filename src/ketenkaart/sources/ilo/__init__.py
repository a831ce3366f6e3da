"""Total employment by country (ILO modelled estimates, completed by EXIOBASE)."""

from ketenkaart.sources.ilo.reader import read_employment

__all__ = ["read_employment"]
