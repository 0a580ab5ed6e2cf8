"""Residents of the practice city: who they are, what telephone they have and how they want to be reached."""

from collections.abc import Iterator
from itertools import count
from random import Random

from city.models import District
from core.phone import PhoneKind, PhoneNumber
from office.demo.chance import weighted
from office.demo.names import somebody
from office.demo.town import Town
from residents.intake import PhoneDetails, ResidentDetails
from residents.models import ContactWish, NoticeManner

# One in so many callers lives in the next town and works or has family here.
FROM_OUTSIDE = 25
# Of a hundred callers; most are in their seventies.
AGES = [(58, 4), (64, 14), (69, 18), (73, 24), (77, 20), (82, 12), (87, 6), (92, 2)]
DEVICES = [("android", 44), ("iphone", 26), ("easyphone", 18), ("tablet", 4), ("flip", 5), ("none", 3)]
NEEDS = ["右の耳が聞こえにくい", "大きい字がよい", "手すりのある席がよい", "車いすで来る", "ご家族が付きそう"]


def everybody(chance: Random, town: Town, *, this_year: int) -> Iterator[ResidentDetails]:
    """Ever new people; every eighth couple or so shares the telephone at home with somebody before them."""
    numbers = count(1000)
    home: tuple[tuple[str, str], PhoneNumber] | None = None
    for place in count(1):
        if home is not None and chance.random() < 0.25:
            family, number = home
            phones = (PhoneDetails(number, "household"),)
            home = None
        else:
            family = None
            kind = PhoneKind.MOBILE if chance.random() < 0.62 else PhoneKind.LANDLINE
            number = PhoneNumber.practice(next(numbers), kind)
            phones = (PhoneDetails(number, "self" if kind is PhoneKind.MOBILE else "household"),)
        (family_name, family_kana), (given_name, given_kana) = named = somebody(chance, family=family)
        if family is None and phones[0].relation == "household":
            home = (named[0], number)
        needs = chance.choice(NEEDS) if chance.random() < 0.12 else ""
        age = weighted(chance, AGES) + chance.randrange(-3, 4)
        yield ResidentDetails(
            family_name=family_name,
            family_kana=family_kana,
            given_name=given_name,
            given_kana=given_kana,
            phones=phones,
            birth_year=this_year - age if chance.random() < 0.8 else None,
            age_band="70s",
            district=_district(chance, town, place),
            device=weighted(chance, DEVICES),
            contact_wish=_wish(chance, number),
            accommodation=needs,
            accommodation_consent=bool(needs),
            invitation_consent=chance.random() < 0.5,
            notice_manner=NoticeManner.SPOKEN if chance.random() < 0.8 else NoticeManner.WRITTEN,
        )


def _district(chance: Random, town: Town, place: int) -> District:
    inside = chance.choice(town.districts)
    return inside if place % FROM_OUTSIDE else town.outside


def _wish(chance: Random, number: PhoneNumber) -> str:
    if number.can_receive_sms:
        return ContactWish.SMS if chance.random() < 0.8 else ContactWish.CALL
    return ContactWish.CALL if chance.random() < 0.9 else ContactWish.NONE
