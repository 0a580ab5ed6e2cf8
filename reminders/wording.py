"""The words of a text: how long it is for the carrier, what may never stand in it, and how facts are put into it.

Residents are taught that a text with a link, an account or somebody else's number is a fraud. Ours must never look like
one, and never say "tomorrow": a text may be read a day late. A wording names its fields, as in {講座名}; nothing in it
is ever run as a program.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city.models import CityProfile
from reminders.models import Wording
from reminders.purposes import CITY, PHONE, Field, Purpose

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
        r"(?![a-z0-9.-]*[a-z0-9])"
        # Whatever its end is: with something behind a stroke it is no version number.
        r"|(?<![a-z0-9])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}/[a-z0-9]",
        re.IGNORECASE,
    ),
    Flaw.ACCOUNT: re.compile(r"口座|こうざ番号|コウザ|振込|振り込|振りこ|ふりこ[みむめん]"),
    Flaw.PIN: re.compile(
        r"暗証|あんしょう(?:番号|ばんごう)|パスワード|ぱすわーど|パスコード|\bpin\b|password", re.IGNORECASE
    ),
    # 明日香村 is a neighbour of ours, and あしたば a vegetable; あす begins many a word.
    Flaw.TOMORROW: re.compile(
        r"明日(?!香)|明後日|翌日|翌朝|あした(?!ば)|アシタ(?!バ)|(?:あす|アス)(?=[、はのに 0-9午朝昼夕]|から)"
        r"|あさって|アサッテ|本日|今日|(?<!とう)きょう(?=[、はのも 0-9午朝昼夕]|から|です)|tomorrow",
        re.IGNORECASE,
    ),
    Flaw.KEY_PRESS: re.compile(
        r"[0-9#*][」』)]?番?(?:の?ボタン)?を?(?:押|おし|プッシュ|ダイヤル)|(?:番号|キー|ボタン)を(?:押|おし|プッシュ)"
        r"|(?:プッシュ|ダイヤル)[「『(]?[0-9#*](?![0-9\-(])"
    ),
}
# What looks like a telephone number: ten or eleven digits from a 0, or +81, hyphens, brackets and spaces between.
_NUMBER = re.compile(r"(?<![0-9])(?:\+81|0)[0-9\-‐-―ー−() ]{8,15}[0-9](?![0-9])")
# One without its area code, as neighbours tell each other; 2026-2027 is a year.
_LOCAL_NUMBER = re.compile(r"(?<![0-9\-‐-―ー−])[1-9][0-9]{1,3}[\-‐-―ー−][0-9]{4}(?![0-9年])")
# A field, in braces of either width; a clerk's keyboard may write both.
_FIELD = re.compile(r"[{｛]([^{}｛｝]*)[}｝]")
_SHORTEST_CUT = 4
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
    near = {_digits(match.group()) for match in _LOCAL_NUMBER.finditer(plain)}
    return any(digits != own for digits in found if len(digits) in (10, 11)) or not all(map(own.endswith, near))


def _digits(text: str) -> str:
    digits = "".join(character for character in unicodedata.normalize("NFKC", text) if character.isdecimal())
    return "0" + digits[2:] if text.lstrip().startswith(("+81", "+81")) else digits


class NoSuchField(ValueError):
    """A wording names a field that the purpose does not have."""


@dataclass(frozen=True)
class Words:
    """In which words a purpose is told: the city's own where it wrote some, then the built-in ones, ever shorter."""

    purpose: Purpose
    city: CityProfile
    own: str = ""
    most_parts: int = 1

    def say(self, facts: Mapping[str, str]) -> str:
        """The fullest text that fits and may be sent, filled with these facts.

        Where a title is too long, or has a word in it that no text may have, a barer wording does without it.
        """
        known = {**facts, **city_facts(self.city)}
        tried = [(self.own, self.most_parts)] if self.own else []
        for wording, most in (*tried, *((each, 1) for each in self.purpose.wordings)):
            try:
                text = fill(wording, known, fields_of(self.purpose))
            except NoSuchField:
                # An older wording of the city's may name what is no longer known; nobody is left untold for that.
                continue
            if count_parts(text) <= most and not lint(text, office_phone=self.city.office_phone):
                return text
        return self._cut(known)

    def _cut(self, facts: dict[str, str]) -> str:
        """The barest wording, its last fields cut until it is one part."""
        barest, fields = self.purpose.wordings[-1], fields_of(self.purpose)
        for field in reversed([each for each in fields if each.may_be_cut and each.name in facts]):
            while count_parts(fill(barest, facts, fields)) > 1 and len(facts[field.name]) > _SHORTEST_CUT:
                facts[field.name] = facts[field.name][:-1]
        return fill(barest, facts, fields)


