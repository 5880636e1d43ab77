"""Every version of a source; see `jcm_portal/history.py`."""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import jcm_portal.operations


class Migration(migrations.Migration):
    dependencies = [
        ("jcm_portal", "0003_open_forms"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        jcm_portal.operations.Together(
            operations=[
                migrations.CreateModel(
                    name="SourceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("key", models.SlugField(db_index=False, max_length=60)),
                        ("publisher", models.CharField(max_length=200)),
                        ("title", models.CharField(max_length=400)),
                        ("url", models.URLField(max_length=600)),
                        ("language", models.CharField(max_length=3)),
                        ("published_on", models.DateField(null=True)),
                        ("published_on_precision", models.CharField(max_length=7)),
                        ("kind", models.CharField(max_length=10)),
                        ("seen_on", models.DateField()),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="jcm_portal.source",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pgh_id"],
                        "abstract": False,
                        "default_permissions": (),
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="source",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "jcm_portal_sourceevent" ("id", "key", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "published_on_precision", "publisher", "seen_on", "title", "url") SELECT new_values."id", new_values."key", new_values."kind", new_values."language", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."published_on", new_values."published_on_precision", new_values."publisher", new_values."seen_on", new_values."title", new_values."url" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="f88d3d058259e7f658066131f97df608f759e52f",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_17614",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="jcm_portal_source",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="source",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."key" IS DISTINCT FROM (NEW."key") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."published_on" IS DISTINCT FROM (NEW."published_on") OR OLD."published_on_precision" IS DISTINCT FROM (NEW."published_on_precision") OR OLD."publisher" IS DISTINCT FROM (NEW."publisher") OR OLD."seen_on" IS DISTINCT FROM (NEW."seen_on") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."url" IS DISTINCT FROM (NEW."url"))',
                            func='INSERT INTO "jcm_portal_sourceevent" ("id", "key", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "published_on_precision", "publisher", "seen_on", "title", "url") VALUES (NEW."id", NEW."key", NEW."kind", NEW."language", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."published_on", NEW."published_on_precision", NEW."publisher", NEW."seen_on", NEW."title", NEW."url"); RETURN NULL;',
                            hash="7b9579d4920bda8291f6711bf072ee01290f998d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b179f",
                            table="jcm_portal_source",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="source",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "jcm_portal_sourceevent" ("id", "key", "kind", "language", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "published_on", "published_on_precision", "publisher", "seen_on", "title", "url") VALUES (OLD."id", OLD."key", OLD."kind", OLD."language", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."published_on", OLD."published_on_precision", OLD."publisher", OLD."seen_on", OLD."title", OLD."url"); RETURN NULL;',
                            hash="2d1335dfeac9af30d9c22b561aea9f6af1a29906",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_121b6",
                            table="jcm_portal_source",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="sourceevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b45b0e0e5deac8e447e63df8ff8f6a1f18d51dc6",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_bae1c",
                            table="jcm_portal_sourceevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
