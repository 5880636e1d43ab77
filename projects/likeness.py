"""Records whose titles are much alike: the one rule by which import and forms tell that there may be one already."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from django.contrib.postgres.search import TrigramSimilarity
from django.db import connection
from django.db.models import Exists, Model, OuterRef, Q
from django.db.models.functions import Lower

from jcm_portal.models import PublicationState

from .models import Announcement, Organisation, OrganisationAlias, Project

ALIKE = 0.5  # of two titles, by their trigrams: from here on they may mean the same
SHOWN = 3  # of those that are alike, the most alike first
OF_ANY_COUNTRY = ""


class Asked(NamedTuple):
    """Titles that somebody enters; of a project also the ISO code of its country, where that is known."""

    title: str
    title_ja: str = ""
    iso2: str = OF_ANY_COUNTRY


class Alike(NamedTuple):
    pk: int
    title: str
    likeness: float  # 0 to 1


@dataclass(frozen=True)
class Titles:
    """Where the titles of a noun stand."""

    title: str
    title_ja: str
    in_country: bool = False  # whether only records of the same country are compared
    other_names: str = "0"  # how much the most like of them is like the title


def _of_aliases() -> str:
    names = OrganisationAlias._meta.db_table
    likeness = "max(greatest(similarity(lower(name), lower(asked.title)), similarity(name, asked.title_ja)))"
    return f'coalesce((select {likeness} from "{names}" where organisation_id = p.id), 0)'  # noqa: S608  # names of ours


TITLES: dict[type[Model], Titles] = {
    Announcement: Titles("title", "title_ja"),
    Organisation: Titles("name", "name_ja", other_names=_of_aliases()),
    Project: Titles("title", "title_ja", in_country=True),
}


def alike(model: type[Model], asked: Sequence[Asked], but: int | None = None) -> dict[int, list[Alike]]:
    """By the place of what is asked, the records (all but one) whose titles are much like it, in one query.

    Projects are compared with those of the same country; where it is not known, with all.
    """
    known = [(place, one) for place, one in enumerate(asked) if one.iso2]
    unknown = [(place, one) for place, one in enumerate(asked) if not one.iso2]
    return _alike(model, known, but, in_country=True) | _alike(model, unknown, but, in_country=False)


def has_twin() -> Exists:
    """Of a project: whether another one of the same country, neither withdrawn nor merged, has a title much like it."""
    others = Project.objects.filter(country=OuterRef("country"), merged_into__isnull=True)
    others = others.exclude(pk=OuterRef("pk")).exclude(state=PublicationState.WITHDRAWN)
    alike = Q(of_titles__gte=ALIKE) | (Q(of_titles_ja__gte=ALIKE) & ~Q(title_ja=""))
    return Exists(
        others.annotate(
            of_titles=TrigramSimilarity(Lower("title"), Lower(OuterRef("title"))),  # type: ignore[arg-type]
            of_titles_ja=TrigramSimilarity("title_ja", OuterRef("title_ja")),  # type: ignore[arg-type]
        ).filter(alike)
    )


def _alike(
    model: type[Model], asked: list[tuple[int, Asked]], but: int | None, *, in_country: bool
) -> dict[int, list[Alike]]:
    if not asked:
        return {}
    titles = TITLES[model]
    country = "p.country_id = (select id from countries_partnercountry where iso2 = asked.iso2)"
    query = f"""
        select asked.place, p.id, p.title, p.likeness
        from unnest(%s::int[], %s::text[], %s::text[], %s::text[]) as asked(place, title, title_ja, iso2)
        cross join lateral (
            select id, {titles.title} as title, greatest(
                similarity(lower({titles.title}), lower(asked.title)),
                case when asked.title_ja = '' then 0 else similarity({titles.title_ja}, asked.title_ja) end,
                {titles.other_names}
            ) as likeness
            from "{model._meta.db_table}" p
            where id is distinct from %s and {country if in_country else "true"}
            order by likeness desc, id limit %s
        ) p
        where p.likeness >= %s order by asked.place, p.likeness desc, p.id"""  # noqa: S608  # names of ours
    places: list[Any] = [place for place, _one in asked]
    columns = [list(values) for values in zip(*(one for _place, one in asked), strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(query, [places, *columns, but, SHOWN, ALIKE])
        found: dict[int, list[Alike]] = {}
        for place, pk, title, likeness in cursor.fetchall():
            found.setdefault(place, []).append(Alike(pk, title, likeness))
    return found
