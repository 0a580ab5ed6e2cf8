from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.db.models import prefetch_related_objects
from django.test.utils import CaptureQueriesContext

from city.models import CityProfile
from core.models import AuditEntry
from reminders import call_list, outbox
from reminders.fallback import call_instead, fail, locked
from reminders.models import CallTask, Message, Outcome, Request
from reminders.reasons import Reason
from reminders.receipts import give_up_waiting
from residents.intake import correct
from residents.models import ContactWish, Resident
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
NEW_WORDS = make.BODY + "変更"


def test_asking_twice_changes_nothing() -> None:
    first = make.request()

    second = make.asked_again(first)

    assert second == first
    assert Message.objects.count() == Request.objects.count() == 1


def test_a_household_gets_one_text_that_names_nobody() -> None:
    number = make_residents.mobile()
    him, her = make.textable(number), make.textable(number, given_name="キヨ", given_kana="キヨ")

    one, other = make.request(him), make.request(her)

    assert one.message == other.message
    assert Message.objects.get().body == make.BODY


def test_a_household_is_called_once() -> None:
    number = make_residents.landline()
    him, her = make_residents.resident(phone=number), make_residents.resident(phone=number, given_kana="キヨ")

    one, other = make.request(him), make.request(her)

    assert one.call == other.call is not None


def test_two_reminders_of_one_lesson_are_two_texts() -> None:
    person = make.textable()

    make.request(person, due_at=make.NOON - DAY)
    make.request(person, due_at=make.NOON)

    assert Message.objects.count() == 2


def test_withdrawing_one_of_a_household_leaves_the_others_text() -> None:
    number = make_residents.mobile()
    one, other = make.request(make.textable(number)), make.request(make.textable(number))

    assert outbox.withdraw_each([one.key], by=None)
    assert Message.objects.get().state == Message.State.PLANNED

    assert outbox.withdraw_each([other.key], by=None)
    assert Message.objects.get().state == Message.State.WITHDRAWN


def test_withdrawing_twice_or_what_nobody_asked_for_is_quiet() -> None:
    request = make.request()

    assert outbox.withdraw_each([request.key], by=None)
    assert not outbox.withdraw_each([request.key], by=None)
    assert not outbox.withdraw_each(["registration:0:"], by=None)


def test_a_withdrawn_key_is_revived() -> None:
    request = make.request()
    outbox.withdraw_each([request.key], by=None)

    again = make.asked_again(request)

    assert again.withdrawn_at is None
    assert again.message is not None
    assert again.message.state == Message.State.PLANNED


def failed(request: Request) -> CallTask:
    """The call in place of the text of a request, which a carrier did not take."""
    assert request.message is not None
    Message.objects.filter(pk=request.message.pk).update(state=Message.State.CLAIMED, claimed_at=make.NOON)
    fail(*locked(request.message.pk), "30004", now=make.NOON, city=CityProfile.current())
    return CallTask.objects.open().get()


def test_whoever_was_to_be_called_because_a_text_failed_still_is_when_they_take_their_seat_back() -> None:
    request = make.request()
    withdrawn = failed(request)
    outbox.withdraw_each([request.key], by=None)

    again = make.asked_again(request)

    call = CallTask.objects.open().get()
    assert again.call == call != withdrawn
    assert (call.reason, again.message) == (Reason.FAILED, request.message)
    assert AuditEntry.objects.filter(action="reminder.planned").count() == 2


def test_whoever_was_not_called_because_they_had_given_their_seat_back_is_called_when_they_take_it_again() -> None:
    request = make.request()
    outbox.withdraw_each([request.key], by=None)
    Message.objects.update(state=Message.State.FAILED, claimed_at=make.NOON, error_code="30004")

    again = make.asked_again(request)

    assert again.call == CallTask.objects.open().get()


@pytest.mark.usefixtures("purpose")
def test_whoever_was_told_before_is_told_nothing_again_when_they_take_their_seat_back() -> None:
    request = make.request()
    call_list.record(failed(request), Outcome.SELF, by=make.clerk(), now=make.NOON)
    outbox.withdraw_each([request.key], by=None)

    make.asked_again(request)

    assert not CallTask.objects.open().exists()


