"""Whom a broadcast reaches, how, when and for how much."""

from datetime import datetime, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from time_machine import TimeMachineFixture

from accounts.models import User
from city.models import CityProfile
from classes import attendance, waiting_list
from classes.audience import Why
from classes.cancellation import cancel
from classes.models import Attendance, Registration
from core.wareki import TOKYO
from reminders.about import About
from reminders.models import Message, OptOut
from reminders.opting_out import opt_out
from reminders.reasons import Reason
from reminders.routing import Channel
from residents.models import ContactWish
from tests.make import broadcasts as make_broadcasts
from tests.make import classes as make
from tests.make import reminders as make_reminders
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

# A Thursday without a holiday near it.
NOON = datetime(2026, 12, 3, 12, 0, tzinfo=TOKYO)
TOMORROW = datetime(2026, 12, 4, 10, 0, tzinfo=TOKYO)


@pytest.fixture(autouse=True)
def _noon(time_machine: TimeMachineFixture) -> None:
    time_machine.move_to(NOON, tick=False)


def ways(audience) -> list[tuple[Channel, str]]:
    return [(person.way.channel, person.because or person.way.reason) for person in audience.people]


def test_everybody_of_the_lessons_is_reached_in_their_own_way(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW, capacity=9)
    for person in (
        make_reminders.textable(),
        make_reminders.callable_(),
        make_residents.resident(phone=make_residents.landline(), contact_wish=ContactWish.SMS),
        make_residents.resident(phone=None, contact_wish=ContactWish.CALL),
        make_residents.resident(contact_wish=ContactWish.NONE),
    ):
        make.registration(run, person, by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run))

    assert ways(audience) == [
        (Channel.SMS, ""),
        (Channel.CALL, Reason.WISH),
        (Channel.CALL, Reason.LANDLINE),
        (Channel.CALL, Reason.NO_NUMBER),
        (Channel.NONE, ""),
    ]
    assert (len(audience.texted), len(audience.called), len(audience.untold)) == (1, 3, 1)


def test_a_household_with_one_number_is_one_text_and_one_price(clerk: User) -> None:
    run, number = make.run(starts_at=TOMORROW), make_residents.mobile()
    for name in ("茂", "キヨ"):
        make.registration(run, make_reminders.textable(number, given_name=name), by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run))

    assert (len(audience.texted), audience.texts, audience.parts, audience.yen) == (2, 1, 1, 12)


def test_a_text_of_two_parts_costs_twice(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)
    long = (
        "【葛城市】12月4日（金）のスマホ教室は台風第10号の接近のため休止します。" + "次の回は予定どおり行います。" * 3
    )

    audience = make_broadcasts.audience(make_broadcasts.draft(run, body=long))

    assert (audience.parts, audience.yen) == (2, 24)


def test_who_has_said_that_they_will_not_come_is_spared(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    comes, stays_away = (make.registration(run, by=clerk) for _each in range(2))
    attendance.mark(run.lessons.get(), stays_away, Attendance.Mark.ABSENT_TOLD, by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run))

    assert [person.resident for person in audience.people] == [comes.resident]
    assert audience.absent == [stays_away.resident]


def test_who_gave_the_place_back_is_not_told(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    cancel(make.registration(run, by=clerk), by=clerk, reason="health")

    assert make_broadcasts.audience(make_broadcasts.draft(run)).people == []


def test_those_who_wait_hear_that_it_is_called_off_and_not_that_the_door_is_another_one(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW, capacity=1)
    make.registration(run, by=clerk)
    waits = make.registration(run, by=clerk)

    called_off = make_broadcasts.audience(make_broadcasts.draft(run))
    notice = make_broadcasts.audience(make_broadcasts.notice(run))

    assert [person.is_waiting for person in called_off.people] == [False, True]
    assert waits.resident not in [person.resident for person in notice.people]


def test_who_is_asked_about_a_freed_seat_hears_everything(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW, capacity=1)
    first, waits = make.registration(run, by=clerk), make.registration(run, by=clerk)
    cancel(first, by=clerk, reason="health")
    assert waiting_list.Offer.objects.open().filter(registration=waits).exists()

    notice = make_broadcasts.audience(make_broadcasts.notice(run))

    assert [person.resident for person in notice.people] == [waits.resident]


def test_somebody_in_two_of_the_lessons_is_one_person(clerk: User) -> None:
    morning = make.run(starts_at=TOMORROW)
    evening = make.run(starts_at=TOMORROW + timedelta(hours=5))
    person = make_reminders.textable()
    places = [make.registration(run, person, by=clerk) for run in (evening, morning)]

    audience = make_broadcasts.audience(make_broadcasts.draft(morning, evening))

    assert [each.registrations for each in audience.people] == [places]
    assert audience.people[0].starts_at == TOMORROW


@pytest.mark.parametrize(
    ("hour", "lesson", "leaves", "because"),
    [
        # At seven a text waits until nine, and a lesson at half past nine does not wait for it.
        (7, TOMORROW.replace(day=3, hour=10, minute=0), 9, ""),
        (7, TOMORROW.replace(day=3, hour=9, minute=30), 9, Why.NO_TIME),
        (12, TOMORROW.replace(day=3, hour=13, minute=30), 12, ""),
        (12, TOMORROW.replace(day=3, hour=12, minute=30), 12, Why.NO_TIME),
    ],
)
def test_who_cannot_be_texted_in_time_is_called_at_once(
    clerk: User, time_machine: TimeMachineFixture, hour: int, lesson: datetime, leaves: int, because: str
) -> None:
    time_machine.move_to(NOON.replace(hour=hour), tick=False)
    run = make.run(starts_at=lesson)
    make.registration(run, make_reminders.textable(), by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run))

    assert audience.leaves_at == NOON.replace(hour=leaves)
    assert [person.because for person in audience.people] == [because]


