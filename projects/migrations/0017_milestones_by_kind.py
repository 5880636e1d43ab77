"""Milestones of one kind are found by an index, in place of one that began as another does."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0016_milestones_at_once")]

    operations = [
        migrations.AlterField(
            model_name="milestone",
            name="project",
            field=models.ForeignKey(
                db_index=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="milestones",
                to="projects.project",
                verbose_name="project",
            ),
        ),
        migrations.AddIndex(
            model_name="milestone",
            index=models.Index(
                fields=["kind", "reached_on_precision", "project", "reached_on"], name="projects_milestone_by_kind"
            ),
        ),
    ]
