"""Telephone numbers of Japan as residents give them and as machines dial them.

Whatever form a number is typed in, one value comes out, or a sentence that tells the clerk how to mend it. What must
never happen: a digit guessed, a practice number that rings at somebody's home, or a number readable in a log.
"""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple, Self

import phonenumbers
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext
from phonenumbers import PhoneNumberType

from core.refusal import Refusal
from core.typed_number import from_first_zero, split


class PhoneKind(StrEnum):
    """What stands at the other end of a number, which decides how a person is reminded."""

    MOBILE = "mobile"
    LANDLINE = "landline"
    IP = "ip"
    TOLL_FREE = "toll_free"
    OTHER = "other"

    @property
    def label(self) -> Promise:
        """The kind in the words of the desk."""
        return _KIND_LABELS[self]


_KIND_LABELS = {
    PhoneKind.MOBILE: _("mobile"),
    PhoneKind.LANDLINE: _("landline"),
    PhoneKind.IP: _("IP telephone"),
    PhoneKind.TOLL_FREE: _("toll-free"),
    PhoneKind.OTHER: _("other"),
}


class PhoneNumberError(Refusal):
    """A number that cannot be kept as it was typed."""

    sentence = _("“%(typed)s” is not a telephone number. Write it from the first 0, for example 0745-00-1234.")


class NoNumber(PhoneNumberError):
    """Nothing that could be dialled."""

    sentence = _("Write the telephone number from the first 0, for example 0745-00-1234.")


class MemoBesideNumber(PhoneNumberError):
    """Words or an extension stand beside the number."""

    sentence = _("“%(memo)s” is not part of the telephone number. Write only the number here and the rest in the memo.")


class MissingFirstZero(PhoneNumberError):
    """Spreadsheets drop the first 0; so do people who copy a number from abroad."""

    sentence = _("The first 0 is missing from “%(typed)s”. If it is 0%(digits)s, write it with the 0.")


class MissingAreaCode(PhoneNumberError):
    """Neighbours give the number as they dial it from next door."""

    sentence = _("The area code is missing from “%(typed)s”. Write it from the first 0, for example 0745-00-1234.")


class ServiceNumber(PhoneNumberError):
    """Emergency and three-digit service numbers, at which no resident lives."""

    sentence = _("%(typed)s is an emergency or service number. Write the number of an ordinary telephone.")


class DialledFromAbroad(PhoneNumberError):
    """A carrier or international prefix stands where the area code should."""

    sentence = _("“%(typed)s” begins with 00, a carrier’s or international code. Write it from the single first 0.")


class ForeignNumber(PhoneNumberError):
    """The office neither calls nor texts abroad."""

    sentence = _("“%(typed)s” is a number outside Japan. Write a number in Japan here and this one in the memo.")


class PremiumRateNumber(PhoneNumberError):
    """A number that costs the caller money."""

    sentence = _("%(typed)s is a paid information service. Write the number of the person’s own telephone.")


class WrongLength(PhoneNumberError):
    """Too few or too many digits."""

    sentence = _(
        "“%(typed)s” has %(count)d digits. A landline number has 10, a mobile number 11: please read it back once more."
    )


class TwoNumbers(PhoneNumberError):
    """A person's two telephones in one box."""

    sentence = _("“%(typed)s” looks like two numbers. Write one number here and add the other as a second telephone.")


class UnassignedNumber(PhoneNumberError):
    """The right length, but no such band exists in the numbering plan."""

    sentence = _("There is no telephone number %(typed)s in Japan. Please read it back once more.")


class _Facts(NamedTuple):
    national: str
    kind: PhoneKind


