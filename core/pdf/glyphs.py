"""What can be printed of what was typed: every character is drawn, or replaced by one that is, and the clerk is told.

A name must never come out with an empty box or a silent hole in it. Text stays stored as typed; only the paper changes.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from core.pdf import fonts

# Rare forms in family and place names that fonts of JIS X 0213 lack, and the standard form to print instead.
STANDARD_FORMS = {
    "𠮷": "吉", "𨺓": "隆", "𩵋": "魚", "𠩤": "原", "𧰼": "象", "槗": "橋", "惪": "徳", "𡶌": "岳", "囯": "国",
    "閞": "関", "𣏌": "杞", "啟": "啓", "𠀧": "三", "𫝆": "今", "𬼀": "也",
}  # fmt: skip

_SELECTORS = range(0xFE00, 0xFE10)
_KANJI_SELECTORS = range(0xE0100, 0xE01F0)
_DROPPED_QUIETLY = {"Cc", "Cf", "Zl", "Zp"}


@dataclass(frozen=True, slots=True)
class Substitution:
    """A character that could not be drawn as typed, and what stands on the paper instead ("" when left out)."""

    typed: str
    printed: str


def printable(text: str, told: list[Substitution] | None = None) -> str:
    """`text` in NFC, with every character drawable; what had to be replaced is added to `told`."""
    known = fonts.faces()[fonts.REGULAR].characters
    if known.issuperset(text) and unicodedata.is_normalized("NFC", text):
        return text
    out: list[str] = []
    typed = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    at = 0
    while at < len(typed):
        char = typed[at]
        selector = typed[at + 1 : at + 2]
        at += 1
        if selector and (ord(selector) in _SELECTORS or ord(selector) in _KANJI_SELECTORS):
            at += 1
            form = fonts.form_of(char, selector) if char in known else None
            if form is not None:
                out.append(form)
                continue
            if char in known:
                out.append(char)
                if ord(selector) in _KANJI_SELECTORS:
                    _tell(told, char + selector, char)
                continue
        printed = char if char in known or char == "\n" else _stand_in(char, known)
        out.append(printed)
        if printed != char and unicodedata.category(char) not in _DROPPED_QUIETLY | {"Zs"}:
            _tell(told, char, printed)
    return "".join(out)


def _tell(told: list[Substitution] | None, typed: str, printed: str) -> None:
    if told is not None:
        told.append(Substitution(typed, printed))


def _stand_in(char: str, known: frozenset[str]) -> str:
    """The nearest thing to `char` that can be drawn: "" for what has no ink or is only decoration, 〓 when unknown."""
    category = unicodedata.category(char)
    if char == "\t" or category == "Zs":
        return " "
    if category in _DROPPED_QUIETLY or ord(char) in _SELECTORS or ord(char) in _KANJI_SELECTORS:
        return ""
    standard = STANDARD_FORMS.get(char)
    if standard and standard in known:
        return standard
    compatible = unicodedata.normalize("NFKC", char)
    if compatible != char and known.issuperset(compatible):
        return compatible
    bare = "".join(c for c in unicodedata.normalize("NFKD", char) if not unicodedata.combining(c))
    if bare != char and bare and known.issuperset(bare):
        return bare
    if category in {"So", "Sk", "Mn", "Me"}:
        return ""
    return fonts.GETA
