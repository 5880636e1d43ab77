"""Every number of a page that leads somewhere, and what is there.

`data-figure` on a link, around it or within it says what its number counts; `data-value` beside that is the number, or
the text of the link has it. What is there is asked of the list's own query, and added up from the files.
"""

import re
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from functools import cache
from urllib.parse import urljoin, urlsplit

from django.db.models import Q
from django.http import QueryDict

from countries.models import PartnerCountry
from projects.filters import ProjectQuery
from projects.grouping import LAND_USE
from projects.models import Announcement, Project
from projects.outlook import OutlookQuery
from projects.precedents import PrecedentQuery, counts
from projects.statistics import StatisticsQuery
from tests.bundled import rows_of
from tests.plain_list import UNKNOWN, by_project, issued_in, projects

# -- What is there -----------------------------------------------------------------------------------


@cache
def by_key():
    return {one["key"]: one for one in projects()}


def total(amounts):
    """None where there is nothing to add."""
    known = [amount for amount in amounts if amount is not None]
    return sum(known) if known else None


def added_up(rows, years=()):
    """What these projects come to, by the names that pages have for it."""
    stating = [one for one in rows if one["reduction"] is not None and one["status"] != "withdrawn"]
    plants = [one["reduction"] for one in stating if one["sector"] != LAND_USE]
    land_use = [one["reduction"] for one in stating if one["sector"] == LAND_USE]
    return {
        "projects": len(rows),
        "registered": len(rows),
        "reduction": total(plants),
        "reduction_tco2_per_year": total(plants),
        "projects_stating": len(plants),
        "apart": total(land_use),
        "land_use_reduction_tco2_per_year": total(land_use),
        "land_use_projects_stating": len(land_use),
        "credits": total(one["credits"] for one in rows),
        "fiscal_year": min((one["fiscal_year"] for one in rows if one["fiscal_year"]), default=None),
        **expected_and_issued(rows),
        **(issued_within(rows, *years) if len(years) == 1 else {}),
    }


@cache
def issuances():
    """The issuances by project, amounts as numbers."""
    found = defaultdict(list)
    for key, rows in by_project("issuances").items():
        for row in rows:
            amounts = {name: int(row[name]) if row[name] else None for name in row if name.endswith("_tco2")}
            found[key].append(row | amounts)
    return found


def issued_within(rows, year):
    """What was issued to these projects in one fiscal year."""
    all_of_them = [one for row in rows for one in issuances()[row["key"]] if issued_in(one) == year]
    whole = [one for one in all_of_them if one["total_tco2"] is not None]

    def to_japan(meaning):
        return total(one["japan_tco2"] for one in whole if one["japan_share_means"] == meaning)

    parts = [to_japan("japanese_side"), to_japan("government_only"), total(one["host_tco2"] for one in whole)]
    issued = total(one["total_tco2"] for one in whole)
    return {
        "issuances": len(all_of_them),
        "issuances_stating": len(whole),
        "total_tco2": issued,
        **dict(zip(("japanese_side_tco2", "japanese_government_tco2", "host_tco2"), parts, strict=True)),
        "share_not_stated_tco2": issued and issued - sum(part or 0 for part in parts),
    }


def expected_and_issued(rows):
    """Of issuances whose amount and time are known: what was expected in that time, and what was issued."""
    expected, issued = [], []
    for row in rows:
        known = [
            one
            for one in issuances()[row["key"]]
            if one["total_tco2"] is not None and one["monitoring_from"] and one["monitoring_to"]
        ]
        if known and row["reduction"] is not None:
            ends = [[date.fromisoformat(one[f"monitoring_{end}"]) for end in ("from", "to")] for one in known]
            days = sum((last - first).days + 1 for first, last in ends)
            expected.append(round(row["reduction"] * days / 365.25))
            issued.append(sum(one["total_tco2"] for one in known))
    return {"expected_tco2": total(expected), "issued_tco2": total(issued)}


