"""Names as people say them: folding for search and sort, フリガナ in one form, and names cleaned but never changed.

A caller says a name; the register writes it in one of many ways. Folding makes all ways meet. What must never happen:
a folded text being stored as the name, or a rare kanji of somebody's name being replaced because it is rare.
"""

import re
import unicodedata
from functools import lru_cache

from core.kanji_variants import VARIANTS

# ｡ to ﾟ: what old machines had for kana, and what an input method left in half width still writes.
_HALF_WIDTH = re.compile("[\uff61-\uff9f]+")
# Selectors choose a glyph of the same kanji (葛󠄀); U+E0100 and up are the ideographic ones, U+FE00 the older ones.
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef\u180b-\u180d]")
# These kanji stand in the registers beside their common form, and NFC would silently turn 神 (U+FA19) into 神.
_COMPATIBILITY_KANJI = re.compile("([\uf900-\ufaff\U0002f800-\U0002fa1f]+)")
_KANJI = r"\u3400-\u9fff\U00020000-\U0003ffff"

# Old systems write the voicing mark as a letter of its own: カ゛.
_LOOSE_MARKS = str.maketrans({"゛": "\u3099", "゜": "\u309a"})
_TO_KATAKANA = str.maketrans({chr(c): chr(c + 0x60) for c in (*range(0x3041, 0x3097), 0x309D, 0x309E)})
_LARGE = str.maketrans("ァィゥェォヵヶッャュョヮ", "アイウエオカケツヤユヨワ")
# ヴ is heard and written as ブ: ヴァイオリン, バイオリン.
_VU = {"ア": "バ", "イ": "ビ", "ウ": "ブ", "エ": "ベ", "オ": "ボ", "ユ": "ビユ", "": "ブ"}
# Sounds that modern speech does not tell apart.
_HEARD_ALIKE = str.maketrans("ヂヅヲヰヱヷヸヹヺ", "ジズオイエバビベボ")
# Every stroke that is typed for the long vowel ー: hyphens, dashes, minus, box rules, wave dashes.
_STROKES = "-‐‑‒–—―−─━ー―﹣﹘~〜"
_STROKES_AFTER_KANA = re.compile(f"(?<=[ァ-ヺヽヾ])[{re.escape(_STROKES)}]+")
_SEPARATORS = re.compile(r"[\s・·･•]+")
# After kanji, ケ ヶ カ ヵ ガ が write one and the same syllable of a place name: 霧ヶ峰, 緑が丘.
_GA = re.compile(f"(?<=[{_KANJI}])[ガカ](?=[{_KANJI}]|$)")
_KANA = re.compile("[ァ-ヺ]")


def fold(text: str) -> str:
    """The search key of a text: width, script, kanji form, size of kana, long vowels and spaces no longer matter.

    The key of a text without letters is empty, and an empty key would match everybody: callers ask for that first.
    """
    # Joined before it is folded: in か ゛ and ヴ ァ the space stands inside one syllable.
    joined = unicodedata.normalize("NFC", _SEPARATORS.sub("", _in_katakana(text)))
    return unicodedata.normalize("NFKC", _folded_word(joined).translate(_HEARD_ALIKE))


def sort_key(text: str) -> str:
    """The key under which a reading is filed in a Japanese roster; compare by code point.

    After JIS X 4061: letters first without their voicing (ハヤシ, バンドウ, ヒラノ), then with it; the family name is
    compared before the given name.
    """
    words = " ".join(_words(text))
    bare, marks = [], []
    for letter in words:
        base, mark = _unvoiced(letter)
        bare.append(base)
        marks.append(mark)
    voicing = "".join(marks).rstrip("0")
    return "".join(bare) + (f"  {voicing}" if voicing else "")


def to_katakana(text: str) -> str:
    """A reading as it is stored: full-width katakana, one space between words, ー for every stroke after kana."""
    katakana = _one_line(_in_katakana(text))
    return _STROKES_AFTER_KANA.sub(lambda found: "ー" * len(found.group()), katakana)


def first_not_kana(text: str) -> str:
    """The first character of a reading that is not kana, or nothing: 「力」 the kanji beside 「カ」 the kana."""
    found = re.search("[^ァ-ヺーヽヾ・ ]", to_katakana(text))
    return found.group() if found else ""


