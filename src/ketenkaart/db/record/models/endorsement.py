"""Tables of reading reports: what a machine read, what was drawn to judge, what people judged.

All of them only grow: triggers refuse change and removal.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ketenkaart.core.monitor.judged import DocumentAction, JudgedLevel
from ketenkaart.db.record.models.facilities import NAME_LENGTH
from ketenkaart.db.record.models.instruments import SHA_LENGTH
from ketenkaart.db.record.models.ledger import Constraints, one_of


class EndorsementRun(models.Model):
    """Results of one run of one reader, kept under a name; `sha256` is the hash of its rows."""

    name = models.CharField(max_length=80)
    reader = models.CharField(max_length=SHA_LENGTH)
    sha256 = models.CharField(max_length=SHA_LENGTH)
    summary = models.JSONField()
    kept_at = models.DateTimeField()
    kept_by = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        """In the order of keeping; the same rows once."""

        ordering = ("id",)
        constraints: ClassVar[Constraints] = (
            models.UniqueConstraint(fields=("name",), name="endorsementrun_name_once"),
            models.UniqueConstraint(fields=("sha256",), name="endorsementrun_rows_once"),
        )


class EndorsementReading(models.Model):
    """What became of one document in a run; `level` is null unless it was read."""

    run = models.ForeignKey(EndorsementRun, on_delete=models.PROTECT, related_name="readings")
    position = models.PositiveIntegerField()
    file = models.TextField()
    sha256 = models.CharField(max_length=SHA_LENGTH, null=True)
    state = models.CharField(max_length=20)
    level = models.PositiveSmallIntegerField(null=True)
    content = models.JSONField()

    class Meta:
        """In the order of the run; a level for what was read, and for nothing else."""

        ordering = ("position",)
        constraints: ClassVar[Constraints] = (
            models.CheckConstraint(
                condition=Q(state="read", level__isnull=False, level__lte=3)
                | Q(state__in=["unreadable", "refused", "duplicate"], level__isnull=True),
                name="endorsementreading_level_if_read",
            ),
            models.UniqueConstraint(fields=("run", "position"), name="endorsementreading_once"),
        )


class EndorsementSample(models.Model):
    """Documents drawn at random from a run, by level of the machine, for people to judge.

    `strata` lists level, population and drawn; with `seed` the draw can be made again.
    """

    run = models.ForeignKey(EndorsementRun, on_delete=models.PROTECT, related_name="samples")
    name = models.CharField(max_length=80)
    seed = models.BigIntegerField()
    allocation = models.CharField(max_length=20)
    strata = models.JSONField()
    drawn_at = models.DateTimeField()
    drawn_by = models.CharField(max_length=NAME_LENGTH)

    class Meta:
        """In the order of drawing."""

        ordering = ("id",)
        constraints: ClassVar[Constraints] = (
            models.UniqueConstraint(fields=("name",), name="endorsementsample_name_once"),
        )


class EndorsementItem(models.Model):
    """One drawn document; `number` counts from one in an order that tells nothing of its level."""

    sample = models.ForeignKey(EndorsementSample, on_delete=models.PROTECT, related_name="items")
    reading = models.ForeignKey(EndorsementReading, on_delete=models.PROTECT, related_name="items")
    number = models.PositiveIntegerField()

    class Meta:
        """Each document and each number once in a sample."""

        ordering = ("number",)
        constraints: ClassVar[Constraints] = (
            models.UniqueConstraint(fields=("sample", "number"), name="endorsementitem_number"),
            models.UniqueConstraint(fields=("sample", "reading"), name="endorsementitem_once"),
        )


class EndorsementJudgement(models.Model):
    """What one person made of one drawn document; only a withdrawal withdraws, and once."""

    item = models.ForeignKey(EndorsementItem, on_delete=models.PROTECT, related_name="judgements")
    coder = models.CharField(max_length=NAME_LENGTH)
    at = models.DateTimeField()
    action = models.CharField(max_length=20)
    level = models.CharField(max_length=30, null=True)
    note = models.TextField(null=True)
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="withdrawn_by"
    )

    class Meta:
        """In the order in which they were given."""

        ordering = ("id",)
        constraints: ClassVar[Constraints] = (
            one_of("action", DocumentAction),
            one_of("level", JudgedLevel),
            models.CheckConstraint(
                condition=Q(
                    action=DocumentAction.WITHDRAW.value,
                    withdraws__isnull=False,
                    level__isnull=True,
                )
                | (
                    ~Q(action=DocumentAction.WITHDRAW.value)
                    & Q(withdraws__isnull=True, level__isnull=False)
                ),
                name="endorsementjudgement_has_a_level",
            ),
            models.CheckConstraint(
                condition=Q(withdraws__isnull=True) | Q(withdraws__lt=F("id")),
                name="endorsementjudgement_withdraws_an_earlier_one",
            ),
            models.CheckConstraint(
                condition=~Q(action=DocumentAction.RESOLVE.value)
                | (Q(note__isnull=False) & ~Q(note="")),
                name="endorsementjudgement_resolution_has_a_reason",
            ),
        )
