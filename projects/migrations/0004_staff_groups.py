"""The groups of the people who keep the portal: Editor and Publisher, each with just what it does.

The rows of the permissions themselves come after all migrations; those that are needed here are made
now, with the names and codes that Django gives them, so that it finds them.
"""

from django.db import migrations

WRITE = ("add", "change", "view")
KEEP = (*WRITE, "delete")

# Nothing that has an address of its own, or on which something else stands, is deleted by an editor; rows of it are.
EDITOR = {
    "jcm_portal": {"source": WRITE},
    "countries": {"partnercountry": WRITE, "countrydocument": KEEP},
    "projects": {
        "announcement": WRITE,
        "selection": KEEP,
        "project": WRITE,
        "identifier": KEEP,
        "participation": KEEP,
        "milestone": KEEP,
        "projectmethodology": KEEP,
        "creditissuance": KEEP,
        "issuancestatement": WRITE,
        "methodology": WRITE,
        "organisation": WRITE,
        "organisationalias": KEEP,
        "sector": WRITE,
        "technology": WRITE,
        "programme": WRITE,
        "selectionround": WRITE,
        "statedtotal": WRITE,
        "target": WRITE,
        "glossaryterm": WRITE,
    },
}
# Besides: decides what is public. Facts without a state of their own are taken back by deleting them.
PUBLISHER = {
    "projects": {
        "announcement": ("publish", "delete"),
        "project": ("publish", "delete"),
        "issuancestatement": ("delete",),
        "statedtotal": ("delete",),
        "target": ("delete",),
        "glossaryterm": ("delete",),
    },
}
GROUPS = {"Editor": (EDITOR,), "Publisher": (EDITOR, PUBLISHER)}


def permissions(apps, allowed):
    ContentType = apps.get_model("contenttypes", "ContentType")
    Permission = apps.get_model("auth", "Permission")
    for app_label, models in allowed.items():
        for model, verbs in models.items():
            content_type, _ = ContentType.objects.get_or_create(app_label=app_label, model=model)
            noun = apps.get_model(app_label, model)._meta.verbose_name_raw
            for verb in verbs:
                permission, _ = Permission.objects.get_or_create(
                    content_type=content_type, codename=f"{verb}_{model}", defaults={"name": f"Can {verb} {noun}"}
                )
                yield permission


def make_groups(apps, schema_editor):
    Group = apps.get_model("auth", "Group")
    for name, parts in GROUPS.items():
        group, _ = Group.objects.get_or_create(name=name)
        for allowed in parts:
            group.permissions.add(*permissions(apps, allowed))


def remove_groups(apps, schema_editor):
    apps.get_model("auth", "Group").objects.filter(name__in=GROUPS).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("contenttypes", "0002_remove_content_type_name"),
        ("jcm_portal", "0001_sources"),
        ("countries", "0001_partner_countries"),
        ("projects", "0003_search_vector"),
    ]

    operations = [migrations.RunPython(make_groups, remove_groups)]
