"""Baselines that somebody signed: never changed, never removed."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ketenkaart.db.record.models.facilities import NAME_LENGTH
from ketenkaart.db.record.models.instruments import SHA_LENGTH
from ketenkaart.db.record.models.ledger import Constraints


class FrozenBaseline(models.Model):
    """The baseline of an indicator as somebody signed it, one per indicator.

    `content` is the baseline with its definitions and frames, as text; `sha256` is the hash of
    content, signer, moment and reason together. Rows are only ever added.
    """

    indicator = models.CharField(max_length=80)
    content = models.TextField()
    sha256 = models.CharField(max_length=SHA_LENGTH)
    reason = models.TextField()
    by = models.CharField(max_length=NAME_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were signed."""

        ordering = ("id",)
        constraints: ClassVar[Constraints] = (
            models.UniqueConstraint(fields=("indicator",), name="frozenbaseline_once"),
        )
