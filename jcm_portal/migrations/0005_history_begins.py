"""The history of what is in the database already begins with each row as it stands.

Without it, the first change of such a row could not say what was there before.
"""

from django.db import migrations


def begin(apps, schema_editor):
    for model in [
        model for label in ("jcm_portal", "countries", "projects") for model in apps.get_app_config(label).get_models()
    ]:
        columns = {field.name: field.column for field in model._meta.concrete_fields}
        if "pgh_obj" not in columns:
            continue
        kept = ", ".join(f'"{column}"' for name, column in columns.items() if not name.startswith("pgh_"))
        rows = model._meta.get_field("pgh_obj").related_model._meta.db_table
        schema_editor.execute(
            f'insert into "{model._meta.db_table}" (pgh_created_at, pgh_label, pgh_obj_id, {kept})'  # noqa: S608  # names of ours
            f""" select clock_timestamp(), 'begin', id, {kept} from "{rows}" order by id"""
        )


class Migration(migrations.Migration):
    dependencies = [
        ("jcm_portal", "0004_history"),
        ("countries", "0003_history"),
        ("projects", "0008_history"),
    ]

    operations = [migrations.RunPython(begin, migrations.RunPython.noop)]