def words_of(purpose: Purpose, *, city: CityProfile | None = None) -> Words:
    """In which words a purpose is told at present; asked once for many texts."""
    words = Words(purpose, city or CityProfile.current())
    own = Wording.objects.current().filter(purpose=purpose.name).first()
    return replace(words, own=own.text, most_parts=own.most_parts) if own else words


def read_city_and_words(*purposes: Purpose) -> tuple[CityProfile, dict[str, Words]]:
    """The city, and in which words it tells some purposes, by their names: one question, for a caller on the line.

    Written by hand, because Django took longer to put it together than the rest of a confirmation.
    """
    marks = ", ".join(["%s"] * len(purposes))
    rows = list(CityProfile.objects.raw(_CITY_WITH_WORDS.format(marks=marks), [each.name for each in purposes]))
    city = rows[0] if rows else CityProfile.current()
    own = {vars(row).get("worded"): vars(row) for row in rows}
    words = {
        each.name: Words(each, city, own[each.name]["own_text"], own[each.name]["own_parts"])
        if each.name in own
        else Words(each, city)
        for each in purposes
    }
    return city, words


# A row for each purpose that the city words itself, or one without.
_CITY_WITH_WORDS = """
    SELECT c.*, w.purpose AS worded, w.text AS own_text, w.most_parts AS own_parts
    FROM city_cityprofile c
    LEFT JOIN reminders_wording w ON w.ended_at IS NULL AND w.purpose IN ({marks})
    WHERE c.id = 1
"""


def render(purpose: Purpose, facts: Mapping[str, str], *, city: CityProfile | None = None) -> str:
    """One text in the words of today; see `words_of` for many."""
    return words_of(purpose, city=city).say(facts)


def fields_of(purpose: Purpose) -> tuple[Field, ...]:
    """Every field that a wording of this purpose may name."""
    return (CITY, *purpose.fields, PHONE)


def city_facts(city: CityProfile) -> dict[str, str]:
    """The facts that every text may be filled with, from the settings."""
    return {CITY.name: city.name, PHONE.name: city.office_phone}


def names_in(wording: str) -> list[str]:
    """The fields that a wording names, as they are written there."""
    return [_label(match) for match in _FIELD.finditer(wording)]


def stray_braces(wording: str) -> bool:
    """Whether a brace stands in a wording that opens or closes no field."""
    return any(brace in _FIELD.sub("", wording) for brace in "{}｛｝")


def fill(wording: str, facts: Mapping[str, str], fields: Sequence[Field]) -> str:
    """A wording with facts in the place of its fields, as it is sent; braces within a fact are only signs.

    Raises NoSuchField.
    """
    known = {field.label: field.name for field in fields}

    def fact(match: re.Match[str]) -> str:
        if _label(match) not in known:
            raise NoSuchField(_label(match))
        return facts[known[_label(match)]]

    return normalise(_FIELD.sub(fact, wording))


def _label(match: re.Match[str]) -> str:
    return unicodedata.normalize("NFKC", match[1]).strip()
