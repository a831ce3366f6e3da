"""Any table, in the plain form that docs/methods/tables.md describes."""

from ketenkaart.sources.plain_table.reader import open_plain

__all__ = ["open_plain"]
