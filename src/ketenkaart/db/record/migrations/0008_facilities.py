"""The registry of facilities: lists, rows, facilities, and what happened to them."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

GROWING = ("facilityevent", "facilitytouch", "facilitydecision")
VERBS = ("update", "delete")
REFUSE_CHANGE = """
CREATE TRIGGER record_{table}_no_{verb} BEFORE {VERB} ON record_{table}
BEGIN
    SELECT RAISE(ABORT, 'the history of facilities is never changed or removed: add to it');
END;
"""
DROP = "DROP TRIGGER record_{table}_no_{verb};"
KEEP_FACILITY = """
CREATE TRIGGER record_facility_no_delete BEFORE DELETE ON record_facility
BEGIN
    SELECT RAISE(ABORT, 'the id of a facility never dies: close, merge or split it');
END;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("record", "0007_reminders_at_most_once"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="FacilityContributor",
            fields=[
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("name", models.CharField(max_length=300)),
                ("kind", models.CharField(max_length=20)),
                ("is_named", models.BooleanField(default=True)),
                ("added_by", models.CharField(max_length=150)),
                ("added_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "brand",
                                    "supplier",
                                    "covenant",
                                    "initiative",
                                    "certifier",
                                    "auditor",
                                    "government",
                                    "civil_society",
                                    "union",
                                    "researcher",
                                    "registry",
                                    "other",
                                ],
                            )
                        ),
                        name="facilitycontributor_kind_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FacilityEvent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("reason", models.TextField()),
                (
                    "undoes",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="undone_by",
                        to="record.facilityevent",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="FacilityList",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("title", models.CharField(max_length=300)),
                ("dated", models.DateField(null=True)),
                ("licence", models.CharField(max_length=200, null=True)),
                ("sha256", models.CharField(max_length=64, null=True)),
                ("state", models.CharField(max_length=10)),
                ("received", models.PositiveIntegerField(default=0)),
                ("counts", models.JSONField(default=dict)),
                ("added_by", models.CharField(max_length=150)),
                ("added_at", models.DateTimeField()),
                (
                    "contributor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="record.facilitycontributor"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Facility",
            fields=[
                ("country", models.CharField(max_length=3)),
                ("name", models.TextField()),
                ("address", models.TextField()),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("os_id", models.CharField(db_index=True, max_length=15, null=True)),
                ("said", models.JSONField(default=dict)),
                ("exact_key", models.CharField(db_index=True, max_length=64)),
                ("id", models.CharField(max_length=20, primary_key=True, serialize=False)),
                ("status", models.CharField(max_length=10)),
                ("since", models.DateField()),
                ("is_given_out", models.BooleanField(default=False)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="record.facilitylist"
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FacilityProposal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=20)),
                ("state", models.CharField(db_index=True, max_length=20)),
                ("left", models.CharField(db_index=True, max_length=64, null=True)),
                ("right", models.CharField(db_index=True, max_length=64, null=True)),
                ("content", models.JSONField(default=dict)),
                ("probability", models.FloatField(null=True)),
                ("reason", models.TextField()),
                ("asked_by", models.CharField(max_length=150)),
                ("asked_at", models.DateTimeField()),
                ("claimed_by", models.CharField(max_length=150, null=True)),
                ("claimed_at", models.DateTimeField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "possible_match",
                                    "new_facility",
                                    "correction",
                                    "closure",
                                    "merge_request",
                                ],
                            )
                        ),
                        name="facilityproposal_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "state__in",
                                ["open", "second_needed", "accepted", "rejected", "superseded"],
                            )
                        ),
                        name="facilityproposal_state_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("probability__isnull", True),
                            models.Q(("probability__gte", 0.0), ("probability__lte", 1.0)),
                            _connector="OR",
                        ),
                        name="probability_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("claimed_at__isnull", True), ("claimed_by__isnull", True)),
                            models.Q(("claimed_at__isnull", False), ("claimed_by__isnull", False)),
                            _connector="OR",
                        ),
                        name="claim_has_a_time",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("kind", "possible_match")),
                        fields=("left", "right"),
                        name="pair_is_asked_once",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="FacilityDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("ruling", models.CharField(max_length=10)),
                ("reason", models.TextField()),
                ("records", models.JSONField(default=list)),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "event",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        to="record.facilityevent",
                    ),
                ),
                (
                    "proposal",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decisions",
                        to="record.facilityproposal",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="FacilityRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("country", models.CharField(max_length=3)),
                ("name", models.TextField()),
                ("address", models.TextField()),
                ("latitude", models.FloatField(null=True)),
                ("longitude", models.FloatField(null=True)),
                ("os_id", models.CharField(db_index=True, max_length=15, null=True)),
                ("said", models.JSONField(default=dict)),
                ("exact_key", models.CharField(db_index=True, max_length=64)),
                ("line", models.PositiveIntegerField()),
                ("given", models.JSONField(default=dict)),
                ("warnings", models.JSONField(default=list)),
                (
                    "facility",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="contributions",
                        to="record.facility",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="record.facilitylist",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FacilitySuccessor",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="leads_to",
                        to="record.facility",
                    ),
                ),
                (
                    "successor",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="comes_from",
                        to="record.facility",
                    ),
                ),
            ],
            options={
                "ordering": ("facility", "position"),
            },
        ),
        migrations.CreateModel(
            name="FacilityTouch",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("detail", models.JSONField(default=dict)),
                (
                    "event",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touches",
                        to="record.facilityevent",
                    ),
                ),
                (
                    "facility",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="touches",
                        to="record.facility",
                    ),
                ),
            ],
            options={
                "ordering": ("event", "id"),
            },
        ),
        migrations.AddConstraint(
            model_name="facilityevent",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "kind__in",
                        [
                            "registered",
                            "joined",
                            "corrected",
                            "closed",
                            "merged",
                            "split",
                            "undone",
                        ],
                    )
                ),
                name="facilityevent_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilitylist",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["receiving", "kept"])),
                name="facilitylist_state_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilitylist",
            constraint=models.UniqueConstraint(
                fields=("contributor", "sha256"), name="facility_list_once"
            ),
        ),
        migrations.AddIndex(
            model_name="facility",
            index=models.Index(fields=["country", "status"], name="facility_by_country"),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(
                        ("latitude__gte", -90),
                        ("latitude__isnull", False),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__isnull", False),
                        ("longitude__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="facility_lies_on_the_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="facility",
            constraint=models.CheckConstraint(
                condition=models.Q(("status__in", ["active", "closed", "merged", "split"])),
                name="facility_status_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilitydecision",
            constraint=models.CheckConstraint(
                condition=models.Q(("ruling__in", ["accept", "reject", "undo"])),
                name="ruling_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityrow",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(
                        ("latitude__gte", -90),
                        ("latitude__isnull", False),
                        ("latitude__lte", 90),
                        ("longitude__gte", -180),
                        ("longitude__isnull", False),
                        ("longitude__lte", 180),
                    ),
                    _connector="OR",
                ),
                name="facilityrow_lies_on_the_globe",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityrow",
            constraint=models.CheckConstraint(
                condition=models.Q(("line__gte", 1)), name="facilityrow_line_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="facilityrow",
            constraint=models.UniqueConstraint(fields=("source", "line"), name="facility_row_once"),
        ),
        migrations.AddConstraint(
            model_name="facilitysuccessor",
            constraint=models.UniqueConstraint(
                fields=("facility", "successor"), name="successor_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="facilitysuccessor",
            constraint=models.CheckConstraint(
                condition=models.Q(("facility", models.F("successor")), _negated=True),
                name="successor_is_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="facilitytouch",
            constraint=models.UniqueConstraint(
                fields=("event", "facility"), name="facility_touched_once"
            ),
        ),
        *(
            migrations.RunSQL(
                sql=REFUSE_CHANGE.format(table=table, verb=verb, VERB=verb.upper()),
                reverse_sql=DROP.format(table=table, verb=verb),
            )
            for table in GROWING
            for verb in VERBS
        ),
        migrations.RunSQL(sql=KEEP_FACILITY, reverse_sql="DROP TRIGGER record_facility_no_delete;"),
    ]
