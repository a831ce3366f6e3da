"""Versions of the facts about instruments: only ever added, and published by a second person."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

GROWING = ("instrumentversion", "instrumentdecision")
VERBS = ("update", "delete")
REFUSE_CHANGE = """
CREATE TRIGGER record_{table}_no_{verb} BEFORE {VERB} ON record_{table}
BEGIN
    SELECT RAISE(ABORT, 'versions of facts are never changed or removed: add a further one');
END;
"""
DROP = "DROP TRIGGER record_{table}_no_{verb};"
SECOND_PERSON = """
CREATE TRIGGER record_instrumentdecision_second_person BEFORE INSERT ON record_instrumentdecision
WHEN NEW.outcome = 'published'
    AND NEW.by = (SELECT by FROM record_instrumentversion WHERE id = NEW.version_id)
BEGIN
    SELECT RAISE(ABORT, 'whoever wrote a version does not publish it');
END;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("record", "0009_facility_facts"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="InstrumentVersion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("instrument", models.CharField(db_index=True, max_length=80)),
                ("number", models.PositiveIntegerField()),
                ("text", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("base_sha256", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("instrument", "number"),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("instrument", "number"), name="instrumentversion_number_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("number__gte", 1)),
                        name="instrumentversion_number_from_one",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="InstrumentDecision",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("outcome", models.CharField(max_length=10)),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                (
                    "version",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decision",
                        to="record.instrumentversion",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("outcome__in", ("published", "rejected", "withdrawn"))),
                        name="instrumentdecision_outcome_known",
                    )
                ],
            },
        ),
        *(
            migrations.RunSQL(
                sql=REFUSE_CHANGE.format(table=table, verb=verb, VERB=verb.upper()),
                reverse_sql=DROP.format(table=table, verb=verb),
            )
            for table in GROWING
            for verb in VERBS
        ),
        migrations.RunSQL(
            sql=SECOND_PERSON,
            reverse_sql="DROP TRIGGER record_instrumentdecision_second_person;",
        ),
    ]
