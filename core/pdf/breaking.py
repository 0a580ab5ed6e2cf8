"""Where a Japanese line may end: the rules of 禁則 (JIS X 4051), phrases kept whole, words and numbers unbroken.

Free of reportlab and of fonts: it sees characters and widths, and says which pieces go on which line. No character is
ever lost between two lines except the space at a line's end.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

import budoux

NOT_AT_START = frozenset(
    "、。，．・：；？！゛゜ヽヾゝゞ々〻ー’”）〕］｝〉》」』】〙〗〟｠»‐゠–〜～‼⁇⁈⁉℃％‰"
    "ぁぃぅぇぉっゃゅょゎゕゖァィゥェォッャュョヮヵヶㇰㇱㇲㇳㇴㇵㇶㇷㇸㇹㇺㇻㇼㇽㇾㇿ"
    ",.:;?!)]}%°…‥｡､｣･ﾞﾟｧｨｩｪｫｬｭｮｯｰ\u3099\u309a"
)
NOT_AT_END = frozenset("‘“（〔［｛〈《「『【〘〖〝｟«([{｢＃№￥＄￡")
HANGING = frozenset("、。，．｡､")
HANG = 0.62  # em: their whole width in a proportional font, of which the right half is white
_COUNTERS = frozenset("年月日時分秒人名回件号番階円組台枚冊本歳代期版点個歩か所週間％")
_HALVES_OF_THE_DAY = ("午前", "午後")
# A weekday belongs to its day: 12月9日（水）.
_PAIRS = frozenset(("……", "‥‥", "――", "——", "〳〵", "日（", *_HALVES_OF_THE_DAY))

_TOKEN = re.compile(
    r"\n|[ \u3000]+"
    r"|[0-9A-Za-z!-/:-@\[-`{-~\u00c0-\u024f\u0370-\u04ff０-９Ａ-Ｚａ-ｚ]+"
    r"|[\s\S][\u0300-\u036f\u3099\u309a]*"
)
_WORD_JOINTS = re.compile(r"(?<=[/.?&=_@-])(?=.)")

FREE, PHRASE, FORCED = 1, 2, 3


@dataclass(slots=True)
class Piece:
    """The smallest thing that is not broken: a kanji, a word, a telephone number, a base with its reading."""

    text: str
    width: float
    style: object = None
    after: int = FREE  # 0 no break, FREE, PHRASE (between two phrases), FORCED
    is_space: bool = False


def pieces_of(text: str) -> list[str]:
    """Cut running text into words, numbers, spaces and single characters; a line break stands alone."""
    return _TOKEN.findall(text)


@lru_cache(maxsize=1)
def _parser() -> budoux.Parser:
    return budoux.load_default_japanese_parser()


@lru_cache(maxsize=4096)
def phrase_ends(text: str) -> frozenset[int]:
    """The offsets in `text` at which a phrase (文節) ends, after BudouX."""
    ends = []
    at = 0
    for phrase in _parser().parse(text):
        at += len(phrase)
        ends.append(at)
    return frozenset(ends)


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two neighbouring pieces of text."""
    if not before or not after:
        return True
    last, first = before[-1], after[0]
    if first in NOT_AT_START or last in NOT_AT_END or first.isspace():
        return False
    if last.isdigit() and first in _COUNTERS:
        return False
    return last + first not in _PAIRS


def mark_breaks(pieces: list[Piece], *, phrases: bool = True) -> None:
    """Write into every piece whether a line may end after it."""
    said = "".join(piece.text for piece in pieces)
    ends = phrase_ends(said) if phrases else frozenset()
    at = 0
    ink = ""
    for index, piece in enumerate(pieces):
        at += len(piece.text)
        if piece.text == "\n":
            piece.after = FORCED
            ink = ""
            continue
        following = pieces[index + 1].text if index + 1 < len(pieces) else ""
        ink = piece.text if not piece.is_space else ink
        is_within_a_time = said.endswith(_HALVES_OF_THE_DAY, 0, at) and following[:1].isdigit()
        if not may_break(ink, following) or (piece.is_space and not ink) or is_within_a_time:
            piece.after = 0
        elif piece.is_space or at in ends:
            piece.after = PHRASE
        else:
            piece.after = FREE


def into_lines(pieces: list[Piece], width: float, em: float) -> list[list[Piece]]:
    """Fill lines of `width`; `em` (points) says how far 、 and 。 may hang out of a full line."""
    lines: list[list[Piece]] = []
    start = 0
    while start < len(pieces):
        stop, forced = _line_end(pieces, start, width, em)
        line = pieces[start:stop]
        while line and line[-1].is_space:
            line.pop()
        lines.append(line)
        start = stop
        if forced:
            start += 1
            continue
        while start < len(pieces) and pieces[start].is_space:
            start += 1
    if pieces and pieces[-1].after == FORCED:
        lines.append([])
    return lines


def _line_end(pieces: list[Piece], start: int, width: float, em: float) -> tuple[int, bool]:
    """Where the line that begins at `start` ends, and whether the text itself says so.

    It ends between phrases when that leaves it at least 30 % full, else wherever 禁則 allows, else anywhere.
    """
    total = phrase_width = 0.0
    free = phrase = start
    end = start
    for end in range(start, len(pieces)):
        piece = pieces[end]
        if piece.after == FORCED:
            return end, True
        total += piece.width
        room = width + (HANG * em if piece.text[-1:] in HANGING else 0.0) + 0.01
        if total > room and not piece.is_space:
            break
        if piece.after >= PHRASE:
            phrase, phrase_width = end + 1, total
        if piece.after >= FREE:
            free = end + 1
    else:
        return len(pieces), False
    if phrase > start and phrase_width >= 0.3 * width:
        return phrase, False
    if free > start:
        return free, False
    return max(end, start + 1), False


def cut_word(text: str) -> list[str]:
    """The places a word too long for any line may be cut: after / . - first, else between characters."""
    parts = _WORD_JOINTS.split(text)
    return parts if len(parts) > 1 else list(text)
