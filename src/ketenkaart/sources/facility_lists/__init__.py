"""Lists of facilities as files: text with any separator and encoding, or a workbook."""

from ketenkaart.sources.facility_lists.opening import OpenedList, open_list

__all__ = ["OpenedList", "open_list"]