def test_a_moved_lesson_is_planned_anew() -> None:
    request = make.request()

    moved = make.asked_again(request, due_at=make.NOON + DAY, useless_after=make.LESSON + DAY, body=make.BODY + "変更")

    assert moved.pk == request.pk
    assert moved.message is not None
    assert (moved.message.due_at, moved.message.body) == (make.NOON + DAY, make.BODY + "変更")
    assert Message.objects.get(pk=request.message_id).state == Message.State.WITHDRAWN


def test_what_was_sent_is_not_sent_again() -> None:
    message = make.sent()

    again = make.asked_again(message.requests.get(), body=make.BODY + "変更")

    assert again.message == message
    assert Message.objects.count() == 1


@pytest.mark.parametrize("state", Message.ON_THEIR_WAY)
def test_what_may_still_come_back_is_asked_for_in_the_new_words_and_not_sent_beside(state) -> None:
    message = make.sent()
    Message.objects.update(state=state)

    make.asked_again(message.requests.get(), body=NEW_WORDS)

    assert message.requests.get().body == NEW_WORDS
    assert Message.objects.get().body == make.BODY


def test_what_was_delivered_stays_as_it_was_said() -> None:
    message = make.sent()
    Message.objects.update(state=Message.State.DELIVERED)

    make.asked_again(message.requests.get(), body=NEW_WORDS)

    assert message.requests.get().body == make.BODY


@pytest.mark.usefixtures("purpose")
def test_whoever_was_called_since_was_told_in_the_words_of_the_call(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    message = make.sent()
    give_up_waiting(message.pk, now=make.NOON)
    call_list.record(CallTask.objects.get(), Outcome.SELF, by=make.clerk())

    make.asked_again(message.requests.get(), body=NEW_WORDS)

    assert message.requests.get().body == make.BODY


def test_after_sending_a_lesson_that_moved_gets_a_reminder_of_its_new_time() -> None:
    message = make.sent()
    request = message.requests.get()

    moved = make.asked_again(request, due_at=make.NOON + DAY, useless_after=make.LESSON + DAY)

    request.refresh_from_db()
    assert request.replaced_at is not None
    assert request.message == message
    assert moved.message is not None
    assert moved.message.state == Message.State.PLANNED


def test_whoever_joins_a_household_that_was_told_is_told_by_the_same_text() -> None:
    number = make_residents.mobile()
    message = make.sent(make.textable(number))

    late = make.request(make.textable(number))

    assert late.message == message


def uncertain(resident: Resident) -> Message:
    """A text of which nobody could find out whether it left, and that is called about."""
    message = make.sent(resident)
    Message.objects.filter(pk=message.pk).update(
        state=Message.State.UNCERTAIN, provider_id="", sent_at=None, settled_at=make.later(minutes=6)
    )
    with transaction.atomic():
        call_instead(locked(message.pk)[1], Reason.UNCERTAIN, now=make.later(minutes=6))
    message.refresh_from_db()
    return message


def test_whoever_joins_a_text_that_nobody_knows_of_is_called_with_the_others() -> None:
    number = make_residents.mobile()
    message = uncertain(make.textable(number))

    late = make.request(make.textable(number))

    assert late.message == message
    assert late.call == message.requests.exclude(pk=late.pk).get().call
    assert CallTask.objects.get().state == CallTask.State.OPEN


@pytest.mark.parametrize("was_made", [False, True])
def test_whoever_was_to_be_called_is_still_when_their_number_becomes_one_with_such_a_text(
    was_made: bool, time_machine
) -> None:
    time_machine.move_to(make.NOON, tick=False)
    number, person = make_residents.mobile(), make.callable_()
    uncertain(make.textable(number))
    if was_made:
        CallTask.objects.update(state=CallTask.State.DONE, outcome=Outcome.SELF)
    request = make.request(person)

    correct(person, make_residents.details(phone=number, contact_wish=ContactWish.SMS), by=make_accounts.user())

    request.refresh_from_db()
    assert request.call is not None
    assert (request.call.state, request.call.number) == (CallTask.State.OPEN, number.e164)


def test_nobody_joins_a_text_that_failed() -> None:
    number = make_residents.mobile()
    message = make.message(make.textable(number))
    Message.objects.update(state=Message.State.FAILED)

    late = make.request(make.textable(number))

    assert late.message not in {None, message}


def test_the_database_holds_one_text_to_a_household_whatever_code_forgets() -> None:
    message = make.message()
    message.pk, message.token = None, "another"

    with pytest.raises(IntegrityError, match=r"share_key|a_household_is_texted_once"), transaction.atomic():
        message.save(force_insert=True)


def test_withdrawing_by_prefix_takes_one_registration_and_not_its_namesake() -> None:
    make.request(key="registration:8:lesson:1:day-before")
    make.request(key="registration:8:lesson:2:day-before", occasion="lesson:2")
    make.request(key="registration:88:lesson:1:day-before")

    assert outbox.withdraw_all("registration:8:", by=None) == 2

    assert list(Request.objects.standing().values_list("key", flat=True)) == ["registration:88:lesson:1:day-before"]


def test_a_prefix_in_the_middle_of_a_number_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="colon"):
        outbox.withdraw_all("registration:8", by=None)


