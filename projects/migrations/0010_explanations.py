"""Why a stated number differs from the records, with the triggers that keep its history."""

import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0009_imports"),
    ]

    operations = [
        pgtrigger.migrations.RemoveTrigger(
            model_name="announcement",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="announcement",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="announcement",
            name="delete_delete",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="statedtotal",
            name="insert_insert",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="statedtotal",
            name="update_update",
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="statedtotal",
            name="delete_delete",
        ),
        migrations.AddField(
            model_name="announcement",
            name="difference_note",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Shown to the public beside the difference, with what it rests on. Empty: the difference is open.",
                verbose_name="why it differs from the records",
            ),
        ),
        migrations.AddField(
            model_name="announcement",
            name="difference_note_ja",
            field=models.TextField(blank=True, default="", verbose_name="the same in Japanese"),
        ),
        migrations.AddField(
            model_name="announcementevent",
            name="difference_note",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="announcementevent",
            name="difference_note_ja",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="statedtotal",
            name="difference_note",
            field=models.TextField(
                blank=True,
                default="",
                help_text="Shown to the public beside the difference, with what it rests on. Empty: the difference is open.",
                verbose_name="why it differs from the records",
            ),
        ),
        migrations.AddField(
            model_name="statedtotal",
            name="difference_note_ja",
            field=models.TextField(blank=True, default="", verbose_name="the same in Japanese"),
        ),
        migrations.AddField(
            model_name="statedtotalevent",
            name="difference_note",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="statedtotalevent",
            name="difference_note_ja",
            field=models.TextField(default=""),
            preserve_default=False,
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "projects_announcementevent" ("body", "closes_on", "created_at", "difference_note", "difference_note_ja", "fiscal_year", "id", "key", "kind", "note", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "published_at", "published_by_id", "published_on", "published_on_precision", "publisher", "round_id", "source_id", "state", "stated_cumulative", "stated_cumulative_series", "stated_partner_countries", "stated_reduction_by_fy2030_tco2", "stated_selected", "submitted_at", "submitted_by_id", "title", "title_ja", "title_kind", "url", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id") SELECT new_values."body", new_values."closes_on", new_values."created_at", new_values."difference_note", new_values."difference_note_ja", new_values."fiscal_year", new_values."id", new_values."key", new_values."kind", new_values."note", new_values."opens_on", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."programme_id", new_values."published_at", new_values."published_by_id", new_values."published_on", new_values."published_on_precision", new_values."publisher", new_values."round_id", new_values."source_id", new_values."state", new_values."stated_cumulative", new_values."stated_cumulative_series", new_values."stated_partner_countries", new_values."stated_reduction_by_fy2030_tco2", new_values."stated_selected", new_values."submitted_at", new_values."submitted_by_id", new_values."title", new_values."title_ja", new_values."title_kind", new_values."url", new_values."withdrawal_reason", new_values."withdrawn_at", new_values."withdrawn_by_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="b22cfc3d3f0b599f4a744c1518804fb4664fd4cf",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_3225a",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="projects_announcement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."body" IS DISTINCT FROM (NEW."body") OR OLD."closes_on" IS DISTINCT FROM (NEW."closes_on") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."difference_note" IS DISTINCT FROM (NEW."difference_note") OR OLD."difference_note_ja" IS DISTINCT FROM (NEW."difference_note_ja") OR OLD."fiscal_year" IS DISTINCT FROM (NEW."fiscal_year") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."opens_on" IS DISTINCT FROM (NEW."opens_on") OR OLD."programme_id" IS DISTINCT FROM (NEW."programme_id") OR OLD."published_at" IS DISTINCT FROM (NEW."published_at") OR OLD."published_by_id" IS DISTINCT FROM (NEW."published_by_id") OR OLD."published_on" IS DISTINCT FROM (NEW."published_on") OR OLD."published_on_precision" IS DISTINCT FROM (NEW."published_on_precision") OR OLD."publisher" IS DISTINCT FROM (NEW."publisher") OR OLD."round_id" IS DISTINCT FROM (NEW."round_id") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."stated_cumulative" IS DISTINCT FROM (NEW."stated_cumulative") OR OLD."stated_cumulative_series" IS DISTINCT FROM (NEW."stated_cumulative_series") OR OLD."stated_partner_countries" IS DISTINCT FROM (NEW."stated_partner_countries") OR OLD."stated_reduction_by_fy2030_tco2" IS DISTINCT FROM (NEW."stated_reduction_by_fy2030_tco2") OR OLD."stated_selected" IS DISTINCT FROM (NEW."stated_selected") OR OLD."submitted_at" IS DISTINCT FROM (NEW."submitted_at") OR OLD."submitted_by_id" IS DISTINCT FROM (NEW."submitted_by_id") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."title_ja" IS DISTINCT FROM (NEW."title_ja") OR OLD."title_kind" IS DISTINCT FROM (NEW."title_kind") OR OLD."url" IS DISTINCT FROM (NEW."url") OR OLD."withdrawal_reason" IS DISTINCT FROM (NEW."withdrawal_reason") OR OLD."withdrawn_at" IS DISTINCT FROM (NEW."withdrawn_at") OR OLD."withdrawn_by_id" IS DISTINCT FROM (NEW."withdrawn_by_id"))',
                    func='INSERT INTO "projects_announcementevent" ("body", "closes_on", "created_at", "difference_note", "difference_note_ja", "fiscal_year", "id", "key", "kind", "note", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "published_at", "published_by_id", "published_on", "published_on_precision", "publisher", "round_id", "source_id", "state", "stated_cumulative", "stated_cumulative_series", "stated_partner_countries", "stated_reduction_by_fy2030_tco2", "stated_selected", "submitted_at", "submitted_by_id", "title", "title_ja", "title_kind", "url", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id") VALUES (NEW."body", NEW."closes_on", NEW."created_at", NEW."difference_note", NEW."difference_note_ja", NEW."fiscal_year", NEW."id", NEW."key", NEW."kind", NEW."note", NEW."opens_on", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."programme_id", NEW."published_at", NEW."published_by_id", NEW."published_on", NEW."published_on_precision", NEW."publisher", NEW."round_id", NEW."source_id", NEW."state", NEW."stated_cumulative", NEW."stated_cumulative_series", NEW."stated_partner_countries", NEW."stated_reduction_by_fy2030_tco2", NEW."stated_selected", NEW."submitted_at", NEW."submitted_by_id", NEW."title", NEW."title_ja", NEW."title_kind", NEW."url", NEW."withdrawal_reason", NEW."withdrawn_at", NEW."withdrawn_by_id"); RETURN NULL;',
                    hash="7b932e08800c66377f29df2733fe3d051ecdf72e",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_8426c",
                    table="projects_announcement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="announcement",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_announcementevent" ("body", "closes_on", "created_at", "difference_note", "difference_note_ja", "fiscal_year", "id", "key", "kind", "note", "opens_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_id", "published_at", "published_by_id", "published_on", "published_on_precision", "publisher", "round_id", "source_id", "state", "stated_cumulative", "stated_cumulative_series", "stated_partner_countries", "stated_reduction_by_fy2030_tco2", "stated_selected", "submitted_at", "submitted_by_id", "title", "title_ja", "title_kind", "url", "withdrawal_reason", "withdrawn_at", "withdrawn_by_id") VALUES (OLD."body", OLD."closes_on", OLD."created_at", OLD."difference_note", OLD."difference_note_ja", OLD."fiscal_year", OLD."id", OLD."key", OLD."kind", OLD."note", OLD."opens_on", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."programme_id", OLD."published_at", OLD."published_by_id", OLD."published_on", OLD."published_on_precision", OLD."publisher", OLD."round_id", OLD."source_id", OLD."state", OLD."stated_cumulative", OLD."stated_cumulative_series", OLD."stated_partner_countries", OLD."stated_reduction_by_fy2030_tco2", OLD."stated_selected", OLD."submitted_at", OLD."submitted_by_id", OLD."title", OLD."title_ja", OLD."title_kind", OLD."url", OLD."withdrawal_reason", OLD."withdrawn_at", OLD."withdrawn_by_id"); RETURN NULL;',
                    hash="d0b0134eea78862ad8ca45d83e2361f3a57272dd",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_26422",
                    table="projects_announcement",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statedtotal",
            trigger=pgtrigger.compiler.Trigger(
                name="insert_insert",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "projects_statedtotalevent" ("difference_note", "difference_note_ja", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_scope", "quote", "series", "source_id", "stated_on", "stated_on_precision", "value", "what") SELECT new_values."difference_note", new_values."difference_note_ja", new_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."programme_scope", new_values."quote", new_values."series", new_values."source_id", new_values."stated_on", new_values."stated_on_precision", new_values."value", new_values."what" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                    hash="ba67cb9832ca9a6f311384ee477a2d53b1347489",
                    level="STATEMENT",
                    operation="INSERT",
                    pgid="pgtrigger_insert_insert_723c6",
                    referencing="REFERENCING NEW TABLE AS new_values ",
                    table="projects_statedtotal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statedtotal",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition='WHEN (OLD."difference_note" IS DISTINCT FROM (NEW."difference_note") OR OLD."difference_note_ja" IS DISTINCT FROM (NEW."difference_note_ja") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."programme_scope" IS DISTINCT FROM (NEW."programme_scope") OR OLD."quote" IS DISTINCT FROM (NEW."quote") OR OLD."series" IS DISTINCT FROM (NEW."series") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."stated_on" IS DISTINCT FROM (NEW."stated_on") OR OLD."stated_on_precision" IS DISTINCT FROM (NEW."stated_on_precision") OR OLD."value" IS DISTINCT FROM (NEW."value") OR OLD."what" IS DISTINCT FROM (NEW."what"))',
                    func='INSERT INTO "projects_statedtotalevent" ("difference_note", "difference_note_ja", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_scope", "quote", "series", "source_id", "stated_on", "stated_on_precision", "value", "what") VALUES (NEW."difference_note", NEW."difference_note_ja", NEW."id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."programme_scope", NEW."quote", NEW."series", NEW."source_id", NEW."stated_on", NEW."stated_on_precision", NEW."value", NEW."what"); RETURN NULL;',
                    hash="560c5b0c2abc1c1624296f18a8706c2a402f8219",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_c1c77",
                    table="projects_statedtotal",
                    when="AFTER",
                ),
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="statedtotal",
            trigger=pgtrigger.compiler.Trigger(
                name="delete_delete",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func='INSERT INTO "projects_statedtotalevent" ("difference_note", "difference_note_ja", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "programme_scope", "quote", "series", "source_id", "stated_on", "stated_on_precision", "value", "what") VALUES (OLD."difference_note", OLD."difference_note_ja", OLD."id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."programme_scope", OLD."quote", OLD."series", OLD."source_id", OLD."stated_on", OLD."stated_on_precision", OLD."value", OLD."what"); RETURN NULL;',
                    hash="0d06ce67efdddccd329f74a5da62d0e3edfadd73",
                    operation="DELETE",
                    pgid="pgtrigger_delete_delete_8cb04",
                    table="projects_statedtotal",
                    when="AFTER",
                ),
            ),
        ),
    ]
