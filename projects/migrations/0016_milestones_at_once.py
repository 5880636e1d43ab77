"""A project follows the milestones of one statement once, and its version rises in the same step.

An import of milestones wrote each project twice, and put all its words into the index anew for its status alone.
"""

import re
from importlib import import_module

from django.db import migrations

SEARCH = import_module("projects.migrations.0006_search_parts")

# Found by its number whatever there is besides, as in `projects_parts_made()`.
FOLLOW = """
create function projects_milestones_made() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $f$
begin
  update projects_project set version = version + 1, status = status where id in (select project_id from made);
  return null;
end $f$;
"""

# As before; but where nothing is new but the status, its word takes the place of the old one.
BEFORE = re.search(
    r"create or replace function projects_project_is_indexed\(\).*?\nbegin\n(.*?end \$f\$;)", SEARCH.PROJECTS, re.DOTALL
)
INDEX = r"""
create or replace function projects_project_is_indexed() returns trigger language plpgsql
  set enable_seqscan = off as $f$
declare
  word_before text;
begin
  if tg_op = 'UPDATE' then
    word_before := format($$'status:%s':$$, old.status);
    if new.search is not null and position(word_before in old.search::text) > 0 and (
      old.title, old.title_ja, old.key, old.locality, old.note, old.capacity,
      old.technology_id, old.country_id, old.programme_id, old.fiscal_year
    ) is not distinct from (
      new.title, new.title_ja, new.key, new.locality, new.note, new.capacity,
      new.technology_id, new.country_id, new.programme_id, new.fiscal_year
    ) then
      new.search := replace(old.search::text, word_before, format($$'status:%s':$$, new.status))::tsvector;
      return new;
    end if;
  end if;
AS_BEFORE
"""
ON = "on projects_milestone"
ONE_BY_ONE = "for each row execute function projects_milestone_moves_project()"


class Migration(migrations.Migration):
    dependencies = [("projects", "0015_new_to_the_search")]

    operations = [
        migrations.RunSQL(
            [
                INDEX.replace("AS_BEFORE", BEFORE[1]),
                f"drop trigger milestone_moves_project {ON}",
                f"create trigger milestone_moves_project after update or delete {ON} {ONE_BY_ONE}",
                f"drop trigger part_insert_raises_version {ON}",
                FOLLOW,
                f"create trigger milestones_move_projects after insert {ON} referencing new table as made"
                " for each statement execute function projects_milestones_made()",
            ],
            [
                f"drop trigger milestones_move_projects {ON}",
                "drop function projects_milestones_made()",
                f"create trigger part_insert_raises_version after insert {ON} referencing new table as is_now"
                " for each statement execute function part_raises_version('projects_project', 'project_id')",
                f"drop trigger milestone_moves_project {ON}",
                f"create trigger milestone_moves_project after insert or update or delete {ON} {ONE_BY_ONE}",
                BEFORE[0],
                "alter function projects_project_is_indexed() set enable_seqscan = off",
            ],
        )
    ]