def test_withdrawing_after_sending_says_that_the_person_was_told() -> None:
    message = make.sent()

    assert not outbox.withdraw_each([message.requests.get().key], by=None)

    message.refresh_from_db()
    assert message.state == Message.State.SENT


def test_who_is_called_is_called_on_the_working_day_before() -> None:
    request = make.request(
        make.callable_(), due_at=make.NOON + timedelta(days=4), useless_after=make.NOON + timedelta(days=6)
    )

    assert request.call is not None
    # The sixth of December is a Sunday; the office calls on Friday.
    assert request.call.due_at == make.NOON + timedelta(days=2)


def test_a_postcard_stands_on_the_call_list(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)

    assert make.postcard().is_postcard


def test_who_wants_nothing_is_asked_for_and_told_nothing() -> None:
    request = make.request(make_residents.resident(contact_wish=ContactWish.NONE))

    assert (request.message, request.call) == (None, None)


def test_a_text_with_words_of_frauds_becomes_a_call_and_the_booking_stands() -> None:
    request = make.request(body="【葛城市】明日です。詳しくは https://example.jp へ")

    assert request.message is None
    assert request.call is not None
    assert request.call.reason == Reason.WORDING


def test_a_corrected_wish_moves_what_was_not_said_yet(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    request, said = make.request(person), make.sent(person, occasion="lesson:30")
    details = make_residents.details(phone=person.phone_lines.get().phone, contact_wish=ContactWish.CALL)

    correct(person, details, by=make_accounts.user())

    request.refresh_from_db()
    said.refresh_from_db()
    assert request.message is None
    assert request.call is not None
    assert Message.objects.get(occasion="lesson:31").state == Message.State.WITHDRAWN
    assert said.state == Message.State.SENT


def test_a_corrected_number_is_the_one_that_is_texted(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person, new = make.textable(), make_residents.mobile()
    request = make.request(person)

    correct(person, make_residents.details(phone=new, contact_wish=ContactWish.SMS), by=make_accounts.user())

    request.refresh_from_db()
    assert request.message is not None
    assert request.message.number == new.e164


def test_whoever_wanted_nothing_by_mistake_is_called_again_where_the_text_failed(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    failed(make.request(person))
    details = make_residents.details(phone=person.phone_lines.get().phone, contact_wish=ContactWish.NONE)
    correct(person, details, by=make_accounts.user())
    assert not CallTask.objects.open().exists()

    correct(person, replace(details, contact_wish=ContactWish.CALL), by=make_accounts.user())

    assert CallTask.objects.open().get().number == person.phone_lines.get().number


def test_whoever_was_called_after_a_text_failed_is_not_called_again_for_another_wish(time_machine, purpose) -> None:
    time_machine.move_to(make.NOON, tick=False)
    person = make.textable()
    call_list.record(failed(make.request(person)), Outcome.SELF, by=make.clerk(), now=make.NOON)
    details = make_residents.details(phone=person.phone_lines.get().phone, contact_wish=ContactWish.CALL)

    correct(person, details, by=make_accounts.user())

    assert not CallTask.objects.open().exists()


def test_a_call_for_a_text_that_failed_goes_to_whomever_it_concerns_when_that_is_somebody_else(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    request, other = make.request(key="registration:8:lesson:1:day-before"), make.callable_()
    mistaken = failed(request)
    call_list.take(mistaken, by=make.clerk())

    assert outbox.readdress("registration:8:", to=other, by=None) == 1

    call = CallTask.objects.open().get()
    assert call.number == other.phone_lines.get().number
    assert list(call.requests.values_list("resident", flat=True)) == [other.pk]
    mistaken.refresh_from_db()
    assert mistaken.state == CallTask.State.WITHDRAWN


def test_what_was_said_is_not_said_again_to_somebody_else(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    make.sent(key="registration:8:lesson:1:day-before")

    assert outbox.readdress("registration:8:", to=make.callable_(), by=None) == 0

    assert not CallTask.objects.exists()


def test_another_wish_plans_nothing_anew_that_is_past(time_machine) -> None:
    person = make_residents.resident(contact_wish=ContactWish.NONE)
    past = make.request(person)
    to_come = make.request(person, occasion="lesson:32", useless_after=make.LESSON + 30 * DAY)
    Resident.objects.update(contact_wish=ContactWish.CALL)
    time_machine.move_to(make.LESSON, tick=False)

    assert outbox.reroute(Resident.objects.get(), by=None) == 1

    past.refresh_from_db()
    to_come.refresh_from_db()
    assert past.call is None
    assert to_come.call is not None


def test_a_call_that_was_made_is_not_made_again() -> None:
    request = make.request(make.callable_())
    CallTask.objects.update(state=CallTask.State.DONE, outcome=Outcome.SELF)

    again = make.asked_again(Request.objects.get(pk=request.pk), body=make.BODY + "変更")

    assert again.call == request.call
    assert CallTask.objects.count() == 1


def test_planning_many_anew_and_taking_them_back_costs_the_same_as_for_two(django_assert_num_queries) -> None:
    def plan(people: list[Resident], **changed: object) -> None:
        for person in people:
            prefetch_related_objects([person], "phone_lines", "consents")
        outbox.enqueue_all([ask_of(person, **changed) for person in people], by=None, city=city)

    city = CityProfile.current()
    few, many = [make.textable(), make.callable_()], [make.textable() for _one in range(5)] + [make.callable_()]
    plan(few)
    plan(many)

    with CaptureQueriesContext(connection) as of_few:
        plan(few, due_at=make.NOON + DAY, body=make.BODY + "変更")
        outbox.withdraw_each([key_of(person) for person in few], by=None)
    with django_assert_num_queries(len(of_few)):
        plan(many, due_at=make.NOON + DAY, body=make.BODY + "変更")
        outbox.withdraw_each([key_of(person) for person in many], by=None)

    assert not Request.objects.standing().exists()
    assert set(Message.objects.values_list("state", flat=True)) == {Message.State.WITHDRAWN}
    assert set(CallTask.objects.values_list("state", flat=True)) == {CallTask.State.WITHDRAWN}


def key_of(person: Resident) -> str:
    return f"registration:{person.pk}:lesson:31:day-before"


def ask_of(person: Resident, **changed: object) -> outbox.Ask:
    usual = {"due_at": make.NOON, "useless_after": make.LESSON, "body": make.BODY, "purpose": make.TestPurpose.name}
    return outbox.Ask(key=key_of(person), resident=person, occasion="lesson:31", **{**usual, **changed})  # type: ignore[arg-type]


def test_a_call_is_planned_inside_the_offices_hours_and_a_text_inside_its_own() -> None:
    CityProfile.current()
    CityProfile.objects.update(sms_window_end="20:00", calls_from="8:30", calls_until="17:15")
    evening = make.NOON.replace(hour=19)

    text, call = make.message(due_at=evening), make.call(occasion="lesson:2", due_at=evening)

    assert text.due_at == evening
    assert call.due_at == evening.replace(hour=17, minute=15)