def rows_of_list(params, path_value=None):
    query = ProjectQuery(params, within=path_value, facets=())
    query.require_valid()
    return [by_key()[key] for key in query.matching.order_by().values_list("key", flat=True)]


def a_list(params):
    return added_up(rows_of_list(params), params.getlist("issued_in"))


WITHIN = {
    "countries": "country",
    "technologies": "technology",
    "organisations": "participant",
    "methodologies": "methodology",
    "rounds": "round",
}


def a_page_with_a_list(params, noun, value):
    if noun == "countries":
        value = PartnerCountry.objects.get(slug=value).iso2
    return added_up(rows_of_list(params, {WITHIN[noun]: [value]}))


def statistics(params, page):
    """A page of statistics is one of a list too, besides what it asks of its own."""
    settings = OutlookQuery.settings if page == "outlook/" else StatisticsQuery.settings
    return a_list(without(params, *settings))


def without(params, *names):
    kept = params.copy()
    for name in names:
        kept.pop(name, None)
    return kept


@cache
def all_and_precedents(question):
    """The projects that a question leaves where a technology is the main one, each with whether it counts."""
    query = PrecedentQuery(QueryDict(question))
    query.require_valid()
    rows = query.narrowed(Project.objects.published()).order_by().annotate(counting=Q(counts()))
    found = [(by_key()[key], counting) for key, counting in rows.values_list("key", "counting")]
    return [(one, counting) for one, counting in found if one["technology"]]


def precedents(params, technology=None, iso2=None):
    found = [
        counting
        for one, counting in all_and_precedents(params.urlencode())
        if technology in (None, one["technology"][0]) and iso2 in (None, one["country"])
    ]
    return {"precedents": sum(found), "others": len(found) - sum(found)}


def a_project(_params, pk):
    return added_up([by_key()[Project.objects.values_list("key", flat=True).get(pk=pk)]])


def an_announcement(_params, pk):
    key = Announcement.objects.values_list("key", flat=True).get(pk=pk)
    return {"recorded": sum(row["announcement_id"] == key for row in rows_of("selections"))}


PLACES = [
    (r"/projects/", a_list),
    (r"/projects/(\d+)/[\w-]+/", a_project),
    (r"/precedents/", precedents),
    (r"/precedents/([\w-]+)/(\w\w)/", precedents),
    (rf"/({'|'.join(WITHIN)})/([\w-]+)/", a_page_with_a_list),
    (r"/statistics/([a-z]*/?)", statistics),
    (r"/announcements/(\d+)/[\w-]+/", an_announcement),
    (r"/countries/", lambda _params: {"partner-countries": len(rows_of("countries"))}),
]
FOUND: dict[str, dict] = {}  # by address; those with the number of a record are not kept


def there(address):
    """The figures of the page at an address by their names; none where it has none."""
    address = address.partition("#")[0]
    if address in FOUND:
        return FOUND[address]
    parts = urlsplit(address)
    for pattern, read in PLACES:
        match = re.fullmatch(f"(?:/ja)?{pattern}", parts.path)
        if match and not parts.netloc:
            found = read(QueryDict(parts.query), *match.groups())
            if read not in (a_project, an_announcement):
                FOUND[address] = found
            return found
    return {}


@cache
def stated_at():
    """What sources state of tonnes by FY2030, by their addresses."""
    sources, found = {row["source_id"]: row["url"] for row in rows_of("sources")}, defaultdict(set)
    for row in [*rows_of("stated_totals"), *rows_of("targets")]:
        found[sources[row["source_id"]]].add(row.get("value") or row.get("value_tco2"))
    return found


# -- What the page says ------------------------------------------------------------------------------


@dataclass(frozen=True)
class Number:
    """What it counts, how many (None: not stated), where it leads to, and the element that says it."""

    what: str
    value: int | None
    addresses: list[str]
    element: object

    def __str__(self):
        return f"{self.what} = {self.value}: {self.addresses} in <{self.element.tag}> {self.element.text[:60]}"


