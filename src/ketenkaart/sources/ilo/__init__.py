"""Employment by country (ILO modelled estimates, completed by EXIOBASE), and parts of the world."""

from ketenkaart.sources.ilo.reader import read_employment, read_parts_of_the_world

__all__ = ["read_employment", "read_parts_of_the_world"]
