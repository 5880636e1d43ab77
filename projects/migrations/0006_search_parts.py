"""What a project is found by, put together from the vectors of its parts; names by which a search knows a thing.

`projects_searchentry` holds one vector for each country, technology, organisation and the like, made when that
changes. A project's vector joins those of its parts to its own words, so that none is made a thousand times.
`projects_searchname` holds every name in the form in which a reader's words are compared with it.
"""

from importlib import import_module

from django.db import migrations

BEFORE = import_module("projects.migrations.0003_search_vector")

# Kana: hiragana as katakana, small as large, ヴ as ブ, no ー where English has -er (ボイラ, ボイラー); the dot between
# katakana words goes (インバーター・エアコン), that between others parts them.
# Names: no accents, width, capitals, signs or plural; no space beside Japanese (LED 照明).
FOLDING = r"""
create function kana_fold(text) returns text language sql immutable parallel safe strict
  begin atomic;
  select case when $1 ~ '[\u3041-\u30ff\uff66-\uff9f]' then regexp_replace(translate(
    replace(replace(replace(replace(
      regexp_replace(normalize($1, NFKC), '([\u30a1-\u30fa\u30fc])[・゠](?=[\u30a1-\u30fa])', '\1', 'g'),
      'ヴァ', 'バ'), 'ヴィ', 'ビ'), 'ヴェ', 'ベ'), 'ヴォ', 'ボ'),
    'ぁあぃいぅうぇえぉおかがきぎくぐけげこごさざしじすずせぜそぞただちぢっつづてでとどなにぬねのはばぱひびぴふぶぷへべぺほぼぽ'
      || 'まみむめもゃやゅゆょよらりるれろゎわをんァィゥェォッャュョヮヵヶヂヅヴ',
    'アアイイウウエエオオカガキギクグケゲコゴサザシジスズセゼソゾタダチジツツズテデトドナニヌネノハバパヒビピフブプヘベペホボポ'
      || 'マミムメモヤヤユユヨヨラリルレロワワヲンアイウエオツヤユヨワカケジズブ'
  ), '([アカガサザタダナハバパマヤラワ])ー', '\1', 'g') else normalize($1, NFKC) end;
  end;

create function search_key(text) returns text language sql immutable parallel safe strict
  begin atomic;
  select btrim(
    regexp_replace(regexp_replace(regexp_replace(regexp_replace(
      fold(kana_fold($1)),
      '[^[:alnum:]々〆]+', ' ', 'g'),
      '(?<=[々〆\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]) | (?=[々〆\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff])', '', 'g'),
      '([a-z]{2,})ies\M', '\1y', 'g'),
      '([a-z]{2,}[^aisu ])s\M', '\1', 'g')
  );
  end;

-- Without the legal form of a company, by which nobody asks.
create function organisation_key(text) returns text language sql immutable parallel safe strict
  begin atomic;
  select coalesce(nullif(btrim(regexp_replace(regexp_replace(regexp_replace(
    search_key(regexp_replace(normalize($1, NFKC), '\((株|有|財|社|独)\)', ' ', 'g')),
    '株式会社|有限会社|合同会社|一般社団法人|一般財団法人|公益社団法人|公益財団法人|独立行政法人|国立研究開発法人', '', 'g'),
    '\m(co|ltd|inc|corp|corporation|company|limited|pt|tbk|persero|llc|plc|jsc|sdn|bhd|gmbh|kk|pte|pvt|cia|spa)\M', ' ', 'g'),
    ' +', ' ', 'g')),
    ''), search_key($1));
  end;

-- The words of a text that may be misspelt, of four letters or more, or of three katakana: as written, and folded.
create function search_raw_words(text) returns setof text language sql immutable parallel safe strict
  begin atomic;
  select found.words[1] from regexp_matches(
    normalize($1, NFKC), '[A-Za-z\u00c0-\u024f\u1e00-\u1eff]{4,}|[\u30a1-\u30fa\u30fc]{3,}', 'g'
  ) as found(words);
  end;

create function search_words(text) returns setof text language sql immutable parallel safe strict
  begin atomic;
  select distinct fold(kana_fold(raw)) from search_raw_words($1) raw;
  end;


-- Pairs of neighbours in each run, and its last character alone; a gap between two runs parts them.
create or replace function cjk_vector(text) returns tsvector language sql immutable parallel safe strict as $f$
  select case when $1 !~ '[々〆\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff\uff66-\uff9f]' then ''::tsvector else (
    select coalesce(string_agg('''' || letter || coalesce(next, '') || ''':' || least(place, 16383), ' '), '')::tsvector
    from (
      select letter, place, nullif(lead(letter) over (order by place), ' ') as next
      from unnest(string_to_array(regexp_replace(kana_fold(
        regexp_replace(normalize($1, NFKC), '[^々〆・゠\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff]+', ' ', 'g')
      ), '[・゠]', ' ', 'g'), null)) with ordinality as t(letter, place)
    ) letters
    where letter <> ' '
  ) end
$f$;

-- A stroke between words (Solar/Diesel) would make a path of them.
create or replace function words_vector(text) returns tsvector language sql immutable parallel safe strict as $f$
  select to_tsvector(
    'pg_catalog.english'::regconfig,
    regexp_replace(fold($1), '[/々〆ヶー\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]+', ' ', 'g')
  ) || cjk_vector($1)
$f$;

-- Neighbouring words as one, “heat pump”, so that names are found in titles by the index alone.
create function word_pairs(text) returns tsvector language sql immutable parallel safe strict as $f$
  select coalesce(array_to_tsvector(array_agg(distinct pair)), '')
  from (
    select lexeme || ' ' || lead(lexeme) over (order by place) as pair
    from unnest(to_tsvector('pg_catalog.english'::regconfig, replace(fold($1), '/', ' '))) words, unnest(positions) place
  ) pairs
  where pair is not null
$f$;

create aggregate tsvector_join(tsvector) (sfunc = tsvector_concat, stype = tsvector, initcond = '');

-- A value of the list's parameters as a word of the index: no reader can type it.
create function search_token(parameter text, value text, weight text) returns tsvector
  language sql immutable parallel safe strict as $f$
  select ('''' || replace(replace(parameter || ':' || value, '\', '\\'), '''', '''''') || ''':1' || weight)::tsvector
$f$;
"""