NUMBER = re.compile(r"(?<!CO)\d[\d,]*")  # not that of CO2
# Where each link of a list has a number.
COUNTING = {"figure", "table", "svg"}
COUNTING_CLASSES = {"columns", "counted", "choice"}


def last_number(text):
    found = NUMBER.findall(text)
    return int(found[-1].replace(",", "")) if found else None


def nearest(element, test):
    return next((one for one in element.around() if test(one)), None)


def numbers(page, here):
    """Every number of the page `here` that leads somewhere, and every link that should have one and has none."""
    main, told = page.one("main"), set()
    for element in main.all(data_figure=True):
        link = nearest(element, lambda one: one.tag == "a")
        value = element.get("data-value")
        if value is None and link is None:
            continue  # it names what the links within it count
        links = [link] if link else links_of(element, here)
        if value is not None:
            told |= {id(one) for one in links}
        number = last_number(element.text) if value is None else int(value) if value else None
        yield Number(element["data-figure"], number, [leads_to(one, here) for one in links], element)
    for link in main.all("a", href=True):
        address = leads_to(link, here)
        of_the_list = link.get("data-chip") or link.get("class") == "sort"  # another view of it
        if is_a_list(address, here) and not of_the_list and id(link) not in told:
            around = nearest(link, lambda one: one.get("data-figure"))
            value = last_number("".join(text_of_its_own(link)))
            if value is not None:
                yield Number(around["data-figure"] if around else "projects", value, [address], link)
            elif nearest(link, counts_each):
                yield Number("no number", None, [address], link)


def links_of(element, here):
    """The links within an element; of one without any, the first of its row that leads to a list."""
    inside = [link for link in element.all("a", href=True) if link.get("class") != "src"]
    row = nearest(element, lambda one: one.tag == "tr")
    for around in [nearest(element, lambda one: one.tag == "td"), row] if row and not inside else []:
        inside = inside or [link for link in around.all("a", href=True) if there(leads_to(link, here))][:1]
    return inside


def leads_to(link, here):
    """As a browser has it, for which “?” is the page without a question."""
    return here.partition("?")[0] + link["href"] if link["href"].startswith("?") else urljoin(here, link["href"])


def is_a_list(address, here):
    """Whether projects or precedents are listed there: on a page of their own, or on this very page."""
    path = urlsplit(address).path.removeprefix("/ja")
    own = path == urlsplit(here).path.removeprefix("/ja") and path.split("/")[1] in WITHIN
    return path == "/projects/" or path.startswith("/precedents/") or (own and "projects" in there(address))


def counts_each(element):
    return element.tag in COUNTING or bool(COUNTING_CLASSES & set((element.get("class") or "").split()))


def text_of_its_own(element):
    """The texts inside, but not those that have a figure of their own."""
    for child in element.children:
        if isinstance(child, str):
            yield child
        elif not child.get("data-figure"):
            yield from text_of_its_own(child)


# -- Whether they agree ------------------------------------------------------------------------------

# Pictures of what no list can count: the outlook by year, and the estimate beside what others state.
WITHOUT_A_LIST = {"outlook", "outlook-and-statements"}


def differences(page, here):
    """How many numbers were checked, and what is wrong with them; the links of lists among them."""
    checked, wrong, lists = 0, [], []
    for number in numbers(page, here):
        found = [where_it_leads(number, address, page) for address in number.addresses]
        values = [values[number.what] for values in found if number.what in values]
        lists += [(address, number) for address in number.addresses if is_a_list(address, here)]
        if values:
            checked += 1
            wrong += [f"{number}, there: {values}"] if set(values) != {number.value} else []
        elif (number.value or number.addresses) and not of_no_list(number.element):  # none has no list
            wrong.append(f"leads nowhere: {number}")
        if number.element.get("data-value") and "td" in (number.element.tag, number.element.parent.tag):
            text = last_number(number.element.text)
            wrong += [f"says {text}: {number}"] if text != number.value else []
    return checked, wrong, lists


