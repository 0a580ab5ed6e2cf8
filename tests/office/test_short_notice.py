"""The day's page about what was told to everybody at once."""

from datetime import datetime, timedelta

import pytest
from django.urls import reverse
from django.utils.translation import override
from time_machine import TimeMachineFixture

from accounts.roles import Role
from city.models import CityProfile
from core.wareki import TOKYO
from office.day import Day
from office.short_notice import section
from reminders import call_list
from reminders.models import CallTask, Outcome
from tests.make import accounts as make_accounts
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders

pytestmark = pytest.mark.django_db

NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture
def day(time_machine: TimeMachineFixture) -> Day:
    time_machine.move_to(NOON, tick=False)
    return Day(make_accounts.user(Role.RECEPTION), CityProfile.current(), NOON)


def test_whoever_has_not_been_told_yet_is_counted_until_somebody_has_called(day: Day) -> None:
    run = make.run(starts_at=TOMORROW)
    for _each in range(2):
        make.registration(run, make_reminders.callable_(), by=day.user)
    made = make_broadcasts.sent(make_broadcasts.draft(run), by=day.user)

    with override("en"):
        found = section(day)
    assert (found.count, found.items[0].url) == (2, reverse("broadcast_detail", args=[made.pk]))
    assert found.items[0].remark == "2 not yet told, 0 not reached"

    for call in CallTask.objects.filter(is_urgent=True):
        call_list.record(call, Outcome.SELF, by=day.user, now=NOON)
    assert (section(day).count, section(day).items) == (0, [])


def test_a_broadcast_about_lessons_of_yesterday_asks_for_nothing(day: Day) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.callable_(), by=day.user)
    make_broadcasts.sent(make_broadcasts.draft(run), by=day.user)

    assert section(Day(day.user, day.city, TOMORROW + timedelta(days=1))).count == 0


def test_more_broadcasts_take_no_more_queries(day: Day, django_assert_num_queries) -> None:
    for _each in range(3):
        run = make.run(starts_at=TOMORROW)
        make.registration(run, make_reminders.callable_(), by=day.user)
        make_broadcasts.sent(make_broadcasts.draft(run), by=day.user)

    with django_assert_num_queries(3):
        assert section(day).count == 3
