"""Eurostat FIGARO: EU inter-country input-output tables, in matrix and in flat form."""

from ketenkaart.sources.figaro.reader import open_figaro

__all__ = ["open_figaro"]
