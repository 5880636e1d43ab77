"""The search over everything: projects, and all else that has a page or a place on one, grouped by kind.

What answers a question:

- A **project**, as in the list of projects.
- An **announcement** that has all of the question, each part as a value (`country:PH`) or as words; or one that lists
  a public project which answers it, as the text of a release seldom names all of its projects (unless so many projects
  answer that nearly every list has one).
- **All else is a name**, and a name is only part of a question: “solar Philippines” is in none. So a country,
  technology, organisation and the like answers when the question names it (“southeast asia” names eleven countries, a
  country also its methodologies, a year its rounds), when its name has all of the words that name nothing (“hotel
  Maldives” shows the hotels among the organisations, and the Maldives), or when it has the whole question (“Solar
  Philippines Ltd”).

Words that say little (power, project) must be there only where there are no others; what follows a minus must not be.
What the question names comes first, then what has its words in the weightier place; announcements that have the words
come before those that list a project, and these newest first.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django.contrib.postgres.search import SearchQueryField, SearchRank
from django.db.models import (
    BigIntegerField,
    BooleanField,
    Case,
    Count,
    Exists,
    F,
    FloatField,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    TextField,
    Value,
    When,
    Window,
)
from django.db.models.functions import Cast, Coalesce, Concat, RowNumber
from django.http import QueryDict
from django.urls import reverse
from django.utils.translation import gettext_lazy
from django_filters import CharFilter, ChoiceFilter, FilterSet

from countries.models import Region
from jcm_portal.listing import LONGEST, ListQuery

from ..filters import newest
from ..models import (
    Announcement,
    Organisation,
    Project,
    SearchEntry,
    Selection,
    Side,
)
from . import BEFORE_ALL, LITTLE, WEIGHTS, Question, best_first, explain, found, perhaps_meant, read
from .entries import KINDS, NAMES, Asked, Kind
from .index import StoredQuery
from .reading import Reading

_PARTS = re.compile(r"\s*[()]\s*")  # “Joint Committee (JC)” is two names
FEW, MANY = 5, 100  # hits of a group among others, and of one alone
SEVERAL = 5000  # projects; where more answer, almost every announcement lists one, which tells nothing


@dataclass(frozen=True)
class Hit:
    """Something found by its name, with what stands beside that.

    `value` is what the list's parameter takes (PH), `slug` its word in addresses (philippines). `projects` is how many
    public projects it has; None for what has none of its own.
    """

    noun: str
    ref: int
    value: str
    slug: str
    name: str
    name_ja: str
    detail: str
    detail_ja: str
    projects: int | None

    def get_absolute_url(self) -> str:
        """Its page, its place in the glossary, or the list of its projects."""
        if self.noun == "term":
            return f"{reverse('glossary')}#{self.slug}"
        if self.noun in ("programme", "sector"):
            return f"{reverse('projects')}?{urlencode({self.noun: self.slug})}"
        return reverse(self.noun, args=[self.slug])


@dataclass(frozen=True)
class Group:
    """The hits of one kind: how many there are, and the best of them, which are records or `Hit`s."""

    kind: Kind
    total: int
    hits: list[Any]

    @property
    def more(self) -> bool:
        """Whether there are others than those shown."""
        return self.total > len(self.hits)


@dataclass(frozen=True)
class Best:
    """The one thing that a question names."""

    kind: Kind
    record: Any

    @property
    def field(self) -> str:
        """Where its name stands."""
        return "name" if isinstance(self.record, Hit) else "title"


@dataclass(frozen=True)
class Answer:
    """All that answers a question; groups without a hit are left out."""

    groups: list[Group] = field(default_factory=list)
    best: Best | None = None

    @property
    def total(self) -> int:
        """How many hits there are in all groups."""
        return sum(group.total for group in self.groups)


# -- What is found -----------------------------------------------------------------------------------


def everything(question: Question, *, only: str = "") -> Answer:
    """All that is public and answers the question, by kind; of one kind alone where `only` names it.

    Takes seven queries, and one more where the question names something whose words have to be looked up.
    """
    reading = question.reading
    if not reading.condition:
        return Answer()
    most = MANY if only else FEW
    asked = Asked(reading)
    groups = _names(asked, [noun for noun in NAMES if only in ("", noun)], most)
    if only in ("", "announcement"):
        projects = _projects(reading, most)
        groups += [projects, _announcements(asked, reading, most, listing=projects.total <= SEVERAL)]
    groups = [group for group in groups if group.total and only in ("", group.kind.noun)]
    best = _best(reading, asked, groups)
    order = list(KINDS)
    groups.sort(key=lambda group: order.index(group.kind.noun))
    if best:
        groups.sort(key=lambda group: group.kind is not best.kind)
        groups[0].hits.sort(key=lambda hit: hit is not best.record)
    return Answer(groups, best)


def _projects(reading: Reading, most: int) -> Group:
    rows = found(Project.objects.published(), reading)
    total = rows.count()
    first = list(best_first(rows, reading, total=total, then=newest(total)).values_list("pk", flat=True)[:most])
    shown = Project.objects.for_list().with_names().in_bulk(first)
    hits = [shown[pk] for pk in first]
    if hits:
        explain(hits, reading)
    return Group(KINDS["project"], total, hits)


def _announcements(asked: Asked, reading: Reading, most: int, *, listing: bool) -> Group:
    """Those that have the question; with `listing` also, by day, those that list a project that answers it.

    Adds `listed`: how many such projects each lists.
    """
    kind = KINDS["announcement"]
    if not asked.about:
        return Group(kind, 0, [])
    entry = SearchEntry.objects.filter(kind="announcement", ref=OuterRef("pk"), vector=StoredQuery(asked.about))
    rank = SearchRank(F("vector"), StoredQuery(asked.rank), weights=WEIGHTS)
    rows = Announcement.objects.published().annotate(
        rank=Coalesce(Subquery(entry.annotate(rank=rank).values("rank")[:1]), Value(0.0)), total=Window(Count("pk"))
    )
    if listing:
        of_projects = found(Project.objects.published(), reading).order_by().values("pk")
        listings = Selection.objects.filter(announcement__isnull=False, project__in=of_projects).order_by()
        here = listings.filter(announcement=OuterRef("pk")).values("announcement")
        rows = rows.filter(Q(Exists(entry)) | Q(pk__in=listings.values("announcement"))).annotate(
            listed=Coalesce(Subquery(here.annotate(number=Count("pk")).values("number")), Value(0))
        )
    else:
        rows = rows.filter(Exists(entry))
    hits = list(rows.order_by("-rank", F("published_on").desc(nulls_last=True), "-fiscal_year", "key")[:most])
    return Group(kind, hits[0].total if hits else 0, hits)


def _names(asked: Asked, nouns: Iterable[str], most: int) -> list[Group]:
    conditions = {noun: condition for noun in nouns if (condition := asked.named(KINDS[noun]))}
    if not conditions:
        return []
    answers = Q()
    for noun, condition in conditions.items():
        answers |= Q(kind=noun, vector=StoredQuery(condition))
    # Not Exists: for that PostgreSQL would first look for every public organisation.
    public = Organisation.objects.published().filter(pk=OuterRef("ref")).order_by().values_list(Value(True))
    rank: Any = SearchRank(F("vector"), StoredQuery(asked.rank), weights=WEIGHTS)
    if asked.first:
        first = When(vector=StoredQuery(asked.first), then=Value(BEFORE_ALL))
        rank += Case(first, default=Value(0.0), output_field=FloatField())
    entries = list(
        SearchEntry.objects.filter(answers)
        .alias(public=Subquery(public))
        .filter(~Q(kind="organisation") | Q(public=True))
        .annotate(
            rank=rank,
            total=Window(Count("pk"), partition_by="kind"),
            place=Window(RowNumber(), partition_by="kind", order_by=[F("rank").desc(), F("ref")]),
        )
        .filter(place__lte=most)
        .order_by("kind", "place")
        .values_list("kind", "ref", "total")
    )
    refs: dict[str, list[int]] = {}
    totals = {}
    for noun, ref, total in entries:
        refs.setdefault(noun, []).append(ref)
        totals[noun] = total
    hits = {(hit.noun, hit.ref): hit for hit in _hits(refs)}
    return [
        Group(KINDS[noun], totals[noun], [hits[noun, ref] for ref in refs[noun] if (noun, ref) in hits])
        for noun in conditions
        if noun in refs
    ]


def _hits(refs: Mapping[str, Sequence[int]]) -> Iterator[Hit]:
    """The records of these kinds with these numbers, in one query."""
    queries = [_columns(KINDS[noun], numbers) for noun, numbers in refs.items()]
    if not queries:
        return
    for row in queries[0].union(*queries[1:], all=True).order_by():
        hit = Hit(*row)
        labels = {"country": Region, "organisation": Side}.get(hit.noun)
        if labels and hit.detail:
            text = str(labels(hit.detail).label)
            hit = replace(hit, detail=text, detail_ja=text)
        yield hit


# Columns of each kind: value, word in addresses, names, details; the parameter of the list of its projects.
_SHOWN: dict[str, tuple[str, ...]] = {
    "technology": ("slug", "slug", "name", "name_ja", "sector__name", "sector__name_ja", "technology"),
    "country": ("iso2", "slug", "name", "name_ja", "region", "", "country"),
    "organisation": ("slug", "slug", "name", "name_ja", "usual_side", "", "participant"),
    "methodology": ("number", "number", "number", "", "title", "", "methodology"),
    "round": ("key", "key", "label", "label_ja", "", "", ""),
    "programme": ("slug", "slug", "name", "name_ja", "", "", "programme"),
    "sector": ("slug", "slug", "name", "name_ja", "", "", "sector"),
    "term": ("slug", "slug", "term", "term_ja", "definition", "definition_ja", ""),
}


def _columns(kind: Kind, refs: Sequence[int]) -> QuerySet:
    *paths, parameter = _SHOWN[kind.noun]
    texts = {f"_text{place}": Cast(F(path) if path else Value(""), TextField()) for place, path in enumerate(paths)}
    return (
        kind.model._base_manager.filter(pk__in=refs)
        .order_by()
        .annotate(
            _noun=Value(kind.noun, TextField()),
            _ref=Cast(F("pk"), BigIntegerField()),
            **texts,
            _projects=_projects_of(parameter, paths[0]) if parameter else Cast(Value(None), IntegerField()),
        )
        .values_list("_noun", "_ref", *texts, "_projects")
    )


def _projects_of(parameter: str, column: str) -> Coalesce:
    """How many public projects have this value, by the word for it in their index."""
    token = Cast(Concat(Value(f"'{parameter}:"), OuterRef(column), Value("'")), SearchQueryField())
    has = Func(F("search"), token, template="%(expressions)s", arg_joiner=" @@ ", output_field=BooleanField())
    rows = Project.objects.published().filter(has).order_by().annotate(_one=Value(1)).values("_one")
    return Coalesce(Subquery(rows.annotate(number=Count("pk")).values("number")), Value(0))


def _best(reading: Reading, asked: Asked, groups: Sequence[Group]) -> Best | None:
    """The one thing that the question names and nothing besides: as a value, or by its whole name."""
    named = [term for group in asked.required for term in group]
    if len(named) == 1 and len(named[0].values) == 1:
        for group in groups:
            first = group.hits[0]
            if named[0].parameter in group.kind.names and (
                not isinstance(first, Hit) or first.value == named[0].values[0]
            ):
                return Best(group.kind, first)
    text = reading.text.casefold()
    for hit in (hit for group in groups for hit in group.hits if isinstance(hit, Hit)):
        if text in _PARTS.split(f"{hit.name}({hit.name_ja}".casefold()):
            return Best(KINDS[hit.noun], hit)
    return None


# -- The question of an address ----------------------------------------------------------------------


class SearchFilter(FilterSet):
    """The parameters of the search: the words, and the kind that is wanted alone."""

    q = CharFilter(label=gettext_lazy("Search"))
    kind = ChoiceFilter(
        label=gettext_lazy("Kind"),
        choices=[(noun, noun) for noun in KINDS if noun != "project"],
        error_messages={"invalid_choice": gettext_lazy("“%(value)s” is none of the values that this filter knows.")},
    )

    class Meta:
        model = Project
        fields: list[str] = []


class SearchQuery(ListQuery):
    """The search as asked for: the words, what they mean, and what answers them."""

    filterset_class = SearchFilter

    def __init__(self, params: QueryDict) -> None:
        super().__init__(params, Project.objects.none())

    @property
    def typed(self) -> str:
        """What the reader typed, also where it is wrong, so that it can be mended."""
        return self.params.get("q", "").replace("\x00", "").strip()[:LONGEST]

    @property
    def words(self) -> str:
        """The words that are searched for; empty where there are none, or none that can be."""
        return self.values.get("q", "").strip()

    @property
    def kind(self) -> Kind | None:
        """The kind that is wanted alone."""
        return KINDS.get(self.values.get("kind", ""))

    @cached_property
    def question(self) -> Question:
        """What the words mean."""
        return read(self.words)

    @cached_property
    def answer(self) -> Answer:
        """What is found."""
        return everything(self.question, only=self.kind.noun if self.kind else "")

    @property
    def typed_instead(self) -> str:
        """The address of the search for the words as they were typed, without the mending."""
        return self.address(q=self.question.as_typed)

    @cached_property
    def perhaps_meant(self) -> str:
        """What may have been meant where little is found; empty where there is no such thing."""
        return perhaps_meant(self.question) if self.words and self.answer.total <= LITTLE else ""

    @property
    def meant_instead(self) -> str:
        """The address of the search for what may have been meant."""
        return self.address(q=self.perhaps_meant)

    @property
    def of_all_kinds(self) -> str:
        """The address of the same search without a kind."""
        return self.address(kind=None)
