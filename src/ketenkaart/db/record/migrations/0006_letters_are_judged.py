"""Readings, proposals and judgements, which only grow; letters that are no parliamentary paper."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

GROWING = ("reading", "candidate", "judgement", "entrycode")
REFUSE_CHANGE = """
CREATE TRIGGER record_{table}_no_{verb} BEFORE {VERB} ON record_{table}
BEGIN
    SELECT RAISE(ABORT, 'what was read and judged is never changed or removed');
END;
"""
DROP = "DROP TRIGGER record_{table}_no_{verb};"


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0005_parliament"),
    ]

    operations = [
        migrations.CreateModel(
            name="Candidate",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("kind", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=40)),
                ("code", models.CharField(max_length=20)),
                ("span_start", models.PositiveIntegerField()),
                ("span_end", models.PositiveIntegerField()),
                ("confidence", models.FloatField(null=True)),
                ("proposal", models.JSONField()),
            ],
            options={
                "ordering": ("position",),
            },
        ),
        migrations.CreateModel(
            name="EntryCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letter", models.CharField(max_length=80)),
                ("key", models.CharField(max_length=60)),
                ("code", models.CharField(max_length=20)),
            ],
        ),
        migrations.CreateModel(
            name="Judgement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letter", models.CharField(max_length=80)),
                ("coder", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
                ("action", models.CharField(max_length=20)),
                ("keys", models.JSONField(default=list)),
                ("value", models.JSONField(default=list)),
                ("note", models.TextField(null=True)),
                ("by_consensus", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Reading",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("letter", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=200)),
                ("sha256", models.CharField(max_length=64)),
                ("media_type", models.CharField(max_length=100)),
                ("extractor", models.CharField(max_length=80)),
                ("lexicon_sha256", models.CharField(max_length=64)),
                ("read_at", models.DateTimeField()),
                ("read_by", models.CharField(max_length=150)),
                ("extract", models.JSONField()),
                ("text", models.TextField()),
                ("runs", models.JSONField()),
                ("sentences", models.JSONField()),
                ("content", models.JSONField()),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.RemoveConstraint(
            model_name="commitment",
            name="commitment_date_type_is_known",
        ),
        migrations.RemoveConstraint(
            model_name="theme",
            name="theme_number_is_one_to_nine",
        ),
        migrations.AlterField(
            model_name="letter",
            name="dossier",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AlterField(
            model_name="letter",
            name="number",
            field=models.CharField(max_length=40, null=True),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "date_type__in",
                        [
                            "none",
                            "day",
                            "year",
                            "years",
                            "quarter_end",
                            "season",
                            "period",
                            "relative",
                            "derived",
                            "announcement",
                            "past",
                            "ongoing",
                            "rule",
                            "wish",
                        ],
                    )
                ),
                name="commitment_date_type_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1)), name="theme_number_counts_from_one"
            ),
        ),
        migrations.AddConstraint(
            model_name="entrycode",
            constraint=models.UniqueConstraint(fields=("letter", "key"), name="entrycode_key_once"),
        ),
        migrations.AddConstraint(
            model_name="entrycode",
            constraint=models.UniqueConstraint(
                fields=("letter", "code"), name="entrycode_code_once"
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="withdraws",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="withdrawn_by",
                to="record.judgement",
            ),
        ),
        migrations.AddField(
            model_name="reading",
            name="supersedes",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="superseded_by",
                to="record.reading",
            ),
        ),
        migrations.AddField(
            model_name="judgement",
            name="reading",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="judgements",
                to="record.reading",
            ),
        ),
        migrations.AddField(
            model_name="candidate",
            name="reading",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="candidates",
                to="record.reading",
            ),
        ),
        migrations.AddIndex(
            model_name="reading",
            index=models.Index(fields=["letter", "id"], name="reading_of_letter"),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("supersedes__isnull", True),
                    ("supersedes__lt", models.F("id")),
                    _connector="OR",
                ),
                name="reading_supersedes_an_earlier_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="reading",
            constraint=models.UniqueConstraint(
                condition=models.Q(("supersedes__isnull", True)),
                fields=("letter",),
                name="reading_first_of_letter_once",
            ),
        ),
        migrations.AddIndex(
            model_name="judgement",
            index=models.Index(fields=["letter", "coder"], name="judgement_of_letter"),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "action__in",
                        [
                            "accept",
                            "correct",
                            "split",
                            "merge",
                            "reject",
                            "add",
                            "withdraw",
                            "resolve",
                        ],
                    )
                ),
                name="judgement_action_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action", "withdraw"), ("withdraws__isnull", False)),
                    models.Q(
                        models.Q(("action", "withdraw"), _negated=True), ("withdraws__isnull", True)
                    ),
                    _connector="OR",
                ),
                name="judgement_withdrawal_names_one",
            ),
        ),
        migrations.AddConstraint(
            model_name="judgement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("action", "resolve"), _negated=True),
                    models.Q(("note__isnull", False), models.Q(("note", ""), _negated=True)),
                    _connector="OR",
                ),
                name="judgement_resolution_has_a_reason",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["recommendation", "commitment", "reference"])),
                name="candidate_kind_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.CheckConstraint(
                condition=models.Q(("span_start__lt", models.F("span_end"))),
                name="candidate_span_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(
                fields=("reading", "key"), name="candidate_key_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="candidate",
            constraint=models.UniqueConstraint(
                fields=("reading", "code"), name="candidate_code_once"
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
