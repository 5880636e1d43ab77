"""The database of synthetic projects: the same at each run, as the rules want it, and never in another's place."""

import re
from collections import Counter
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from psycopg import sql

from jcm_portal import env
from projects.models import CreditIssuance, Milestone, Organisation, Participation, Project
from projects.samples import database, records, words

pytestmark = pytest.mark.xdist_group("samples")  # one worker makes the database, for all of them

PROJECTS = 300


@pytest.fixture(scope="module")
def name(django_db_setup):
    """Of the database of sample projects, which stands beside the test database of this worker."""
    name = f"{connection.settings_dict['NAME']}_samples"
    on_server("drop database if exists {}", name)  # left by a run that was killed
    yield name
    on_server("drop database if exists {} with (force)", name)


@pytest.fixture(scope="module")
def said(name):
    """What the command said when it made the database."""
    out = StringIO()
    call_command("make_sample_projects", projects=PROJECTS, seed=7, database=name, stdout=out)
    return out.getvalue()


@pytest.fixture
def samples(name, said):
    with database.connect(name) as samples:
        yield samples


@pytest.fixture
def another(name):
    """The name for one more database, which is gone after the test."""
    another = f"{name}_2"
    yield another
    on_server("drop database if exists {}", another)


def on_server(statement, name):
    with database.connect(database.own_name()) as server:
        server.execute(sql.SQL(statement).format(sql.Identifier(name)))


def exists(name):
    with database.connect(database.own_name()) as server:
        return server.execute("select from pg_database where datname = %s", [name]).fetchone() is not None


def one(samples, query):
    return samples.execute(query).fetchone()[0]


def made(samples, seed, projects=PROJECTS):
    """The records of a seed by model, all batches together."""
    source = one(samples, "select id from jcm_portal_source where key = 'sample-source'")
    of_seed = records.Samples(database.read_vocabulary(samples, source), seed)
    rows = {Organisation: of_seed.organisations}
    for batch in of_seed.batches(projects, 500):
        for model, of_model in batch.items():
            rows.setdefault(model, []).extend(of_model)
    return rows


def column(rows, model, name):
    place = records.COLUMNS[model].index(name)
    return [row[place] for row in rows[model]]


# -- What is in it ----------------------------------------------------------------------------------


def test_it_holds_the_projects_asked_for_all_of_them_public_and_marked(samples):
    query = """
        select count(*), count(*) filter (where p.state = 'published' and p.published_at < now()),
          count(*) filter (where p.key like 'sample-%' and s.title = 'Synthetic record for measurement')
        from projects_project p join jcm_portal_source s on s.id = p.source_id
    """
    assert samples.execute(query).fetchone() == (PROJECTS, PROJECTS, PROJECTS)


def test_it_holds_the_bundled_vocabulary_but_no_real_project_organisation_or_announcement(samples):
    assert one(samples, "select count(*) from countries_partnercountry") == 31
    assert one(samples, "select count(*) from projects_selectionround") > 30
    assert one(samples, "select count(*) from projects_organisation where slug not like 'sample-%'") == 0
    query = "select count(*), count(*) filter (where key like 'sample-%') from projects_announcement"
    [[announcements, of_ours]] = samples.execute(query).fetchall()
    assert announcements == of_ours == one(samples, "select count(*) from projects_selectionround")


def test_status_and_first_day_are_what_the_database_itself_makes_of_the_milestones(samples):
    with samples.transaction(force_rollback=True):
        query = "select id, status, selected_on from projects_project order by id"
        before = samples.execute(query).fetchall()
        samples.execute("update projects_project set status = status")
        assert samples.execute(query).fetchall() == before
    assert {"selected", "registered", "credits_issued"} <= {status for _, status, _ in before}


def test_so_is_what_a_project_is_found_by(samples):
    with samples.transaction(force_rollback=True):
        # Without the places of the words: the rule does not say in which order it takes the participants.
        query = "select id, strip(search)::text from projects_project order by id"
        before = samples.execute(query).fetchall()
        samples.execute("update projects_project set title = title")
        assert samples.execute(query).fetchall() == before
    assert all(search for _, search in before)


def test_the_triggers_are_on_again(samples):
    states = samples.execute("select tgenabled from pg_trigger where not tgisinternal").fetchall()
    assert set(states) == {("O",)}


def test_they_are_also_after_a_failure(samples):
    def fail():
        with database.without_triggers(samples):
            assert one(samples, "select bool_and(tgenabled = 'D') from pg_trigger where not tgisinternal")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert one(samples, "select bool_and(tgenabled = 'O') from pg_trigger where not tgisinternal")


@pytest.mark.django_db
def test_the_indexes_are_those_of_the_portal(samples):
    query = "select indexdef from pg_indexes where schemaname = 'public' order by 1"
    with connection.cursor() as cursor:
        cursor.execute(query)
        assert samples.execute(query).fetchall() == cursor.fetchall()