# The parts. B: what it is and where; C: who takes part; D: what is told. Announcements, terms and rounds are parts of
# no project; the search over everything finds them.
PARTS = r"""
create function search_entry_vector(kind text, ref bigint) returns tsvector language sql stable as $f$
  select case kind
    when 'country' then (
      select setweight(words_vector(concat_ws(' . ', name, name_ja, array_to_string(variants_en, ' . '),
          array_to_string(variants_ja, ' . '), iso2, iso3)), 'B')
        || search_token('country', iso2, 'B') || search_token('region', region, 'B')
      from countries_partnercountry where id = ref)
    when 'technology' then (
      select setweight(words_vector(concat_ws(' . ', name, name_ja, (
          select string_agg(word, ' . ') from unnest(synonyms_en || synonyms_ja) word where word !~ '[\s\-のへにをと・]'
        ))), 'B')
        || word_pairs(name) || search_token('technology', slug, 'B')
      from projects_technology where id = ref)
    when 'organisation' then (
      select setweight(words_vector(concat_ws(' . ', o.name, o.name_ja, (
          select string_agg(a.name, ' . ' order by a.id) from projects_organisationalias a where a.organisation_id = o.id
        ))), 'C')
        || search_token('participant', slug, 'B')
      from projects_organisation o where o.id = ref)
    when 'programme' then (
      select setweight(words_vector(concat_ws(' . ', name, name_ja)), 'D') || search_token('programme', slug, 'D')
      from projects_programme where id = ref)
    when 'methodology' then (
      select setweight(words_vector(concat_ws(' . ', title, sectoral_scope)), 'D')
        || search_token('methodology', number, 'A')
      from projects_methodology where id = ref)
    when 'sector' then (
      select setweight(words_vector(concat_ws(' . ', name, name_ja)), 'D') || search_token('sector', slug, 'D')
      from projects_sector where id = ref)
    when 'round' then (
      select setweight(words_vector(concat_ws(' . ', label, label_ja, key)), 'A')
        || search_token('fiscal_year', fiscal_year::text, 'A')
      from projects_selectionround where id = ref)
    when 'announcement' then (
      select setweight(words_vector(concat_ws(' . ', title, title_ja)), 'A')
        || setweight(words_vector(publisher), 'C') || setweight(words_vector(body), 'D')
        || coalesce(search_token('fiscal_year', fiscal_year::text, 'B'), '')
        || coalesce((
          select tsvector_join(search_token('country', c.iso2, 'B') || search_token('region', c.region, 'B') order by c.iso2)
          from countries_partnercountry c join projects_announcement_countries ac on ac.partnercountry_id = c.id
          where ac.announcement_id = ref
        ), '')
      from projects_announcement where id = ref)
    when 'term' then (
      select setweight(words_vector(concat_ws(' . ', term, term_ja)), 'A')
        || setweight(words_vector(concat_ws(' . ', definition, definition_ja)), 'D')
      from projects_glossaryterm where id = ref)
  end
$f$;

-- The names of a part, as written and as compared, and the value of the list's parameter that they stand for.
create function search_entry_names(kind text, ref bigint) returns table (value text, name text, key text)
  language sql stable as $f$
  select iso2::text, unnest(array[name::text, name_ja] || variants_en::text[] || variants_ja::text[]), null
    from countries_partnercountry where id = ref and kind = 'country'
  union select iso2, unnest(array[iso2::text, iso3]), null from countries_partnercountry where id = ref and kind = 'country'
  union select slug, unnest(array[name::text, name_ja] || synonyms_en::text[] || synonyms_ja::text[]), null
    from projects_technology where id = ref and kind = 'technology'
  union select slug, unnest(array[name::text, name_ja]), null from projects_sector where id = ref and kind = 'sector'
  union select slug, unnest(
      array[name::text, name_ja, regexp_replace(name, '\s*\(.*', ''), regexp_replace(normalize(name_ja, NFKC), '\s*\(.*', '')]
      || array(
        select found.words[1]
        from regexp_matches(name || normalize(name_ja, NFKC), '\(([^)]*)\)', 'g') as found(words)
      )
    ), null
    from projects_programme where id = ref and kind = 'programme'
  union select number, number, null from projects_methodology where id = ref and kind = 'methodology'
  union select slug, name, organisation_key(name) from projects_organisation where id = ref and kind = 'organisation'
  union select slug, name_ja, organisation_key(name_ja)
    from projects_organisation where id = ref and kind = 'organisation' and name_ja <> ''
  union select o.slug, a.name, organisation_key(a.name)
    from projects_organisation o join projects_organisationalias a on a.organisation_id = o.id
    where o.id = ref and kind = 'organisation'
$f$;

create function search_keep_words(text) returns void language sql volatile strict as $f$
  insert into projects_searchname (kind, ref, value, name, key)
  select 'word', 0, '', word, word from search_words($1) word order by word
  on conflict do nothing
$f$;

-- The entry is locked before it is read from, so that of two who change parts of one thing the second sees both.
create function search_renew(of_kind text, of_ref bigint) returns void language plpgsql volatile as $f$
declare
  made tsvector;
begin
  insert into projects_searchentry (kind, ref, vector) values (of_kind, of_ref, '') on conflict do nothing;
  perform from projects_searchentry where kind = of_kind and ref = of_ref for update;
  made := search_entry_vector(of_kind, of_ref);
  if made is null then
    delete from projects_searchentry where kind = of_kind and ref = of_ref;
    delete from projects_searchname where kind = of_kind and ref = of_ref;
    return;
  end if;
  update projects_searchentry set vector = made where kind = of_kind and ref = of_ref and vector <> made;
  delete from projects_searchname n where n.kind = of_kind and n.ref = of_ref and not exists (
    select from search_entry_names(of_kind, of_ref) e
    where e.value = n.value and e.name = n.name and coalesce(e.key, search_key(e.name)) = n.key
  );
  insert into projects_searchname (kind, ref, value, name, key)
  select distinct of_kind, of_ref, e.value, e.name, coalesce(e.key, search_key(e.name))
  from search_entry_names(of_kind, of_ref) e
  where coalesce(e.key, search_key(e.name)) <> ''
  on conflict do nothing;
  perform search_keep_words(string_agg(name, ' . ')) from search_entry_names(of_kind, of_ref);
end $f$;

-- Arguments: the kind, and the column that says which one.
create function search_part_changed() returns trigger language plpgsql as $f$
begin
  if tg_op <> 'INSERT' then
    perform search_renew(tg_argv[0], (to_jsonb(old) ->> tg_argv[1])::bigint);
  end if;
  if tg_op <> 'DELETE' and (tg_op = 'INSERT' or to_jsonb(new) ->> tg_argv[1] <> to_jsonb(old) ->> tg_argv[1]) then
    perform search_renew(tg_argv[0], (to_jsonb(new) ->> tg_argv[1])::bigint);
  end if;
  return null;
end $f$;
"""

