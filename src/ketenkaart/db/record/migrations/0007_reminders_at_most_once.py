"""A reminder is kept before it is sent, and what came of it afterwards: at most once."""

from __future__ import annotations

from typing import Any, ClassVar

import django.db.models.deletion
from django.db import migrations, models

GROWING = ("reminder", "reminderoutcome")
VERBS = ("update", "delete")
REFUSE_CHANGE = """
CREATE TRIGGER record_{table}_no_{verb} BEFORE {VERB} ON record_{table}
BEGIN
    SELECT RAISE(ABORT, 'this is never changed or removed: withdraw it, or add to it');
END;
"""
DROP = "DROP TRIGGER record_{table}_no_{verb};"


def _refuse(table: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            sql=REFUSE_CHANGE.format(table=table, verb=verb, VERB=verb.upper()),
            reverse_sql=DROP.format(table=table, verb=verb),
        )
        for verb in VERBS
    ]


def _allow(table: str) -> list[migrations.RunSQL]:
    return [
        migrations.RunSQL(
            sql=DROP.format(table=table, verb=verb),
            reverse_sql=REFUSE_CHANGE.format(table=table, verb=verb, VERB=verb.upper()),
        )
        for verb in VERBS
    ]


class Migration(migrations.Migration):
    """Adds attempts and outcomes; what was noted until now had been taken by the mail server."""

    dependencies: ClassVar[list[tuple[str, str]]] = [("record", "0006_letters_are_judged")]
    operations: ClassVar[list[Any]] = [
        *_allow("remindersent"),
        migrations.RemoveConstraint(model_name="remindersent", name="reminder_sent_once"),
        migrations.RenameModel(old_name="ReminderSent", new_name="Reminder"),
        migrations.AlterModelOptions(name="reminder", options={"ordering": ("id",)}),
        migrations.AddField(
            model_name="reminder", name="attempt", field=models.PositiveIntegerField(default=1)
        ),
        migrations.AddConstraint(
            model_name="reminder",
            constraint=models.UniqueConstraint(
                fields=("owner", "item", "due", "mark", "attempt"), name="reminder_once"
            ),
        ),
        migrations.CreateModel(
            name="ReminderOutcome",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("value", models.CharField(max_length=10)),
                ("recorded_at", models.DateTimeField()),
                (
                    "reminder",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="outcome",
                        to="record.reminder",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("value__in", ["sent", "refused", "given_up"])),
                        name="reminderoutcome_value_is_known",
                    )
                ]
            },
        ),
        migrations.RunSQL(
            sql=(
                "INSERT INTO record_reminderoutcome (value, recorded_at, reminder_id) "
                "SELECT 'sent', recorded_at, id FROM record_reminder;"
            ),
            reverse_sql="DELETE FROM record_reminderoutcome;",
        ),
        *_refuse("reminder"),
        *_refuse("reminderoutcome"),
    ]
