"""The search vector of a project is right after every change of what it is made of, whoever writes."""

import pytest
from django.db import connection
from django.db.models import Count, Q

from countries.models import PartnerCountry
from projects.models import (
    Identifier,
    Milestone,
    Organisation,
    OrganisationAlias,
    Participation,
    Project,
    Technology,
)
from tests.factories import (
    make_alias,
    make_country,
    make_identifier,
    make_milestone,
    make_organisation,
    make_participation,
    make_project,
    make_technology,
)

pytestmark = pytest.mark.django_db


def sql(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return cursor.fetchall() if cursor.description else None


def found(project, word, weights="abc"):
    """Whether the project is found by the word, in parts of these weights."""
    query = "plainto_tsquery('english', fold(%s))"
    [[hit]] = sql(
        f"select ts_filter(search, %s) @@ {query} from projects_project where id = %s", list(weights), word, project.pk
    )
    return hit


def found_in_japanese(project, *pairs):
    """Whether the project is found by these pairs of characters, one after the other."""
    [[hit]] = sql(
        "select search @@ %s::tsquery from projects_project where id = %s",
        " <-> ".join(f"'{pair}'" for pair in pairs),
        project.pk,
    )
    return hit


def wrong_vectors(keys="%"):
    """Projects whose stored vector is not the one that the database would make now."""
    return sql(
        "select key from projects_project p where key like %s and search is distinct from projects_search_vector(p)",
        keys,
    )


def assert_all_are_right():
    """All vectors of this test's records are what they should be; to compare the bundled ones too takes time."""
    assert wrong_vectors("test-%") == []


@pytest.fixture
def project():
    """A project with one of everything that it is found by."""
    project = make_project(
        title="Quokka heat pumps",
        title_ja="冷凍機",
        country=make_country(name="Testonia"),
        technology=make_technology(name="Wombat recovery"),
        further_technologies=[make_technology(name="Numbat drying")],
        locality="Bilby town",
    )
    make_identifier(project=project, value="quoll-7")
    make_participation(project=project, organisation=make_alias(name="Potoroo Works").organisation)
    return project


# -- What it is made of --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("word", "weight"),
    [
        ("quokka", "a"),
        ("quoll-7", "a"),
        ("wombat", "b"),
        ("numbat", "b"),
        ("Testonia", "b"),
        ("bilby", "c"),
        ("potoroo", "c"),
    ],
    ids=["title", "identifier", "main technology", "further technology", "country", "locality", "alias"],
)
def test_a_project_is_found_by_each_of_its_parts_at_its_weight(project, word, weight):
    assert found(project, word, weight)
    assert not found(project, word, {"a", "b", "c"} - {weight})


def test_a_new_project_is_found_at_once(project):
    assert_all_are_right()


def test_words_are_found_in_their_other_forms(project):
    assert found(project, "pump")
    assert found(project, "dried")


# -- A change of the project ---------------------------------------------------------------------------------


@pytest.mark.parametrize("field", ["title", "title_ja", "key", "locality"])
def test_a_change_of_its_own_words_is_found(project, field):
    Project.objects.filter(pk=project.pk).update(**{field: "test-dunnart"})

    assert found(project, "dunnart")
    assert_all_are_right()


def test_another_country_is_found_and_the_former_is_not(project):
    Project.objects.filter(pk=project.pk).update(country=make_country(name="Dunnartia"))

    assert found(project, "dunnartia")
    assert not found(project, "testonia")
    assert_all_are_right()


def test_another_technology_is_found_and_the_former_is_not(project):
    Project.objects.filter(pk=project.pk).update(technology=make_technology(name="Kowari cooling"))

    assert found(project, "kowari")
    assert not found(project, "wombat")
    assert_all_are_right()


def test_a_project_left_without_a_technology_is_no_longer_found_by_it(project):
    Project.objects.filter(pk=project.pk).update(technology=None)

    assert not found(project, "wombat")
    assert_all_are_right()


def test_nobody_can_write_a_vector_of_his_own(project):
    sql("update projects_project set search = 'dunnart'::tsvector where id = %s", project.pk)

    assert not found(project, "dunnart")
    assert_all_are_right()


def test_a_save_of_an_old_object_keeps_the_vector(project):
    old = Project.objects.get(pk=project.pk)
    Identifier.objects.create(project=project, scheme="gec", value="dunnart")

    old.save()
    project.save()

    assert found(project, "dunnart")
    assert_all_are_right()


