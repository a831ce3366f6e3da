"""Workbooks of spreadsheet programs (.xlsx): their cells as text, row by row."""

from ketenkaart.sources.workbooks.reader import LIMITS, sheet_names, sheet_rows

__all__ = ["LIMITS", "sheet_names", "sheet_rows"]