def test_every_foreign_key_leads_somewhere(samples):
    """Their checks may have been skipped; made anew, a foreign key checks every row."""
    query = """
        select conrelid::regclass::text, conname, pg_get_constraintdef(oid) from pg_constraint
        where contype = 'f' and connamespace = 'public'::regnamespace
    """
    keys = samples.execute(query).fetchall()
    assert len(keys) > 30
    for table, key, definition in keys:
        with samples.transaction(force_rollback=True):
            names = {"table": sql.SQL(table), "key": sql.Identifier(key), "definition": sql.SQL(definition)}
            samples.execute(sql.SQL("alter table {table} drop constraint {key}").format(**names))
            samples.execute(sql.SQL("alter table {table} add constraint {key} {definition}").format(**names))


def test_what_is_entered_next_gets_a_number_of_its_own(samples):
    with samples.transaction(force_rollback=True):
        insert = "insert into projects_organisation (slug, name, name_ja, usual_side) values ('x', 'x', '', '')"
        number = one(samples, f"{insert} returning id")
        assert number == one(samples, "select count(*) from projects_organisation")


def test_the_command_says_how_to_start_the_portal_on_it(name, said):
    assert all(step in said for step in ("tables", "vocabulary", "records", "status", "search", "vacuum"))
    assert re.search(rf"^DATABASE_URL=postgresql://\S*/{name}\b", said, re.MULTILINE)


# -- What the records are like ----------------------------------------------------------------------


def test_the_same_seed_makes_the_same_records_and_another_seed_others(samples):
    first = made(samples, 7)
    assert made(samples, 7) == first
    assert not set(column(first, Project, "title")) <= set(column(made(samples, 8), Project, "title"))


def test_the_database_has_the_records_of_the_seed(samples):
    rows = made(samples, 7)
    of_project = samples.execute("select key, title, title_ja, locality from projects_project order by id").fetchall()
    names = ("key", "title", "title_ja", "locality")
    assert of_project == list(zip(*(column(rows, Project, name) for name in names), strict=True))
    for model in (Participation, Milestone, CreditIssuance, Organisation):
        assert one(samples, f"select count(*) from {model._meta.db_table}") == len(rows[model])


def test_fewer_projects_are_the_first_of_more(samples):
    few, many = made(samples, 7, 600), made(samples, 7, 1100)
    assert many[Project][:600] == few[Project]
    assert many[Milestone][: len(few[Milestone])] == few[Milestone]


@pytest.fixture(scope="module")
def many(name, said):
    with database.connect(name) as samples:
        return made(samples, 1, 5000)


def test_the_first_technology_is_ten_times_as_frequent_as_the_tenth(many):
    counts = [count for _, count in Counter(column(many, Project, "technology_id")).most_common()]
    assert 6 < counts[0] / counts[9] < 15