def test_a_milestone_leaves_the_vector_alone(project):
    make_milestone(project=project)
    Milestone.objects.filter(project=project).delete()

    assert_all_are_right()


# -- A change elsewhere --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Dunnart"), ("name_ja", "Dunnart"), ("synonyms_en", ["x", "dunnart"]), ("synonyms_ja", ["dunnart"])],
)
@pytest.mark.parametrize("relation", ["projects", "further_projects"], ids=["main", "further"])
def test_a_word_given_to_a_technology_finds_its_projects(project, relation, field, value):
    Technology.objects.filter(**{relation: project}).update(**{field: value})

    assert found(project, "dunnart", "b")
    assert_all_are_right()


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", "Dunnart"), ("name_ja", "Dunnart"), ("variants_en", ["x", "dunnart"]), ("variants_ja", ["dunnart"])],
)
def test_a_word_given_to_a_country_finds_its_projects(project, field, value):
    setattr(project.country, field, value)
    project.country.save()

    assert found(project, "dunnart", "b")
    assert_all_are_right()


def test_the_codes_of_a_country_find_its_projects(project):
    other = make_country()
    iso2, iso3 = other.iso2, other.iso3
    other.delete()

    project.country.iso2, project.country.iso3 = iso2, iso3
    project.country.save()

    assert found(project, iso3, "b")
    assert_all_are_right()


@pytest.mark.parametrize("field", ["name", "name_ja"])
def test_a_name_given_to_an_organisation_finds_its_projects(project, field):
    Organisation.objects.filter(participations__project=project).update(**{field: "Dunnart"})

    assert found(project, "dunnart", "c")
    assert_all_are_right()


def test_an_alias_finds_the_projects_when_added_changed_moved_and_removed(project):
    organisation = project.participations.get().organisation
    other = make_participation().project

    alias = make_alias(organisation=organisation, name="Dunnart Ltd")
    assert found(project, "dunnart")

    OrganisationAlias.objects.filter(pk=alias.pk).update(name="Kowari Ltd")
    assert found(project, "kowari")
    assert not found(project, "dunnart")

    alias.refresh_from_db()
    alias.organisation = other.participations.get().organisation
    alias.save()
    assert found(other, "kowari")
    assert not found(project, "kowari")

    alias.delete()
    assert not found(other, "kowari")
    assert_all_are_right()


def test_an_identifier_finds_the_project_when_added_changed_moved_and_removed(project):
    other = make_project()

    identifier = make_identifier(project=project, value="dunnart")
    assert found(project, "dunnart")

    Identifier.objects.filter(pk=identifier.pk).update(value="kowari")
    assert found(project, "kowari")
    assert not found(project, "dunnart")

    Identifier.objects.filter(pk=identifier.pk).update(project=other)
    assert found(other, "kowari")
    assert not found(project, "kowari")

    identifier.delete()
    assert not found(other, "kowari")
    assert_all_are_right()


def test_a_participation_finds_the_project_when_added_changed_moved_and_removed(project):
    other = make_project()

    part = make_participation(project=project, organisation=make_organisation(name="Dunnart"))
    assert found(project, "dunnart")

    Participation.objects.filter(pk=part.pk).update(organisation=make_organisation(name="Kowari"))
    assert found(project, "kowari")
    assert not found(project, "dunnart")

    Participation.objects.filter(pk=part.pk).update(project=other)
    assert found(other, "kowari")
    assert not found(project, "kowari")

    part.delete()
    assert not found(other, "kowari")
    assert_all_are_right()


def test_a_further_technology_finds_the_project_when_added_and_removed(project):
    technology = make_technology(name="Dunnart")

    project.further_technologies.add(technology)
    assert found(project, "dunnart")

    project.further_technologies.remove(technology)
    assert not found(project, "dunnart")

    project.further_technologies.set([technology])
    assert found(project, "dunnart")
    assert not found(project, "numbat")

    project.further_technologies.clear()
    assert not found(project, "dunnart")
    assert_all_are_right()


def test_many_records_written_at_once_are_found(project):
    Identifier.objects.bulk_create(
        Identifier(project=project, scheme="gec", value=value) for value in ("dunnart", "kowari")
    )
    assert found(project, "dunnart")
    assert found(project, "kowari")

    like = {"country": project.country, "source": project.source}
    [bulk] = Project.objects.bulk_create([Project(key="test-bulk", title="Kultarr", **like)])
    assert found(bulk, "kultarr")
    assert found(bulk, "testonia")
    assert_all_are_right()


