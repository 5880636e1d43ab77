"""The index follows each change of what a project is found by, also of two who write at the same time."""

import pytest
from django.db import connection

from projects.models import (
    GlossaryTerm,
    Methodology,
    Organisation,
    OrganisationAlias,
    Participation,
    Programme,
    Project,
    ProjectMethodology,
    Sector,
    SelectionRound,
    Technology,
)
from tests.concurrency import second_one_waiting
from tests.factories import (
    make_announcement,
    make_country,
    make_milestone,
    make_organisation,
    make_participation,
    make_programme,
    make_project,
    make_project_methodology,
    make_round,
    make_sector,
    make_source,
    make_technology,
    make_term,
    the_country,
)

RACES = 20


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def has(project, lexeme):
    """Whether the vector has the word or value just so."""
    [[hit]] = sql("select %s = any(tsvector_to_array(search)) from projects_project where id = %s", lexeme, project.pk)
    return hit


def wrong_vectors():
    """Projects of this test whose stored vector is not the one that the database would make now."""
    return sql(
        "select key from projects_project p where key like 'test-%%'"
        " and search is distinct from projects_search_vector(p)"
    )


def wrong_entries():
    """Entries whose vector is not the one that would be made now."""
    return sql(
        "select kind, ref from projects_searchentry where vector is distinct from search_entry_vector(kind, ref)"
    )


def wrong_names():
    """Names that are kept but are none any longer, and names that are not kept."""
    return sql(
        """
        with entries as (
          select kind, ref, n.value, n.name, coalesce(n.key, search_key(n.name)) as key
          from projects_searchentry cross join lateral search_entry_names(kind, ref) n
        ), kept as (select kind, ref, value, name, key from projects_searchname where kind <> 'word')
        (table kept except table entries) union all
        (select * from entries where key <> '' except table kept)
        """
    )


def assert_all_is_right():
    assert wrong_vectors() == []
    assert wrong_entries() == []
    assert wrong_names() == []


@pytest.fixture
def project(db):
    """A project with one of everything that it is found by."""
    project = make_project(
        technology=make_technology(),
        programme=make_programme(),
        country=make_country(),
        further_technologies=[make_technology()],
        fiscal_year=2019,
    )
    make_participation(project=project)
    make_project_methodology(project=project)
    return project


# -- One after the other -------------------------------------------------------------------------------


@pytest.mark.django_db
def test_all_that_is_bundled_is_as_it_would_be_made_now(bundled_data):
    assert wrong_entries() == []
    assert wrong_names() == []
    assert sql("select key from projects_project p where search is distinct from projects_search_vector(p)") == []


@pytest.mark.django_db
def test_every_thing_that_is_found_by_its_name_has_an_entry(bundled_data):
    kept = dict(sql("select kind, count(*) from projects_searchentry group by kind"))

    for kind, model in [
        ("technology", Technology),
        ("organisation", Organisation),
        ("programme", Programme),
        ("methodology", Methodology),
        ("sector", Sector),
        ("round", SelectionRound),
        ("term", GlossaryTerm),
    ]:
        assert kept[kind] == model.objects.count() > 0


@pytest.mark.parametrize("relation", ["projects", "further_projects"], ids=["main", "further"])
def test_another_slug_of_a_technology_is_followed(project, relation):
    technology = Technology.objects.get(**{relation: project})

    Technology.objects.filter(pk=technology.pk).update(slug="test-dunnart")

    assert has(project, "technology:test-dunnart")
    assert not has(project, f"technology:{technology.slug}")
    assert_all_is_right()


@pytest.mark.parametrize("relation", ["projects", "further_projects"], ids=["main", "further"])
def test_words_of_a_technology_are_gone_when_they_are_taken_away(project, relation):
    technologies = Technology.objects.filter(**{relation: project})

    technologies.update(synonyms_en=["dunnart"], synonyms_ja=["試験語"])
    assert has(project, "dunnart")
    assert has(project, "験語")
    assert_all_is_right()

    technologies.update(synonyms_en=[], synonyms_ja=[])
    assert not has(project, "dunnart")
    assert not has(project, "験語")
    assert_all_is_right()


def test_another_region_of_a_country_is_followed(project):
    before = project.country.region
    project.country.region = "africa"

    project.country.save()

    assert has(project, "region:africa")
    assert not has(project, f"region:{before}")
    assert_all_is_right()


def test_another_slug_of_an_organisation_is_followed(project):
    Organisation.objects.filter(participations__project=project).update(slug="test-dunnart")

    assert has(project, "participant:test-dunnart")
    assert_all_is_right()


