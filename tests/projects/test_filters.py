"""Each parameter of the list narrows rightly, alone and with others, against plain Python over the same rows."""

from urllib.parse import urlencode

import pytest
from django.http import QueryDict
from django.test import Client
from hypothesis import given, settings

from projects.filters import ProjectQuery
from projects.grouping import LAND_USE
from projects.models import Project
from tests import plain_list
from tests.factories import make_issuance, make_project
from tests.plain_list import narrowed, projects, questions, values
from tests.reading import keys, page_of, problems, total

pytestmark = pytest.mark.django_db

SORTS = ["-selected", "title", "country", "-reduction", "-credits"]


def address(question):
    return urlencode(question, doseq=True)


def asked(question):
    """The list as the portal answers it; nothing of the question may be refused."""
    query = ProjectQuery(QueryDict(address(question)))
    query.require_valid()
    return query


def keys_in(query):
    return list(query.queryset.values_list("key", flat=True))


def keys_of(found):
    return {project["key"] for project in found}


def page(path):
    response = Client().get(path)
    assert response.status_code == 200
    return page_of(response)


# -- Narrowing ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", sorted(values()))
def test_every_value_of_a_parameter_alone_leaves_its_projects(name):
    some = values()[name][:: {"participant": 6, "methodology": 2}.get(name, 1)]  # as these are many

    found = {value: set(keys_in(asked({name: value}))) for value in some}

    assert found == {value: keys_of(narrowed({name: [value]})) for value in some}


@settings(max_examples=100, deadline=None)
@given(questions())
def test_parameters_together_leave_the_projects_that_fit_all_of_them(question):
    query = asked(question)

    found = keys_in(query)

    assert sorted(found) == sorted(keys_of(narrowed(question)))
    assert query.totals.projects == len(found)


@settings(max_examples=40, deadline=None)
@given(questions(most=2))
def test_the_sentence_adds_up_the_rows_without_the_withdrawn_and_with_land_use_apart(question):
    rows = narrowed(question)
    adding = [row for row in rows if row["status"] != "withdrawn" and row["reduction"] is not None]
    plants = [row["reduction"] for row in adding if row["sector"] != LAND_USE]
    land_use = [row["reduction"] for row in adding if row["sector"] == LAND_USE]

    totals = asked(question).totals

    assert (totals.projects, totals.countries) == (len(rows), len({row["country"] for row in rows}))
    assert totals.withdrawn == sum(row["status"] == "withdrawn" for row in rows)
    assert (totals.stating, totals.reduction) == (len(plants), sum(plants) if plants else None)
    assert (totals.land_use_stating, totals.land_use_reduction) == (len(land_use), sum(land_use) if land_use else None)


def test_the_page_shows_the_rows_that_the_parameters_leave():
    question = {"country": ["VN", "TH"], "status": ["registered", "credits_issued"], "reduction_min": ["1000"]}

    shown = page(f"/projects/?{address(question)}&per_page=100")

    assert set(keys(shown)) == keys_of(narrowed(question))
    assert total(shown) == len(narrowed(question)) > 1


def test_no_parameter_at_all_leaves_every_public_project():
    assert set(keys_in(asked({}))) == keys_of(projects())


def test_values_of_one_parameter_add_and_parameters_narrow():
    either = keys_in(asked({"country": ["MN", "KE"]}))
    both = keys_in(asked({"country": ["MN", "KE"], "fiscal_year": ["2015"]}))

    assert len(either) == len(narrowed({"country": ["MN"]})) + len(narrowed({"country": ["KE"]}))
    assert set(both) < set(either)


def test_a_project_with_two_of_the_values_stands_once_in_the_list():
    technologies = next(row["technology"] for row in projects() if len(row["technology"]) > 1)

    found = keys_in(asked({"technology": technologies}))

    assert len(found) == len(set(found))


def test_the_same_value_given_twice_counts_once():
    assert keys_in(asked({"round": ["model-fy2023-1"] * 2, "country": ["VN", "VN"]})) == keys_in(
        asked({"round": ["model-fy2023-1"], "country": ["VN"]})
    )


