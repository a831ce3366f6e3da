"""Tables of the registry of facilities: what lists say, what stands now, and how it came so.

Rows of lists and facilities hold what is so now; `FacilityEvent`, `FacilityTouch` and
`FacilityDecision` only grow, triggers refuse change and removal, and from them every state
before can be told.
"""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import F, Q

from ketenkaart.core.chain.facilities.history import EventKind
from ketenkaart.core.chain.facilities.ids import ID_LENGTH
from ketenkaart.core.chain.facilities.proposals import ProposalKind, ProposalState
from ketenkaart.core.chain.facilities.types import ContributorKind, FacilityStatus, ListState
from ketenkaart.db.record.models.ledger import Constraints, from_one, one_of

NAME_LENGTH = 150
KEY_LENGTH = 64


class FacilityContributor(models.Model):
    """An organisation that gave lists."""

    id = models.CharField(max_length=80, primary_key=True)
    name = models.CharField(max_length=300)
    kind = models.CharField(max_length=20)
    is_named = models.BooleanField(default=True)
    added_by = models.CharField(max_length=NAME_LENGTH)
    added_at = models.DateTimeField()

    class Meta:
        """In the order of their ids; kinds come from the enumeration."""

        ordering = ("id",)
        constraints = (one_of("kind", ContributorKind),)


class FacilityList(models.Model):
    """A list that was given on a day; `received` counts its rows while they come in."""

    contributor = models.ForeignKey(FacilityContributor, on_delete=models.PROTECT)
    title = models.CharField(max_length=300)
    dated = models.DateField(null=True)
    licence = models.CharField(max_length=200, null=True)
    sha256 = models.CharField(max_length=64, null=True)
    state = models.CharField(max_length=10)
    received = models.PositiveIntegerField(default=0)
    counts = models.JSONField(default=dict)
    added_by = models.CharField(max_length=NAME_LENGTH)
    added_at = models.DateTimeField()

    class Meta:
        """In the order in which they came; the same file of a contributor is kept once."""

        ordering = ("id",)
        constraints = (
            one_of("state", ListState),
            models.UniqueConstraint(fields=["contributor", "sha256"], name="facility_list_once"),
        )


class Placed(models.Model):
    """What is said of one place: `said` holds everything but the columns beside it."""

    country = models.CharField(max_length=3)
    name = models.TextField()
    address = models.TextField()
    latitude = models.FloatField(null=True)
    longitude = models.FloatField(null=True)
    os_id = models.CharField(max_length=15, null=True, db_index=True)
    said = models.JSONField(default=dict)
    exact_key = models.CharField(max_length=KEY_LENGTH, db_index=True)

    class Meta:
        """Coordinates are known both or not at all, and lie on the globe."""

        abstract = True
        constraints: ClassVar[Constraints] = (
            models.CheckConstraint(
                condition=Q(latitude__isnull=True, longitude__isnull=True)
                | Q(
                    latitude__isnull=False,
                    longitude__isnull=False,
                    latitude__gte=-90,
                    latitude__lte=90,
                    longitude__gte=-180,
                    longitude__lte=180,
                ),
                name="%(class)s_lies_on_the_globe",
            ),
        )


class Facility(Placed):
    """A facility as it stands now; `is_given_out` when its id went out in an export."""

    id = models.CharField(max_length=ID_LENGTH, primary_key=True)
    status = models.CharField(max_length=10)
    source = models.ForeignKey(FacilityList, on_delete=models.PROTECT)
    since = models.DateField()
    is_given_out = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)

    class Meta(Placed.Meta):
        """In the order of their ids."""

        abstract = False
        ordering = ("id",)
        constraints = (*Placed.Meta.constraints, one_of("status", FacilityStatus))
        indexes = (models.Index(fields=["country", "status"], name="facility_by_country"),)


class FacilitySuccessor(models.Model):
    """The id that another id leads on to: one after a merge, several after a split."""

    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="leads_to")
    successor = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="comes_from")
    position = models.PositiveIntegerField()

    class Meta:
        """Never to itself, and each once."""

        ordering = ("facility", "position")
        constraints = (
            models.UniqueConstraint(fields=["facility", "successor"], name="successor_once"),
            models.CheckConstraint(
                condition=~Q(facility=F("successor")), name="successor_is_another"
            ),
        )