@dataclass(frozen=True, slots=True, order=True, repr=False)
class PhoneNumber:
    """A telephone number in Japan, kept in the form that machines dial (+81…)."""

    e164: str

    @classmethod
    def parse(cls, text: str) -> Self:
        """The number that was typed, in any usual form; raises PhoneNumberError with the sentence for the desk."""
        number, memo = split(text)
        if memo:
            raise MemoBesideNumber(typed=text.strip(), memo=memo)
        typed = " ".join(number.split())
        digits = _domestic(number, typed)
        _refuse_malformed(digits, typed)
        e164 = "+81" + digits[1:]
        if not _is_assigned(e164):
            raise (
                WrongLength(typed=typed, count=len(digits))
                if _is_wrong_length(digits)
                else UnassignedNumber(typed=typed)
            )
        if phonenumbers.number_type(phonenumbers.parse(e164)) == PhoneNumberType.PREMIUM_RATE:
            raise PremiumRateNumber(typed=typed)
        return cls(e164)

    @classmethod
    def from_e164(cls, e164: str) -> Self:
        """The number kept in a row; raises ValueError when it was never a number of ours."""
        if not re.fullmatch(r"\+81[1-9][0-9]{8,9}", e164):
            raise ValueError("not an E.164 number of Japan")
        return cls(e164)

    @classmethod
    def practice(cls, n: int, kind: PhoneKind = PhoneKind.MOBILE) -> Self:
        """The n-th number of a band that nobody owns: 090-0…, 050-0… or 0745-00-…; n counts from 0.

        Numbers of mobile and IP telephones never continue with 0, and a local exchange begins with 2 to 9, because 0
        and 1 are taken for dialling out and for services (総務省「電話番号に関するQ&A」Q1), so none of them can ring.
        Neighbouring n lie far apart, as the numbers of real people do. Raises ValueError outside the band.
        """
        band = _PRACTICE_BANDS[kind]
        if not 0 <= n < band.size:
            raise ValueError(f"the practice band of {kind} holds {band.size} numbers")
        return cls(f"{band.prefix}{(n * band.step + band.start) % band.size:0{band.digits}d}")

    @staticmethod
    def digits_of(text: str) -> str:
        """The digits of whatever was typed into a search, complete or only the last four; empty when there are none.

        A complete number comes out from its first 0, also when it was typed with +81 or 186.
        """
        number, _memo = split(text)
        return from_first_zero(number)

    @staticmethod
    def split_memo(text: str) -> tuple[str, str]:
        """A number and what was written beside it: 090-0123-4567(妻) is a number and 妻. Either may be empty."""
        return split(text)

    @property
    def national(self) -> str:
        """As it is written in Japan: 0745-00-1234."""
        return _facts(self.e164).national

    @property
    def kind(self) -> PhoneKind:
        """What stands at the other end."""
        return _facts(self.e164).kind

    @property
    def can_receive_sms(self) -> bool:
        """Whether a text can arrive: mobile numbers only (060, 070, 080, 090)."""
        return self.kind is PhoneKind.MOBILE

    @property
    def is_practice(self) -> bool:
        """Whether the number lies in a band that nobody owns."""
        return _practice_kind(self.e164) is not None

    @property
    def spoken(self) -> str:
        """Digit by digit with a pause between the groups, for reading back."""
        pause = pgettext("between the groups of a telephone number read aloud", ", ")
        return pause.join(" ".join(group) for group in self.national.split("-"))

    def __str__(self) -> str:
        return self.national

    def __repr__(self) -> str:
        # A value shown in a traceback or a log must not give the person away.
        return f"<PhoneNumber {self.kind}>"


class _Band(NamedTuple):
    prefix: str
    digits: int
    # Coprime to the size of the band, so that every n has a number of its own.
    step: int
    start: int

    @property
    def size(self) -> int:
        return 10**self.digits


_PRACTICE_BANDS = {
    PhoneKind.MOBILE: _Band("+81900", 7, 7_390_127, 1_234_567),
    PhoneKind.LANDLINE: _Band("+8174500", 4, 3_917, 1_234),
    PhoneKind.IP: _Band("+81500", 7, 7_390_127, 1_234_567),
}

_KINDS = {
    PhoneNumberType.MOBILE: PhoneKind.MOBILE,
    PhoneNumberType.FIXED_LINE: PhoneKind.LANDLINE,
    PhoneNumberType.VOIP: PhoneKind.IP,
    PhoneNumberType.TOLL_FREE: PhoneKind.TOLL_FREE,
}


@lru_cache(maxsize=8192)
def _facts(e164: str) -> _Facts:
    parsed = phonenumbers.parse(e164)
    national = phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.NATIONAL)
    kind = _practice_kind(e164) or _KINDS.get(phonenumbers.number_type(parsed), PhoneKind.OTHER)
    return _Facts(national, kind)


def _practice_kind(e164: str) -> PhoneKind | None:
    for kind, band in _PRACTICE_BANDS.items():
        if e164.startswith(band.prefix) and len(e164) == len(band.prefix) + band.digits:
            return kind
    return None


def _domestic(number: str, typed: str) -> str:
    digits = from_first_zero(number)
    if not digits:
        raise NoNumber(typed=typed)
    if number.lstrip("( ").startswith("+") and not re.sub(r"[^0-9]", "", number).startswith("81"):
        raise ForeignNumber(typed=typed)
    return digits


def _refuse_malformed(digits: str, typed: str) -> None:
    """Say what is wrong before the number reaches the numbering plan, which would only say no."""
    count = len(digits)
    if digits.startswith("00"):
        raise DialledFromAbroad(typed=typed)
    if digits.startswith("010"):
        raise ForeignNumber(typed=typed)
    if digits.startswith("1") and count <= 6:
        raise ServiceNumber(typed=typed)
    if not digits.startswith("0"):
        if count in {9, 10} and _is_assigned("+81" + digits):
            raise MissingFirstZero(typed=typed, digits=digits)
        if 5 <= count <= 8:
            raise MissingAreaCode(typed=typed)
        raise PhoneNumberError(typed=typed)
    if count >= 20:
        raise TwoNumbers(typed=typed)
    if not 10 <= count <= 11:
        raise WrongLength(typed=typed, count=count)


def _is_wrong_length(digits: str) -> bool:
    """Whether ten digits stand where a mobile number has eleven, or the other way round."""
    return len(digits) != (11 if digits.startswith(("050", "060", "070", "080", "090")) else 10)


def _is_assigned(e164: str) -> bool:
    """Whether somebody may own the number, or everybody may use it for practice."""
    return _practice_kind(e164) is not None or phonenumbers.is_valid_number(phonenumbers.parse(e164))
