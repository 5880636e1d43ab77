"""What a reader may mean who is still typing: names first, then titles.

The work is bounded, whatever is typed: each question takes the first so many rows that the database comes upon, and
puts only these into order. At 100,000 projects two letters fit a third of them.
"""

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.contrib.postgres.search import SearchRank
from django.db import connection
from django.db.models import F
from django.db.models.expressions import RawSQL
from django.utils.translation import gettext_lazy as _

from countries.models import PartnerCountry
from jcm_portal.templatetags.languages import plain

from ..models import Announcement, Organisation, Project, SearchEntry, Technology
from . import kana, syntax, words
from .index import StoredQuery, weighted

MOST = 8
MOST_OF_A_GROUP = 3
LONGEST = 200  # characters typed, as in the boxes
CANDIDATES = 200  # not all of them need be public
CANDIDATE_ORGANISATIONS = 40  # each with all of its names
GROUPS = {
    "technology": _("Technologies"),
    "country": _("Countries"),
    "organisation": _("Organisations"),
    "announcement": _("Announcements"),
    "project": _("Projects"),
}
TITLE_FIRST = [0.01, 0.02, 0.1, 1.0]

_JAPANESE = re.compile(f"[{kana.LETTERS}]")
_KATAKANA = re.compile(f"[{kana.KATAKANA}]")
_RUN = re.compile(rf"(?P<japanese>[{kana.LETTERS}・゠]+)|(?:(?![{kana.LETTERS}])[^\W_])+")

Record = Technology | PartnerCountry | Organisation | Announcement | Project


@dataclass(frozen=True)
class Suggestion:
    """A page that may be what the reader looks for.

    `also` is the name by which it was found, where that is not the one shown.
    """

    record: Record
    also: str = ""


@dataclass(frozen=True)
class Group:
    """Suggestions of one kind, the nearest first."""

    kind: str
    suggestions: list[Suggestion]

    @property
    def label(self) -> str:
        return str(GROUPS[self.kind])


@dataclass(frozen=True)
class Typed:
    """What was typed, as the database compares it: with names, with names of organisations, with vectors.

    `query` is in PostgreSQL's notation, its last word the beginning of one; empty where no word says anything.
    """

    key: str
    organisation_key: str
    query: str

    @property
    def title_query(self) -> str:
        """The same for words of the title only."""
        return weighted(self.query, "A")


@dataclass(frozen=True)
class Name:
    """A name of a record; `key` is the form in which names are compared, `place` where a taxonomy puts the record."""

    record: Record
    name: str
    key: str
    place: int


def suggest(text: str, *, projects: bool = True) -> list[Group]:
    """At most MOST suggestions by what was typed so far, in the order of GROUPS, in four queries at most.

    None for a single Latin letter, which says nothing yet, and for what no box lets a reader type; it never refuses.
    Without `projects` where a list of them follows the typing anyway.
    """
    if len(text) > LONGEST or "\x00" in text:
        return []
    text = words.LEGAL_JA.sub(" ", syntax.clean(text))
    runs = list(_RUN.finditer(text))
    letters = "".join(run[0] for run in runs)
    if not letters or len(letters) > LONGEST or (len(letters) == 1 and not _JAPANESE.match(letters)):
        return []
    typed, names = _looked_up(text, runs)
    found = {
        "technology": _nearest(names["technology"], typed.key),
        "country": _nearest(names["country"], typed.key),
        "organisation": _public(_nearest(names["organisation"], typed.organisation_key)),
        "announcement": _announcements(typed) if typed.query else [],
        "project": _projects(typed) if typed.query and projects else [],
    }
    return [Group(kind, found[kind][:share]) for kind, share in _shares(found).items() if share]


