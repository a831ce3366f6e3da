"""Tables of parliament's open data; what is noted about motions only grows."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

REFUSE_CHANGE = """
CREATE TRIGGER record_motionnote_no_{verb} BEFORE {VERB} ON record_motionnote
BEGIN
    SELECT RAISE(ABORT, 'what was noted about a motion is never changed or removed');
END;
"""
DROP = "DROP TRIGGER record_motionnote_no_{verb};"


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0004_follow_up"),
    ]

    operations = [
        migrations.CreateModel(
            name="ParliamentCommitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.CharField(max_length=40, unique=True)),
                ("uid", models.CharField(db_index=True, max_length=40, null=True)),
                ("text", models.TextField(default="")),
                ("status_words", models.TextField(null=True)),
                ("made_on", models.DateField(null=True)),
                ("due", models.DateField(db_index=True, null=True)),
                ("ministry", models.TextField(null=True)),
                ("minister", models.TextField(null=True)),
                ("office", models.TextField(null=True)),
                ("activity", models.TextField(null=True)),
                ("fulfilled_in", models.TextField(null=True)),
                ("is_removed", models.BooleanField(default=False)),
            ],
            options={
                "ordering": ("due", "number"),
            },
        ),
        migrations.CreateModel(
            name="Dossier",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("dossier", models.CharField(max_length=20)),
                ("title", models.TextField()),
            ],
            options={
                "ordering": ("dossier", "title"),
                "constraints": [
                    models.UniqueConstraint(fields=("dossier", "title"), name="dossier_title_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="Paper",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("key", models.CharField(max_length=80, unique=True)),
                ("uid", models.CharField(db_index=True, max_length=40, null=True)),
                ("paper", models.CharField(db_index=True, max_length=40, null=True)),
                ("kind", models.CharField(max_length=20)),
                ("kind_words", models.TextField(default="")),
                ("dossier_title", models.TextField(default="")),
                ("subject", models.TextField(default="")),
                ("number", models.PositiveIntegerField(null=True)),
                ("dated", models.DateField(db_index=True, null=True)),
                ("session_year", models.CharField(max_length=20, null=True)),
                ("case", models.CharField(max_length=40, null=True)),
                ("document", models.CharField(max_length=40, null=True)),
                ("replaces", models.JSONField(default=list)),
                ("also", models.JSONField(default=list)),
                ("is_removed", models.BooleanField(default=False)),
                ("search", models.TextField(default="")),
            ],
            options={
                "ordering": ("-dated", "key"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["letter", "motion", "amendment", "questions", "report", "other"],
                            )
                        ),
                        name="paper_kind_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="MotionNote",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("citation_source", models.CharField(max_length=80)),
                ("citation_locator", models.TextField(null=True)),
                ("citation_grade", models.CharField(max_length=10)),
                ("citation_note_nl", models.TextField(null=True)),
                ("citation_note_en", models.TextField(null=True)),
                ("motion", models.CharField(db_index=True, max_length=40)),
                ("kind", models.CharField(max_length=30)),
                ("item", models.CharField(max_length=200, null=True)),
                ("value", models.CharField(max_length=20, null=True)),
                ("found_on", models.DateField(null=True)),
                ("statement_nl", models.TextField()),
                ("statement_en", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                (
                    "withdraws",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="withdrawn_by",
                        to="record.motionnote",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("citation_grade__in", ["sure", "likely", "check", "assumed"])
                        ),
                        name="motionnote_citation_grade_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                ["link", "government_report", "independent_verdict", "withdrawal"],
                            )
                        ),
                        name="motionnote_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__isnull", True),
                            ("value__in", ["kept", "kept_late", "partly_kept", "not_kept"]),
                            _connector="OR",
                        ),
                        name="motionnote_value_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "independent_verdict"), ("value__isnull", False)),
                            ("value__isnull", True),
                            _connector="OR",
                        ),
                        name="motionnote_only_verdicts_have_values",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "withdrawal"), ("withdraws__isnull", False)),
                            models.Q(
                                models.Q(("kind", "withdrawal"), _negated=True),
                                ("withdraws__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="motionnote_withdrawal_names_a_note",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("kind", "link"), _negated=True),
                            ("item__isnull", False),
                            _connector="OR",
                        ),
                        name="motionnote_link_names_an_item",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Motion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("movers", models.JSONField(default=list)),
                ("and_others", models.BooleanField(default=False)),
                ("signatories", models.JSONField(default=list)),
                ("requests", models.JSONField(default=list)),
                ("paragraphs", models.JSONField(default=list)),
                ("appreciation", models.CharField(db_index=True, max_length=40, null=True)),
                ("appreciation_words", models.TextField(null=True)),
                ("vote", models.CharField(max_length=20, null=True)),
                ("voted_on", models.DateField(null=True)),
                (
                    "paper",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="motion",
                        to="record.paper",
                    ),
                ),
            ],
            options={
                "ordering": ("-paper__dated", "paper__key"),
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("appreciation__isnull", True),
                            (
                                "appreciation__in",
                                [
                                    "left_to_parliament",
                                    "advised_against",
                                    "advised_against_unless_changed",
                                    "premature",
                                    "redundant",
                                    "taken_over",
                                    "asked_to_hold",
                                    "none_explicit",
                                    "not_available",
                                    "awaited",
                                    "other",
                                ],
                            ),
                            _connector="OR",
                        ),
                        name="motion_appreciation_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("vote__isnull", True),
                            (
                                "vote__in",
                                ["adopted", "rejected", "withdrawn", "held_over", "lapsed"],
                            ),
                            _connector="OR",
                        ),
                        name="motion_vote_is_known",
                    ),
                ],
            },
        ),
        *(
            migrations.RunSQL(
                sql=REFUSE_CHANGE.format(verb=verb, VERB=verb.upper()),
                reverse_sql=DROP.format(verb=verb),
            )
            for verb in ("update", "delete")
        ),
    ]