@pytest.mark.parametrize(
    ("name", "field"),
    [("technology", "technology"), ("sector", "sector"), ("programme", "programme"), ("fiscal_year", "fiscal_year")],
)
def test_unknown_leaves_the_projects_without_a_value_also_beside_known_values(name, field):
    known = next(value for value in values()[name] if narrowed({name: [value]}))

    alone = set(keys_in(asked({name: "unknown"})))
    beside = set(keys_in(asked({name: ["unknown", known]})))

    assert alone == {row["key"] for row in projects() if row[field] in (None, [], "unknown")} != set()
    assert beside == alone | keys_of(narrowed({name: [known]}))


@pytest.mark.parametrize("amount", ["reduction", "fiscal_year"])
def test_a_range_includes_its_bounds_and_leaves_out_what_is_not_known(amount):
    known = sorted({row[amount] for row in projects() if row[amount] is not None})
    low, high = known[len(known) // 4], known[len(known) // 2]

    found = set(keys_in(asked({f"{amount}_min": low, f"{amount}_max": high})))

    inside = {row["key"] for row in projects() if row[amount] is not None and low <= row[amount] <= high}
    assert found == inside
    assert {row[amount] for row in projects() if row["key"] in found} >= {low, high}


def test_a_lower_bound_of_zero_leaves_every_project_that_states_a_figure():
    make_project(key="test-zero", expected_reduction_tco2_per_year=0)

    found = keys_in(asked({"reduction_min": 0}))

    assert set(found) == {row["key"] for row in projects() if row["reduction"] is not None} | {"test-zero"}


def test_excluding_leaves_all_the_others_those_without_a_technology_among_them():
    without = set(keys_in(asked({"exclude_technology": "rooftop-solar"})))

    assert without == keys_of(projects()) - keys_of(narrowed({"technology": ["rooftop-solar"]}))
    assert without >= keys_of(narrowed({"technology": ["unknown"]})) != set()


def test_a_project_is_excluded_by_a_further_technology_too():
    further = next(row for row in projects() if len(row["technology"]) > 1)

    assert further["key"] not in keys_in(asked({"exclude_technology": further["technology"][1]}))


def test_credits_on_record_part_the_list_in_two():
    make_issuance(project=make_project(key="test-amount-not-stated"), total_tco2=None)

    with_credits = set(keys_in(asked({"has_credits": "true"})))
    without = set(keys_in(asked({"has_credits": "false"})))

    assert with_credits == {row["key"] for row in projects() if row["has_credits"]} | {"test-amount-not-stated"}
    assert without == keys_of(projects()) - with_credits


@pytest.mark.parametrize("name", ["country", "exclude_country", "methodology"])
def test_codes_may_be_typed_in_small_letters(name):
    code = next(value for value in values()[name] if narrowed({name: [value]}))

    assert keys_in(asked({name: f" {code.lower()} "})) == keys_in(asked({name: code}))


def test_words_narrow_together_with_the_other_parameters():
    alone = set(keys_in(asked({"q": "solar"})))

    found = set(keys_in(asked({"q": "solar", "country": ["VN", "CL"], "has_credits": "false"})))

    assert found == alone & keys_of(narrowed({"country": ["VN", "CL"], "has_credits": ["false"]})) != set()
    assert alone < keys_of(projects())


def test_empty_values_as_a_form_sends_them_ask_for_nothing():
    everything = page("/projects/?q=&country=&reduction_min=&round=&has_credits=&sort=&page=&per_page=")

    assert total(everything) == len(projects())
    assert problems(everything) == set()


# -- Active filters ----------------------------------------------------------------------------------


def test_each_active_filter_is_shown_and_its_link_gives_the_list_without_it():
    question = {"country": ["VN", "TH"], "sector": ["renewable-energy"], "reduction_min": ["500"]}
    shown = page(f"/projects/?{address(question)}&sort=title&page=1")

    chips = [chip["href"] for chip in shown.all("a", data_chip=True)]
    lists = [page(f"/projects/{chip}") for chip in chips]

    without_one = [{**question, "country": ["TH"]}, {**question, "country": ["VN"]}]
    without_one += [{name: question[name] for name in question if name != gone} for gone in ("sector", "reduction_min")]
    assert [total(one) for one in lists] == [len(narrowed(rest)) for rest in without_one]
    assert all("sort=title" in chip for chip in chips)


def test_an_active_filter_is_named_in_the_readers_words():
    shown = page("/projects/?country=VN&reduction_min=500&q=solar")

    texts = [chip.text for chip in shown.all("a", data_chip=True)]

    assert texts[0].startswith("Take away: Technology: solar (5 technologies)")
    assert texts[1].startswith("Take away: Country: Viet Nam")
    assert "from (tCO2/year): 500" in texts[2]


# -- Order -------------------------------------------------------------------------------------------


@pytest.fixture
def last_word():
    """What decides between projects of the same rank: the title in the order of the database's alphabet, the number."""
    alphabet = {}
    for title in Project.objects.order_by("title").values_list("title", flat=True):
        alphabet.setdefault(title, len(alphabet))
    return {key: (alphabet[title], pk) for key, title, pk in Project.objects.values_list("key", "title", "pk")}


@pytest.mark.parametrize("sort", SORTS)
@pytest.mark.parametrize("question", [{}, {"country": ["ID"], "q": ["energy"]}], ids=["all projects", "a search"])
def test_a_sort_puts_the_projects_in_its_order_down_to_the_last_tie(sort, question, last_word):
    found = keys_in(asked({**question, "sort": sort}))

    rows = [row for row in projects() if row["key"] in set(found)]
    in_order = sorted(rows, key=lambda row: (plain_list.ORDERS[sort](row), last_word[row["key"]]))
    assert found == [row["key"] for row in in_order]
    assert len(found) > 20


def test_every_sort_ends_in_a_field_that_no_two_projects_share():
    assert {order[-1] for order in ProjectQuery.sorts.values()} == {"pk"}


def test_a_search_puts_the_best_match_first_and_any_other_list_the_newest_selection():
    search, everything = asked({"q": "solar power"}), asked({})

    ranks = [project.rank for project in search.queryset]

    assert (search.sort, everything.sort) == ("relevance", "-selected")
    assert ranks == sorted(ranks, reverse=True)
    assert len(set(ranks)) > 1


def test_the_page_tells_by_what_it_is_sorted():
    shown = page("/projects/?sort=-reduction")

    choices = shown.one("select", id="sort").all("option")
    assert [choice["value"] for choice in choices] == SORTS
    assert [choice["value"] for choice in choices if "selected" in choice.attributes] == ["-reduction"]
    assert keys(shown) == keys_in(asked({"sort": "-reduction"}))[:25]


# -- Pages -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("per_page", [25, 50, 100])
@pytest.mark.parametrize("sort", ["-selected", "-credits"])
def test_the_pages_part_the_list_without_a_gap_or_a_repetition(per_page, sort):
    whole = keys_in(asked({"sort": sort}))

    cut = []
    for number in range(1, -(-len(whole) // per_page) + 1):
        query = asked({"sort": sort, "per_page": per_page, "page": number})
        cut.append([project.key for project in query.page.object_list])

    assert [key for part in cut for key in part] == whole
    assert {len(part) for part in cut[:-1]} == {per_page}


def test_the_links_to_the_next_page_lead_through_the_whole_list():
    question = address({"country": "ID", "sort": "-reduction"})
    at, seen = f"/projects/?{question}", []

    while at:
        shown = page(at)
        seen += keys(shown)
        [at] = [f"/projects/{link['href'].split('#')[0]}" for link in shown.all("a", rel="next")] or [""]

    assert seen == keys_in(asked({"country": "ID", "sort": "-reduction"}))


def test_a_page_counts_its_rows_on_from_the_page_before():
    assert page("/projects/?page=3&per_page=50").one("ol", id="rows")["start"] == "101"
