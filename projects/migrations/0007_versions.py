"""Versions of everything that staff edit as a record of its own; see `jcm_portal/migrations/0002_versions.py`."""

from importlib import import_module

from django.db import migrations

VERSIONS = import_module("jcm_portal.migrations.0002_versions")
NOUNS = (
    "announcement",
    "creditissuance",
    "glossaryterm",
    "issuancestatement",
    "methodology",
    "organisation",
    "programme",
    "project",
    "sector",
    "selection",
    "selectionround",
    "statedtotal",
    "target",
    "technology",
)
PUBLISHED = ("projects_announcement", "projects_project")
PROJECT, ANNOUNCEMENT = "projects_project", "projects_announcement"

# What the database works out by itself is no edit: when a country is renamed, nobody has written its projects. The
# moment of the last save is none either, when nothing else is new.
FUNCTION = """
create function projects_version_rises() returns trigger language plpgsql as $f$
declare
  was record := old;
  is_now record := new;
begin
  is_now.version := was.version;
  is_now.updated_at := was.updated_at;
  if tg_table_name = 'projects_project' then
    was.search := null;
    is_now.search := null;
    is_now.status := was.status;
    is_now.selected_on := was.selected_on;
  end if;
  if new.version <> old.version or is_now is distinct from was then
    new.version := old.version + 1;
  end if;
  return new;
end $f$;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("projects", "0006_search_parts"),
        ("countries", "0002_versions"),
        ("jcm_portal", "0002_versions"),
    ]

    operations = [
        *(migrations.AddField(noun, "version", VERSIONS.version()) for noun in NOUNS),
        VERSIONS.rises(*(f"projects_{noun}" for noun in NOUNS if f"projects_{noun}" not in PUBLISHED)),
        migrations.RunSQL(FUNCTION, "drop function projects_version_rises()"),
        VERSIONS.rises(*PUBLISHED, by="projects_version_rises"),
        VERSIONS.part("projects_selection", "announcement_id", ANNOUNCEMENT),
        VERSIONS.part("projects_announcement_countries", "announcement_id", ANNOUNCEMENT),
        VERSIONS.part("projects_announcement_further_sources", "announcement_id", ANNOUNCEMENT),
        VERSIONS.part("projects_identifier", "project_id", PROJECT),
        VERSIONS.part("projects_participation", "project_id", PROJECT),
        VERSIONS.part("projects_milestone", "project_id", PROJECT),
        VERSIONS.part(
            "projects_milestone_further_sources", "milestone_id", PROJECT, "projects_milestone", "project_id"
        ),
        VERSIONS.part("projects_projectmethodology", "project_id", PROJECT),
        VERSIONS.part("projects_creditissuance", "project_id", PROJECT),
        VERSIONS.part("projects_project_further_technologies", "project_id", PROJECT),
        VERSIONS.part("projects_project_further_sources", "project_id", PROJECT),
        VERSIONS.part("projects_project_possibly_same_as", "from_project_id", PROJECT),
        VERSIONS.part("projects_organisationalias", "organisation_id", "projects_organisation"),
        VERSIONS.part("projects_methodology_further_sources", "methodology_id", "projects_methodology"),
        VERSIONS.part("projects_issuancestatement_projects", "issuancestatement_id", "projects_issuancestatement"),
    ]
