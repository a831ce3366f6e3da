"""Baselines that somebody signed: a row per indicator, never changed or removed."""

from __future__ import annotations

from typing import Any, ClassVar

from django.db import migrations, models

REFUSE_CHANGE = """
CREATE TRIGGER record_frozenbaseline_no_{verb} BEFORE {VERB} ON record_frozenbaseline
BEGIN
    SELECT RAISE(ABORT, 'a frozen baseline is never changed or removed');
END;
"""


class Migration(migrations.Migration):
    dependencies: ClassVar[list[tuple[str, str]]] = [
        ("record", "0010_instrument_versions"),
    ]

    operations: ClassVar[list[Any]] = [
        migrations.CreateModel(
            name="FrozenBaseline",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("indicator", models.CharField(max_length=80)),
                ("content", models.TextField()),
                ("sha256", models.CharField(max_length=64)),
                ("reason", models.TextField()),
                ("by", models.CharField(max_length=150)),
                ("at", models.DateTimeField()),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(fields=("indicator",), name="frozenbaseline_once")
                ],
            },
        ),
        *(
            migrations.RunSQL(
                sql=REFUSE_CHANGE.format(verb=verb, VERB=verb.upper()),
                reverse_sql=f"DROP TRIGGER record_frozenbaseline_no_{verb};",
            )
            for verb in ("update", "delete")
        ),
    ]