def _shares(found: dict[str, list[Suggestion]]) -> dict[str, int]:
    """How many of each group: dealt out one by one, so that none is left out where others have many."""
    most = {kind: min(len(found[kind]), MOST if kind == "project" else MOST_OF_A_GROUP) for kind in GROUPS}
    shares = dict.fromkeys(GROUPS, 0)
    while (free := MOST - sum(shares.values())) and (
        open_ones := [kind for kind in GROUPS if shares[kind] < most[kind]]
    ):
        for kind in open_ones[:free]:
            shares[kind] += 1
    return shares


# -- By name ---------------------------------------------------------------------------------------


def _looked_up(text: str, runs: list[re.Match[str]]) -> tuple[Typed, dict[str, list[Name]]]:
    """What was typed, and the names that hold it (of technologies, countries) or perhaps hold it (organisations).

    The last word is the beginning of one. As the index holds stems, the words of the vocabulary that begin so give
    theirs: “coolin” finds “cool”. Names have no plurals, so “batterie” is on its way to “battery”.
    """
    latin = [run[0] for run in runs if not run["japanese"]]
    japanese = [pairs for run in runs if run["japanese"] and (pairs := kana.pairs(run[0]))]
    last = latin.pop() if latin and not runs[-1]["japanese"] else ""
    if len(last) == 1 and len(runs) > 1:
        last = ""  # a beginning of too many words
    with connection.cursor() as cursor:
        cursor.execute(
            """
            with given as materialized (
              select regexp_replace(search_key(%(text)s), '([a-z]{3})ie?$', '\\1') as key,
                organisation_key(%(text)s) as organisation_key,
                translate(fold(%(last)s), '''\\', '') as last
            ),
            typed as materialized (
              select key, organisation_key,
                plainto_tsquery('english', fold(%(earlier)s)) && %(japanese)s::tsquery && case when last <> '' then
                  to_tsquery('simple', quote_literal(last) || ':*') || coalesce((
                    select string_agg(distinct plainto_tsquery('english', word)::text, ' | ')
                    from (
                      select last
                      union all (
                        select n.key from projects_searchname n
                        where n.kind = 'word' and length(last) > 3
                          and n.key ~>=~ last and n.key ~<~ (last || chr(1114111))
                        limit %(most)s
                      )
                    ) begun(word)
                    where not starts_with((ts_lexize('english_stem', word))[1], last)
                  ), '')::tsquery
                else '' end as query
              from given
            ),
            organisations as (
              (
                select n.ref from projects_searchname n, typed
                where n.kind = 'organisation'
                  and n.key ~>=~ organisation_key and n.key ~<~ (organisation_key || chr(1114111))
                order by length(n.key), n.key limit %(organisations)s
              )
              union all (
                select e.ref from projects_searchentry e, typed
                where e.kind = 'organisation' and e.vector @@ query limit %(organisations)s
              )
              limit %(organisations)s
            )
            select '', 0, '', '', '', query::text, key, 0, organisation_key from typed
            union all
            select n.kind, r.id, r.slug, r.name, r.name_ja, n.name, n.key, 1000 * s.position + r.position, ''
            from typed, projects_searchname n join projects_technology r on r.id = n.ref
              join projects_sector s on s.id = r.sector_id
            where n.kind = 'technology' and position(split_part(typed.key, ' ', 1) in n.key) > 0
            union all
            select n.kind, r.id, r.slug, r.name, r.name_ja, n.name, n.key, 0, ''
            from typed, projects_searchname n join countries_partnercountry r on r.id = n.ref
            where n.kind = 'country' and position(split_part(typed.key, ' ', 1) in n.key) > 0
            union all
            select n.kind, r.id, r.slug, r.name, r.name_ja, n.name, n.key, 0, ''
            from projects_searchname n join projects_organisation r on r.id = n.ref
            where n.kind = 'organisation' and n.ref in (select ref from organisations)
            """,
            {
                "text": text,
                "last": last,
                "earlier": " ".join(latin),
                "japanese": " & ".join(f"({pairs})" for pairs in japanese),
                "most": CANDIDATES,
                "organisations": CANDIDATE_ORGANISATIONS,
            },
        )
        (*__, query, key, __, organisation_key), *rows = cursor.fetchall()
    models: dict[str, type[Technology | PartnerCountry | Organisation]]
    models = {"technology": Technology, "country": PartnerCountry, "organisation": Organisation}
    names: dict[str, list[Name]] = defaultdict(list)
    for kind, pk, slug, own, own_ja, name, name_key, place, __ in rows:
        record = models[kind](pk=pk, slug=slug, name=own, name_ja=own_ja)
        names[kind].append(Name(record, name, name_key, place))
    return Typed(key, organisation_key, query), names


