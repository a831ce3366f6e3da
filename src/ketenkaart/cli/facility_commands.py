"""All of `ketenkaart facility`: importing this brings every command together."""

from __future__ import annotations

from ketenkaart.cli import (
    facility_changing,
    facility_facts,
    facility_import,
    facility_lists,
    facility_match,
    facility_queue,
    facility_reading,
    facility_sharing,
)
from ketenkaart.cli.facility import facility_app

__all__ = [
    "facility_app",
    "facility_changing",
    "facility_facts",
    "facility_import",
    "facility_lists",
    "facility_match",
    "facility_queue",
    "facility_reading",
    "facility_sharing",
]
