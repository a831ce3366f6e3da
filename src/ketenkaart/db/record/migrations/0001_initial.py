import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("at", models.DateTimeField()),
                ("actor", models.CharField(max_length=200)),
                ("action", models.CharField(max_length=60)),
                ("subject", models.CharField(max_length=200)),
                ("before_sha256", models.CharField(max_length=64, null=True)),
                ("after_sha256", models.CharField(max_length=64)),
                ("counts", models.JSONField(default=dict)),
            ],
            options={
                "ordering": ("id",),
            },
        ),
        migrations.CreateModel(
            name="Letter",
            fields=[
                ("citation_source", models.CharField(max_length=80)),
                ("citation_locator", models.TextField(null=True)),
                ("citation_grade", models.CharField(max_length=10)),
                ("citation_note_nl", models.TextField(null=True)),
                ("citation_note_en", models.TextField(null=True)),
                ("id", models.CharField(max_length=80, primary_key=True, serialize=False)),
                ("title_nl", models.TextField()),
                ("title_en", models.TextField()),
                ("dossier", models.CharField(max_length=40)),
                ("number", models.CharField(max_length=40)),
                ("date", models.DateField()),
                ("sender", models.CharField(max_length=200)),
                ("characters", models.PositiveIntegerField()),
                ("sha256", models.CharField(max_length=64)),
                ("content_sha256", models.CharField(max_length=64)),
            ],
            options={
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("citation_grade__in", ["sure", "likely", "check", "assumed"])
                        ),
                        name="letter_citation_grade_is_known",
                    ),
                    models.UniqueConstraint(fields=("dossier", "number"), name="letter_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Finding",
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
                ("slug", models.CharField(max_length=80)),
                ("found_on", models.DateField(null=True)),
                ("statement_nl", models.TextField()),
                ("statement_en", models.TextField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="findings",
                        to="record.letter",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Commitment",
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
                ("locator_quote", models.CharField(max_length=200)),
                ("locator_start", models.PositiveIntegerField()),
                ("locator_end", models.PositiveIntegerField()),
                ("locator_line", models.PositiveIntegerField()),
                ("position", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=20)),
                ("summary_nl", models.TextField()),
                ("summary_en", models.TextField()),
                ("date_text_nl", models.TextField(null=True)),
                ("date_text_en", models.TextField(null=True)),
                ("date_type", models.CharField(max_length=20)),
                ("date_type_note", models.TextField(null=True)),
                ("due", models.DateField(null=True)),
                ("due_reading_nl", models.TextField(null=True)),
                ("due_reading_en", models.TextField(null=True)),
                ("due_citation", models.JSONField(null=True)),
                ("responsible_nl", models.TextField()),
                ("responsible_en", models.TextField()),
                ("status_in_letter_nl", models.TextField()),
                ("status_in_letter_en", models.TextField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitments",
                        to="record.letter",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="Recommendation",
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
                ("locator_quote", models.CharField(max_length=200)),
                ("locator_start", models.PositiveIntegerField()),
                ("locator_end", models.PositiveIntegerField()),
                ("locator_line", models.PositiveIntegerField()),
                ("position", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=20)),
                ("summary_nl", models.TextField()),
                ("summary_en", models.TextField()),
                ("parts", models.JSONField(default=list)),
                ("sentence_group", models.CharField(max_length=20)),
                ("response_block", models.CharField(max_length=20)),
                ("response_class", models.CharField(max_length=20)),
                ("acceptable_classes", models.JSONField(default=list)),
                ("government_position", models.CharField(max_length=20)),
                ("follow_up", models.CharField(max_length=20)),
                ("coding_note_nl", models.TextField(null=True)),
                ("coding_note_en", models.TextField(null=True)),
                ("response_explicit", models.BooleanField()),
                ("response_quote", models.CharField(max_length=200, null=True)),
                ("response_start", models.PositiveIntegerField(null=True)),
                ("response_end", models.PositiveIntegerField(null=True)),
                ("response_line", models.PositiveIntegerField(null=True)),
                ("ambiguous", models.BooleanField()),
                ("reason_nl", models.TextField(null=True)),
                ("reason_en", models.TextField(null=True)),
                ("project_nl", models.TextField(null=True)),
                ("project_en", models.TextField(null=True)),
                ("coding_citation", models.JSONField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recommendations",
                        to="record.letter",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecommendationCommitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recommendation_links",
                        to="record.commitment",
                    ),
                ),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitment_links",
                        to="record.recommendation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Reference",
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
                ("locator_quote", models.CharField(max_length=200)),
                ("locator_start", models.PositiveIntegerField()),
                ("locator_end", models.PositiveIntegerField()),
                ("locator_line", models.PositiveIntegerField()),
                ("position", models.PositiveIntegerField()),
                ("code", models.CharField(max_length=80)),
                ("label_nl", models.TextField()),
                ("label_en", models.TextField()),
                ("description_nl", models.TextField()),
                ("description_en", models.TextField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="references",
                        to="record.letter",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="RecommendationReference",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "recommendation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="reference_links",
                        to="record.recommendation",
                    ),
                ),
                (
                    "reference",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="recommendation_links",
                        to="record.reference",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Theme",
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
                ("number", models.PositiveSmallIntegerField()),
                ("slug", models.CharField(max_length=80)),
                ("name_nl", models.TextField()),
                ("name_en", models.TextField()),
                ("description_nl", models.TextField()),
                ("description_en", models.TextField()),
                (
                    "letter",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="themes",
                        to="record.letter",
                    ),
                ),
            ],
            options={
                "ordering": ("number",),
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="recommendation",
            name="theme",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="recommendations",
                to="record.theme",
            ),
        ),
        migrations.CreateModel(
            name="Verdict",
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
                ("value", models.CharField(max_length=20)),
                ("found_on", models.DateField(null=True)),
                ("statement_nl", models.TextField()),
                ("statement_en", models.TextField()),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="verdicts",
                        to="record.commitment",
                    ),
                ),
            ],
            options={
                "ordering": ("position",),
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="FindingCommitment",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "commitment",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="finding_links",
                        to="record.commitment",
                    ),
                ),
                (
                    "finding",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="commitment_links",
                        to="record.finding",
                    ),
                ),
            ],
            options={
                "ordering": ("id",),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("finding", "commitment"), name="finding_link_once"
                    )
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation_grade__in", ["sure", "likely", "check", "assumed"])),
                name="finding_citation_grade_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="finding",
            constraint=models.UniqueConstraint(fields=("letter", "slug"), name="finding_once"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation_grade__in", ["sure", "likely", "check", "assumed"])),
                name="commitment_citation_grade_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator_start__lt", models.F("locator_end"))),
                name="commitment_locator_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "date_type__in",
                        [
                            "none",
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
            model_name="commitment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("due__isnull", True), ("due_reading_nl__isnull", False), _connector="OR"
                ),
                name="commitment_due_is_explained",
            ),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(fields=("letter", "code"), name="commitment_once"),
        ),
        migrations.AddConstraint(
            model_name="commitment",
            constraint=models.UniqueConstraint(
                fields=("letter", "position"), name="commitment_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendationcommitment",
            constraint=models.UniqueConstraint(
                fields=("recommendation", "commitment"), name="commitment_link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation_grade__in", ["sure", "likely", "check", "assumed"])),
                name="reference_citation_grade_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator_start__lt", models.F("locator_end"))),
                name="reference_locator_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="reference",
            constraint=models.UniqueConstraint(fields=("letter", "code"), name="reference_once"),
        ),
        migrations.AddConstraint(
            model_name="recommendationreference",
            constraint=models.UniqueConstraint(
                fields=("recommendation", "reference"), name="reference_link_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation_grade__in", ["sure", "likely", "check", "assumed"])),
                name="theme_citation_grade_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__gte", 1), ("number__lte", 9)),
                name="theme_number_is_one_to_nine",
            ),
        ),
        migrations.AddConstraint(
            model_name="theme",
            constraint=models.UniqueConstraint(fields=("letter", "number"), name="theme_once"),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation_grade__in", ["sure", "likely", "check", "assumed"])),
                name="recommendation_citation_grade_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(("locator_start__lt", models.F("locator_end"))),
                name="recommendation_locator_in_order",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "response_class__in",
                        [
                            "adopted",
                            "adopted_in_part",
                            "standing_policy",
                            "to_be_considered",
                            "not_adopted",
                            "outside_scope",
                        ],
                    )
                ),
                name="recommendation_response_class_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "government_position__in",
                        ["adopted", "adopted_in_part", "not_adopted", "none_given"],
                    )
                ),
                name="recommendation_government_position_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "follow_up__in",
                        [
                            "new_action",
                            "revision_done",
                            "standing_policy",
                            "deferred",
                            "no_action",
                            "outside_scope",
                        ],
                    )
                ),
                name="recommendation_follow_up_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(
                fields=("letter", "code"), name="recommendation_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="recommendation",
            constraint=models.UniqueConstraint(
                fields=("letter", "position"), name="recommendation_order"
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("citation_grade__in", ["sure", "likely", "check", "assumed"])),
                name="verdict_citation_grade_is_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="verdict",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__in", ["kept", "kept_late", "partly_kept", "not_kept"])),
                name="verdict_value_is_known",
            ),
        ),
    ]