def where_it_leads(number, address, page):
    place, query = address.partition("#")[2], address.partition("#")[0]
    if number.element.get("data-place") and place:
        return {"projects": len(page.one(id=place).all("tr"))}
    if query in stated_at():
        return {"tco2": number.value} if str(number.value) in stated_at()[query] else {"tco2": stated_at()[query]}
    return there(address)


def of_no_list(element):
    """What others state, or an estimate."""
    stated = element.tag == "li" and element["data-figure"] == "reduction"
    return stated or nearest(element, lambda one: one.get("data-picture") in WITHOUT_A_LIST)


# -- Pictures and their tables -----------------------------------------------------------------------


def check_pictures(page):
    """Each drawing has its table with the same figures, and its bars are as long as these; how many there are."""
    figures = [one for one in page.one("main").all("figure") if "locator" not in (one.get("class") or "")]
    for figure in figures:
        if figure.get("data-picture"):
            _check_chart(figure)
        elif figure.get("data-map") == "world":
            _check_world(page, figure)
        else:
            _check_country(figure)
    drawings = page.one("main").all("svg", role=True)
    assert all(nearest(svg, lambda one: one.tag == "figure") for svg in drawings)
    return len(figures)


def _check_chart(figure):
    if not figure.all("table"):
        assert not figure.all("svg", class_="drawing")
        assert figure.one(class_="empty").text
        return
    rows = [
        (row.one("th").text, {td["data-figure"]: td["data-value"] for td in row.all("td", data_figure=True)})
        for row in figure.one("table").one("tbody").all("tr")
    ]
    lengths = []
    marks = [mark for mark in figure.one("svg", class_="drawing").everything() if mark.tag in ("a", "g")]
    assert bool(marks) == bool(rows)
    for mark in marks:
        bars = [bar for bar in mark.all("rect") if bar.get("class") != "hit"]
        shown = mark.all("text", class_="figure")[-1].text
        if mark.tag == "a":
            assert mark.get("data-figure"), f"a mark without a figure: {mark.text}"
            value, what = mark["data-value"], mark["data-figure"]
            same = [cells for head, cells in rows if mark["aria-label"].startswith(head) and cells[what] == value]
        else:
            value = NUMBER.findall(shown)[-1].replace(",", "")
            label = "".join(text.text for text in mark.all("text", class_="label")).replace(" ", "")
            same = [cells for head, cells in rows if head.replace(" ", "") == label and value in cells.values()]
        assert same, f"not in its table: {mark.text}"
        if value:
            assert shown == f"{int(value):,}"
            widths = [bar["width"] for bar in bars]
            if not any(width.endswith("em") for width in widths):
                lengths.append((int(value), sum(float(width.rstrip("%")) for width in widths)))
        else:
            assert not bars
    longest = max(lengths, default=(0, 0))
    for value, length in lengths:
        assert abs(length * longest[0] - longest[1] * value) <= 0.03 * longest[0], (value, length, longest)


def _check_world(page, figure):
    marks = {
        mark["data-country"]: mark["data-value"] for mark in figure.one("svg", role="group").all("a", data_country=True)
    }
    table = figure.all("tr", data_country=True)
    rows = {row["data-country"]: row.one("td").text for row in table} or {
        row["data-country"]: row["data-value"] for row in page.one("main").all("tr", data_country=True)
    }
    assert marks == rows
    _check_legend(figure)


def _check_country(figure):
    marks = figure.one("svg", role="group").all("a", data_place=True)
    rows = figure.all("tr", data_located=True)
    drawn = sum(len(figure.one(id=f"place-{mark['data-place']}").all("tr")) for mark in marks)
    assert drawn == sum(int(mark["data-value"]) for mark in marks) <= len(rows)
    _check_legend(figure)


def _check_legend(figure):
    """Every project has a mark of some precision, or no place."""
    shown = {key["data-precision"]: int(key["data-value"]) for key in figure.all("li", data_precision=True)}
    assert sum(shown.values()) == int(figure["data-projects"])
    assert int(figure["data-projects"]) - shown.get("none", 0) == int(figure["data-placed"])
    assert UNKNOWN not in shown