PROJECTS = r"""
create function projects_search_parts(p projects_project) returns table (kind text, ref bigint)
  language sql stable as $f$
  values ('country', p.country_id), ('programme', p.programme_id), ('technology', p.technology_id)
  union select 'sector', sector_id from projects_technology where id = p.technology_id
  union select 'technology', technology_id from projects_project_further_technologies where project_id = p.id
  union select 'organisation', organisation_id from projects_participation where project_id = p.id
  union select 'methodology', methodology_id from projects_projectmethodology where project_id = p.id
$f$;

-- Small ones first: each || copies what stands before it. Sub-selects by kind, as a join of them all takes twice the time.
create or replace function projects_search_vector(p projects_project) returns tsvector language sql stable as $f$
  select
    search_token('status', p.status, 'D')
    || coalesce(search_token('fiscal_year', p.fiscal_year::text, 'D'), '')
    || coalesce((
      select tsvector_join(search_token('reference', lower(value), 'A') order by id)
      from projects_identifier where project_id = p.id
    ), '')
    || setweight(words_vector(concat_ws(' . ', p.title, p.title_ja, p.key, (
      select string_agg(value, ' . ' order by id) from projects_identifier where project_id = p.id
    ))), 'A')
    || word_pairs(p.title)
    || setweight(words_vector(p.locality), 'C')
    || setweight(words_vector(concat_ws(' . ', p.note, p.capacity)), 'D')
    || coalesce((select vector from projects_searchentry where kind = 'country' and ref = p.country_id), '')
    || coalesce((select vector from projects_searchentry where kind = 'programme' and ref = p.programme_id), '')
    || coalesce((
      select e.vector from projects_searchentry e join projects_technology t on t.sector_id = e.ref
      where e.kind = 'sector' and t.id = p.technology_id
    ), '')
    || coalesce((
      select tsvector_join(vector order by ref) from projects_searchentry where kind = 'methodology' and ref in (
        select methodology_id from projects_projectmethodology where project_id = p.id
      )
    ), '')
    || coalesce((
      select tsvector_join(vector order by ref) from projects_searchentry where kind = 'organisation' and ref in (
        select organisation_id from projects_participation where project_id = p.id
      )
    ), '')
    || coalesce((
      select tsvector_join(vector order by ref) from projects_searchentry where kind = 'technology' and ref in (
        select technology_id from projects_project_further_technologies where project_id = p.id
      ) and ref is distinct from p.technology_id
    ), '')
    || coalesce((select vector from projects_searchentry where kind = 'technology' and ref = p.technology_id), '')
$f$;

-- The parts are locked first: who gives one a new word waits, and then finds this project; or this one waits, and
-- then finds the word.
create or replace function projects_project_is_indexed() returns trigger language plpgsql as $f$
begin
  perform from projects_searchentry e
    where exists (select from projects_search_parts(new) parts where parts.kind = e.kind and parts.ref = e.ref)
    order by e.kind, e.ref for share;
  new.search := projects_search_vector(new);
  if tg_op = 'INSERT' or (old.title, old.title_ja, old.locality) is distinct from (new.title, new.title_ja, new.locality)
  then
    perform search_keep_words(concat_ws(' . ', new.title, new.title_ja, new.locality));
  end if;
  return new;
end $f$;

create or replace trigger project_is_indexed
  before insert or update of title, title_ja, key, locality, note, capacity, technology_id, country_id, programme_id,
    fiscal_year, status, search on projects_project
  for each row execute function projects_project_is_indexed();

-- What the queryset method published() says, for the few questions that are asked in here.
create function projects_is_public(p projects_project) returns boolean language sql stable as $f$
  select p.state = 'published' and p.published_at <= statement_timestamp() and p.merged_into_id is null
$f$;

-- Whether any public project answers; and the first that do, public or not, as the index has them. Materialized and
-- without sequential scans, as for a few rows the planner would rather read through the table, however rare they are.
create function search_finds(tsquery) returns boolean language sql stable set enable_seqscan = off as $f$
  with found as materialized (select from projects_project p where search @@ $1 and projects_is_public(p))
  select exists (select from found)
$f$;

create function search_some(tsquery, most integer) returns setof bigint
  language sql stable set enable_seqscan = off as $f$
  with found as materialized (select id from projects_project where search @@ $1) select id from found limit most
$f$;

create function projects_entry_changed() returns trigger language plpgsql as $f$
begin
  if new.kind = 'country' then
    perform search_renew('announcement', announcement_id)
      from projects_announcement_countries where partnercountry_id = new.ref;
  end if;
  if new.kind in ('country', 'technology', 'sector', 'organisation', 'programme', 'methodology') then
    update projects_project p set search = null where id in (
      select id from projects_project where country_id = new.ref and new.kind = 'country'
      union select id from projects_project where programme_id = new.ref and new.kind = 'programme'
      union select id from projects_project where technology_id = new.ref and new.kind = 'technology'
      union select p.id from projects_project p join projects_technology t on t.id = p.technology_id
        where t.sector_id = new.ref and new.kind = 'sector'
      union select project_id from projects_project_further_technologies
        where technology_id = new.ref and new.kind = 'technology'
      union select project_id from projects_participation where organisation_id = new.ref and new.kind = 'organisation'
      union select project_id from projects_projectmethodology
        where methodology_id = new.ref and new.kind = 'methodology'
    );
  end if;
  return null;
end $f$;

create function projects_sector_of_technology_changed() returns trigger language plpgsql as $f$
begin
  update projects_project set search = null where technology_id = new.id;
  return null;
end $f$;
"""

