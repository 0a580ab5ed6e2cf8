from collections.abc import Iterator

import pytest
from django.utils.translation import override

from city.models import CityProfile
from reminders import conditions, halts, rounds
from reminders.gateways.memory import MemoryGateway
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


def troubles(**later: float) -> list[tuple[str, str]]:
    return [(trouble.kind, str(trouble.what)) for trouble in conditions.current(now=make.later(**later)).troubles]


@pytest.fixture(autouse=True)
def _speaking_english() -> Iterator[None]:
    with override("en"):
        yield


@pytest.fixture
def _working(gateway: MemoryGateway) -> None:
    rounds.round(gateway=gateway, now=make.NOON)


def test_a_worker_that_stopped_is_said_first() -> None:
    halts.halt("20429", now=make.NOON)

    assert troubles()[0] == ("error", "Reminders are not running.")
    assert len(troubles()) == 2


@pytest.mark.usefixtures("_working")
def test_nothing_is_said_while_all_is_well() -> None:
    assert troubles(minutes=9) == []
    assert troubles(minutes=11) == [("error", "Reminders are not running.")]


@pytest.mark.usefixtures("_working")
@pytest.mark.parametrize(("code", "kind"), [("20003", "error"), ("unreachable", "warning")])
def test_a_halt_is_said_as_loud_as_it_matters(code: str, kind: str) -> None:
    halts.halt(code, now=make.NOON)

    [(how, _what)] = troubles()
    assert how == kind


@pytest.mark.usefixtures("_working")
def test_the_months_money_and_the_days_limit_are_said_before_anybody_wonders() -> None:
    make.sent()
    CityProfile.objects.update(sms_daily_limit=1)
    assert troubles() == [("warning", "Today’s limit of texts is reached.")]

    CityProfile.objects.update(sms_yen_per_part=12, sms_monthly_yen=12)
    assert troubles() == [("warning", "This month’s money for texts is used up.")]
