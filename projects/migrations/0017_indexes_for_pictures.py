"""An index of milestones by kind, in place of one that began as another does; of points, and of what is not public."""

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
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("latitude__isnull", False), ("merged_into__isnull", True), ("state", "published")),
                fields=["country", "published_at", "latitude", "longitude", "id", "location_precision"],
                name="projects_project_points",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(
                    models.Q(("state", "published"), _negated=True), ("merged_into__isnull", False), _connector="OR"
                ),
                fields=["id"],
                name="projects_project_kept_back",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("state", "published")),
                fields=["published_at"],
                name="projects_project_published",
            ),
        ),
    ]