@pytest.mark.parametrize(
    ("field", "lexeme"), [("name", "dunnart"), ("name_ja", "dunnart"), ("slug", "programme:dunnart")]
)
def test_a_change_of_a_programme_is_followed(project, field, lexeme):
    Programme.objects.filter(projects=project).update(**{field: "dunnart"})

    assert has(project, lexeme)
    assert_all_is_right()


def test_another_programme_is_followed(project):
    Project.objects.filter(pk=project.pk).update(programme=make_programme(slug="test-dunnart"))

    assert has(project, "programme:test-dunnart")
    assert not has(project, f"programme:{project.programme.slug}")
    assert_all_is_right()


@pytest.mark.parametrize("field", ["title", "sectoral_scope"])
def test_a_change_of_a_methodology_is_followed(project, field):
    Methodology.objects.filter(project_methodologies__project=project).update(**{field: "dunnart"})

    assert has(project, "dunnart")
    assert_all_is_right()


def test_a_methodology_is_followed_when_added_changed_moved_and_removed(project):
    other = make_project()
    used = make_project_methodology(project=project)
    first, second = used.methodology, make_project_methodology().methodology
    assert has(project, f"methodology:{first.number}")

    ProjectMethodology.objects.filter(pk=used.pk).update(methodology=second)
    assert has(project, f"methodology:{second.number}")
    assert not has(project, f"methodology:{first.number}")

    ProjectMethodology.objects.filter(pk=used.pk).update(project=other)
    assert has(other, f"methodology:{second.number}")
    assert not has(project, f"methodology:{second.number}")

    used.delete()
    assert not has(other, f"methodology:{second.number}")
    assert_all_is_right()


@pytest.mark.parametrize(("field", "lexeme"), [("name", "dunnart"), ("name_ja", "dunnart"), ("slug", "sector:dunnart")])
def test_a_change_of_the_sector_of_a_technology_is_followed(project, field, lexeme):
    Sector.objects.filter(technologies__projects=project).update(**{field: "dunnart"})

    assert has(project, lexeme)
    assert_all_is_right()


def test_a_technology_that_moves_to_another_sector_takes_its_projects_along(project):
    before = project.technology.sector.slug

    Technology.objects.filter(projects=project).update(sector=make_sector(slug="test-dunnart", name="Dunnart"))

    assert has(project, "sector:test-dunnart")
    assert has(project, "dunnart")
    assert not has(project, f"sector:{before}")
    assert_all_is_right()


def test_a_further_technology_that_is_removed_is_found_no_longer(project):
    [further] = project.further_technologies.all()
    assert has(project, f"technology:{further.slug}")

    project.further_technologies.remove(further)

    assert not has(project, f"technology:{further.slug}")
    assert_all_is_right()


@pytest.mark.parametrize(
    ("field", "value", "lexeme"),
    [
        ("note", "A dunnart", "dunnart"),
        ("capacity", "7 dunnarts", "dunnart"),
        ("fiscal_year", 2044, "fiscal_year:2044"),
        ("title", "Dunnart kowari", "dunnart kowari"),
    ],
)
def test_a_change_of_the_project_itself_is_followed(project, field, value, lexeme):
    Project.objects.filter(pk=project.pk).update(**{field: value})

    assert has(project, lexeme)
    assert_all_is_right()


def test_another_status_is_followed(project):
    make_milestone(project=project, kind="registered")

    assert has(project, "status:registered")
    assert not has(project, "status:unknown")
    assert_all_is_right()


def test_rounds_announcements_and_terms_are_followed(project):
    a_round, announcement, term = make_round(), make_announcement(), make_term()
    announcement.countries.set([project.country])

    SelectionRound.objects.filter(pk=a_round.pk).update(label="Dunnart", fiscal_year=2044)
    type(announcement).objects.filter(pk=announcement.pk).update(body="Kowari", fiscal_year=2045)
    GlossaryTerm.objects.filter(pk=term.pk).update(definition="Kultarr")
    type(project.country).objects.filter(pk=project.country.pk).update(region="africa")

    vectors = {
        (kind, ref): set(lexemes)
        for kind, ref, lexemes in sql("select kind, ref, tsvector_to_array(vector) from projects_searchentry")
    }
    assert vectors["round", a_round.pk] >= {"dunnart", "fiscal_year:2044"}
    assert vectors["announcement", announcement.pk] >= {"kowari", "fiscal_year:2045"}
    assert vectors["announcement", announcement.pk] >= {f"country:{project.country.iso2}"}
    assert vectors["term", term.pk] >= {"kultarr"}


def test_the_region_of_an_announcement_follows_its_country(project):
    announcement = make_announcement()
    announcement.countries.set([project.country])

    type(project.country).objects.filter(pk=project.country.pk).update(region="africa")

    assert_all_is_right()


