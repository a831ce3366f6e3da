"""Lists of facilities as files: text with any separator and encoding, or a workbook."""

from ketenkaart.sources.facility_lists.opening import OpenedList, list_rows, open_list

__all__ = ["OpenedList", "list_rows", "open_list"]
