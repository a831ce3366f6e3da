"""Data sets republished by Our World in Data, each with its own publisher."""

from ketenkaart.sources.owid.reader import (
    read_conflict_deaths,
    read_deforestation,
    read_human_rights,
    read_mine_output,
)

__all__ = ["read_conflict_deaths", "read_deforestation", "read_human_rights", "read_mine_output"]
