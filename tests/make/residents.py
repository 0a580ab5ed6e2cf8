"""Builders of residents and their telephones."""

from itertools import count
from typing import Any

from accounts.models import User
from accounts.roles import Role
from core.phone import PhoneKind, PhoneNumber
from residents.intake import PhoneDetails, ResidentDetails, take_down
from residents.models import ConsentManner, ContactWish, NoticeManner, Resident
from tests.make import accounts as make_accounts

_numbers = count(1)


def mobile() -> PhoneNumber:
    """A mobile number that nobody owns, another one each time."""
    return PhoneNumber.practice(next(_numbers))


def landline() -> PhoneNumber:
    """A landline number that nobody owns, another one each time."""
    return PhoneNumber.practice(next(_numbers), PhoneKind.LANDLINE)


def details(*, phone: str | PhoneNumber | None = "", **fields: Any) -> ResidentDetails:
    """What an ordinary caller tells: a mobile number of their own and the wish to be called. phone=None is without."""
    if phone is not None:
        number = PhoneNumber.parse(phone) if isinstance(phone, str) and phone else phone or mobile()
        fields.setdefault("phones", [PhoneDetails(number)])
    usual: dict[str, Any] = {
        "family_name": "髙橋",
        "given_name": "茂",
        "family_kana": "タカハシ",
        "given_kana": "シゲル",
        "birth_year": 1948,
        "device": "android",
        "contact_wish": ContactWish.CALL,
        "notice_manner": NoticeManner.SPOKEN,
        "consent_manner": ConsentManner.SPOKEN,
    }
    return ResidentDetails(**{**usual, **fields})


def resident(*, by: User | None = None, **fields: Any) -> Resident:
    """A person taken down at the desk."""
    return take_down(details(**fields), by=by or make_accounts.user(Role.RECEPTION))
