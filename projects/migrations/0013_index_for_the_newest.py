"""An index in the order of the list, so that its first page need not sort all projects."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("projects", "0012_index_for_figures")]

    operations = [
        migrations.AddIndex(
            model_name="project",
            index=models.Index(
                models.OrderBy(models.F("fiscal_year"), descending=True, nulls_last=True),
                models.OrderBy(models.F("selected_on"), descending=True, nulls_last=True),
                models.F("title"),
                models.F("id"),
                condition=models.Q(("merged_into__isnull", True)),
                name="projects_project_newest",
            ),
        ),
    ]
