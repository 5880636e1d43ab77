"""What the search asks of the database, besides the projects themselves; all of it is SQL of migration 0006."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.search import SearchQuery
from django.db import connection

from . import kana

_LEXEME = re.compile(r"('(?:[^']|'')*')(?::(\*))?")


@dataclass(frozen=True)
class Named:
    """A name that a reader typed: `kind` and `value` are a parameter of the list and what it takes."""

    kind: str
    value: str
    name: str


@dataclass(frozen=True)
class Looked:
    """What the database knows: by stretch of a text, its form for comparison and what it names; by word, its query.

    The queries are in PostgreSQL's notation; empty for a word that is too common to be searched.
    """

    keys: dict[str, str]
    names: dict[str, list[Named]]
    lexemes: dict[str, str]


class StoredQuery(SearchQuery):
    """A query that is in PostgreSQL's notation already."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    def as_sql(self, compiler: Any, connection: Any, *args: Any, **kwargs: Any) -> tuple[str, list[str]]:  # type: ignore[override]
        return "%s::tsquery", [self.text]


def weighted(query: str, weight: str) -> str:
    """A query in PostgreSQL's notation for words in a place of this weight only; an empty weight is any place."""
    return _LEXEME.sub(rf"\1:{weight}\2", query) if weight else query


def look_up(spans: Sequence[str], words: Sequence[str]) -> Looked:
    """Names that the spans stand for, and the words as the index holds them, in one query."""
    looked = Looked({}, {span: [] for span in spans}, {})
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with s as materialized (
              select nr, search_key(span) as key from unnest(%s::text[]) with ordinality as t(span, nr)
            )
            select s.nr, s.key, n.kind, n.value, n.name
            from s left join projects_searchname n on n.key = s.key and s.key <> '' and n.kind <> 'word'
            union all
            select nr, plainto_tsquery('english', fold(word))::text, 'lexeme', '', ''
            from unnest(%s::text[]) with ordinality as t(word, nr)
            """,
            [list(spans), list(words)],
        )
        for number, key, kind, value, name in cursor:
            if kind == "lexeme":
                looked.lexemes[words[number - 1]] = key
                continue
            looked.keys[spans[number - 1]] = key
            if kind:
                looked.names[spans[number - 1]].append(Named(kind, value, name))
    return looked


def named_by(word: str, technologies: Sequence[str]) -> list[str]:
    """Those of the technologies (slugs) whose own name has the word."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select slug from projects_technology
            where slug = any(%s) and ' ' || search_key(name) || ' ' like '%% ' || search_key(%s) || ' %%' order by slug
            """,
            [list(technologies), word],
        )
        return [slug for (slug,) in cursor]


def exists(condition: str) -> bool:
    """Whether any public project answers the query."""
    with connection.cursor() as cursor:
        cursor.execute("select search_finds(%s::tsquery)", [condition])
        (found,) = cursor.fetchone()
    return bool(found)


def more_than(condition: str, number: int) -> bool:
    """Whether more than so many projects answer the query."""
    with connection.cursor() as cursor:
        cursor.execute("select count(*) from search_some(%s::tsquery, %s)", [condition, number + 1])
        (found,) = cursor.fetchone()
    return bool(found > number)


def without_rows(terms: Sequence[Any], but: int = 0) -> list[Any]:
    """Those of the terms whose words stand in no public project (`but`: or in so few) and in no name that is public."""
    if not terms:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with t as materialized (
              select nr, condition, search_key(word) as key
              from unnest(%s::text[], %s::text[]) with ordinality as t(word, condition, nr)
            ), names as materialized (
              select distinct unnest(string_to_array(key, ' ')) as word from projects_searchname
              where kind in ('country', 'technology', 'sector', 'programme')
            )
            select nr from t
            where key <> '' and key not in (select word from names) and (
              not search_finds(condition::tsquery)
              or %s > 0 and (select count(*) from search_some(condition::tsquery, %s)) <= %s
            )
            order by nr
            """,
            [[term.text for term in terms], [term.condition for term in terms], but, but + 1, but],
        )
        return [terms[number - 1] for (number,) in cursor]


def in_public(words: Sequence[str]) -> set[str]:
    """Those of the words or names that public projects have."""
    if not words:
        return set()
    conditions = [kana.pairs(word) if kana.is_japanese(word) else "" for word in words]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select word from unnest(%s::text[], %s::text[]) as t(word, condition)
            where search_finds(
              case condition when '' then plainto_tsquery('english', fold(word)) else condition::tsquery end
            )
            """,
            [list(words), conditions],
        )
        return {word for (word,) in cursor}


@dataclass(frozen=True)
class Near:
    """A name or word like what was typed; `key` and `typed` are both in the form in which names are compared."""

    kind: str
    name: str
    key: str
    typed: str
    written: str  # as it was typed


def nearest(texts: Sequence[str]) -> list[list[Near]]:
    """For each text, the names and words that are most like it, by their shared runs of three characters."""
    found: list[list[Near]] = [[] for _ in texts]
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select t.nr, n.kind, n.name, n.key, t.typed, t.text
            from (select nr, text, search_key(text) as typed from unnest(%s::text[]) with ordinality as t(text, nr)) t
            cross join lateral (
              select kind, name, key from projects_searchname order by lower(key) <-> t.typed limit 12
            ) n
            """,
            [list(texts)],
        )
        for number, *near in cursor:
            found[number - 1].append(Near(*near))
    return found


def all_exist(conditions: Sequence[str]) -> bool:
    """Whether each of the queries is answered by some project."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select not exists (
              select from unnest(%s::text[]) as t(condition)
              where not search_finds(condition::tsquery)
            )
            """,
            [list(conditions)],
        )
        (all_there,) = cursor.fetchone()
    return bool(all_there)


def stems(words: Sequence[str]) -> dict[str, str]:
    """The form of each word in the index; words too common for it are left out."""
    if not words:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select word, array_to_string(tsvector_to_array(to_tsvector('english', fold(word))), ' ')
            from unnest(%s::text[]) as t(word)
            """,
            [list(words)],
        )
        return {word: stem for word, stem in cursor if stem}


def nearest_technologies(text: str, most: int) -> list[str]:
    """Slugs of the technologies one of whose names is most like a text."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            select value from (
              select value, min(lower(key) <-> search_key(%s)) as distance from (
                select value, key from projects_searchname where kind = 'technology'
                order by lower(key) <-> search_key(%s) limit 30
              ) names group by value
            ) nearest where distance < 0.75 order by distance, value limit %s
            """,
            [text, text, most],
        )
        return [slug for (slug,) in cursor]
