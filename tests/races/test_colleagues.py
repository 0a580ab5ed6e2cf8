"""Whoever waited for a colleague at the same text or file hears the colleague's name."""

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import transaction

from reminders import carrying, inbound
from reminders.models import CarriedFile, InboundText
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
