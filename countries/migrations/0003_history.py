"""Every version of a partner country, its documents and their lists; see `jcm_portal/history.py`."""

import django.contrib.postgres.fields
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

import jcm_portal.operations


class Migration(migrations.Migration):
    dependencies = [
        ("countries", "0002_versions"),
        ("jcm_portal", "0003_open_forms"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        jcm_portal.operations.Together(
            operations=[
                migrations.CreateModel(
                    name="CountryDocumentFurtherSources",
                    fields=[],
                    options={
                        "verbose_name": "further sources",
                        "verbose_name_plural": "further sources",
                        "ordering": ["pk"],
                        "proxy": True,
                        "default_permissions": (),
                        "indexes": [],
                        "constraints": [],
                    },
                    bases=("countries.countrydocument_further_sources",),
                ),
                migrations.CreateModel(
                    name="CountryDocumentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("kind", models.CharField(max_length=20)),
                        ("title", models.CharField(max_length=200)),
                        ("signed_on", models.DateField(null=True)),
                        ("signed_on_precision", models.CharField(max_length=7)),
                        ("place", models.CharField(max_length=100)),
                        ("signatory_japan", models.CharField(max_length=200)),
                        ("signatory_partner", models.CharField(max_length=200)),
                        ("note", models.CharField(max_length=400)),
                        (
                            "country",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="countries.partnercountry",
                            ),
                        ),
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
                                to="countries.countrydocument",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="jcm_portal.source",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pgh_id"],
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["country"], name="countrydocument_country_past")],
                    },
                ),
                migrations.CreateModel(
                    name="CountryDocumentFurtherSourcesEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "countrydocument",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="countries.countrydocument",
                            ),
                        ),
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
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                db_tablespace="",
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="jcm_portal.source",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="countries.countrydocumentfurthersources",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["pgh_id"],
                        "abstract": False,
                        "default_permissions": (),
                        "indexes": [models.Index(fields=["countrydocument"], name="countrydocumentfurthersou_past")],
                    },
                ),
                migrations.CreateModel(
                    name="PartnerCountryEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("iso2", models.CharField(max_length=2)),
                        ("iso3", models.CharField(max_length=3)),
                        ("slug", models.SlugField(db_index=False, max_length=60)),
                        ("name", models.CharField(max_length=100)),
                        ("name_ja", models.CharField(max_length=100)),
                        (
                            "variants_en",
                            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100)),
                        ),
                        (
                            "variants_ja",
                            django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=100)),
                        ),
                        ("region", models.CharField(max_length=30)),
                        ("joined_on", models.DateField(null=True)),
                        ("joined_on_precision", models.CharField(max_length=7)),
                        ("joined_note", models.CharField(max_length=400)),
                        ("joined_place", models.CharField(max_length=100)),
                        ("focal_point", models.CharField(max_length=300)),
                        ("ndc_target", models.CharField(max_length=300)),
                        ("jcm_page", models.URLField(max_length=300)),
                        ("latitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                        ("longitude", models.DecimalField(decimal_places=6, max_digits=9, null=True)),
                        (
                            "focal_point_source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="jcm_portal.source",
                            ),
                        ),
                        (
                            "ndc_target_source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="jcm_portal.source",
                            ),
                        ),
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
                                to="countries.partnercountry",
                            ),
                        ),
                        (
                            "source",
                            models.ForeignKey(
                                db_constraint=False,
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
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
                    model_name="countrydocument",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "countries_countrydocumentevent" ("country_id", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "signatory_japan", "signatory_partner", "signed_on", "signed_on_precision", "source_id", "title") SELECT new_values."country_id", new_values."id", new_values."kind", new_values."note", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."place", new_values."signatory_japan", new_values."signatory_partner", new_values."signed_on", new_values."signed_on_precision", new_values."source_id", new_values."title" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="3e0a43326221337d05f2e41fbc36869daffb833d",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_ae977",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="countries_countrydocument",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="countrydocument",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "countries_countrydocumentevent" ("country_id", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "signatory_japan", "signatory_partner", "signed_on", "signed_on_precision", "source_id", "title") VALUES (NEW."country_id", NEW."id", NEW."kind", NEW."note", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."place", NEW."signatory_japan", NEW."signatory_partner", NEW."signed_on", NEW."signed_on_precision", NEW."source_id", NEW."title"); RETURN NULL;',
                            hash="e59061ac3beccac9315731483c65849f65ea81d4",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_a9c60",
                            table="countries_countrydocument",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="countrydocument",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "countries_countrydocumentevent" ("country_id", "id", "kind", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "place", "signatory_japan", "signatory_partner", "signed_on", "signed_on_precision", "source_id", "title") VALUES (OLD."country_id", OLD."id", OLD."kind", OLD."note", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."place", OLD."signatory_japan", OLD."signatory_partner", OLD."signed_on", OLD."signed_on_precision", OLD."source_id", OLD."title"); RETURN NULL;',
                            hash="728b6f15748f185a72abb3713c5f57e7bca33967",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_a9c5f",
                            table="countries_countrydocument",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="partnercountry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "countries_partnercountryevent" ("focal_point", "focal_point_source_id", "id", "iso2", "iso3", "jcm_page", "joined_note", "joined_on", "joined_on_precision", "joined_place", "latitude", "longitude", "name", "name_ja", "ndc_target", "ndc_target_source_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "slug", "source_id", "variants_en", "variants_ja") SELECT new_values."focal_point", new_values."focal_point_source_id", new_values."id", new_values."iso2", new_values."iso3", new_values."jcm_page", new_values."joined_note", new_values."joined_on", new_values."joined_on_precision", new_values."joined_place", new_values."latitude", new_values."longitude", new_values."name", new_values."name_ja", new_values."ndc_target", new_values."ndc_target_source_id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."region", new_values."slug", new_values."source_id", new_values."variants_en", new_values."variants_ja" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="6e6df768aa8d19504887f993672d6e8fec09eac4",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_e49ef",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="countries_partnercountry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="partnercountry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."focal_point" IS DISTINCT FROM (NEW."focal_point") OR OLD."focal_point_source_id" IS DISTINCT FROM (NEW."focal_point_source_id") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."iso2" IS DISTINCT FROM (NEW."iso2") OR OLD."iso3" IS DISTINCT FROM (NEW."iso3") OR OLD."jcm_page" IS DISTINCT FROM (NEW."jcm_page") OR OLD."joined_note" IS DISTINCT FROM (NEW."joined_note") OR OLD."joined_on" IS DISTINCT FROM (NEW."joined_on") OR OLD."joined_on_precision" IS DISTINCT FROM (NEW."joined_on_precision") OR OLD."joined_place" IS DISTINCT FROM (NEW."joined_place") OR OLD."latitude" IS DISTINCT FROM (NEW."latitude") OR OLD."longitude" IS DISTINCT FROM (NEW."longitude") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."name_ja" IS DISTINCT FROM (NEW."name_ja") OR OLD."ndc_target" IS DISTINCT FROM (NEW."ndc_target") OR OLD."ndc_target_source_id" IS DISTINCT FROM (NEW."ndc_target_source_id") OR OLD."region" IS DISTINCT FROM (NEW."region") OR OLD."slug" IS DISTINCT FROM (NEW."slug") OR OLD."source_id" IS DISTINCT FROM (NEW."source_id") OR OLD."variants_en" IS DISTINCT FROM (NEW."variants_en") OR OLD."variants_ja" IS DISTINCT FROM (NEW."variants_ja"))',
                            func='INSERT INTO "countries_partnercountryevent" ("focal_point", "focal_point_source_id", "id", "iso2", "iso3", "jcm_page", "joined_note", "joined_on", "joined_on_precision", "joined_place", "latitude", "longitude", "name", "name_ja", "ndc_target", "ndc_target_source_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "slug", "source_id", "variants_en", "variants_ja") VALUES (NEW."focal_point", NEW."focal_point_source_id", NEW."id", NEW."iso2", NEW."iso3", NEW."jcm_page", NEW."joined_note", NEW."joined_on", NEW."joined_on_precision", NEW."joined_place", NEW."latitude", NEW."longitude", NEW."name", NEW."name_ja", NEW."ndc_target", NEW."ndc_target_source_id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."region", NEW."slug", NEW."source_id", NEW."variants_en", NEW."variants_ja"); RETURN NULL;',
                            hash="6825b515db92c7dfedb5a17558cc4c6288ca1be0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_56cc1",
                            table="countries_partnercountry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="partnercountry",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "countries_partnercountryevent" ("focal_point", "focal_point_source_id", "id", "iso2", "iso3", "jcm_page", "joined_note", "joined_on", "joined_on_precision", "joined_place", "latitude", "longitude", "name", "name_ja", "ndc_target", "ndc_target_source_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "region", "slug", "source_id", "variants_en", "variants_ja") VALUES (OLD."focal_point", OLD."focal_point_source_id", OLD."id", OLD."iso2", OLD."iso3", OLD."jcm_page", OLD."joined_note", OLD."joined_on", OLD."joined_on_precision", OLD."joined_place", OLD."latitude", OLD."longitude", OLD."name", OLD."name_ja", OLD."ndc_target", OLD."ndc_target_source_id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."region", OLD."slug", OLD."source_id", OLD."variants_en", OLD."variants_ja"); RETURN NULL;',
                            hash="16f66aea51961ddce214a80760329907c1292514",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_59a7a",
                            table="countries_partnercountry",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="countrydocumentfurthersources",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='WITH _pgh_attached_context AS ( SELECT _pgh_attach_context() AS value ) INSERT INTO "countries_countrydocumentfurthersourcesevent" ("countrydocument_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") SELECT new_values."countrydocument_id", new_values."id", _pgh_attached_context.value, CLOCK_TIMESTAMP(), \'insert\', new_values."id", new_values."source_id" FROM ( SELECT new_values.* FROM new_values  ) AS new_values, _pgh_attached_context; RETURN NULL;',
                            hash="12a10198a519ce5ceadb29b28799986747d7ca69",
                            level="STATEMENT",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_50404",
                            referencing="REFERENCING NEW TABLE AS new_values ",
                            table="countries_countrydocument_further_sources",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="countrydocumentfurthersources",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "countries_countrydocumentfurthersourcesevent" ("countrydocument_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (NEW."countrydocument_id", NEW."id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'update\', NEW."id", NEW."source_id"); RETURN NULL;',
                            hash="f0729c4741a6aff70f96a2ed069d340b37084854",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_cb5fb",
                            table="countries_countrydocument_further_sources",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="countrydocumentfurthersources",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "countries_countrydocumentfurthersourcesevent" ("countrydocument_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source_id") VALUES (OLD."countrydocument_id", OLD."id", _pgh_attach_context(), CLOCK_TIMESTAMP(), \'delete\', OLD."id", OLD."source_id"); RETURN NULL;',
                            hash="627e1b955a7877c2c31dc0d7869d02835c67493a",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_bbfef",
                            table="countries_countrydocument_further_sources",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="countrydocumentevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="d2d2966203f3615d53554838fd1136896a04e197",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_39ef6",
                            table="countries_countrydocumentevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="partnercountryevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="c5cb2abdd163c9711a461588b0a984ca4d9610f7",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_50b86",
                            table="countries_partnercountryevent",
                            when="BEFORE",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="countrydocumentfurthersourcesevent",
                    trigger=pgtrigger.compiler.Trigger(
                        name="append_only",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="b5447866e31d2117f28cf6542153e53ce192d525",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_append_only_d74b8",
                            table="countries_countrydocumentfurthersourcesevent",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
    ]
