"""What editors changed in the facts about instruments: versions, and what came of them."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from ketenkaart.db.record.models.facilities import NAME_LENGTH
from ketenkaart.db.record.models.ledger import Constraints

SHA_LENGTH = 64


class InstrumentVersion(models.Model):
    """The whole text of an instrument as somebody wrote it, with what it was made from and why.

    Rows are only ever added. `base_sha256` is the hash of the text it was edited from.
    """

    instrument = models.CharField(max_length=80, db_index=True)
    number = models.PositiveIntegerField()
    text = models.TextField()
    sha256 = models.CharField(max_length=SHA_LENGTH)
    base_sha256 = models.CharField(max_length=SHA_LENGTH)
    reason = models.TextField()
    by = models.CharField(max_length=NAME_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """Numbered from 1 within an instrument, the oldest first."""

        ordering = ("instrument", "number")
        constraints: ClassVar[Constraints] = (
            models.UniqueConstraint(
                fields=("instrument", "number"), name="instrumentversion_number_once"
            ),
            models.CheckConstraint(
                condition=models.Q(number__gte=1), name="instrumentversion_number_from_one"
            ),
        )


class InstrumentDecision(models.Model):
    """What became of a version: published by a second person, rejected, or withdrawn by its author.

    Rows are only ever added, one per version.
    """

    version = models.OneToOneField(
        InstrumentVersion, on_delete=models.PROTECT, related_name="decision"
    )
    outcome = models.CharField(max_length=10)
    reason = models.TextField()
    by = models.CharField(max_length=NAME_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were taken."""

        ordering = ("id",)
        constraints: ClassVar[Constraints] = (
            models.CheckConstraint(
                condition=models.Q(outcome__in=("published", "rejected", "withdrawn")),
                name="instrumentdecision_outcome_known",
            ),
        )