class FacilityRow(Placed):
    """An accepted row of a list; `given` are its cells as they stood, by column."""

    source = models.ForeignKey(FacilityList, on_delete=models.PROTECT, related_name="rows")
    line = models.PositiveIntegerField()
    given = models.JSONField(default=dict)
    warnings = models.JSONField(default=list)
    facility = models.ForeignKey(
        Facility, on_delete=models.PROTECT, null=True, related_name="contributions"
    )

    class Meta(Placed.Meta):
        """In the order of the list, each line once."""

        abstract = False
        ordering = ("id",)
        constraints = (
            *Placed.Meta.constraints,
            from_one("line"),
            models.UniqueConstraint(fields=["source", "line"], name="facility_row_once"),
        )


class FacilityEvent(models.Model):
    """One change of the registry: what, by whom, when and why. Append-only."""

    kind = models.CharField(max_length=20)
    by = models.CharField(max_length=NAME_LENGTH)
    at = models.DateTimeField()
    reason = models.TextField()
    undoes = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="undone_by"
    )

    class Meta:
        """In the order in which they happened; each is undone at most once."""

        ordering = ("id",)
        constraints = (one_of("kind", EventKind),)


class FacilityTouch(models.Model):
    """What an event did to one facility: rows that moved, what it was and became. Append-only."""

    event = models.ForeignKey(FacilityEvent, on_delete=models.PROTECT, related_name="touches")
    facility = models.ForeignKey(Facility, on_delete=models.PROTECT, related_name="touches")
    detail = models.JSONField(default=dict)

    class Meta:
        """A facility is touched once by an event."""

        ordering = ("event", "id")
        constraints = (
            models.UniqueConstraint(fields=["event", "facility"], name="facility_touched_once"),
        )


class FacilityProposal(models.Model):
    """What waits for a person; `left` and `right` are keys of records, `content` what is asked."""

    kind = models.CharField(max_length=20)
    state = models.CharField(max_length=20, db_index=True)
    left = models.CharField(max_length=KEY_LENGTH, null=True, db_index=True)
    right = models.CharField(max_length=KEY_LENGTH, null=True, db_index=True)
    content = models.JSONField(default=dict)
    probability = models.FloatField(null=True)
    reason = models.TextField()
    asked_by = models.CharField(max_length=NAME_LENGTH)
    asked_at = models.DateTimeField()
    claimed_by = models.CharField(max_length=NAME_LENGTH, null=True)
    claimed_at = models.DateTimeField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        """In the order in which they were asked; a pair is put to people once."""

        ordering = ("id",)
        constraints = (
            one_of("kind", ProposalKind),
            one_of("state", ProposalState),
            models.CheckConstraint(
                condition=Q(probability__isnull=True)
                | Q(probability__gte=0.0, probability__lte=1.0),
                name="probability_is_known",
            ),
            models.CheckConstraint(
                condition=Q(claimed_by__isnull=True, claimed_at__isnull=True)
                | Q(claimed_by__isnull=False, claimed_at__isnull=False),
                name="claim_has_a_time",
            ),
            models.UniqueConstraint(
                fields=["left", "right"],
                condition=Q(kind=ProposalKind.POSSIBLE_MATCH.value),
                name="pair_is_asked_once",
            ),
        )


class FacilityDecision(models.Model):
    """What a moderator made of a proposal, with the records as they stood. Append-only.

    `ruling` is accept, reject or undo; an undo takes back the newest one that it follows.
    """

    proposal = models.ForeignKey(
        FacilityProposal, on_delete=models.PROTECT, related_name="decisions"
    )
    ruling = models.CharField(max_length=10)
    reason = models.TextField()
    records = models.JSONField(default=list)
    event = models.ForeignKey(FacilityEvent, on_delete=models.PROTECT, null=True)
    by = models.CharField(max_length=NAME_LENGTH)
    at = models.DateTimeField()

    class Meta:
        """In the order in which they were made."""

        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ruling__in=["accept", "reject", "undo"]), name="ruling_is_known"
            ),
        )
