"""The whole table of ways, end to end: from what a person told the desk to the text, the call or the postcard."""

from datetime import timedelta

import pytest

from core.phone import PhoneNumber, PhoneNumberError
from reminders import call_list, outbox, timing
from reminders.delivery import deliver_next
from reminders.models import CallTask, Message, Outcome, Request
from reminders.reasons import Reason
from residents.intake import PhoneDetails, correct
from residents.models import ContactWish, PhoneLine
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(make.NOON, tick=False)


@pytest.fixture
def clerk():
    return make.clerk()


def way_of(number: str, wish: str = ContactWish.SMS) -> Request:
    """What becomes of a reminder for somebody who gives this number at the desk."""
    phones = [PhoneDetails(PhoneNumber.parse(number))]
    return make.request(make_residents.resident(phones=phones, contact_wish=wish))


# By the number -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "number",
    ["060-1234-5678", "070-1234-5678", "080-1234-5678", "090-1234-5678", "090-0000-0001", "(090)12345678"],
)
def test_every_band_of_mobiles_is_texted(number: str, gateway) -> None:
    request = way_of(number)

    deliver_next(gateway, worker="worker", now=make.NOON)

    assert request.call is None
    (text,) = gateway.sent
    assert text.number == PhoneNumber.parse(number).e164


@pytest.mark.parametrize(
    ("number", "reason"),
    [
        ("0745-48-2811", Reason.LANDLINE),
        ("03-3501-1111", Reason.LANDLINE),
        ("0745-00-1834", Reason.LANDLINE),
        ("050-1234-5678", Reason.IP_PHONE),
        ("050-0123-4567", Reason.IP_PHONE),
        ("0120-123-456", Reason.TOLL_FREE),
        ("0800-123-4567", Reason.TOLL_FREE),
        ("0570-123-456", Reason.NOT_MOBILE),
        ("020-1234-5678", Reason.NOT_MOBILE),
    ],
)
def test_whatever_takes_no_texts_is_called_and_the_list_says_why(number: str, reason: str) -> None:
    request = way_of(number)

    assert request.message is None
    assert (request.call.number, request.call.reason) == (PhoneNumber.parse(number).e164, reason)


@pytest.mark.parametrize("number", ["+1 212 555 0100", "010-1-212-555-0100", "0990-123-456", "110", "0200-1234567890"])
def test_no_other_number_gets_as_far_as_a_record(number: str) -> None:
    with pytest.raises(PhoneNumberError):
        PhoneNumber.parse(number)


# By the person -------------------------------------------------------------------------------------------


def test_who_wants_a_call_is_called_on_the_mobile() -> None:
    assert way_of("090-1234-5678", ContactWish.CALL).call.reason == Reason.WISH


def test_who_wants_nothing_stands_on_no_list() -> None:
    request = way_of("090-1234-5678", ContactWish.NONE)

    assert (request.message, request.call) == (None, None)


def test_whose_text_was_refused_is_called(gateway) -> None:
    message = make.message()
    gateway.refusals[message.number] = "30004"

    deliver_next(gateway, worker="worker", now=make.NOON)

    assert CallTask.objects.open().get().reason == Reason.FAILED


def test_two_who_share_a_number_get_one_text_that_names_nobody_and_one_keeps_the_others(gateway) -> None:
    number = make_residents.mobile()
    his, hers = (make.request(make.textable(number, given_name=name)) for name in ("茂", "キヨ"))

    outbox.withdraw_each([his.key], by=None)
    deliver_next(gateway, worker="worker", now=make.NOON)

    assert his.message == hers.message
    (text,) = gateway.sent
    assert not {"茂", "キヨ", "髙橋"} & set(text.body)
    assert Message.objects.get().state == Message.State.SENT


def test_at_a_strangers_number_nobody_is_called_about_the_next_lesson_either(clerk) -> None:
    task = make.call()
    person = task.requests.get().resident
    call_list.record(task, Outcome.WRONG_NUMBER, by=clerk, now=make.NOON)

    later = make.request(person, occasion="lesson:32").call

    assert PhoneLine.objects.get().is_strangers
    assert (later.number, later.reason) == ("", Reason.WRONG_NUMBER)


