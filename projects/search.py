"""From a reader's words to a full-text query: the one place that knows the search configuration.

The other half, what a project is found by, is `projects_search_vector()` in the database.
"""

import re
import unicodedata

from django.contrib.postgres.search import SearchQuery, SearchRank
from django.db.models import F, Func, QuerySet, TextField, Value

# Without the dots between words (・, ゠): a query is split there, as the pairs with a dot are no words to the database.
JAPANESE = re.compile("[々〆\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
HYPHENATED = re.compile(r"(?<![\w-])[^\W\d_]+(?:-[^\W\d_]+)+(?![\w-])")  # a number such as X-7-12 stays whole


class Fold(Func):
    """Text without accents, width and capitals, as the database folds it."""

    function = "fold"
    output_field = TextField()


def japanese_query(run: str) -> SearchQuery:
    """A query for a run of Japanese: its overlapping pairs in sequence, or, of one character, any pair it opens."""
    if len(run) == 1:
        return SearchQuery(f"'{run}':*", config="simple", search_type="raw")
    pairs = [run[place : place + 2] for place in range(len(run) - 1)]
    return SearchQuery(" <-> ".join(f"'{pair}'" for pair in pairs), config="simple", search_type="raw")


def parsed(text: str) -> SearchQuery | None:
    """The query for a reader's words, all of which a project must have; None where there is no word in them."""
    text = unicodedata.normalize("NFKC", text)
    queries = [japanese_query(run) for run in JAPANESE.findall(text)]
    # “high-efficiency” asks for both words, hyphened or not.
    latin = HYPHENATED.sub(lambda words: words[0].replace("-", " "), JAPANESE.sub(" ", text))
    if any(character.isalnum() for character in latin):
        queries.append(SearchQuery(Fold(Value(latin)), config="english", search_type="plain"))
    if not queries:
        return None
    query = queries[0]
    for another in queries[1:]:
        query &= another
    return query


def found(rows: QuerySet, text: str) -> QuerySet:
    """The projects among `rows` that have all words of `text`, with `rank`; none where it holds no word."""
    query = parsed(text)
    if query is None:
        return rows.none().annotate(rank=Value(0.0))
    return rows.filter(search=query).annotate(rank=SearchRank(F("search"), query))
