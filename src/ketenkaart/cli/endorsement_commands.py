"""All of `ketenkaart endorsement`: importing this brings every command together."""

from __future__ import annotations

from ketenkaart.cli import endorsement_estimate, endorsement_judge, endorsement_read
from ketenkaart.cli.endorsement import endorsement_app

__all__ = ["endorsement_app", "endorsement_estimate", "endorsement_judge", "endorsement_read"]
