"""An index that holds all that figures over many projects read; 10 MB for 100,000 projects."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0011_search_of_many")]

    operations = [
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                condition=models.Q(("merged_into__isnull", True)),
                fields=[
                    *("fiscal_year", "country", "technology", "programme", "status"),
                    *("expected_reduction_tco2_per_year", "published_at", "state", "id"),
                ],
                name="projects_project_figures",
            ),
        ),
    ]
