"""Tables of the public record: columns and constraints, no rules.

Each row stands for one core type of `ketenkaart.core.ledger.types`; `position` keeps the order
of the source. The audit table is append-only: triggers refuse change and removal.
"""

from __future__ import annotations

from enum import StrEnum
from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ketenkaart.core.ledger.types import (
    DateType,
    FollowUp,
    Position,
    ResponseClass,
    VerdictValue,
)
from ketenkaart.core.provenance import Grade

Constraints = tuple[models.BaseConstraint, ...]


def one_of(column: str, values: type[StrEnum]) -> models.CheckConstraint:
    """Return a constraint that `column` holds one of the values of an enumeration."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__in": [value.value for value in values]}),
        name=f"%(class)s_{column}_is_known",
    )


def from_one(column: str = "number") -> models.CheckConstraint:
    """Return a constraint that `column` counts from one."""
    return models.CheckConstraint(
        condition=Q(**{f"{column}__gte": 1}), name=f"%(class)s_{column}_counts_from_one"
    )


def locator_in_order() -> models.CheckConstraint:
    """Return a constraint that a locator ends after it starts."""
    return models.CheckConstraint(
        condition=Q(locator_start__lt=F("locator_end")), name="%(class)s_locator_in_order"
    )


class Cited(models.Model):
    """Columns of a citation."""

    citation_source = models.CharField(max_length=80)
    citation_locator = models.TextField(null=True)
    citation_grade = models.CharField(max_length=10)
    citation_note_nl = models.TextField(null=True)
    citation_note_en = models.TextField(null=True)

    class Meta:
        """Shared by every cited row."""

        abstract = True
        constraints: ClassVar[Constraints] = (one_of("citation_grade", Grade),)


class Located(models.Model):
    """Columns of a place in the letter: at most eight words, offsets in code points, a line."""

    locator_quote = models.CharField(max_length=200)
    locator_start = models.PositiveIntegerField()
    locator_end = models.PositiveIntegerField()
    locator_line = models.PositiveIntegerField()

    class Meta:
        """Shared by every row that points into the letter."""

        abstract = True


class Letter(Cited):
    """A document that a ledger was read from; `content_sha256` is the hash of that ledger."""

    id = models.CharField(max_length=80, primary_key=True)
    title_nl = models.TextField()
    title_en = models.TextField()
    dossier = models.CharField(max_length=40, null=True)
    number = models.CharField(max_length=40, null=True)
    date = models.DateField()
    sender = models.CharField(max_length=200)
    characters = models.PositiveIntegerField()
    sha256 = models.CharField(max_length=64)
    content_sha256 = models.CharField(max_length=64)

    class Meta(Cited.Meta):
        """A dossier holds each number once; a letter outside parliament has neither."""

        abstract = False
        constraints = (
            *Cited.Meta.constraints,
            models.UniqueConstraint(fields=["dossier", "number"], name="letter_once"),
        )


class Theme(Cited):
    """One heading under which a letter answers."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="themes")
    number = models.PositiveSmallIntegerField()
    slug = models.CharField(max_length=80)
    name_nl = models.TextField()
    name_en = models.TextField()
    description_nl = models.TextField()
    description_en = models.TextField()

    class Meta(Cited.Meta):
        """Numbered from one, each once."""

        abstract = False
        ordering = ("number",)
        constraints = (
            *Cited.Meta.constraints,
            from_one(),
            models.UniqueConstraint(fields=["letter", "number"], name="theme_once"),
        )


class Recommendation(Cited, Located):
    """One recommended action and the answer it got."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="recommendations")
    theme = models.ForeignKey(Theme, on_delete=models.CASCADE, related_name="recommendations")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    summary_nl = models.TextField()
    summary_en = models.TextField()
    parts = models.JSONField(default=list)
    sentence_group = models.CharField(max_length=20)
    response_block = models.CharField(max_length=20)
    response_class = models.CharField(max_length=20)
    acceptable_classes = models.JSONField(default=list)
    government_position = models.CharField(max_length=20)
    follow_up = models.CharField(max_length=20)
    coding_note_nl = models.TextField(null=True)
    coding_note_en = models.TextField(null=True)
    response_explicit = models.BooleanField()
    response_quote = models.CharField(max_length=200, null=True)
    response_start = models.PositiveIntegerField(null=True)
    response_end = models.PositiveIntegerField(null=True)
    response_line = models.PositiveIntegerField(null=True)
    ambiguous = models.BooleanField()
    reason_nl = models.TextField(null=True)
    reason_en = models.TextField(null=True)
    project_nl = models.TextField(null=True)
    project_en = models.TextField(null=True)
    coding_citation = models.JSONField()

    class Meta(Cited.Meta):
        """Classes come from the enumerations; a code is used once per letter."""

        abstract = False
        ordering = ("position",)
        constraints = (
            *Cited.Meta.constraints,
            locator_in_order(),
            one_of("response_class", ResponseClass),
            one_of("government_position", Position),
            one_of("follow_up", FollowUp),
            models.UniqueConstraint(fields=["letter", "code"], name="recommendation_once"),
            models.UniqueConstraint(fields=["letter", "position"], name="recommendation_order"),
        )


class Commitment(Cited, Located):
    """A promise, a plan, or a statement of what was done or is going on."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="commitments")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=20)
    summary_nl = models.TextField()
    summary_en = models.TextField()
    date_text_nl = models.TextField(null=True)
    date_text_en = models.TextField(null=True)
    date_type = models.CharField(max_length=20)
    date_type_note = models.TextField(null=True)
    due = models.DateField(null=True)
    due_reading_nl = models.TextField(null=True)
    due_reading_en = models.TextField(null=True)
    due_citation = models.JSONField(null=True)
    responsible_nl = models.TextField()
    responsible_en = models.TextField()
    status_in_letter_nl = models.TextField()
    status_in_letter_en = models.TextField()

    class Meta(Cited.Meta):
        """A due day always comes with how it was read."""

        abstract = False
        ordering = ("position",)
        constraints = (
            *Cited.Meta.constraints,
            locator_in_order(),
            one_of("date_type", DateType),
            models.CheckConstraint(
                condition=Q(due__isnull=True) | Q(due_reading_nl__isnull=False),
                name="commitment_due_is_explained",
            ),
            models.UniqueConstraint(fields=["letter", "code"], name="commitment_once"),
            models.UniqueConstraint(fields=["letter", "position"], name="commitment_order"),
        )