def test_in_the_evening_texts_wait_for_the_next_morning(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run), now=NOON.replace(hour=18))

    assert not audience.leaves_now
    assert audience.leaves_at == TOMORROW.replace(hour=9)
    assert audience.texts == 1


def test_the_clerk_may_have_everybody_called_but_whoever_wants_to_hear_nothing(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW)
    make.registration(run, make_reminders.textable(), by=clerk)
    make.registration(run, make_residents.resident(contact_wish=ContactWish.NONE), by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run, by_telephone=True))

    assert [(person.way.channel, person.because) for person in audience.people] == [
        (Channel.CALL, Why.CHOSEN),
        (Channel.NONE, ""),
    ]


@pytest.mark.parametrize(("days", "channel"), [(1, Channel.CALL), (20, Channel.POSTCARD)])
def test_a_postcard_is_written_only_when_it_comes_in_time(clerk: User, days: int, channel: Channel) -> None:
    run = make.run(starts_at=NOON + timedelta(days=days))
    make.registration(run, make_residents.resident(contact_wish=ContactWish.POSTCARD, address="忍海1"), by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run))

    assert [person.way.channel for person in audience.people] == [channel]


@pytest.mark.parametrize("limits", [{"sms_daily_limit": 2}, {"sms_monthly_yen": 35}])
def test_whoever_is_beyond_the_money_is_called_and_the_nearest_lessons_are_texted(clerk: User, limits) -> None:
    CityProfile.current()
    CityProfile.objects.update(**limits)
    late, early = make.run(starts_at=TOMORROW + timedelta(hours=3)), make.run(starts_at=TOMORROW, capacity=1)
    for run in (late, late, early):
        make.registration(run, make_reminders.textable(), by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(late, early))

    assert [person.because for person in audience.people] == ["", "", Why.MONEY]
    assert (audience.texts, audience.calls, len(audience.beyond)) == (2, 1, 1)


def test_who_takes_no_texts_any_more_is_called_and_takes_none_of_the_money(clerk: User) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_daily_limit=1)
    run, stopped = make.run(starts_at=TOMORROW, capacity=9), make_residents.mobile()
    make.registration(run, make_reminders.textable(stopped, family_kana="アオキ"), by=clerk)
    for kana in ("イトウ", "ウエダ"):
        make.registration(run, make_reminders.textable(family_kana=kana), by=clerk)
    opt_out(stopped.e164, about=About.EVERYTHING, how=OptOut.How.PHONE, by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(run))

    assert ways(audience) == [(Channel.CALL, Reason.STOPPED), (Channel.SMS, ""), (Channel.CALL, Why.MONEY)]


def test_what_another_broadcast_has_promised_is_spent(clerk: User) -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_daily_limit=1)
    make.registration(first := make.run(starts_at=TOMORROW), make_reminders.textable(), by=clerk)
    make.registration(second := make.run(starts_at=TOMORROW), make_reminders.textable(), by=clerk)
    make_broadcasts.sent(make_broadcasts.draft(first), by=clerk)

    audience = make_broadcasts.audience(make_broadcasts.draft(second))

    assert Message.objects.urgent().count() == 1
    assert (audience.texts_left, audience.texts, audience.calls) == (0, 0, 1)


@pytest.mark.parametrize(
    "change",
    [
        lambda run, place: cancel(place, by=place.taken_by, reason="health"),
        lambda run, place: make.registration(run),
        lambda run, place: place.resident.phone_lines.update(is_doubtful=True),
        lambda run, place: type(place.resident).objects.filter(pk=place.resident_id).update(contact_wish="none"),
    ],
)
def test_whatever_changes_among_the_people_changes_the_fingerprint(clerk: User, change) -> None:
    run = make.run(starts_at=TOMORROW)
    place = make.registration(run, make_reminders.textable(), by=clerk)
    draft = make_broadcasts.draft(run)
    before = make_broadcasts.audience(draft).fingerprint
    assert make_broadcasts.audience(draft).fingerprint == before

    change(run, place)

    assert make_broadcasts.audience(draft).fingerprint != before


def test_more_people_take_no_more_queries(clerk: User) -> None:
    run = make.run(starts_at=TOMORROW, capacity=20)
    draft, asked = make_broadcasts.draft(run), []
    kinds = (make_reminders.textable, make_reminders.callable_, make_reminders.by_post)
    for size in (3, 20):
        while Registration.objects.count() < size:
            make.registration(run, kinds[Registration.objects.count() % 3](), by=clerk)
        with CaptureQueriesContext(connection) as queries:
            make_broadcasts.audience(draft)
        asked.append(len(queries))

    assert asked[0] == asked[1]