TRIGGERS = """
drop trigger alias_is_indexed on projects_organisationalias;
drop trigger organisation_is_indexed on projects_organisation;
drop trigger country_is_indexed on countries_partnercountry;
drop trigger technology_is_indexed on projects_technology;
drop function projects_alias_is_indexed();
drop function projects_organisation_is_indexed();
drop function projects_country_is_indexed();
drop function projects_technology_is_indexed();

create trigger country_is_searchable
  after insert or delete or update of name, name_ja, variants_en, variants_ja, iso2, iso3, region
  on countries_partnercountry for each row execute function search_part_changed('country', 'id');
create trigger technology_is_searchable
  after insert or delete or update of name, name_ja, synonyms_en, synonyms_ja, slug
  on projects_technology for each row execute function search_part_changed('technology', 'id');
create trigger organisation_is_searchable
  after insert or delete or update of name, name_ja, slug
  on projects_organisation for each row execute function search_part_changed('organisation', 'id');
create trigger alias_is_searchable
  after insert or delete or update on projects_organisationalias
  for each row execute function search_part_changed('organisation', 'organisation_id');
create trigger programme_is_searchable
  after insert or delete or update of name, name_ja, slug
  on projects_programme for each row execute function search_part_changed('programme', 'id');
create trigger methodology_is_searchable
  after insert or delete or update of number, title, sectoral_scope
  on projects_methodology for each row execute function search_part_changed('methodology', 'id');
create trigger sector_is_searchable
  after insert or delete or update of name, name_ja, slug
  on projects_sector for each row execute function search_part_changed('sector', 'id');
create trigger round_is_searchable
  after insert or delete or update of label, label_ja, key, fiscal_year
  on projects_selectionround for each row execute function search_part_changed('round', 'id');
create trigger announcement_is_searchable
  after insert or delete or update of title, title_ja, publisher, body, fiscal_year
  on projects_announcement for each row execute function search_part_changed('announcement', 'id');
create trigger announcement_country_is_searchable
  after insert or delete or update on projects_announcement_countries
  for each row execute function search_part_changed('announcement', 'announcement_id');
create trigger term_is_searchable
  after insert or delete or update of term, term_ja, definition, definition_ja
  on projects_glossaryterm for each row execute function search_part_changed('term', 'id');

create trigger project_methodology_is_indexed after insert or update or delete on projects_projectmethodology
  for each row execute function projects_part_is_indexed();
create trigger entry_is_indexed after update of vector on projects_searchentry
  for each row execute function projects_entry_changed();
create trigger technology_sector_is_indexed after update of sector_id on projects_technology
  for each row execute function projects_sector_of_technology_changed();
"""

