"""Fewer steps for what is new to the search, and time that grows with the rows and not with their square.

What was just entered has no words yet that could be renewed, nobody else sees it, and nothing refers to it.
"""

import re
from importlib import import_module

from django.db import migrations

BEFORE = import_module("projects.migrations.0006_search_parts")

# The names are asked for once: their keys are the most work.
RENEW = r"""
create or replace function search_renew_names(of_kind text, of_ref bigint, is_new boolean) returns void
  language plpgsql volatile as $f$
declare
  values_ text[];
  names_ text[];
  keys_ text[];
begin
  select array_agg(e.value), array_agg(e.name), array_agg(coalesce(e.key, search_key(e.name)))
  into values_, names_, keys_ from search_entry_names(of_kind, of_ref) e;
  if not is_new then
    delete from projects_searchname n where n.kind = of_kind and n.ref = of_ref and not exists (
      select from unnest(values_, names_, keys_) e (value, name, key)
      where e.value = n.value and e.name = n.name and e.key = n.key
    );
  end if;
  insert into projects_searchname (kind, ref, value, name, key)
  select distinct of_kind, of_ref, e.value, e.name, e.key
  from unnest(values_, names_, keys_) e (value, name, key)
  where e.key <> ''
  on conflict do nothing;
  perform search_keep_words(array_to_string(names_, ' . '));
end $f$;

-- The entry is locked before it is read from, so that of two who change parts of one thing the second sees both.
create or replace function search_renew(of_kind text, of_ref bigint) returns void language plpgsql volatile as $f$
declare
  made tsvector;
begin
  perform from projects_searchentry where kind = of_kind and ref = of_ref for update;
  if not found then
    insert into projects_searchentry (kind, ref, vector) values (of_kind, of_ref, '') on conflict do nothing;
    perform from projects_searchentry where kind = of_kind and ref = of_ref for update;
  end if;
  made := search_entry_vector(of_kind, of_ref);
  if made is null then
    delete from projects_searchentry where kind = of_kind and ref = of_ref;
    delete from projects_searchname where kind = of_kind and ref = of_ref;
    return;
  end if;
  update projects_searchentry set vector = made where kind = of_kind and ref = of_ref and vector <> made;
  perform search_renew_names(of_kind, of_ref, false);
end $f$;

-- Arguments: the kind, and the column that says which one.
create or replace function search_part_changed() returns trigger language plpgsql as $f$
declare
  made tsvector;
begin
  if tg_op = 'INSERT' and tg_argv[1] = 'id' then
    made := search_entry_vector(tg_argv[0], new.id);
    if made is not null then
      insert into projects_searchentry (kind, ref, vector) values (tg_argv[0], new.id, made)
      on conflict (kind, ref) do update set vector = excluded.vector;
      perform search_renew_names(tg_argv[0], new.id, true);
    end if;
    return null;
  end if;
  if tg_op <> 'INSERT' then
    perform search_renew(tg_argv[0], (to_jsonb(old) ->> tg_argv[1])::bigint);
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or to_jsonb(new) ->> tg_argv[1] <> to_jsonb(old) ->> tg_argv[1]) then
    perform search_renew(tg_argv[0], (to_jsonb(new) ->> tg_argv[1])::bigint);
  end if;
  return null;
end $f$;
"""

# One query for each kind: one for all was planned anew for each entry.
ENTRY = """
create or replace function projects_entry_changed() returns trigger language plpgsql as $f$
begin
  if new.kind = 'country' then
    perform search_renew('announcement', announcement_id)
      from projects_announcement_countries where partnercountry_id = new.ref;
    update projects_project set search = null where country_id = new.ref;
  elsif new.kind = 'programme' then
    update projects_project set search = null where programme_id = new.ref;
  elsif new.kind = 'technology' then
    update projects_project set search = null where id in (
      select id from projects_project where technology_id = new.ref
      union select project_id from projects_project_further_technologies where technology_id = new.ref
    );
  elsif new.kind = 'sector' then
    update projects_project set search = null
    where technology_id in (select id from projects_technology where sector_id = new.ref);
  elsif new.kind = 'organisation' then
    update projects_project set search = null
    where id in (select project_id from projects_participation where organisation_id = new.ref);
  elsif new.kind = 'methodology' then
    update projects_project set search = null
    where id in (select project_id from projects_projectmethodology where methodology_id = new.ref);
  end if;
  return null;
end $f$;
"""


# Their plans are kept, also those made while a table was empty: those that read through it would take as many times as
# long as an import has rows.
BY_INDEX = (
    "search_entry_vector(text, bigint)",
    "search_entry_names(text, bigint)",
    "projects_entry_changed()",
    "projects_search_vector(projects_project)",
    "projects_project_is_indexed()",
    "projects_status_of(bigint)",
    "projects_project_follows_milestones()",
)


def as_before(name, text):
    """The function as the migration before made it."""
    found = re.search(rf"create function {name}\(.*?\$f\$.*?\$f\$;", text, re.DOTALL)
    return found[0].replace("create function", "create or replace function", 1)


class Migration(migrations.Migration):
    dependencies = [("projects", "0010_explanations")]

    operations = [
        migrations.RunSQL(
            [RENEW, ENTRY, *(f"alter function {name} set enable_seqscan = off" for name in BY_INDEX)],
            [
                *(f"alter function {name} reset enable_seqscan" for name in BY_INDEX),
                as_before("search_part_changed", BEFORE.PARTS),
                as_before("search_renew", BEFORE.PARTS),
                as_before("projects_entry_changed", BEFORE.PROJECTS),
                "drop function search_renew_names(text, bigint, boolean)",
            ],
        )
    ]
