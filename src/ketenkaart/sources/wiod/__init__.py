"""World Input-Output Tables, 2013 release (Timmer et al. 2015)."""

from ketenkaart.sources.wiod.reader import SECTOR_CODES, read_wiot

__all__ = ["SECTOR_CODES", "read_wiot"]
