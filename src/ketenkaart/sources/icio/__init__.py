"""OECD Inter-Country Input-Output tables, editions of 2016 to 2025, and their exchange rates."""

from ketenkaart.sources.icio.rates import read_exchange_rates
from ketenkaart.sources.icio.reader import open_icio

__all__ = ["open_icio", "read_exchange_rates"]
