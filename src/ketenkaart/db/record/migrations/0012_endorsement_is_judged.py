"""Runs of the reader of endorsement, samples drawn from them, and judgements: they only grow."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

GROWING = ("run", "reading", "sample", "item", "judgement")
REFUSE_CHANGE = """
CREATE TRIGGER record_endorsement{table}_no_{verb} BEFORE {VERB} ON record_endorsement{table}
BEGIN
    SELECT RAISE(ABORT, 'what was read, drawn and judged is never changed or removed');
END;
"""
DROP = "DROP TRIGGER record_endorsement{table}_no_{verb};"


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0011_frozen_baselines"),
    ]

    operations = [
        migrations.CreateModel(
            name="EndorsementRun",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("reader", models.CharField(max_length=64)),
                ("sha256", models.CharField(max_length=64)),
                ("summary", models.JSONField()),
                ("kept_at", models.DateTimeField()),
                ("kept_by", models.CharField(max_length=150)),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("name",), name="endorsementrun_name_once"),
                    models.UniqueConstraint(fields=("sha256",), name="endorsementrun_rows_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="EndorsementReading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("file", models.TextField()),
                ("sha256", models.CharField(max_length=64, null=True)),
                ("state", models.CharField(max_length=20)),
                ("level", models.PositiveSmallIntegerField(null=True)),
                ("content", models.JSONField()),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="readings",
                        to="record.endorsementrun",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="EndorsementSample",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=80)),
                ("seed", models.BigIntegerField()),
                ("allocation", models.CharField(max_length=20)),
                ("strata", models.JSONField()),
                ("drawn_at", models.DateTimeField()),
                ("drawn_by", models.CharField(max_length=150)),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="samples",
                        to="record.endorsementrun",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="EndorsementItem",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.PositiveIntegerField()),
                (
                    "reading",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="record.endorsementreading",
                    ),
                ),
                (
                    "sample",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="items",
                        to="record.endorsementsample",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
            },
        ),
        migrations.CreateModel(
            name="EndorsementJudgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("coder", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=20)),
                ("level", models.CharField(max_length=30, null=True)),
                ("note", models.TextField(null=True)),
                (
                    "item",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="judgements",
                        to="record.endorsementitem",
                    ),
                ),
                (
                    "withdraws",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn_by",
                        to="record.endorsementjudgement",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("action__in", ["judge", "resolve", "withdraw"])),
                        name="endorsementjudgement_action_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "level__in",
                                [
                                    "none",
                                    "mention",
                                    "reference_framework",
                                    "endorsement",
                                    "cannot_tell",
                                ],
                            )
                        ),
                        name="endorsementjudgement_level_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("action", "withdraw"),
                                ("level__isnull", True),
                                ("withdraws__isnull", False),
                            ),
                            models.Q(
                                models.Q(("action", "withdraw"), _negated=True),
                                ("level__isnull", False),
                                ("withdraws__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="endorsementjudgement_has_a_level",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("withdraws__isnull", True),
                            ("withdraws__lt", models.F("id")),
                            _connector="OR",
                        ),
                        name="endorsementjudgement_withdraws_an_earlier_one",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("action", "resolve"), _negated=True),
                            models.Q(
                                ("note__isnull", False), models.Q(("note", ""), _negated=True)
                            ),
                            _connector="OR",
                        ),
                        name="endorsementjudgement_resolution_has_a_reason",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="endorsementreading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("level__isnull", False), ("level__lte", 3), ("state", "read")),
                    models.Q(
                        ("level__isnull", True),
                        ("state__in", ["unreadable", "refused", "duplicate"]),
                    ),
                    _connector="OR",
                ),
                name="endorsementreading_level_if_read",
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsementreading",
            constraint=models.UniqueConstraint(
                fields=("run", "position"), name="endorsementreading_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsementsample",
            constraint=models.UniqueConstraint(
                fields=("name",), name="endorsementsample_name_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsementitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "number"), name="endorsementitem_number"
            ),
        ),
        migrations.AddConstraint(
            model_name="endorsementitem",
            constraint=models.UniqueConstraint(
                fields=("sample", "reading"), name="endorsementitem_once"
            ),
        ),
        *(
            migrations.RunSQL(
                sql=REFUSE_CHANGE.format(table=table, verb=verb, VERB=verb.upper()),
                reverse_sql=DROP.format(table=table, verb=verb),
            )
            for table in GROWING
            for verb in ("update", "delete")
        ),
    ]
