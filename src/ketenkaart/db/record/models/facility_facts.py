"""Tables of what is known of facilities beside the lists: programmes, wages, and who asks whom.

Programmes and wages are withdrawn, never removed. Bands of sharing keep who was counted; no page
and no export reads that column.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ketenkaart.core.chain.contact import ContactState
from ketenkaart.core.chain.wages import PayKind, PayPeriod
from ketenkaart.db.record.models.facilities import NAME_LENGTH, Facility, FacilityContributor
from ketenkaart.db.record.models.ledger import Constraints, one_of


class Stated(models.Model):
    """What somebody put in with its source, and took back where it was wrong."""

    source = models.TextField()
    added_by = models.CharField(max_length=NAME_LENGTH)
    added_at = models.DateTimeField()
    withdrawn_by = models.CharField(max_length=NAME_LENGTH, null=True)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_reason = models.TextField(null=True)

    class Meta:
        """Whoever withdraws says when and why."""

        abstract = True
        constraints: ClassVar[Constraints] = (
            models.CheckConstraint(
                condition=Q(
                    withdrawn_by__isnull=True,
                    withdrawn_at__isnull=True,
                    withdrawn_reason__isnull=True,
                )
                | Q(
                    withdrawn_by__isnull=False,
                    withdrawn_at__isnull=False,
                    withdrawn_reason__isnull=False,
                ),
                name="%(class)s_withdrawn_whole",
            ),
        )


class FacilityProgramme(Stated):
    """That a facility takes part in a programme; a day that is not known is null."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="programmes")
    programme = models.CharField(max_length=80, db_index=True)
    start = models.DateField(null=True)
    end = models.DateField(null=True)

    class Meta(Stated.Meta):
        """In the order in which they were put in; an end is never before its start."""

        abstract = False
        ordering = ("id",)
        constraints = (
            *Stated.Meta.constraints,
            models.CheckConstraint(
                condition=Q(start__isnull=True) | Q(end__isnull=True) | Q(start__lte=F("end")),
                name="facilityprogramme_in_order",
            ),
        )


class Paid(models.Model):
    """An amount of pay, from `low` to `high`, as it was given."""

    low = models.FloatField()
    high = models.FloatField()
    currency = models.CharField(max_length=3)
    per = models.CharField(max_length=10)
    on = models.DateField()
    kind = models.CharField(max_length=10)
    hours_a_week = models.FloatField(null=True)
    days_a_week = models.FloatField(null=True)

    class Meta:
        """Amounts are more than nothing, and the low end is not above the high one."""

        abstract = True
        constraints: ClassVar[Constraints] = (
            one_of("per", PayPeriod),
            one_of("kind", PayKind),
            models.CheckConstraint(
                condition=Q(low__gt=0) & Q(low__lte=F("high")), name="%(class)s_amount_in_order"
            ),
        )


class FacilityWage(Stated, Paid):
    """What is paid at a facility; `area` is the part of the country, in a benchmark's words."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="wages")
    area = models.CharField(max_length=200, null=True)

    class Meta:
        """In the order in which they were put in."""

        ordering = ("id",)
        constraints = (*Stated.Meta.constraints, *Paid.Meta.constraints)


class WageBenchmarkFile(Stated):
    """A file of living-wage benchmarks that somebody loaded; the same file is kept once."""

    name = models.CharField(max_length=200)
    sha256 = models.CharField(max_length=64)

    class Meta(Stated.Meta):
        """In the order in which they were loaded."""

        abstract = False
        ordering = ("id",)
        constraints = (
            *Stated.Meta.constraints,
            models.UniqueConstraint(
                fields=["sha256"],
                condition=Q(withdrawn_at__isnull=True),
                name="wage_benchmarks_once",
            ),
        )


class WageBenchmark(Paid):
    """One benchmark of a file: what a living wage is said to be in a country or part of it."""

    file = models.ForeignKey(WageBenchmarkFile, on_delete=models.CASCADE, related_name="rows")
    line = models.PositiveIntegerField()
    country = models.CharField(max_length=3, db_index=True)
    area = models.CharField(max_length=200, null=True)
    title = models.CharField(max_length=300)
    publisher = models.CharField(max_length=200)
    licence = models.CharField(max_length=200, null=True)

    class Meta(Paid.Meta):
        """In the order of the file."""

        abstract = False
        ordering = ("file", "line")


class ContributorVoice(models.Model):
    """The account that speaks for an organisation that gave lists; one account, one voice."""

    account = models.CharField(max_length=NAME_LENGTH, unique=True)
    contributor = models.ForeignKey(
        FacilityContributor, on_delete=models.PROTECT, related_name="voices"
    )
    added_by = models.CharField(max_length=NAME_LENGTH)
    added_at = models.DateTimeField()

    class Meta:
        """In the order of the accounts."""

        ordering = ("account",)


class SharingRelease(models.Model):
    """A moment at which it was worked out anew how many others name each facility."""

    by = models.CharField(max_length=NAME_LENGTH)
    at = models.DateTimeField()
    facilities = models.PositiveIntegerField()
    changed = models.PositiveIntegerField()

    class Meta:
        """In the order in which they were made."""

        ordering = ("id",)


class SharingBand(models.Model):
    """What was last released for a facility; `members` are never shown to anybody."""

    facility = models.OneToOneField(
        Facility, on_delete=models.PROTECT, primary_key=True, related_name="sharing"
    )
    release = models.ForeignKey(SharingRelease, on_delete=models.PROTECT)
    members = models.JSONField()
    blur = models.PositiveSmallIntegerField()

    class Meta:
        """In the order of the facilities; the blur is 0, 1 or 2."""

        ordering = ("facility",)
        constraints = (
            models.CheckConstraint(condition=Q(blur__lte=2), name="sharing_blur_is_known"),
        )


class ContactRequest(models.Model):
    """A wish of one contributor to meet the others at a facility; a moderator answers it."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="contacts")
    contributor = models.ForeignKey(FacilityContributor, on_delete=models.PROTECT)
    words = models.TextField()
    state = models.CharField(max_length=10, db_index=True)
    asked_by = models.CharField(max_length=NAME_LENGTH)
    asked_at = models.DateTimeField()
    answer = models.TextField(null=True)
    answered_by = models.CharField(max_length=NAME_LENGTH, null=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        """In the order in which they were asked; one open request a facility and contributor."""

        ordering = ("id",)
        constraints = (
            one_of("state", ContactState),
            models.UniqueConstraint(
                fields=["facility", "contributor"],
                condition=Q(state=ContactState.OPEN.value),
                name="contact_asked_once",
            ),
            models.CheckConstraint(
                condition=Q(state=ContactState.OPEN.value, answered_at__isnull=True)
                | (~Q(state=ContactState.OPEN.value) & Q(answered_at__isnull=False)),
                name="contact_answered_whole",
            ),
        )
