"""Tables of parliament's open data: papers, motions, commitments, and what came of motions.

Papers, motions, dossiers and commitments follow their publisher: a newer import may change them.
Notes about a motion name it by its paper's id, and only grow: triggers refuse change and removal.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import Q

from ketenkaart.core.ledger.execution import NoteKind
from ketenkaart.core.ledger.motions import Appreciation, VoteResult
from ketenkaart.core.ledger.papers import PaperKind
from ketenkaart.core.ledger.types import VerdictValue
from ketenkaart.db.record.models.ledger import Cited, Constraints, one_of


def one_of_or_none(column: str, values: type[StrEnum]) -> models.CheckConstraint:
    """Return a constraint that `column` is empty or holds one of the values of an enumeration."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__isnull": True})
        | Q(**{f"{column}__in": [value.value for value in values]}),
        name=f"%(class)s_{column}_is_known",
    )


class Paper(models.Model):
    """One parliamentary paper; `search` holds its words in lower case."""

    key = models.CharField(max_length=80, unique=True)
    uid = models.CharField(max_length=40, null=True, db_index=True)
    paper = models.CharField(max_length=40, null=True, db_index=True)
    kind = models.CharField(max_length=20)
    kind_words = models.TextField(default="")
    dossier_title = models.TextField(default="")
    subject = models.TextField(default="")
    number = models.PositiveIntegerField(null=True)
    dated = models.DateField(null=True, db_index=True)
    session_year = models.CharField(max_length=20, null=True)
    case = models.CharField(max_length=40, null=True)
    document = models.CharField(max_length=40, null=True)
    replaces = models.JSONField(default=list)
    also = models.JSONField(default=list)
    is_removed = models.BooleanField(default=False)
    search = models.TextField(default="")

    class Meta:
        """Newest first."""

        ordering = ("-dated", "key")
        constraints = (one_of("kind", PaperKind),)


class Motion(models.Model):
    """What a paper that is a motion holds; without paragraphs, no text came with it."""

    paper = models.OneToOneField(Paper, on_delete=models.CASCADE, related_name="motion")
    movers = models.JSONField(default=list)
    and_others = models.BooleanField(default=False)
    signatories = models.JSONField(default=list)
    requests = models.JSONField(default=list)
    paragraphs = models.JSONField(default=list)
    appreciation = models.CharField(max_length=40, null=True, db_index=True)
    appreciation_words = models.TextField(null=True)
    vote = models.CharField(max_length=20, null=True)
    voted_on = models.DateField(null=True)

    class Meta:
        """Values come from the enumerations."""

        ordering = ("-paper__dated", "paper__key")
        constraints = (
            one_of_or_none("appreciation", Appreciation),
            one_of_or_none("vote", VoteResult),
        )


class Dossier(models.Model):
    """A numbered series of papers and one title that it has had."""

    dossier = models.CharField(max_length=20)
    title = models.TextField()

    class Meta:
        """Each pair once."""

        ordering = ("dossier", "title")
        constraints = (
            models.UniqueConstraint(fields=["dossier", "title"], name="dossier_title_once"),
        )


class ParliamentCommitment(models.Model):
    """A commitment that a minister made in parliament, as parliament keeps it."""

    number = models.CharField(max_length=40, unique=True)
    uid = models.CharField(max_length=40, null=True, db_index=True)
    text = models.TextField(default="")
    status_words = models.TextField(null=True)
    made_on = models.DateField(null=True)
    due = models.DateField(null=True, db_index=True)
    ministry = models.TextField(null=True)
    minister = models.TextField(null=True)
    office = models.TextField(null=True)
    activity = models.TextField(null=True)
    fulfilled_in = models.TextField(null=True)
    is_removed = models.BooleanField(default=False)

    class Meta:
        """The soonest due first."""

        ordering = ("due", "number")


class MotionNote(Cited):
    """Something known about what came of a motion. Append-only."""

    motion = models.CharField(max_length=40, db_index=True)
    kind = models.CharField(max_length=30)
    item = models.CharField(max_length=200, null=True)
    value = models.CharField(max_length=20, null=True)
    found_on = models.DateField(null=True)
    statement_nl = models.TextField()
    statement_en = models.TextField()
    by = models.CharField(max_length=150)
    recorded_at = models.DateTimeField()
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="withdrawn_by"
    )

    class Meta(Cited.Meta):
        """Only a verdict has a value, and a link always names an item."""

        abstract = False
        ordering = ("id",)
        constraints: ClassVar[Constraints] = (
            *Cited.Meta.constraints,
            one_of("kind", NoteKind),
            one_of_or_none("value", VerdictValue),
            models.CheckConstraint(
                condition=Q(kind=NoteKind.INDEPENDENT_VERDICT.value, value__isnull=False)
                | Q(value__isnull=True),
                name="motionnote_only_verdicts_have_values",
            ),
            models.CheckConstraint(
                condition=Q(kind=NoteKind.WITHDRAWAL.value, withdraws__isnull=False)
                | (~Q(kind=NoteKind.WITHDRAWAL.value) & Q(withdraws__isnull=True)),
                name="motionnote_withdrawal_names_a_note",
            ),
            models.CheckConstraint(
                condition=~Q(kind=NoteKind.LINK.value) | Q(item__isnull=False),
                name="motionnote_link_names_an_item",
            ),
        )
