"""Why a project was found: the words of its title that were asked for, or the passage or synonym that has them."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.html import escape, format_html
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from jcm_portal.templatetags.languages import in_japanese, plain

from . import index, kana
from .reading import Reading, Term

MOST = 3  # reasons of one project
AROUND = 70  # characters of a passage on either side of the word
_WORD = re.compile(rf"(?:(?![{kana.LETTERS}])\w)+")
_QUOTED = re.compile("'([^' ]+)'")
_JAPANESE = re.compile(f"[{kana.LETTERS}]")


@dataclass(frozen=True)
class Reason:
    """Where the words stand that the title does not have: what kind of place, and its text with them marked."""

    label: str
    text: SafeString


@dataclass
class Why:
    """What a row shows of a search: its title with the words marked, and reasons besides."""

    title: SafeString
    reasons: list[Reason] = field(default_factory=list)


@dataclass(frozen=True)
class Marks:
    """What to mark: words by their form in the index, and runs of folded Japanese."""

    lexemes: frozenset[str]
    runs: tuple[str, ...]

    @classmethod
    def of(cls, terms: Iterable[Term]) -> "Marks":
        """What the terms ask for."""
        lexemes: set[str] = set()
        runs: list[str] = []
        for term in terms:
            last = ""
            for lexeme in _QUOTED.findall(term.lexemes):
                if not _JAPANESE.match(lexeme):
                    lexemes.add(lexeme)
                elif last and last[-1] == lexeme[0]:
                    runs[-1] += lexeme[1:]
                else:
                    runs.append(lexeme)
                last = lexeme if _JAPANESE.match(lexeme) else ""
        return cls(frozenset(lexemes), tuple(dict.fromkeys(runs)))


def explain(projects: Sequence[Any], reading: Reading) -> None:
    """Give each project of `for_list().with_names()` its `why`. Asks the database once."""
    terms = [term for term in reading.terms if not term.negated and (term.lexemes or term.parameter == "participant")]
    texts = {text for project in projects for _label, text in _places(project)}
    stems = index.stems(sorted({word.lower() for text in texts for word in _WORD.findall(text)}))
    everything = Marks.of(terms)
    for project in projects:
        title = plain(project, "title")
        project.why = Why(_in_its_language(title, _marked(title, _found(title, everything, stems))))
        wanted = [term for term in terms if not _found(title, Marks.of([term]), stems)]
        reasons = dict.fromkeys(reason for term in wanted for reason in _reasons(project, term, everything, stems))
        project.why.reasons = list(reasons)[:MOST]


def _places(project: Any) -> Iterator[tuple[str, str]]:
    """Where words may stand, the title first, each with what the place is called."""
    titles = [("ja", project.title_ja), ("en", project.title)]
    for language, title in titles if in_japanese() else titles[::-1]:
        if title:
            yield (_("Title in Japanese") if language == "ja" else _("Title in English")), title
    for technology in project.technologies:
        for name in (plain(technology, "name"), *_other_names(technology), *technology["synonyms_en"]):
            yield _("Technology"), name
        yield from ((_("Technology"), name) for name in technology["synonyms_ja"])
    for organisation in project.participants:
        for name in (
            plain(organisation, "name"),
            organisation["name"],
            organisation["name_ja"],
            *organisation["aliases"],
        ):
            if name:
                yield _("Participant"), name
    for label, text in ((_("Place"), project.locality), (_("Note"), project.note), (_("Capacity"), project.capacity)):
        if text:
            yield label, text
    for method in project.methods:
        yield _("Methodology"), f"{method['number']} {method['title']}".strip()
    if project.programme:
        yield from ((_("Programme"), name) for name in (project.programme.name, project.programme.name_ja))
    for technology in project.technologies:
        yield from (
            (_("Sector"), name) for name in (plain(technology["sector"], "name"), *_other_names(technology["sector"]))
        )


def _other_names(thing: dict[str, Any]) -> list[str]:
    return [name for name in (thing["name"], thing["name_ja"]) if name and name != plain(thing, "name")]


def _reasons(project: Any, term: Term, everything: Marks, stems: dict[str, str]) -> Iterator[Reason]:
    if term.parameter == "technology":
        for technology in project.technologies:
            if technology["slug"] in term.values:
                yield _synonym(plain(technology, "name"), term, everything, stems)
                return
    if term.parameter == "participant" and not term.lexemes:
        return
    marks = Marks.of([term])
    for label, text in _places(project):
        if _found(text, marks, stems):
            yield Reason(label, _in_its_language(text, _marked(text, _found(text, everything, stems))))
            return


def _synonym(name: str, term: Term, everything: Marks, stems: dict[str, str]) -> Reason:
    """The technology, and the word by which it was asked for where its name has it not."""
    marked = _marked(name, _found(name, everything, stems))
    if _found(name, Marks.of([term]), stems):
        return Reason(_("Technology"), marked)
    words = _("%(name)s, also called “%(synonym)s”")
    return Reason(
        _("Technology"),
        mark_safe(escape(words) % {"name": marked, "synonym": _mark(term.name or term.text)}),  # noqa: S308
    )


def _in_its_language(text: str, marked: SafeString) -> SafeString:
    """The marked text, with its language where that is not the page's."""
    japanese = 2 * len(_JAPANESE.findall(text)) >= sum(map(str.isalpha, text))
    if japanese == in_japanese():
        return marked
    return format_html('<span lang="{}">{}</span>', "ja" if japanese else "en", marked)


def _mark(text: str) -> SafeString:
    return mark_safe(f"<mark>{escape(text)}</mark>")  # noqa: S308


def _found(text: str, marks: Marks, stems: dict[str, str]) -> list[tuple[int, int]]:
    """The places of the marks in a text, in order."""
    found = [word.span() for word in _WORD.finditer(text) if stems.get(word[0].lower()) in marks.lexemes]
    if marks.runs and _JAPANESE.search(text):
        folded, places = _fold_with_places(text)
        for run in marks.runs:
            for hit in re.finditer(re.escape(run), folded):
                found.append((places[hit.start()], places[hit.end() - 1] + 1))
    return sorted(found)


def _fold_with_places(text: str) -> tuple[str, list[int]]:
    """The folded text, and for each of its characters the place where it stood."""
    folded, places = "", []
    for place, letter in enumerate(text):
        so_far = kana.fold(text[: place + 1]) if letter in "ーァィェォ・" else folded + kana.fold(letter)
        places += [place] * (len(so_far) - len(folded))
        folded, places = so_far, places[: len(so_far)]
    return folded, places


def _marked(text: str, found: Sequence[tuple[int, int]]) -> SafeString:
    """The text, or a long one's passage around the first mark, with marks."""
    start, end = 0, len(text)
    if found and end > 3 * AROUND:
        start, end = max(0, found[0][0] - AROUND), min(end, found[0][1] + AROUND)
    parts, place = ["…" if start else ""], start
    for first, last in found:
        if first < place or last > end:
            continue
        parts += [escape(text[place:first]), _mark(text[first:last])]
        place = last
    parts += [escape(text[place:end]), "…" if end < len(text) else ""]
    return mark_safe("".join(parts))  # noqa: S308  # each part is escaped above
