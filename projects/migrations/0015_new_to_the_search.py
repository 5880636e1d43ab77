"""What is new to the search is made known to it statement by statement: an import makes thousands at a time."""

import re
from importlib import import_module

from django.db import migrations

BEFORE = import_module("projects.migrations.0006_search_parts")
ROW_BY_ROW = import_module("projects.migrations.0011_search_of_many")

# The words are compared all at once, not one after the other.
WORDS = r"""
create or replace function search_words(text) returns setof text language sql immutable parallel safe strict
  begin atomic;
  select distinct word from string_to_table(
    fold(kana_fold((select string_agg(raw, ' ') from search_raw_words($1) raw))), ' '
  ) word;
  end;
"""


def one_kind_at_a_time():
    """What a part adds to the index, as before, but with a plan for each kind: one for all took as long as its work.

    Other names are taken in an order that the index by organisation has, so that no plan walks through all names.
    """
    text = BEFORE.PARTS.replace("order by a.id", "order by a.name")
    branches = re.findall(r"^    when '(\w+)' then (\(\n.*?= ref\))$", text, re.DOTALL | re.MULTILINE)
    assert {kind for kind, _select in branches} == NOUNS.keys()
    body = "\n".join(f"  if kind = '{kind}' then return {select}; end if;" for kind, select in branches)
    return (
        "create or replace function search_entry_vector(kind text, ref bigint) returns tsvector language plpgsql stable"
        f" set enable_seqscan = off as $f$\nbegin\n{body}\n  return null;\nend $f$"
    )


# A project with several new parts is put into the index once, found by its number whatever there is besides.
PARTS_OF_PROJECTS = """
create function projects_parts_made() returns trigger language plpgsql
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $f$
begin
  update projects_project set search = null where id in (select project_id from made);
  return null;
end $f$;
"""

AGAIN = "select search_renew(kind, ref) from projects_searchentry where kind = 'organisation'"

# Argument: the kind. The names of a kind are often alike, and each is compared once; the rows of one statement are
# put into the index in its order.
MADE = r"""
create function search_parts_made() returns trigger language plpgsql as $f$
declare
  told text;
begin
  insert into projects_searchentry (kind, ref, vector)
  select tg_argv[0], id, vector
  from (select id, search_entry_vector(tg_argv[0], id) as vector from made offset 0) entries
  where vector is not null
  on conflict (kind, ref) do update set vector = excluded.vector;

  with names as materialized (
    select made.id as ref, e.value, e.name, e.key from made cross join lateral search_entry_names(tg_argv[0], made.id) e
  ), keys as materialized (
    select name, coalesce(key, search_key(name)) as key, array_agg(ref) as refs, array_agg(value) as values
    from names group by name, names.key
  ), kept as (
    insert into projects_searchname (kind, ref, value, name, key)
    select distinct tg_argv[0], part.ref, part.value, keys.name, keys.key
    from keys cross join lateral unnest(keys.refs, keys.values) part (ref, value)
    where keys.key <> ''
    order by 2, 5, 4
    on conflict do nothing
  )
  select string_agg(distinct name, ' . ') into told from names;
  perform search_keep_words(told);
  return null;
end $f$;
"""

# Noun: its table, and what of it the search knows.
NOUNS = {
    "country": ("countries_partnercountry", "name, name_ja, variants_en, variants_ja, iso2, iso3, region"),
    "technology": ("projects_technology", "name, name_ja, synonyms_en, synonyms_ja, slug"),
    "organisation": ("projects_organisation", "name, name_ja, slug"),
    "programme": ("projects_programme", "name, name_ja, slug"),
    "methodology": ("projects_methodology", "number, title, sectoral_scope"),
    "sector": ("projects_sector", "name, name_ja, slug"),
    "round": ("projects_selectionround", "label, label_ja, key, fiscal_year"),
    "announcement": ("projects_announcement", "title, title_ja, publisher, body, fiscal_year"),
    "term": ("projects_glossaryterm", "term, term_ja, definition, definition_ja"),
}


PARTS = {
    "identifier": "projects_identifier",
    "participation": "projects_participation",
    "further_technology": "projects_project_further_technologies",
    "project_methodology": "projects_projectmethodology",
}


def triggers():
    for part, table in PARTS.items():
        yield f"drop trigger {part}_is_indexed on {table}"
        yield (
            f"create trigger {part}_is_indexed after update or delete on {table}"
            " for each row execute function projects_part_is_indexed()"
        )
        yield (
            f"create trigger {part}_is_made after insert on {table} referencing new table as made"
            " for each statement execute function projects_parts_made()"
        )
    for noun, (table, columns) in NOUNS.items():
        yield f"drop trigger {noun}_is_searchable on {table}"
        yield (
            f"create trigger {noun}_is_searchable after delete or update of {columns} on {table}"
            f" for each row execute function search_part_changed('{noun}', 'id')"
        )
        yield (
            f"create trigger {noun}_becomes_searchable after insert on {table} referencing new table as made"
            f" for each statement execute function search_parts_made('{noun}')"
        )


def triggers_before():
    for part, table in PARTS.items():
        yield f"drop trigger {part}_is_made on {table}"
        yield f"drop trigger {part}_is_indexed on {table}"
        yield (
            f"create trigger {part}_is_indexed after insert or update or delete on {table}"
            " for each row execute function projects_part_is_indexed()"
        )
    for noun, (table, columns) in NOUNS.items():
        yield f"drop trigger {noun}_becomes_searchable on {table}"
        yield f"drop trigger {noun}_is_searchable on {table}"
        yield (
            f"create trigger {noun}_is_searchable after insert or delete or update of {columns} on {table}"
            f" for each row execute function search_part_changed('{noun}', 'id')"
        )


class Migration(migrations.Migration):
    dependencies = [("projects", "0014_index_for_public_figures")]

    operations = [
        migrations.RunSQL(
            [
                WORDS,
                MADE,
                PARTS_OF_PROJECTS,
                one_kind_at_a_time(),
                ROW_BY_ROW.as_before("search_part_changed", BEFORE.PARTS),
                *triggers(),
                AGAIN,
            ],
            [
                *triggers_before(),
                ROW_BY_ROW.as_before("search_entry_vector", BEFORE.PARTS),
                "alter function search_entry_vector(text, bigint) set enable_seqscan = off",
                ROW_BY_ROW.RENEW,
                "drop function search_parts_made()",
                "drop function projects_parts_made()",
                BEFORE.FOLDING[BEFORE.FOLDING.index("create function search_words") :]
                .partition("  end;")[0]
                .replace("create function", "create or replace function")
                + "  end;",
                AGAIN,
            ],
        )
    ]