def test_what_is_deleted_leaves_no_entry_and_no_name(project):
    others = [make_country(), make_technology(), make_organisation(), make_programme(), make_term(), make_sector()]
    kinds = ["country", "technology", "organisation", "programme", "term", "sector"]
    refs = [other.pk for other in others]

    for other in others:
        other.delete()

    left = "select kind, ref from {} where (kind, ref) in (select * from unnest(%s::text[], %s::bigint[]))"
    assert sql(left.format("projects_searchentry"), kinds, refs) == []
    assert sql(left.format("projects_searchname"), kinds, refs) == []
    assert_all_is_right()


# -- Two at the same time ------------------------------------------------------------------------------


def give_synonym(technology):
    Technology.objects.filter(pk=technology.pk).update(synonyms_en=["dunnart"])


def give_variant(country):
    type(country).objects.filter(pk=country.pk).update(variants_en=["dunnart"])


def give_alias(organisation):
    OrganisationAlias.objects.create(organisation=organisation, name="Dunnart Ltd", language="en")


def add_project_of_technology(technology, *, source, country):
    return Project.objects.create(
        key=f"test-race-{technology.pk}", title="A", technology=technology, source=source, country=country
    )


def add_project_in_country(part, *, source, country):
    return Project.objects.create(key=f"test-race-{part.iso2}", title="B", source=source, country=part)


def add_participation(organisation, *, source, country):
    project = Project.objects.create(key=f"test-race-{organisation.pk}-p", title="C", source=source, country=country)
    Participation.objects.create(project=project, organisation=organisation, side="japan", source=source)
    return project


def add_further_technology(technology, *, source, country):
    project = Project.objects.create(key=f"test-race-{technology.pk}-f", title="D", source=source, country=country)
    project.further_technologies.add(technology)
    return project


RACING = [
    pytest.param(make_technology, give_synonym, add_project_of_technology, id="technology"),
    pytest.param(make_technology, give_synonym, add_further_technology, id="further technology"),
    pytest.param(make_country, give_variant, add_project_in_country, id="country"),
    pytest.param(make_organisation, give_alias, add_participation, id="organisation"),
]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("make", "give_word", "add_project"), RACING)
def test_a_project_added_while_its_part_gets_a_word_is_found_by_the_word(make, give_word, add_project):
    common = {"source": make_source(), "country": the_country()}

    for _race in range(RACES):
        part = make()
        with second_one_waiting(lambda part=part: add_project(part, **common)) as second:
            give_word(part)
        assert has(second.result(), "dunnart")

    assert_all_is_right()


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(("make", "give_word", "add_project"), RACING)
def test_a_word_given_while_a_project_with_the_part_is_added_finds_the_project(make, give_word, add_project):
    common = {"source": make_source(), "country": the_country()}

    for _race in range(RACES):
        part = make()
        with second_one_waiting(lambda part=part: give_word(part)) as second:
            project = add_project(part, **common)
        second.result()
        assert has(project, "dunnart")

    assert_all_is_right()


@pytest.mark.django_db(transaction=True)
def test_two_who_add_a_participant_to_one_project_at_once_are_both_followed():
    source = make_source()

    for race in range(RACES):
        project = make_project()
        first, second_organisation = (
            make_organisation(slug=f"test-one-{race}"),
            make_organisation(slug=f"test-two-{race}"),
        )

        def add(organisation, project=project):
            Participation.objects.create(project=project, organisation=organisation, side="japan", source=source)

        with second_one_waiting(lambda other=second_organisation: add(other)) as second:
            add(first)
        second.result()
        assert [has(project, f"participant:test-{which}-{race}") for which in ("one", "two")] == [True, True]

    assert_all_is_right()


@pytest.mark.django_db(transaction=True)
def test_two_who_give_one_technology_a_word_each_by_its_two_lists_are_both_followed():
    project = make_project(technology=make_technology())
    technologies = Technology.objects.filter(pk=project.technology_id)

    with second_one_waiting(lambda: technologies.update(synonyms_ja=["kowari"])) as second:
        technologies.update(synonyms_en=["dunnart"])
    second.result()

    assert [has(project, word) for word in ("dunnart", "kowari")] == [True, True]
    assert_all_is_right()


@pytest.mark.django_db(transaction=True)
def test_two_who_give_one_organisation_an_alias_each_are_both_followed():
    part = make_participation()

    def give(name):
        OrganisationAlias.objects.create(organisation_id=part.organisation_id, name=name, language="en")

    with second_one_waiting(lambda: give("Kowari")) as second:
        give("Dunnart")
    second.result()

    assert [has(part.project, word) for word in ("dunnart", "kowari")] == [True, True]
    assert_all_is_right()
