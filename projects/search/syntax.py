"""What a reader typed, taken apart: phrases in quotation marks, -words, OR, and the words between them."""

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, field

from .kana import KATAKANA, LETTERS

LONGEST = 300  # characters that are read; one typed may become eighteen (U+FDFA)
_QUOTES = str.maketrans(dict.fromkeys("“”„«»「」『』＂", '"'))
_CHUNK = re.compile(r'(?P<negated>-(?=[^\s-]))?(?:"(?P<phrase>[^"]*)"?|(?P<word>[^\s"]+))')
_LATIN = rf"(?:(?![{LETTERS}])\w)+"
_ATOM = re.compile(rf"(?P<japanese>[{LETTERS}])|{_LATIN}(?:[.-]{_LATIN})*")
_KATAKANA = re.compile(f"[{KATAKANA}]")
_DOTS = ("・", "゠")


@dataclass(frozen=True)
class Atom:
    """The least part of a name: a word, or one Japanese character; its place in the text."""

    text: str
    start: int
    end: int
    japanese: bool

    @property
    def katakana(self) -> bool:
        """Whether it is a letter of a word that must not be cut: タイ is no part of タイヤ."""
        return self.japanese and bool(_KATAKANA.match(self.text))


@dataclass
class Piece:
    """What stands together: plain words, a phrase, or what must not occur."""

    start: int
    end: int
    quoted: bool = False
    negated: bool = False
    alternative: bool = False  # OR stands before it
    atoms: list[Atom] = field(default_factory=list)


def clean(text: str) -> str:
    """The text in one width, with one kind of quotation mark and without characters that cannot be seen."""
    text = unicodedata.normalize("NFKC", text)[:LONGEST].translate(_QUOTES)
    text = "".join(" " if unicodedata.category(letter) in ("Cc", "Cf", "Cs", "Co", "Cn") else letter for letter in text)
    return " ".join(text.split())


def pieces(text: str) -> list[Piece]:
    """The pieces of a clean text that hold a word."""
    found: list[Piece] = []
    alternative = False
    for chunk in _CHUNK.finditer(text):
        if chunk["word"] == "OR" and not chunk["negated"]:
            alternative = bool(found)
            continue
        negated, quoted = bool(chunk["negated"]), chunk["phrase"] is not None
        group = "phrase" if quoted else "word"
        atoms = list(_atoms(chunk[group], chunk.start(group)))
        if not atoms:
            continue
        last = found[-1] if found else None
        if last and not (quoted or negated or alternative or last.quoted or last.negated):
            last.atoms += atoms
            last.end = chunk.end()
        else:
            found.append(Piece(chunk.start(), chunk.end(), quoted, negated, alternative, atoms))
        alternative = False
    return found


def _atoms(text: str, offset: int) -> Iterator[Atom]:
    for found in _ATOM.finditer(text):
        start = offset + found.start()
        # A number such as X-7-12 stays whole; “high-efficiency” is two words.
        words = [found[0]] if any(letter.isdigit() for letter in found[0]) else re.split("[.-]", found[0])
        for word in words:
            if word.strip("_"):
                yield Atom(word, start, start + len(word), bool(found["japanese"]))
            start += len(word) + 1


def may_part(text: str, before: Atom, after: Atom) -> bool:
    """Whether a name may end or begin between two neighbours."""
    return not (before.katakana and after.katakana and touch(text, before, after))


def touch(text: str, before: Atom, after: Atom) -> bool:
    """Whether two neighbours stand in one run of Japanese."""
    between = text[before.end : after.start]
    if not (before.japanese and after.japanese):
        return False
    return not between or (between in _DOTS and before.katakana and after.katakana)