def _nearest(names: Iterable[Name], typed: str) -> list[Suggestion]:
    """The records with a name that fits what was typed, the nearest first.

    A record shows by which name it was found, unless its name in the reader's language fits too.
    """
    if not typed:
        return []
    fitting: dict[int, list[tuple[int, Name]]] = defaultdict(list)
    for name in names:
        if (distance := _distance(name.key, typed)) is not None:
            fitting[name.record.pk].append((distance, name))
    found = []
    for of_record in fitting.values():
        distance, name = min(of_record, key=lambda one: (one[0], len(one[1].key), one[1].name))
        shown = plain(name.record, "name")
        known = any(other.name == shown for __, other in of_record)
        found.append(
            ((distance, len(name.key), name.place, shown), Suggestion(name.record, "" if known else name.name))
        )
    return [suggestion for __, suggestion in sorted(found, key=lambda one: one[0])]


def _distance(key: str, typed: str) -> int | None:
    """0 for the whole name, 1 for its beginning, 2 for words within, 3 for all words in any order; None: not at all.

    Two letters are within too many names.
    """
    if key == typed:
        return 0
    if key.startswith(typed):
        return 1
    if len(typed) < 3 and typed.isascii():
        return None
    if _within(key, typed):
        return 2
    return 3 if all(_within(key, word) for word in typed.split()) else None


def _within(key: str, typed: str) -> bool:
    """Whether a word of the name begins with it; within katakana none begins: ラン is not in イラン."""
    place = key.find(typed)
    while place >= 0:
        if not place or _word_begins(key[place - 1], typed[0]):
            return True
        place = key.find(typed, place + 1)
    return False


def _word_begins(before: str, first: str) -> bool:
    if before == " ":
        return True
    if _KATAKANA.match(first):
        return not _KATAKANA.match(before)
    return bool(_JAPANESE.match(first) or _JAPANESE.match(before))


def _public(found: list[Suggestion]) -> list[Suggestion]:
    """Those whose organisation takes part in a public project."""
    if not found:
        return []
    numbers = [suggestion.record.pk for suggestion in found]
    public = set(Organisation.objects.published().filter(pk__in=numbers).values_list("pk", flat=True))
    return [suggestion for suggestion in found if suggestion.record.pk in public]


# -- By words of titles ----------------------------------------------------------------------------


def _announcements(typed: Typed) -> list[Suggestion]:
    """The newest with these words in their title."""
    entries = SearchEntry.objects.filter(kind="announcement", vector=StoredQuery(typed.title_query))
    rows = Announcement.objects.published().filter(pk__in=entries.values("ref")[:CANDIDATES])
    return [Suggestion(one) for one in rows.only("key", "title", "title_ja")[:MOST_OF_A_GROUP]]


def _projects(typed: Typed) -> list[Suggestion]:
    """Those that are found by these words, first those that have them in their title."""
    query = StoredQuery(typed.query)
    some = RawSQL("select search_some(%s::tsquery, %s)", [typed.query, CANDIDATES])
    rank = SearchRank(F("search"), query, weights=TITLE_FIRST)
    rows = Project.objects.published().filter(pk__in=some).select_related("country").annotate(rank=rank)
    rows = rows.order_by("-rank", F("fiscal_year").desc(nulls_last=True), "pk")
    fields = ("key", "title", "title_ja", "country__name", "country__name_ja")
    return [Suggestion(one) for one in rows.only(*fields)[:MOST]]
