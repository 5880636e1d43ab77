"""The search vector of a project, kept right by the database whoever changes what it is made of."""

from django.db import migrations

# unaccent() itself is not immutable; the name of its dictionary is written out so that a restore finds it.
FOLDING = """
create function f_unaccent(text) returns text language sql immutable parallel safe strict
  begin atomic; select public.unaccent('public.unaccent'::regdictionary, $1); end;

create function fold(text) returns text language sql immutable parallel safe strict
  begin atomic; select lower(public.f_unaccent(normalize($1, NFKC))); end;
"""

# Japanese has no spaces, so each run of it becomes its overlapping pairs of characters, and its last character:
# 太陽光 gives 太陽, 陽光, 光. `projects.search` turns a query into the same pairs.
VECTORS = r"""
create function cjk_vector(text) returns tsvector language sql immutable parallel safe strict as $f$
  select coalesce(
    string_agg(quote_literal(substr(run, place, 2)) || ':' || least(start + place, 16383), ' '), ''
  )::tsvector
  from (
    select run, start, generate_series(1, length(run)) as place
    from (
      select found.words[1] as run,
        coalesce(
          sum(length(found.words[1]) + 1) over (order by found.nr rows between unbounded preceding and 1 preceding), 0
        )::int as start
      from regexp_matches(
        normalize($1, NFKC), '[々〆ヶー\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]+', 'g'
      ) with ordinality as found(words, nr)
    ) runs
  ) pairs
$f$;

create function words_vector(text) returns tsvector language sql immutable parallel safe strict as $f$
  select to_tsvector(
    'pg_catalog.english'::regconfig,
    regexp_replace(fold($1), '[々〆ヶー\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]+', ' ', 'g')
  ) || cjk_vector($1)
$f$;
"""

# A: title and references; B: technologies with their synonyms, and the country; C: who takes part, and where.
PROJECT_VECTOR = """
create function projects_search_vector(p projects_project) returns tsvector language sql stable as $f$
  select
    setweight(words_vector(concat_ws(' . ', p.title, p.title_ja, p.key, (
      select string_agg(value, ' . ') from projects_identifier where project_id = p.id
    ))), 'A')
    || setweight(words_vector(concat_ws(' . ', (
      select string_agg(concat_ws(
        ' . ', t.name, t.name_ja, array_to_string(t.synonyms_en, ' . '), array_to_string(t.synonyms_ja, ' . ')
      ), ' . ')
      from projects_technology t
      where t.id = p.technology_id
        or t.id in (select technology_id from projects_project_further_technologies where project_id = p.id)
    ), (
      select concat_ws(
        ' . ', name, name_ja, array_to_string(variants_en, ' . '), array_to_string(variants_ja, ' . '), iso2, iso3
      )
      from countries_partnercountry where id = p.country_id
    ))), 'B')
    || setweight(words_vector(concat_ws(' . ', p.locality, (
      select string_agg(concat_ws(' . ', o.name, o.name_ja, (
        select string_agg(a.name, ' . ') from projects_organisationalias a where a.organisation_id = o.id
      )), ' . ')
      from projects_organisation o
      where o.id in (select organisation_id from projects_participation where project_id = p.id)
    ))), 'C')
$f$;

create function projects_project_is_indexed() returns trigger language plpgsql as $$
begin
  new.search := projects_search_vector(new);
  return new;
end $$;

create trigger project_is_indexed
  before insert or update of title, title_ja, key, locality, technology_id, country_id, search on projects_project
  for each row execute function projects_project_is_indexed();
"""

# Whatever the vector is made of, besides the project's own columns, asks for a new one when it changes.
OTHERS = """
create function projects_part_is_indexed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update projects_project set search = null where id = old.project_id;
  end if;
  if tg_op <> 'DELETE' then
    update projects_project set search = null where id = new.project_id;
  end if;
  return null;
end $$;

create trigger identifier_is_indexed after insert or update or delete on projects_identifier
  for each row execute function projects_part_is_indexed();
create trigger participation_is_indexed after insert or update or delete on projects_participation
  for each row execute function projects_part_is_indexed();
create trigger further_technology_is_indexed after insert or update or delete on projects_project_further_technologies
  for each row execute function projects_part_is_indexed();

create function projects_technology_is_indexed() returns trigger language plpgsql as $$
begin
  update projects_project set search = null
  where technology_id = new.id
    or id in (select project_id from projects_project_further_technologies where technology_id = new.id);
  return null;
end $$;

create trigger technology_is_indexed after update of name, name_ja, synonyms_en, synonyms_ja on projects_technology
  for each row execute function projects_technology_is_indexed();

create function projects_country_is_indexed() returns trigger language plpgsql as $$
begin
  update projects_project set search = null where country_id = new.id;
  return null;
end $$;

create trigger country_is_indexed
  after update of name, name_ja, variants_en, variants_ja, iso2, iso3 on countries_partnercountry
  for each row execute function projects_country_is_indexed();

create function projects_organisation_is_indexed() returns trigger language plpgsql as $$
begin
  update projects_project set search = null
  where id in (select project_id from projects_participation where organisation_id = new.id);
  return null;
end $$;

create trigger organisation_is_indexed after update of name, name_ja on projects_organisation
  for each row execute function projects_organisation_is_indexed();

create function projects_alias_is_indexed() returns trigger language plpgsql as $$
begin
  if tg_op <> 'INSERT' then
    update projects_project set search = null
    where id in (select project_id from projects_participation where organisation_id = old.organisation_id);
  end if;
  if tg_op <> 'DELETE' then
    update projects_project set search = null
    where id in (select project_id from projects_participation where organisation_id = new.organisation_id);
  end if;
  return null;
end $$;

create trigger alias_is_indexed after insert or update or delete on projects_organisationalias
  for each row execute function projects_alias_is_indexed();
"""

BACK = """
drop trigger alias_is_indexed on projects_organisationalias;
drop trigger organisation_is_indexed on projects_organisation;
drop trigger country_is_indexed on countries_partnercountry;
drop trigger technology_is_indexed on projects_technology;
drop trigger further_technology_is_indexed on projects_project_further_technologies;
drop trigger participation_is_indexed on projects_participation;
drop trigger identifier_is_indexed on projects_identifier;
drop trigger project_is_indexed on projects_project;
drop function projects_alias_is_indexed();
drop function projects_organisation_is_indexed();
drop function projects_country_is_indexed();
drop function projects_technology_is_indexed();
drop function projects_part_is_indexed();
drop function projects_project_is_indexed();
drop function projects_search_vector(projects_project);
drop function words_vector(text);
drop function cjk_vector(text);
drop function fold(text);
drop function f_unaccent(text);
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0002_rules_across_tables")]

    operations = [migrations.RunSQL([FOLDING, VECTORS, PROJECT_VECTOR, OTHERS], BACK)]