def test_sql_by_hand_is_followed_too(project):
    sql("update projects_technology set synonyms_en = array['dunnart'] where id = %s", project.technology_id)
    sql("update countries_partnercountry set variants_en = array['kowari'] where id = %s", project.country_id)
    sql("insert into projects_identifier (project_id, scheme, value) values (%s, 'gec', 'kultarr')", project.pk)
    sql("delete from projects_participation where project_id = %s", project.pk)

    assert [found(project, word) for word in ("dunnart", "kowari", "kultarr", "potoroo")] == [True, True, True, False]
    assert_all_are_right()


def test_the_bundled_projects_follow_their_technology_and_their_country(bundled_data):
    assert wrong_vectors() == []
    before = sql("select count(*) from projects_project where search @@ 'dunnart'::tsquery")
    technology = Technology.objects.annotate(uses=Count("projects")).order_by("-uses")[0]
    country = PartnerCountry.objects.annotate(uses=Count("projects")).order_by("-uses")[0]

    technology.synonyms_en = [*technology.synonyms_en, "dunnart"]
    technology.save()
    country.variants_en = [*country.variants_en, "dunnart"]
    country.save()

    either = Q(technology=technology) | Q(further_technologies=technology) | Q(country=country)
    assert before == [(0,)]
    assert sql("select count(*) from projects_project where search @@ 'dunnart'::tsquery") == [
        (Project.objects.filter(either).distinct().count(),)
    ]
    assert wrong_vectors() == []


# -- Japanese, width and accents -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("title", "pairs"),
    [
        ("太陽光発電の導入", ["太陽"]),
        ("太陽光発電の導入", ["太陽", "陽光"]),
        ("太陽光発電の導入", ["発電"]),
        ("冷凍冷蔵倉庫", ["冷凍"]),
        ("冷凍冷蔵倉庫", ["冷凍", "凍冷", "冷蔵"]),
        ("JFEエンジニアリングの事業", ["エン", "ンジ"]),
        ("タイヤ工場", ["タイ", "イヤ"]),
        ("ﾀｲﾔ工場", ["タイ", "イヤ"]),
        ("ﾊﾞｲｵﾏｽ", ["バイ", "イオ"]),
        ("佐々木", ["佐々", "々木"]),
        ("セルロースナノファイバー", ["アイ", "イバ"]),
        ("ごみ発電", ["ゴミ", "ミ発"]),
    ],
)
def test_japanese_is_found_by_two_characters_and_by_runs_of_them(title, pairs):
    assert found_in_japanese(make_project(title_ja=title), *pairs)


@pytest.mark.parametrize(
    ("title", "pairs"),
    [
        ("太陽光発電", ["陽太"]),
        ("太陽光発電", ["太陽", "発電"]),
        ("太陽 光", ["陽光"]),
        ("風力と太陽", ["力太"]),
    ],
    ids=["turned round", "not next to each other", "across a gap", "across other words"],
)
def test_japanese_is_not_found_by_what_is_not_there(title, pairs):
    assert not found_in_japanese(make_project(title_ja=title), *pairs)


def test_the_last_character_of_a_run_is_found_alone():
    [[hit]] = sql("select words_vector('太陽光') @@ '''光'':*'::tsquery")

    assert hit


@pytest.mark.parametrize(
    ("title", "word"),
    [
        ("Córdoba rooftop", "cordoba"),
        ("Cordoba rooftop", "Córdoba"),
        ("Đà Nẵng port", "da nang"),
        ("Co\u0301rdoba rooftop", "cordoba"),
        ("ＪＦＥ plant", "jfe"),
        ("5㎿ plant", "5MW"),
        ("JFE plant", "ＪＦＥ"),
        ("COGENERATION", "cogeneration"),
        ("JFEエンジニアリング", "jfe"),
    ],
)
def test_accents_width_and_capitals_do_not_matter(title, word):
    assert found(make_project(title=title), word)


@pytest.mark.parametrize("title", ["O'Brien \\ 'x' : * & | ! <-> ()", "太陽'光\\", "%s {} %(x)s"])
def test_signs_of_the_query_language_in_a_title_are_only_text(title):
    make_project(title=title)

    assert_all_are_right()
