"""Nobody is owner and verifier at once: the database itself refuses the second of the two."""

from __future__ import annotations

from django.db import migrations

REFUSE_BOTH = """
CREATE TRIGGER record_owner_is_no_verifier_{verb} {WHEN} ON auth_user_groups
WHEN EXISTS (
    SELECT 1 FROM auth_group AS given, auth_group AS held, auth_user_groups AS link
    WHERE given.id = NEW.group_id AND link.user_id = NEW.user_id AND held.id = link.group_id
    AND ((given.name = 'owner' AND held.name = 'verifier')
        OR (given.name = 'verifier' AND held.name = 'owner'))
)
BEGIN
    SELECT RAISE(ABORT, 'nobody is owner and verifier at once');
END;
"""
DROP = "DROP TRIGGER record_owner_is_no_verifier_{verb};"


class Migration(migrations.Migration):
    dependencies = [
        ("record", "0002_audit_is_append_only"),
        ("auth", "0012_alter_user_first_name_max_length"),
    ]
    operations = [
        migrations.RunSQL(
            sql=REFUSE_BOTH.format(verb=verb, WHEN=f"BEFORE {verb.upper()}"),
            reverse_sql=DROP.format(verb=verb),
        )
        for verb in ("insert", "update")
    ]
