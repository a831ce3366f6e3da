"""Tables of follow-up; those that keep history only grow, as the database itself sees to."""

from __future__ import annotations

import django.db.models.deletion
from django.db import migrations, models

GROWING = (
    "claim", "evidence", "independentverdict", "deadlinechange", "assignment", "withdrawal",
    "decision", "remindersent",
)  # fmt: skip
REFUSE_CHANGE = """
CREATE TRIGGER record_{table}_no_{verb} BEFORE {VERB} ON record_{table}
BEGIN
    SELECT RAISE(ABORT, 'what was recorded is never changed or removed');
END;
"""
DROP = "DROP TRIGGER record_{table}_no_{verb};"


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0003_owner_is_no_verifier"),
    ]

    operations = [
        migrations.CreateModel(
            name="Assignment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(db_index=True, max_length=200)),
                ("day", models.DateField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                ("owner", models.CharField(max_length=150)),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="DeadlineChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(db_index=True, max_length=200)),
                ("day", models.DateField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                ("due", models.DateField()),
                ("reason", models.TextField()),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Claim",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(db_index=True, max_length=200)),
                ("day", models.DateField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                ("value", models.CharField(max_length=20)),
                ("text", models.TextField()),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("value__in", ["done", "under_way", "not_started", "not_intended"])
                        ),
                        name="claim_value_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Decision",
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
                ("about", models.CharField(db_index=True, max_length=200)),
                ("content", models.JSONField()),
                ("decided_on", models.DateField(null=True)),
                ("slug", models.CharField(max_length=80, null=True, unique=True)),
                ("recorded_by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("citation_grade__in", ["sure", "likely", "check", "assumed"])
                        ),
                        name="decision_citation_grade_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Evidence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(db_index=True, max_length=200)),
                ("day", models.DateField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                ("kind", models.CharField(max_length=10)),
                ("title", models.TextField()),
                ("document_day", models.DateField(null=True)),
                ("url", models.TextField(null=True)),
                ("sha256", models.CharField(max_length=64, null=True)),
                ("file_name", models.CharField(max_length=200, null=True)),
                ("media_type", models.CharField(max_length=100, null=True)),
                ("size_bytes", models.PositiveBigIntegerField(null=True)),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["cited", "link", "file"])),
                        name="evidence_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("kind", "link"), ("sha256__isnull", True), ("url__isnull", False)
                            ),
                            models.Q(
                                ("file_name__isnull", False),
                                ("kind", "file"),
                                ("media_type__isnull", False),
                                ("sha256__isnull", False),
                                ("size_bytes__isnull", False),
                                ("url__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="evidence_is_link_or_file",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Handover",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(db_index=True, max_length=200)),
                ("day", models.DateField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                ("giver", models.CharField(max_length=150)),
                ("taker", models.CharField(max_length=150)),
                ("note", models.TextField()),
                ("state", models.CharField(max_length=10)),
                ("answered_on", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["pending", "accepted", "declined"])),
                        name="handover_state_is_known",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "pending")),
                        fields=("item",),
                        name="handover_pending_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("giver", models.F("taker")), _negated=True),
                        name="handover_between_two",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IndependentVerdict",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("item", models.CharField(db_index=True, max_length=200)),
                ("day", models.DateField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
                ("value", models.CharField(max_length=20)),
                ("kept_on", models.DateField(null=True)),
                ("statement", models.TextField()),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "value__in",
                                [
                                    "kept",
                                    "kept_late",
                                    "partly_kept",
                                    "not_kept",
                                    "cannot_be_judged",
                                ],
                            )
                        ),
                        name="independentverdict_value_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kept_on__isnull", True),
                            ("kept_on__lte", models.F("day")),
                            _connector="OR",
                        ),
                        name="verdict_not_before_it_was_kept",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Plan",
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
                ("slug", models.CharField(max_length=80, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("content", models.JSONField()),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("citation_grade__in", ["sure", "likely", "check", "assumed"])
                        ),
                        name="plan_citation_grade_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["countdown", "consultation"])),
                        name="plan_kind_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PolicyOption",
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
                ("project", models.CharField(db_index=True, max_length=80)),
                ("slug", models.CharField(max_length=80, null=True, unique=True)),
                ("title_nl", models.TextField()),
                ("title_en", models.TextField()),
                ("description_nl", models.TextField()),
                ("description_en", models.TextField()),
                ("marks", models.JSONField(default=dict)),
                ("notes", models.JSONField(default=dict)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("citation_grade__in", ["sure", "likely", "check", "assumed"])
                        ),
                        name="policyoption_citation_grade_is_known",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="RegisterEntry",
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
                ("slug", models.CharField(max_length=80, unique=True)),
                ("kind", models.CharField(max_length=20)),
                ("title_nl", models.TextField()),
                ("title_en", models.TextField()),
                ("description_nl", models.TextField()),
                ("description_en", models.TextField()),
                ("items", models.JSONField(default=list)),
                ("state", models.CharField(max_length=10)),
                ("note", models.TextField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
            ],
            options={
                "ordering": ("id",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("citation_grade__in", ["sure", "likely", "check", "assumed"])
                        ),
                        name="registerentry_citation_grade_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("kind__in", ["trade_off", "scope"])),
                        name="registerentry_kind_is_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("state__in", ["open", "closed"])),
                        name="registerentry_state_is_known",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ReminderSent",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("owner", models.CharField(max_length=150)),
                ("item", models.CharField(max_length=200)),
                ("due", models.CharField(max_length=10)),
                ("mark", models.CharField(max_length=20)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("owner", "item", "due", "mark"), name="reminder_sent_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Withdrawal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("table", models.CharField(max_length=20)),
                ("record", models.PositiveBigIntegerField()),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("recorded_at", models.DateTimeField()),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("table__in", ["claim", "evidence", "verdict"])),
                        name="withdrawal_table_is_known",
                    ),
                    models.UniqueConstraint(fields=("table", "record"), name="withdrawal_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
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
                ("position", models.PositiveIntegerField()),
                ("name_nl", models.TextField()),
                ("name_en", models.TextField()),
                ("lead_days", models.PositiveIntegerField()),
                ("before", models.CharField(max_length=80)),
                ("done_on", models.DateField(null=True)),
                ("version", models.PositiveIntegerField(default=1)),
                (
                    "plan",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="record.plan",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("citation_grade__in", ["sure", "likely", "check", "assumed"])
                        ),
                        name="milestone_citation_grade_is_known",
                    ),
                    models.UniqueConstraint(fields=("plan", "position"), name="milestone_order"),
                ],
            },
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
