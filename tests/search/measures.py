"""How good a ranking is: from 0 to 1, by the grades (1 or 2) of the keys that answer the query.

A ranking is a list of keys, best first, none twice. Whatever has a grade is relevant; only nDCG tells a best answer
from an acceptable one. Where nothing answers the query, each measure is 1 for an empty ranking, else 0.
"""

from math import log2


def relevant(ranking, grades):
    return sum(key in grades for key in ranking)


def precision_at(depth, ranking, grades):
    """The share of relevant keys among the first `depth`, or among as many as there are answers.

    Divided by the smaller of the two, so that a perfect ranking has 1 also where the answers are fewer than
    `depth`; plain precision would give it 1/5 for the one project of a reference.
    """
    if not grades:
        return float(not ranking)
    return relevant(ranking[:depth], grades) / min(depth, len(grades))


def recall_at(depth, ranking, grades):
    """The share of the answers among the first `depth` keys; of more answers than `depth`, the share of `depth`.

    As precision is divided here, the two are one formula, and say different things at different depths only.
    """
    return precision_at(depth, ranking, grades)


def reciprocal_rank(ranking, grades):
    """1 / the place of the first relevant key; 0 where the ranking has none."""
    if not grades:
        return float(not ranking)
    return next((1 / place for place, key in enumerate(ranking, start=1) if key in grades), 0.0)


def ndcg_at(depth, ranking, grades):
    """The gain of the first `depth` keys, as a share of what the best possible ranking has there."""
    if not grades:
        return float(not ranking)
    ideal = discounted_gain(sorted(grades.values(), reverse=True)[:depth])
    return discounted_gain([grades.get(key, 0) for key in ranking[:depth]]) / ideal


def discounted_gain(grades):
    """The gains 2**grade - 1 (3 for a best answer, 1 for an acceptable one), each divided by log2(place + 1)."""
    return sum((2**grade - 1) / log2(place + 1) for place, grade in enumerate(grades, start=1))
