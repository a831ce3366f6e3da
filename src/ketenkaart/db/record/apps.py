"""The Django app of the public record."""

from __future__ import annotations

from django.apps import AppConfig


class RecordConfig(AppConfig):
    """Registers the public record under the label `record`."""

    name = "ketenkaart.db.record"
    label = "record"