# By post -------------------------------------------------------------------------------------------------


def test_who_wants_paper_is_written_to_early_enough() -> None:
    card = make.postcard(due_at=make.NOON + timedelta(days=13), useless_after=make.NOON + timedelta(days=14))

    assert (card.reason, card.number) == (Reason.POSTCARD, "")
    # Five working days before Wednesday the sixteenth.
    assert card.due_at == make.NOON.replace(day=9, hour=9)


def test_a_rule_of_two_weeks_before_is_kept_for_paper_too() -> None:
    card = make.postcard(due_at=make.NOON, useless_after=make.NOON + timedelta(days=14))

    assert card.due_at == make.NOON


@pytest.mark.parametrize(
    ("lesson", "reason"),
    # Three working days before Monday the seventh is this Wednesday, before Friday the fourth it was Tuesday.
    [(make.NOON + timedelta(days=5), Reason.POSTCARD), (make.LESSON, Reason.POSTCARD_LATE)],
)
def test_a_postcard_that_would_come_too_late_is_a_call(lesson, reason) -> None:
    task = make.call(make.by_post(), useless_after=lesson)

    assert task.reason == reason
    assert bool(task.number) is (reason == Reason.POSTCARD_LATE)


def test_who_wants_paper_without_an_address_is_called() -> None:
    task = make.call(make.by_post(address=" "), useless_after=make.NOON + timedelta(days=14))

    assert (task.reason, bool(task.number)) == (Reason.NO_ADDRESS, True)


def test_who_wants_paper_and_has_neither_address_nor_telephone_is_looked_into() -> None:
    task = make.call(make.by_post(address="", phone=None), useless_after=make.NOON + timedelta(days=14))

    assert (task.reason, task.number) == (Reason.NO_NUMBER, "")


def test_the_address_brings_the_postcard(clerk) -> None:
    person = make.by_post(address="")
    make.call(person, useless_after=make.NOON + timedelta(days=14))

    correct(person, make_residents.details(contact_wish=ContactWish.POSTCARD, address="葛城市忍海1番地"), by=clerk)

    assert CallTask.objects.open().get().reason == Reason.POSTCARD


def test_two_reminders_of_one_lesson_are_one_postcard_and_two_lessons_are_two() -> None:
    person, lesson = make.by_post(), make.NOON + timedelta(days=14)
    for days in (3, 1):
        make.postcard(person, due_at=lesson - timedelta(days=days), useless_after=lesson)

    assert CallTask.objects.get().requests.count() == 2
    make.postcard(person, occasion="lesson:32", useless_after=lesson)
    assert CallTask.objects.count() == 2


def test_two_people_at_one_address_get_a_postcard_each() -> None:
    for name in ("茂", "キヨ"):
        make.postcard(make.by_post(given_name=name))

    assert CallTask.objects.count() == 2


def test_a_postcard_that_nobody_posted_in_time_becomes_a_call(time_machine) -> None:
    card = make.postcard()
    last = make.NOON.replace(day=11, hour=17)

    time_machine.move_to(last, tick=False)
    call_list.tidy(now=last)
    card.refresh_from_db()
    assert card.state == CallTask.State.OPEN

    time_machine.move_to(last + timedelta(seconds=1), tick=False)
    call_list.tidy(now=last + timedelta(seconds=1))

    card.refresh_from_db()
    call = CallTask.objects.open().get()
    assert card.state == CallTask.State.WITHDRAWN
    assert (call.reason, bool(call.number)) == (Reason.POSTCARD_LATE, True)


def test_a_lesson_that_moves_moves_its_postcard() -> None:
    request = make.request(make.by_post(), useless_after=make.NOON + timedelta(days=14))
    facts = {name: getattr(request, name) for name in ("key", "purpose", "resident", "occasion", "body")}
    moved = make.NOON + timedelta(days=21)

    make.asked_for(**facts, due_at=moved - timedelta(days=1), useless_after=moved)

    card = CallTask.objects.open().get()
    assert (card.useless_after, card.due_at.day) == (moved, 16)
    assert timing.POST_BEFORE == 5
