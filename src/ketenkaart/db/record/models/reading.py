"""Tables of reading and judging: what a machine proposed for a letter, and what people made of it.

All of them only grow: triggers refuse change and removal. A letter is named by its id, since it
may be read and judged long before it is published. The text of a letter stands here and nowhere
else; it is never part of the package.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ketenkaart.core.ledger.judgement import Action, CandidateKind
from ketenkaart.db.record.models.ledger import Constraints, one_of


class Reading(models.Model):
    """One reading of a letter; the latest is the one that is judged.

    `extract` is the original text with its parts, `text` the normalised text of all spans, with
    `runs` as the way back; `content` is everything that was proposed.
    """

    letter = models.CharField(max_length=80)
    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    extractor = models.CharField(max_length=80)
    lexicon_sha256 = models.CharField(max_length=64)
    read_at = models.DateTimeField()
    read_by = models.CharField(max_length=150)
    extract = models.JSONField()
    text = models.TextField()
    runs = models.JSONField()
    sentences = models.JSONField()
    content = models.JSONField()
    supersedes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="superseded_by"
    )

    class Meta:
        """In the order of reading; one reading follows another, never two the same one."""

        ordering = ("id",)
        indexes = (models.Index(fields=["letter", "id"], name="reading_of_letter"),)
        constraints: ClassVar[Constraints] = (
            models.CheckConstraint(
                condition=Q(supersedes__isnull=True) | Q(supersedes__lt=F("id")),
                name="reading_supersedes_an_earlier_one",
            ),
            models.UniqueConstraint(
                fields=["letter"],
                condition=Q(supersedes__isnull=True),
                name="reading_first_of_letter_once",
            ),
        )


class Candidate(models.Model):
    """A passage that a reading proposes; `key` stays the same from one reading to the next."""

    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="candidates")
    position = models.PositiveIntegerField()
    kind = models.CharField(max_length=20)
    key = models.CharField(max_length=40)
    code = models.CharField(max_length=20)
    span_start = models.PositiveIntegerField()
    span_end = models.PositiveIntegerField()
    confidence = models.FloatField(null=True)
    proposal = models.JSONField()

    class Meta:
        """Each key and code once per reading."""

        ordering = ("position",)
        constraints: ClassVar[Constraints] = (
            one_of("kind", CandidateKind),
            models.CheckConstraint(
                condition=Q(span_start__lt=F("span_end")), name="candidate_span_in_order"
            ),
            models.UniqueConstraint(fields=["reading", "key"], name="candidate_key_once"),
            models.UniqueConstraint(fields=["reading", "code"], name="candidate_code_once"),
        )


class Judgement(models.Model):
    """What one person decided about some passages of a letter, given on one reading of it."""

    letter = models.CharField(max_length=80)
    reading = models.ForeignKey(Reading, on_delete=models.PROTECT, related_name="judgements")
    coder = models.CharField(max_length=150)
    at = models.DateTimeField()
    action = models.CharField(max_length=20)
    keys = models.JSONField(default=list)
    value = models.JSONField(default=list)
    note = models.TextField(null=True)
    by_consensus = models.BooleanField(default=False)
    withdraws = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="withdrawn_by"
    )

    class Meta:
        """In the order in which they were given; only a withdrawal withdraws, and once."""

        ordering = ("id",)
        indexes = (models.Index(fields=["letter", "coder"], name="judgement_of_letter"),)
        constraints: ClassVar[Constraints] = (
            one_of("action", Action),
            models.CheckConstraint(
                condition=Q(action=Action.WITHDRAW.value, withdraws__isnull=False)
                | (~Q(action=Action.WITHDRAW.value) & Q(withdraws__isnull=True)),
                name="judgement_withdrawal_names_one",
            ),
            models.CheckConstraint(
                condition=~Q(action=Action.RESOLVE.value) | (Q(note__isnull=False) & ~Q(note="")),
                name="judgement_resolution_has_a_reason",
            ),
        )


class EntryCode(models.Model):
    """The code under which an entry was first published; it is never given to another."""

    letter = models.CharField(max_length=80)
    key = models.CharField(max_length=60)
    code = models.CharField(max_length=20)

    class Meta:
        """One code per entry, one entry per code."""

        constraints: ClassVar[Constraints] = (
            models.UniqueConstraint(fields=["letter", "key"], name="entrycode_key_once"),
            models.UniqueConstraint(fields=["letter", "code"], name="entrycode_code_once"),
        )
