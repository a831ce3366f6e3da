"""All of `ketenkaart facility`: importing this brings every command together."""

from __future__ import annotations

from ketenkaart.cli import facility_match
from ketenkaart.cli.facility import facility_app

__all__ = ["facility_app", "facility_match"]
