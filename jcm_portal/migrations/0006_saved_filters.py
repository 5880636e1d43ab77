"""Filters of the admin's lists under a name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("jcm_portal", "0005_history_begins"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="SavedFilter",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=60, verbose_name="name")),
                ("parameters", models.CharField(max_length=1000, verbose_name="parameters")),
                ("shared", models.BooleanField(default=False, verbose_name="shared with all staff")),
                (
                    "content_type",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="contenttypes.contenttype",
                        verbose_name="list",
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="owner",
                    ),
                ),
            ],
            options={
                "verbose_name": "saved filter",
                "verbose_name_plural": "saved filters",
                "ordering": ["name", "pk"],
                "default_permissions": (),
                "constraints": [
                    models.UniqueConstraint(
                        fields=("content_type", "owner", "name"),
                        name="jcm_portal_savedfilter_name_once",
                        violation_error_message="You have a filter of this name for this list already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("name", ""), _negated=True),
                        name="jcm_portal_savedfilter_has_a_name",
                        violation_error_message="A saved filter has a name.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("parameters", ""), _negated=True),
                        name="jcm_portal_savedfilter_narrows",
                        violation_error_message="The list is not narrowed by anything, so there is no filter to save.",
                    ),
                ],
            },
        ),
    ]
