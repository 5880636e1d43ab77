"""Japanese text as the index holds it: the twin of the database's kana_fold() and of the pairs of cjk_vector()."""

import re
import unicodedata

# Without the dots between words (・, ゠): they part runs.
LETTERS = "々〆\u3041-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3400-\u9fff\uf900-\ufaff"
KATAKANA = "\u30a1-\u30fa\u30fc"
_DOT = re.compile(f"([{KATAKANA}])[・゠](?=[\u30a1-\u30fa])")
_SPELLINGS = (("ヴァ", "バ"), ("ヴィ", "ビ"), ("ヴェ", "ベ"), ("ヴォ", "ボ"))
_LONG = re.compile("(?<=[アカガサザタダナハバパマヤラワ])ー")
_SMALL = dict(zip("ァィゥェォッャュョヮヵヶヂヅヴ", "アイウエオツヤユヨワカケジズブ", strict=True))
_FOLDED = {code: _SMALL.get(chr(code + 0x60), chr(code + 0x60)) for code in range(0x3041, 0x3094)}
_FOLDED = {code: letter for code, letter in _FOLDED.items() if chr(code) not in "ゐゑ"}
_FOLDED |= {ord(small): large for small, large in _SMALL.items()}


def fold(text: str) -> str:
    """Hiragana as katakana, small kana as large, without the dot between katakana words and the ー of -er."""
    text = _DOT.sub(r"\1", unicodedata.normalize("NFKC", text))
    for spelling, usual in _SPELLINGS:
        text = text.replace(spelling, usual)
    return _LONG.sub("", text.translate(_FOLDED))


def pairs(run: str, joined: str = " & ") -> str:
    """The query (in PostgreSQL's notation) for a run of Japanese: its overlapping pairs.

    Joined by “<->” they must stand in sequence; the index alone cannot tell that, and each row found is read again.
    """
    run = fold(run)
    if len(run) < 2:
        return f"'{run}':*" if run else ""
    found = [f"'{run[place : place + 2]}'" for place in range(len(run) - 1)]
    return joined.join(dict.fromkeys(found) if joined == " & " else found)


def is_japanese(text: str) -> bool:
    """Whether the text has a Japanese letter."""
    return any(re.match(f"[{LETTERS}]", letter) for letter in text)