class Reference(Cited, Located):
    """A document that the letter points to."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="references")
    position = models.PositiveIntegerField()
    code = models.CharField(max_length=80)
    label_nl = models.TextField()
    label_en = models.TextField()
    description_nl = models.TextField()
    description_en = models.TextField()

    class Meta(Cited.Meta):
        """A document is listed once per letter."""

        abstract = False
        ordering = ("position",)
        constraints = (
            *Cited.Meta.constraints,
            locator_in_order(),
            models.UniqueConstraint(fields=["letter", "code"], name="reference_once"),
        )


class RecommendationCommitment(models.Model):
    """Which promise answers which recommendation."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.CASCADE, related_name="commitment_links"
    )
    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="recommendation_links"
    )

    class Meta:
        """Each pair once."""

        constraints = (
            models.UniqueConstraint(
                fields=["recommendation", "commitment"], name="commitment_link_once"
            ),
        )


class RecommendationReference(models.Model):
    """Which document is cited in the answer to which recommendation."""

    recommendation = models.ForeignKey(
        Recommendation, on_delete=models.CASCADE, related_name="reference_links"
    )
    reference = models.ForeignKey(
        Reference, on_delete=models.CASCADE, related_name="recommendation_links"
    )

    class Meta:
        """Each pair once."""

        constraints = (
            models.UniqueConstraint(
                fields=["recommendation", "reference"], name="reference_link_once"
            ),
        )


class Verdict(Cited):
    """What was found later about one promise, by a source outside the letter."""

    commitment = models.ForeignKey(Commitment, on_delete=models.CASCADE, related_name="verdicts")
    position = models.PositiveIntegerField()
    value = models.CharField(max_length=20)
    found_on = models.DateField(null=True)
    statement_nl = models.TextField()
    statement_en = models.TextField()

    class Meta(Cited.Meta):
        """Values come from the enumeration."""

        abstract = False
        ordering = ("position",)
        constraints = (
            *Cited.Meta.constraints,
            one_of("value", VerdictValue),
        )


class Finding(Cited):
    """What happened later around some promises, as far as a source says; it judges nothing."""

    letter = models.ForeignKey(Letter, on_delete=models.CASCADE, related_name="findings")
    position = models.PositiveIntegerField()
    slug = models.CharField(max_length=80)
    found_on = models.DateField(null=True)
    statement_nl = models.TextField()
    statement_en = models.TextField()

    class Meta(Cited.Meta):
        """Each finding once per letter."""

        abstract = False
        ordering = ("position",)
        constraints = (
            *Cited.Meta.constraints,
            models.UniqueConstraint(fields=["letter", "slug"], name="finding_once"),
        )


class FindingCommitment(models.Model):
    """Which promise a finding is about."""

    finding = models.ForeignKey(Finding, on_delete=models.CASCADE, related_name="commitment_links")
    commitment = models.ForeignKey(
        Commitment, on_delete=models.CASCADE, related_name="finding_links"
    )

    class Meta:
        """Each pair once, in the order of the source."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(fields=["finding", "commitment"], name="finding_link_once"),
        )


class AuditEntry(models.Model):
    """One action on the record: who, when, what, and the hash of the content before and after.

    Rows are only ever added; database triggers refuse to change or remove one.
    """

    at = models.DateTimeField()
    actor = models.CharField(max_length=200)
    action = models.CharField(max_length=60)
    subject = models.CharField(max_length=200)
    before_sha256 = models.CharField(max_length=64, null=True)
    after_sha256 = models.CharField(max_length=64)
    counts = models.JSONField(default=dict)

    class Meta:
        """Read in the order in which things happened."""

        ordering = ("id",)
