"""The audit trail can only grow: the database itself refuses to change or remove an entry."""

from __future__ import annotations

from django.db import migrations

REFUSE_CHANGE = """
CREATE TRIGGER record_auditentry_no_{verb} BEFORE {VERB} ON record_auditentry
BEGIN
    SELECT RAISE(ABORT, 'audit entries are never changed or removed');
END;
"""
DROP = "DROP TRIGGER record_auditentry_no_{verb};"


class Migration(migrations.Migration):
    dependencies = [("record", "0001_initial")]
    operations = [
        migrations.RunSQL(
            sql=REFUSE_CHANGE.format(verb=verb, VERB=verb.upper()),
            reverse_sql=DROP.format(verb=verb),
        )
        for verb in ("update", "delete")
    ]