def test_reductions_are_as_unequal_as_the_bundled_ones(many):
    stated = sorted(value for value in column(many, Project, "expected_reduction_tco2_per_year") if value is not None)
    assert 0.75 < len(stated) / 5000 < 0.87
    middle, upper = stated[len(stated) // 2], stated[len(stated) * 95 // 100]
    assert 1500 < middle < 2800  # the bundled ones: 1,590
    assert 30_000 < upper < 80_000  # 41,769


def test_two_to_four_organisations_take_part_a_few_of_them_very_often(many):
    assert set(Counter(column(many, Participation, "project_id")).values()) == {2, 3, 4}
    counts = [count for _, count in Counter(column(many, Participation, "organisation_id")).most_common()]
    assert counts[0] > 20 * counts[99]
    assert len(counts) > 1000


def test_titles_and_names_are_in_both_languages_and_fit(many):
    for model, name in ((Project, "title"), (Organisation, "name")):
        english, japanese = column(many, model, name), column(many, model, f"{name}_ja")
        assert all(re.search("[a-z]", text) for text in english)
        assert all(re.search("[\u3041-\u30ff\u4e00-\u9fff]", text) for text in japanese)
        assert max(map(len, english + japanese)) <= model._meta.get_field(name).max_length
    assert len(set(column(many, Project, "title"))) > 3500
    assert len(set(column(many, Organisation, "name"))) > 4800


def test_some_projects_have_issuances_some_have_several(many):
    issuances = Counter(column(many, CreditIssuance, "project_id"))
    assert 0.02 < len(issuances) / 5000 < 0.15
    assert max(issuances.values()) > 1


def test_every_partner_country_has_cities_and_projects(many, samples):
    countries = dict(samples.execute("select iso2, id from countries_partnercountry").fetchall())
    assert set(words.CITIES) == set(countries)
    assert set(column(many, Project, "country_id")) == set(countries.values())


def test_as_many_as_of_the_bundled_ones_have_a_point_near_their_country(many, samples):
    columns = ("country_id", "latitude", "longitude", "location_precision", "location_source_id")
    rows = list(zip(*(column(many, Project, name) for name in columns), strict=True))
    placed = [row for row in rows if row[1] is not None]
    assert 0.24 < len(placed) / 5000 < 0.33  # 71 of 250
    assert all((source is None) == (latitude is None) for _, latitude, _, _, source in rows)
    assert {precision for *_, precision, _ in placed} == {"site", "city", "province"}
    query = "select id, latitude, longitude from countries_partnercountry"
    of_country = {pk: at for pk, *at in samples.execute(query).fetchall()}
    assert all(abs(one - other) < 2 for pk, *at, _, _ in placed for one, other in zip(at, of_country[pk], strict=True))
    cities = {(latitude, longitude) for _, latitude, longitude, precision, _ in placed if precision == "city"}
    assert 30 < len(cities) < 300


def test_of_a_few_selections_the_year_alone_is_known(many):
    names = ("kind", "reached_on", "reached_on_precision")
    steps = zip(*(column(many, Milestone, name) for name in names), strict=True)
    exact = Counter(precision for kind, on, precision in steps if kind == "selected" and on)
    assert set(exact) == {"day", "year"}
    assert 0.005 < exact["year"] / exact.total() < 0.025


# -- Where it may not go ----------------------------------------------------------------------------


def refusal(name, **options):
    with pytest.raises(CommandError) as refused:
        call_command("make_sample_projects", projects=1, database=name, stdout=StringIO(), **options)
    return str(refused.value)


@pytest.mark.django_db
@pytest.mark.parametrize("options", [{}, {"drop": True}], ids=["make", "drop"])
def test_the_portals_own_database_is_refused(options):
    assert "is the portal's own database" in refusal(connection.settings_dict["NAME"], **options)
    assert Project.objects.exists()


@pytest.mark.parametrize("options", [{}, {"drop": True}], ids=["make", "drop"])
def test_a_database_of_somebody_else_is_refused(another, options):
    on_server("create database {}", another)
    with database.connect(another) as theirs:
        theirs.execute("create table projects_project (key text)")
        theirs.execute("insert into projects_project values ('sample-1')")
    assert "it was not made by this command" in refusal(another, **options)
    with database.connect(another) as theirs:
        assert one(theirs, "select count(*) from projects_project") == 1


def test_a_sample_database_that_got_a_real_project_is_refused(name, samples):
    samples.execute("update projects_project set key = 'vn001' where id = 1")
    assert "it holds the project vn001, which is no sample" in refusal(name)
    samples.execute("update projects_project set key = 'sample-000001' where id = 1")


def test_and_one_that_got_a_table_of_another_program(name, samples):
    samples.execute("create table invoices (id int)")
    assert "it has the table invoices" in refusal(name)
    samples.execute("drop table invoices")


@pytest.mark.parametrize("text", ["", "Samples", "host=elsewhere", "postgresql://elsewhere/x", "a" * 64])
def test_what_is_no_name_is_refused(text):
    assert "is no name for it" in refusal(text)


def test_it_is_made_anew_in_place_of_an_older_one_and_removed_when_asked(another):
    database.make_empty(another)
    with database.connect(another) as older:
        older.execute("create table projects_project (key text)")
    database.make_empty(another)
    with database.connect(another) as newer:
        assert one(newer, "select count(*) from pg_tables where schemaname = 'public'") == 0
    out = StringIO()
    call_command("make_sample_projects", database=another, drop=True, stdout=out)
    call_command("make_sample_projects", database=another, drop=True, stdout=out)
    assert out.getvalue() == f"{another} is removed.\nThere is no database {another}.\n"
    assert not exists(another)


@pytest.mark.parametrize("number", ["0", "-5", "1.5", "many", "１００"])
def test_a_number_of_projects_that_is_none_is_refused(number):
    with pytest.raises(CommandError, match="is not a whole number from 1"):
        call_command("make_sample_projects", "--projects", number)


def test_the_address_leads_to_the_same_server_and_shows_the_password_only_when_asked(monkeypatch):
    for setting, value in {"USER": "a b", "PASSWORD": "p@ss/word", "HOST": "/Some/Folder", "PORT": "5433"}.items():
        monkeypatch.setitem(connection.settings_dict, setting, value)
    monkeypatch.setenv("SOME_URL", database.address("x"))
    read = env.database("SOME_URL")
    assert (read["USER"], read["PASSWORD"], read["NAME"]) == ("a b", "p@ss/word", "x")
    assert {name: str(value) for name, value in read["OPTIONS"].items()} == {"host": "/Some/Folder", "port": "5433"}
    assert database.address("x", with_password=False).startswith("postgresql://a%20b:PASSWORD@/x?")
