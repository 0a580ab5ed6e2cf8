"""The words of a text: how long it is for the carrier, and what may never stand in it.

Residents are taught that a text with a link, an account or somebody else's number is a fraud. Ours must never look like
one, and never say "tomorrow": a text may be read a day late.
"""

import re
import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

# Every Japanese text is sent as UCS-2: 70 units alone, 67 a part when it is joined from several, and carriers join at
# most ten (twilio.com/docs/glossary/what-sms-character-limit; KDDI and docomo allow ten parts).
SINGLE_UNITS = 70
PART_UNITS = 67
MOST_PARTS = 10


class Flaw(StrEnum):
    """Why a text may not be sent."""

    EMPTY = "empty"
    URL = "url"
    ACCOUNT = "account"
    PIN = "pin"
    TOMORROW = "tomorrow"
    PHONE = "phone"
    KEY_PRESS = "key_press"
    TOO_LONG = "too_long"

    @property
    def sentence(self) -> Promise:
        """What is wrong and how to mend it, as the desk says it."""
        return _SENTENCES[self]


_SENTENCES = {
    Flaw.EMPTY: _("Write the text."),
    Flaw.URL: _("Take out the link: residents are told never to open a link in a text."),
    Flaw.ACCOUNT: _("Take out the account: a text of ours never speaks of bank accounts."),
    Flaw.PIN: _("Take out the PIN or password: a text of ours never speaks of them."),
    Flaw.TOMORROW: _("Write the date instead of “tomorrow” or “today”: a text may be read a day late."),
    Flaw.PHONE: _("Take out the telephone number: only the office’s own may stand in a text."),
    Flaw.KEY_PRESS: _("Ask nobody to press a key: that is how frauds begin."),
    Flaw.TOO_LONG: _("Shorten the text: the carriers do not join so many parts."),
}

_PATTERNS = {
    Flaw.URL: re.compile(
        r"(?:https?|ftp)\s*:|www\.|(?<![a-z0-9])[a-z0-9][a-z0-9-]*(?:\.[a-z0-9-]+)*"
        r"\.(?:jp|com|net|org|info|biz|co|io|me|ly|gl|to|cc|tv|xyz|top|site|online|app|dev|link|page|shop|cn|us|icu|club)"
        r"(?![a-z0-9.-]*[a-z0-9])",
        re.IGNORECASE,
    ),
    Flaw.ACCOUNT: re.compile(r"口座|こうざ番号|振込先|振り込み先"),
    Flaw.PIN: re.compile(
        r"暗証|あんしょう(?:番号|ばんごう)|パスワード|ぱすわーど|パスコード|\bpin\b|password", re.IGNORECASE
    ),
    # 明日香村 is a neighbour of ours, and あしたば a vegetable.
    Flaw.TOMORROW: re.compile(r"明日(?!香)|明後日|あした(?!ば)|あさって|本日|今日|きょうの|tomorrow", re.IGNORECASE),
    Flaw.KEY_PRESS: re.compile(r"[0-9#*]番?を?(?:押|おし)|(?:番号|キー)を(?:押|おし)"),
}
# What looks like a telephone number: ten or eleven digits from a 0, or +81, hyphens, brackets and spaces between.
_NUMBER = re.compile(r"(?<![0-9])(?:\+81|0)[0-9\-‐-―ー−() ]{8,15}[0-9](?![0-9])")
_VARIATION = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")


def normalise(text: str) -> str:
    """The text as it is sent: one line, composed, without variation selectors, which cost units and show as boxes."""
    return " ".join(_VARIATION.sub("", unicodedata.normalize("NFC", text)).split())


def units(text: str) -> int:
    """UTF-16 units, as carriers count: 𠮷 is two."""
    return len(text.encode("utf-16-le")) // 2


def count_parts(text: str) -> int:
    """How many parts the carrier charges for; a character of two units is never cut in half."""
    total = units(text)
    if total <= SINGLE_UNITS:
        return 1 if total else 0
    parts, room = 1, PART_UNITS
    for character in text:
        size = units(character)
        if size > room:
            parts, room = parts + 1, PART_UNITS
        room -= size
    return parts


@dataclass(frozen=True)
class Measure:
    """How long a text is and whether it may be sent."""

    units: int
    parts: int
    flaws: tuple[Flaw, ...]


def measure(text: str, *, office_phone: str) -> Measure:
    """Everything the author of a text wants to know while writing it."""
    sent = normalise(text)
    return Measure(units=units(sent), parts=count_parts(sent), flaws=tuple(lint(sent, office_phone=office_phone)))


def lint(text: str, *, office_phone: str) -> list[Flaw]:
    """Why this text may not be sent; empty when it may. Widths do not matter: ｈｔｔｐ is a link too."""
    plain = unicodedata.normalize("NFKC", text)
    if not plain.strip():
        return [Flaw.EMPTY]
    flaws = [flaw for flaw, pattern in _PATTERNS.items() if pattern.search(plain)]
    if _foreign_numbers(plain, office_phone):
        flaws.append(Flaw.PHONE)
    if count_parts(normalise(text)) > MOST_PARTS:
        flaws.append(Flaw.TOO_LONG)
    return flaws


def _foreign_numbers(plain: str, office_phone: str) -> bool:
    own = _digits(office_phone)
    found = {_digits(match.group()) for match in _NUMBER.finditer(plain)}
    return any(digits != own for digits in found if len(digits) in (10, 11))


def _digits(text: str) -> str:
    digits = "".join(character for character in unicodedata.normalize("NFKC", text) if character.isdecimal())
    return "0" + digits[2:] if text.lstrip().startswith(("+81", "+81")) else digits
