"""What must never be written into a note, and what should be thought over first.

A My Number, a card number, a PIN or a password is refused outright: with one of them inside, the whole system would
fall under the strictest rules there are, and a stranger's money would lie in our hands. Names and telephone numbers are
warned about; the office may have a reason.
"""

import re
import unicodedata

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.refusal import Refusal


class NoteRefused(Refusal):
    """The note holds something that must not be kept."""

    sentence = _("%(what)s must not be written down. Take it out of the note; what you wrote is still here.")


MY_NUMBER = _("An individual number (My Number)")
CARD_NUMBER = _("The number of a card or an account")
SECRET = _("A PIN or a password")

# Digits as people write them: in groups, with hyphens or spaces.
_DIGITS = re.compile(r"(?<![0-9])[0-9](?:[ \-]?[0-9]){3,22}(?![0-9])")
# 暗証番号は1234, パスワード:abc123, PIN 0000. A sentence such as 暗証番号を3回まちがえた says nothing secret.
_SECRET = re.compile(
    r"(?:暗証番号|暗証|パスワード|パスコード|password|passcode|pin)\s*(?:番号)?\s*(?:は|が|:|=|「|『|-|\s)?\s*「?"
    r"((?=[a-z0-9!@#$%&*_\-]*[0-9])[a-z0-9!@#$%&*_\-]{4,})",
    re.IGNORECASE,
)
_NAME = re.compile(r"[お一-龠々ヶ𠮷ァ-ヴー]{1,6}(?:さん|様|氏)")
_NOT_A_NAME = re.compile(
    r"^(?:お客|皆|奥|娘|息子|お孫|孫|本人|家族|利用者|住民|ご主人|旦那|お母|お父|母|父|職員|店員|相手)"
)
_PHONE = re.compile(r"(?<![0-9])0[0-9]{1,4}[ \-]?[0-9]{1,4}[ \-]?[0-9]{3,4}(?![0-9])")


def refuse_secrets(note: str) -> None:
    """Let a note pass that holds no secret.

    Raises NoteRefused naming what was found.
    """
    text = _plain(note)
    if _SECRET.search(text):
        raise NoteRefused(what=SECRET)
    for match in _DIGITS.finditer(text):
        digits = re.sub(r"\D", "", match.group())
        if len(digits) == 12 and is_my_number(digits):
            raise NoteRefused(what=MY_NUMBER)
        if 13 <= len(digits) <= 19 and is_card_number(digits):
            raise NoteRefused(what=CARD_NUMBER)


def warnings(note: str) -> list[str | Promise]:
    """What should be thought over before a note is kept; empty when there is nothing."""
    text = _plain(note)
    found: list[str | Promise] = []
    if _PHONE.search(text):
        found.append(_("This looks like a telephone number."))
    if any(not _NOT_A_NAME.match(match.group()) for match in _NAME.finditer(text)):
        found.append(_("This looks like somebody's name."))
    return found


def is_my_number(digits: str) -> bool:
    """True when the twelfth digit is the check digit of an individual number.

    Source: 行政手続における特定の個人を識別するための番号の利用等に関する法律の規定による通知カード及び個人番号カード
    並びに情報提供ネットワークシステムによる特定個人情報の提供等に関する省令（平成26年総務省令第85号）第5条.
    """
    weighted = sum(
        int(digit) * (place + 1 if place <= 6 else place - 5)
        for place, digit in enumerate(reversed(digits[:11]), start=1)
    )
    remainder = weighted % 11
    return int(digits[11]) == (0 if remainder <= 1 else 11 - remainder)


def is_card_number(digits: str) -> bool:
    """True when the digits pass the check of payment cards (ISO/IEC 7812-1, Luhn)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def _plain(note: str) -> str:
    """Half-width, and between digits every dash is a hyphen, so that no way of writing slips through."""
    text = unicodedata.normalize("NFKC", note)
    return re.sub(r"(?<=[0-9])\s*[‐‑‒–—―−ー・\-]\s*(?=[0-9])", "-", text)
