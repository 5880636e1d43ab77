"""Where a value lies in a drawing, in percent of its width, and how much room words take there."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

# What a piece of a text is made of, as sets of characters; the rest are letters, digits and their marks.
KANJI, KATAKANA, HIRAGANA = "\u3400-\u9fff々〆", "\u30a1-\u30fa\u30fc", "\u3041-\u3096"
OPENING, CLOSING = r"（「『【〈《(\[", r"、。，．・：；！？）」』】〉》〜…,.:;!?%％)\]"
OTHER = rf"(?:[^ \u3000{KANJI}{KATAKANA}{HIRAGANA}（「『【〈《(\[、。，．・：；！？）」』】〉》〜…]|[(\[](?=[!-~]))"
# One kanji alone stays with the loanword or the number beside it: 省エネ, ボイラ用, 2MW級; so does what is counted.
ALONE = rf"(?:[型級用式系製](?![{KANJI}])|[{KANJI}](?![{KANJI}{KATAKANA}]))"
PIECE = re.compile(
    rf"(?=.)[{OPENING}]*"
    rf"(?:[{KANJI}]?[{KATAKANA}]++(?:{ALONE})?"
    rf"|第?{OTHER}++(?:年度|[年月日回次号件基台]|{ALONE})?"
    rf"|(?:(?!第[0-9])[{KANJI}])+)?"
    rf"[{HIRAGANA}]*(?:[）」』】〉》)\]]+[{HIRAGANA}]*)*[{CLOSING}]*[ \u3000]*",
    re.DOTALL,
)


@dataclass(frozen=True)
class Linear:
    """Values from 0 to `most` laid out between two places, in percent of the width."""

    most: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        return self.start + self.length(value)

    def length(self, value: float) -> float:
        """How long a bar of this value is."""
        return (self.end - self.start) * value / self.most if self.most else 0.0


def breadth(text: str) -> float:
    """About how wide a text is, in em: full-width letters count one, others a little more than half."""
    return sum(1.0 if east_asian_width(letter) in "WF" else 0.56 for letter in text)


def widest(texts: Sequence[str]) -> float:
    """The breadth of the widest of the texts."""
    return max(map(breadth, texts), default=0.0)


def in_lines(text: str, most: float) -> list[str]:
    """A text in as few lines as keep below `most` em, broken between words and, in Japanese, between phrases.

    Only what is longer than a line by itself is broken within.
    """
    lines, room = [""], most
    for piece in pieces(text):
        wide = breadth(piece.rstrip())
        for part in [piece] if wide <= most else piece:
            if lines[-1] and breadth(part.rstrip()) > room:
                lines.append("")
                room = most
            lines[-1] += part
            room -= breadth(part)
    return [line.rstrip() for line in lines]


def pieces(text: str) -> list[str]:
    """A text in parts between which a line may end; put together they are the text again.

    English parts are words. Japanese has no spaces: a part is a run of kanji, katakana or Latin letters, with the
    hiragana that follow it, as those mostly end a phrase, and with the marks that a line never begins or ends with.
    """
    return PIECE.findall(text.strip())
