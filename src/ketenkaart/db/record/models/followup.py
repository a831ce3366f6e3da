"""Tables of follow-up: what was claimed, shown, judged, decided and planned after a letter.

Rows name an item by its key, the letter's id and the code in it, because a letter's own rows are
replaced when it is published anew. Tables marked append-only have triggers that refuse change and
removal; a mistake there is answered by a row in `Withdrawal`.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from ketenkaart.core.ledger.followup.planning import PlanKind
from ketenkaart.core.ledger.followup.registers import RegisterKind, RegisterState
from ketenkaart.core.ledger.followup.reminders import ReminderResult
from ketenkaart.core.ledger.followup.types import (
    ClaimValue,
    EvidenceKind,
    HandoverState,
    IndependentValue,
)
from ketenkaart.db.record.models.ledger import Cited, Constraints, one_of

KEY_LENGTH = 200
NAME_LENGTH = 150


class OfItem(models.Model):
    """Columns of a record about one item: which, on what day, given by whom, and when."""

    item = models.CharField(max_length=KEY_LENGTH, db_index=True)
    day = models.DateField()
    by = models.CharField(max_length=NAME_LENGTH)
    recorded_at = models.DateTimeField()

    class Meta:
        """Shared by every record about an item, in the order in which they were added."""

        abstract = True
        ordering = ("id",)


class Claim(OfItem):
    """What an owner says was done. Append-only."""

    value = models.CharField(max_length=20)
    text = models.TextField()

    class Meta(OfItem.Meta):
        """Values come from the enumeration."""

        abstract = False
        constraints: ClassVar[Constraints] = (one_of("value", ClaimValue),)


class Evidence(OfItem):
    """A document that shows something; `day` is when it was filed. Append-only."""

    kind = models.CharField(max_length=10)
    title = models.TextField()
    document_day = models.DateField(null=True)
    url = models.TextField(null=True)
    sha256 = models.CharField(max_length=64, null=True)
    file_name = models.CharField(max_length=200, null=True)
    media_type = models.CharField(max_length=100, null=True)
    size_bytes = models.PositiveBigIntegerField(null=True)

    class Meta(OfItem.Meta):
        """An address or a file, never both."""

        abstract = False
        constraints: ClassVar[Constraints] = (
            one_of("kind", EvidenceKind),
            models.CheckConstraint(
                condition=Q(kind="link", url__isnull=False, sha256__isnull=True)
                | Q(
                    kind="file",
                    url__isnull=True,
                    sha256__isnull=False,
                    file_name__isnull=False,
                    media_type__isnull=False,
                    size_bytes__isnull=False,
                ),
                name="evidence_is_link_or_file",
            ),
        )


class IndependentVerdict(OfItem):
    """What a verifier found. Append-only."""

    value = models.CharField(max_length=20)
    kept_on = models.DateField(null=True)
    statement = models.TextField()

    class Meta(OfItem.Meta):
        """Values come from the enumeration; nothing is found kept before it was."""

        abstract = False
        constraints: ClassVar[Constraints] = (
            one_of("value", IndependentValue),
            models.CheckConstraint(
                condition=Q(kept_on__isnull=True) | Q(kept_on__lte=models.F("day")),
                name="verdict_not_before_it_was_kept",
            ),
        )


class DeadlineChange(OfItem):
    """A date that was given for an item after the letter. Append-only."""

    due = models.DateField()
    reason = models.TextField()

    class Meta(OfItem.Meta):
        """In the order in which they were given."""

        abstract = False


class Assignment(OfItem):
    """Who owns an item from `day` on. Append-only: the newest row names the owner."""

    owner = models.CharField(max_length=NAME_LENGTH)

    class Meta(OfItem.Meta):
        """In the order in which they were made."""

        abstract = False


class Withdrawal(models.Model):
    """Why a claim, a piece of evidence or a verdict no longer counts. Append-only."""

    table = models.CharField(max_length=20)
    record = models.PositiveBigIntegerField()
    reason = models.TextField()
    by = models.CharField(max_length=NAME_LENGTH)
    recorded_at = models.DateTimeField()

    class Meta:
        """Each record is withdrawn once."""

        constraints = (
            models.CheckConstraint(
                condition=Q(table__in=["claim", "evidence", "verdict"]),
                name="withdrawal_table_is_known",
            ),
            models.UniqueConstraint(fields=["table", "record"], name="withdrawal_once"),
        )


class Handover(OfItem):
    """An item on its way from `giver` to `taker`; changes once, when it is answered."""

    giver = models.CharField(max_length=NAME_LENGTH)
    taker = models.CharField(max_length=NAME_LENGTH)
    note = models.TextField()
    state = models.CharField(max_length=10)
    answered_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(OfItem.Meta):
        """One handover of an item waits at a time, and it is between two people."""

        abstract = False
        constraints: ClassVar[Constraints] = (
            one_of("state", HandoverState),
            models.UniqueConstraint(
                fields=["item"], condition=Q(state="pending"), name="handover_pending_once"
            ),
            models.CheckConstraint(
                condition=~Q(giver=models.F("taker")), name="handover_between_two"
            ),
        )


class Decision(Cited):
    """What was decided, by whom and why. Append-only."""

    about = models.CharField(max_length=KEY_LENGTH, db_index=True)
    content = models.JSONField()
    decided_on = models.DateField(null=True)
    slug = models.CharField(max_length=80, null=True, unique=True)
    recorded_by = models.CharField(max_length=NAME_LENGTH)
    recorded_at = models.DateTimeField()

    class Meta(Cited.Meta):
        """In the order in which they were recorded."""

        abstract = False
        ordering = ("id",)


class RegisterEntry(Cited):
    """Two goals that pull apart, or a remark about scope."""

    slug = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    title_nl = models.TextField()
    title_en = models.TextField()
    description_nl = models.TextField()
    description_en = models.TextField()
    items = models.JSONField(default=list)
    state = models.CharField(max_length=10)
    note = models.TextField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Cited.Meta):
        """Kinds and states come from the enumerations."""

        abstract = False
        ordering = ("id",)
        constraints = (
            *Cited.Meta.constraints,
            one_of("kind", RegisterKind),
            one_of("state", RegisterState),
        )


class Plan(Cited):
    """A countdown, or a plan towards days that others decide; `content` holds all but its steps."""

    slug = models.CharField(max_length=80, unique=True)
    kind = models.CharField(max_length=20)
    content = models.JSONField()
    version = models.PositiveIntegerField(default=1)

    class Meta(Cited.Meta):
        """In the order in which they were made; kinds come from the enumeration."""

        abstract = False
        ordering = ("id",)
        constraints = (*Cited.Meta.constraints, one_of("kind", PlanKind))


class Milestone(Cited):
    """A step of a plan: how many working days before the next thing, and when it was done."""

    plan = models.ForeignKey(Plan, on_delete=models.CASCADE, related_name="milestones")
    position = models.PositiveIntegerField()
    name_nl = models.TextField()
    name_en = models.TextField()
    lead_days = models.PositiveIntegerField()
    before = models.CharField(max_length=80)
    done_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta(Cited.Meta):
        """In the order of the plan."""

        abstract = False
        ordering = ("position",)
        constraints = (
            *Cited.Meta.constraints,
            models.UniqueConstraint(fields=["plan", "position"], name="milestone_order"),
        )


class PolicyOption(Cited):
    """A way to go in a reform project, with a mark and a note per criterion."""

    project = models.CharField(max_length=80, db_index=True)
    slug = models.CharField(max_length=80, null=True, unique=True)
    title_nl = models.TextField()
    title_en = models.TextField()
    description_nl = models.TextField()
    description_en = models.TextField()
    marks = models.JSONField(default=dict)
    notes = models.JSONField(default=dict)
    version = models.PositiveIntegerField(default=1)

    class Meta(Cited.Meta):
        """In the order in which they were added."""

        abstract = False
        ordering = ("id",)


class Reminder(models.Model):
    """A reminder that was about to go out: to whom, about what, for which mark. Append-only.

    It is kept before the mail server is asked, so that no crash can send it twice. What came of it
    is a row of `ReminderOutcome`; where there is none, nobody knows whether it arrived.
    """

    owner = models.CharField(max_length=NAME_LENGTH)
    item = models.CharField(max_length=KEY_LENGTH)
    due = models.CharField(max_length=10)
    mark = models.CharField(max_length=20)
    attempt = models.PositiveIntegerField(default=1)
    recorded_at = models.DateTimeField()

    class Meta:
        """Each attempt is made once; `due` is empty where there is no date."""

        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=["owner", "item", "due", "mark", "attempt"], name="reminder_once"
            ),
        )


class ReminderOutcome(models.Model):
    """What came of a reminder: sent, refused by the mail server, or given up on. Append-only."""

    reminder = models.OneToOneField(Reminder, on_delete=models.PROTECT, related_name="outcome")
    value = models.CharField(max_length=10)
    recorded_at = models.DateTimeField()

    class Meta:
        """Values come from the enumeration."""

        constraints = (one_of("value", ReminderResult),)
