"""Pages about instruments: the list, one, two beside each other, and how they are changed."""

from ketenkaart.web.views.instruments.comparing import instruments_compare
from ketenkaart.web.views.instruments.editing import (
    instrument_edit,
    instrument_version,
    instrument_versions,
    instruments_waiting,
)
from ketenkaart.web.views.instruments.listing import instruments, instruments_data
from ketenkaart.web.views.instruments.showing import instrument, instrument_data

__all__ = [
    "instrument",
    "instrument_data",
    "instrument_edit",
    "instrument_version",
    "instrument_versions",
    "instruments",
    "instruments_compare",
    "instruments_data",
    "instruments_waiting",
]
