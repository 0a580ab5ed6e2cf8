"""Whoever waited for a colleague at the same text, file or record hears of it, and saves no older page over theirs."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction
from django.db.models import Model

from accounts.roles import Role
from accounts.staffing import give_roles, roles_held
from accounts.volunteering import keep_volunteer
from city.editing import change_profile, keep_district, keep_venue
from city.models import CityProfile
from core.stale import ChangedMeanwhile, as_it_stands, fingerprint
from reminders import carrying, inbound
from reminders.models import CarriedFile, InboundText
from tests.make import accounts as make_accounts
from tests.make import city as make_city
from tests.make import reminders as make
from tests.make.patience import PATIENCE_SECONDS
from tests.races.clerks import together, until_somebody_waits

pytestmark = [pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture(autouse=True)
def _purpose():
    with make.purpose() as registered:
        yield registered


def while_a_colleague_waits(first: Callable[[], Any], second: Callable[[], Any]) -> Any:
    """What came of the second, which was waiting when the first was done."""
    is_locked = threading.Event()

    def in_front() -> None:
        with transaction.atomic():
            first()
            is_locked.set()
            until_somebody_waits()

    def behind() -> Any:
        assert is_locked.wait(timeout=PATIENCE_SECONDS)
        return second()

    return together(in_front, behind)[1]


def test_of_two_who_settle_one_text_the_second_hears_who_did() -> None:
    text = make.inbound(make.textable())
    clerk, colleague = make.clerk(), make.clerk()

    refused = while_a_colleague_waits(
        lambda: inbound.settle(text, InboundText.State.ANSWERED, by=colleague),
        lambda: inbound.settle(text, InboundText.State.CLOSED, by=clerk),
    )

    assert isinstance(refused, inbound.TextIsSettled)
    assert refused.name == colleague.name


def test_of_two_who_take_one_file_the_second_hears_who_has_it(settings) -> None:
    settings.SMS_GATEWAY = "file"
    make.message(make.real_textable())
    clerk, colleague = make.clerk(), make.clerk()
    file: CarriedFile = carrying.make_file(due_by=make.LESSON, by=clerk, now=make.NOON)

    refused = while_a_colleague_waits(
        lambda: carrying.take(file, encoding="utf-8-sig", by=colleague, now=make.NOON),
        lambda: carrying.take(file, encoding="utf-8-sig", by=clerk, now=make.NOON),
    )

    assert isinstance(refused, carrying.WasTaken)
    assert refused.name == colleague.name


@pytest.mark.parametrize(
    ("keep", "shown"),
    [
        (change_profile, CityProfile.current),
        (keep_venue, make_city.venue),
        (keep_district, make_city.district),
        (keep_volunteer, make_accounts.volunteer),
    ],
)
def test_of_two_who_save_one_record_from_pages_of_one_age_the_second_is_shown_what_the_first_wrote(keep, shown) -> None:
    record, clerk, colleague = shown(), make.clerk(), make.clerk()
    seen = fingerprint(as_it_stands(record))

    def saying(name: str) -> Model:
        told = type(record).objects.get(pk=record.pk)
        told.name = name
        return told

    theirs, ours = saying("忍海"), saying("新庄")
    refused = while_a_colleague_waits(
        lambda: keep(theirs, by=colleague, seen=seen), lambda: keep(ours, by=clerk, seen=seen)
    )

    assert isinstance(refused, ChangedMeanwhile)
    assert type(record).objects.get(pk=record.pk).name == "忍海"


def test_of_two_who_give_roles_from_pages_of_one_age_the_second_takes_none_away() -> None:
    admin, colleague = (make_accounts.user(Role.ADMINISTRATOR) for _each in range(2))
    person = make_accounts.user(Role.RECEPTION)
    seen = fingerprint(roles_held(person))

    refused = while_a_colleague_waits(
        lambda: give_roles(person, [Role.RECEPTION, Role.AUTHOR], by=colleague, seen=seen),
        lambda: give_roles(person, [Role.RECEPTION, Role.ANALYST], by=admin, seen=seen),
    )

    assert isinstance(refused, ChangedMeanwhile)
    assert roles_held(person) == ["author", "reception"]
