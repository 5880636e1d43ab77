"""The measures of a ranking give what is worked out by hand."""

import pytest

from tests.search.measures import ndcg_at, precision_at, recall_at, reciprocal_rank

EVERY = [
    lambda ranking, grades: precision_at(5, ranking, grades),
    lambda ranking, grades: recall_at(10, ranking, grades),
    reciprocal_rank,
    lambda ranking, grades: ndcg_at(10, ranking, grades),
]
TWELVE = dict.fromkeys("abcdefghijkl", 2)


@pytest.mark.parametrize("measure", EVERY)
@pytest.mark.parametrize(
    ("ranking", "grades"),
    [
        pytest.param("a", {"a": 2}, id="one-answer"),
        pytest.param("abc", {"c": 1, "b": 2, "a": 2}, id="best-answers-first"),
        pytest.param("a", {"a": 1}, id="no-best-answer"),
        pytest.param("abcdefghij", TWELVE, id="more-answers-than-places"),
        pytest.param("axyzuvwmno", {"a": 2}, id="others-below-the-only-answer"),
        pytest.param("", {}, id="nothing-wanted-nothing-found"),
    ],
)
def test_a_perfect_ranking_has_1_in_every_measure(measure, ranking, grades):
    assert measure(list(ranking), grades) == 1.0


@pytest.mark.parametrize("measure", EVERY)
@pytest.mark.parametrize(
    ("ranking", "grades"),
    [
        pytest.param("", {"a": 2}, id="nothing-found"),
        pytest.param("xyz", {"a": 2, "b": 1}, id="only-others-found"),
        pytest.param("x", {}, id="something-found-where-nothing-answers"),
    ],
)
def test_a_ranking_without_an_answer_has_0_in_every_measure(measure, ranking, grades):
    assert measure(list(ranking), grades) == 0.0


@pytest.mark.parametrize(
    ("ranking", "grades", "expected"),
    [
        ("xay", {"a": 2}, 1),  # one answer, so of one place
        ("xa", {"a": 2, "b": 1}, 1 / 2),
        ("axbyc", dict.fromkeys("abcdefg", 1), 3 / 5),
        ("vwxyza", {"a": 2}, 0),  # sixth
    ],
)
def test_precision_is_of_five_places_or_of_as_many_as_there_are_answers(ranking, grades, expected):
    assert precision_at(5, list(ranking), grades) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranking", "grades", "expected"),
    [
        ("xaybz", {"a": 2, "b": 1, "c": 1}, 2 / 3),
        ("abc", TWELVE, 3 / 10),
        ("qrstuvwxyza", {"a": 2}, 0),  # eleventh
    ],
)
def test_recall_is_of_all_answers_or_of_ten(ranking, grades, expected):
    assert recall_at(10, list(ranking), grades) == pytest.approx(expected)


@pytest.mark.parametrize(("ranking", "expected"), [("xab", 1 / 2), ("xyzb", 1 / 4), ("ba", 1)])
def test_the_reciprocal_rank_is_that_of_the_first_answer_of_any_grade(ranking, expected):
    assert reciprocal_rank(list(ranking), {"a": 2, "b": 1}) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("ranking", "grades", "expected"),
    [
        # Discounts of the places: 1, 1.58496, 2, 2.32193, 2.58496.
        ("ba", {"a": 2, "b": 1}, (1 + 3 / 1.58496) / (3 + 1 / 1.58496)),
        ("xa", {"a": 2}, 1 / 1.58496),
        ("axc", {"a": 2, "b": 2, "c": 1}, (3 + 1 / 2) / (3 + 3 / 1.58496 + 1 / 2)),
        ("xxxxb", {"b": 1}, 1 / 2.58496),
        ("a", TWELVE, 1 / (1 + 1 / 1.58496 + 1 / 2 + 1 / 2.32193 + 1 / 2.58496 + 1.59509)),  # 1.59509: places 6 to 10
        ("qrstuvwxyza", {"a": 2}, 0),
    ],
)
def test_ndcg_is_the_share_of_the_best_possible_gain(ranking, grades, expected):
    assert ndcg_at(10, list(ranking), grades) == pytest.approx(expected, abs=1e-5)