def is_kana(text: str) -> bool:
    """Whether a text is a reading: kana of any width or script, spaces and middle dots, and at least one letter."""
    return not first_not_kana(text) and bool(_KANA.search(to_katakana(text)))


def has_a_word(text: str) -> bool:
    """Whether a text says anything: a letter or figure at least, and not only signs, among them ー and 々."""
    return any(letter.isalnum() and unicodedata.category(letter) != "Lm" for letter in text)


def in_full_width(text: str) -> str:
    """A text whose half-width kana and their signs are in full width, ｱﾒ as アメ; every other sign as it was typed."""
    return _HALF_WIDTH.sub(lambda found: unicodedata.normalize("NFKC", found.group()), text)


def clean_name(text: str) -> str:
    """A name on one line as it was typed: composed, without control characters, single spaces; every kanji kept."""
    parts = _COMPATIBILITY_KANJI.split(text.translate(_LOOSE_MARKS))
    composed = "".join(part if place % 2 else unicodedata.normalize("NFC", part) for place, part in enumerate(parts))
    return _one_line(composed)


def _one_line(text: str) -> str:
    """The text without line breaks and invisible characters; the joiner inside emoji and names is kept."""
    visible = (
        " " if letter.isspace() else letter
        for letter in text
        if letter.isspace() or letter == "\u200d" or unicodedata.category(letter) not in {"Cc", "Cf", "Cs"}
    )
    return " ".join("".join(visible).split())


def _in_katakana(text: str) -> str:
    """The text in full width with every kana a katakana; わ and a loose ゛ only meet as ヷ."""
    composed = unicodedata.normalize("NFKC", _SELECTORS.sub("", text).translate(_LOOSE_MARKS))
    return unicodedata.normalize("NFC", composed.translate(_TO_KATAKANA))


def _words(text: str) -> list[str]:
    """The words of a text with all differences of writing folded, those of hearing kept."""
    words = (_folded_word(word) for word in _SEPARATORS.split(_in_katakana(text)))
    return [word for word in words if word]


def _folded_word(word: str) -> str:
    letters = "".join(map(_folded_letter, word))
    letters = re.sub("ヴ([アイウエオユ]?)", lambda found: _VU[found.group(1)], letters)
    letters = _repeated(letters)
    return _GA.sub("ケ", unicodedata.normalize("NFC", letters))


@lru_cache(maxsize=8192)
def _folded_letter(letter: str) -> str:
    """One character folded, or nothing when it is a stroke, a mark or a sign."""
    if letter in _STROKES:
        return ""
    if _KANA.match(letter) or letter in "ヽヾ":
        return letter.translate(_LARGE)
    plain = (part for part in unicodedata.normalize("NFD", letter.casefold()) if unicodedata.category(part)[0] != "M")
    # Unassigned and private code points are kanji that this machine's tables do not know yet, so they stay.
    kept = (part for part in plain if part.isalnum() or part in "々〻" or unicodedata.category(part) in {"Cn", "Co"})
    return "".join(VARIANTS.get(part, part) for part in kept)


def _repeated(letters: str) -> str:
    """The repetition marks 々 ヽ ヾ written out: 佐々木 and 佐佐木 are one name."""
    written: list[str] = []
    for letter in letters:
        if letter not in "々〻ヽヾ":
            written.append(letter)
        elif written:
            base = written[-1] if letter in "々〻" else _unvoiced(written[-1])[0]
            written.append(_voiced(base) if letter == "ヾ" else base)
    return "".join(written)


@lru_cache(maxsize=1024)
def _unvoiced(letter: str) -> tuple[str, str]:
    """A kana without its voicing mark, and 1 for ゛ or 2 for ゜."""
    base, *marks = list(unicodedata.normalize("NFD", letter))
    if marks == ["\u3099"]:
        return base, "1"
    if marks == ["\u309a"]:
        return base, "2"
    return letter, "0"


def _voiced(letter: str) -> str:
    voiced = unicodedata.normalize("NFC", letter + "\u3099")
    return voiced if len(voiced) == 1 else letter