FILLING = """
select search_renew('country', id) from countries_partnercountry order by id;
select search_renew('technology', id) from projects_technology order by id;
select search_renew('organisation', id) from projects_organisation order by id;
select search_renew('programme', id) from projects_programme order by id;
select search_renew('methodology', id) from projects_methodology order by id;
select search_renew('sector', id) from projects_sector order by id;
select search_renew('round', id) from projects_selectionround order by id;
select search_renew('announcement', id) from projects_announcement order by id;
select search_renew('term', id) from projects_glossaryterm order by id;
select search_keep_words(concat_ws(' . ', title, title_ja, locality)) from projects_project order by id;
update projects_project set search = null;
"""

BACK = """
drop trigger technology_sector_is_indexed on projects_technology;
drop trigger entry_is_indexed on projects_searchentry;
drop trigger project_methodology_is_indexed on projects_projectmethodology;
drop trigger term_is_searchable on projects_glossaryterm;
drop trigger announcement_country_is_searchable on projects_announcement_countries;
drop trigger announcement_is_searchable on projects_announcement;
drop trigger round_is_searchable on projects_selectionround;
drop trigger sector_is_searchable on projects_sector;
drop trigger methodology_is_searchable on projects_methodology;
drop trigger programme_is_searchable on projects_programme;
drop trigger alias_is_searchable on projects_organisationalias;
drop trigger organisation_is_searchable on projects_organisation;
drop trigger technology_is_searchable on projects_technology;
drop trigger country_is_searchable on countries_partnercountry;
drop function projects_sector_of_technology_changed();
drop function projects_entry_changed();
drop function search_some(tsquery, integer);
drop function search_finds(tsquery);
drop function projects_is_public(projects_project);
drop function search_part_changed();
drop function search_renew(text, bigint);
drop function search_keep_words(text);
drop function search_entry_names(text, bigint);
drop trigger identifier_is_indexed on projects_identifier;
drop trigger participation_is_indexed on projects_participation;
drop trigger further_technology_is_indexed on projects_project_further_technologies;
drop trigger project_is_indexed on projects_project;
drop function projects_part_is_indexed();
drop function projects_project_is_indexed();
drop function projects_search_vector(projects_project);
drop function projects_search_parts(projects_project);
drop function search_entry_vector(text, bigint);
drop function search_token(text, text, text);
drop aggregate tsvector_join(tsvector);
drop function word_pairs(text);
drop function words_vector(text);
drop function cjk_vector(text);
drop function search_words(text);
drop function search_raw_words(text);
drop function organisation_key(text);
drop function search_key(text);
drop function kana_fold(text);
"""


class Migration(migrations.Migration):
    dependencies = [("projects", "0005_search_tables")]

    operations = [
        migrations.RunSQL(
            [FOLDING, PARTS, PROJECTS, TRIGGERS, FILLING],
            [BACK, BEFORE.VECTORS, BEFORE.PROJECT_VECTOR, BEFORE.OTHERS, "update projects_project set search = null"],
        )
    ]
