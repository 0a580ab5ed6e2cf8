import pytest
from django.utils import timezone

from reminders import call_list, outbox, receipts
from reminders.gateways import Answer
from reminders.holding import FORGOTTEN, REMINDERS_HOLDING
from reminders.models import CallTask, Message, Outcome, Request
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


def test_a_person_is_told_every_reminder() -> None:
    text, call = make.sent(), make.call()

    [told] = REMINDERS_HOLDING.export(text.requests.get().resident)
    assert (told["text"], told["sent_to"], told["called"]) == (make.BODY, text.phone.national, "")
    [called] = REMINDERS_HOLDING.export(call.requests.get().resident)
    assert (called["sent_to"], called["called"]) == ("", call.phone.national)


def test_a_person_is_told_the_words_that_left_and_not_those_that_came_too_late() -> None:
    text = make.sent()
    Request.objects.update(body=make.BODY + "変更")

    [told] = REMINDERS_HOLDING.export(text.requests.get().resident)

    assert told["text"] == make.BODY


def test_the_persons_page_names_each_reminder_and_how_it_stands() -> None:
    message = make.sent()

    [line] = REMINDERS_HOLDING.summary(message.requests.get().resident)

    assert (line.at, line.state) == (message.due_at, str(Message.State.SENT.label))
    assert line.url.endswith(f"/messages/{message.pk}/")


@pytest.mark.parametrize("reached", [make.callable_, make.textable])
def test_whoever_gave_the_seat_back_is_told_nothing_any_more_though_the_spouse_still_is(reached) -> None:
    clerk, phone = make_accounts.user(), make_residents.mobile()
    his, hers = (make.request(reached(phone=phone)) for _person in range(2))
    outbox.withdraw_each([his.key], by=clerk)

    for _before_and_after in range(2):
        [line] = REMINDERS_HOLDING.summary(his.resident)
        assert line.state == str(CallTask.State.WITHDRAWN.label)
        [line] = REMINDERS_HOLDING.summary(hers.resident)
        assert line.state != str(CallTask.State.WITHDRAWN.label)
        if hers.call:
            call_list.record(hers.call, Outcome.SELF, by=clerk)
        Message.objects.update(state=Message.State.DELIVERED, sent_at=timezone.now())


def test_whoever_was_told_before_giving_the_seat_back_was_told(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    clerk, task, message = make_accounts.user(), make.call(), make.sent()
    call_list.record(task, Outcome.FAMILY, by=clerk)
    people = [row.requests.get() for row in (task, message)]
    outbox.withdraw_each([person.key for person in people], by=clerk)

    states = [REMINDERS_HOLDING.summary(person.resident)[0].state for person in people]

    assert states == [str(Outcome.FAMILY.label), str(Message.State.SENT.label)]


def test_a_duplicate_hands_over_its_reminders() -> None:
    stays, clerk = make.textable(), make_accounts.user()
    request = make.request()
    goes = request.resident

    moved = REMINDERS_HOLDING.move(goes, stays, clerk)
    request.refresh_from_db()
    assert request.resident == stays

    REMINDERS_HOLDING.move_back(moved, goes, stays, clerk)
    request.refresh_from_db()
    assert request.resident == goes


def test_who_is_forgotten_is_neither_texted_nor_called_and_leaves_no_number() -> None:
    planned, called = make.message(), make.call()

    for row in (planned, called):
        REMINDERS_HOLDING.erase(row.requests.get().resident)
        row.refresh_from_db()

    assert (planned.state, planned.number, planned.body) == (Message.State.WITHDRAWN, "", FORGOTTEN)
    assert (called.state, called.number) == (CallTask.State.WITHDRAWN, "")
    assert set(Request.objects.values_list("body", flat=True)) == {FORGOTTEN}


def test_the_number_of_a_household_stays_while_somebody_else_stands_behind_it() -> None:
    number = make_residents.mobile()
    his, hers = make.request(make.textable(number)), make.request(make.textable(number))

    REMINDERS_HOLDING.erase(his.resident)

    message = Message.objects.get()
    assert (message.state, message.number, message.requests.standing().get()) == ("planned", number.e164, hers)


def test_the_first_try_is_forgotten_with_the_second() -> None:
    first = make.sent()
    receipts.apply(first.token, Answer(first.provider_id, "undelivered", "30003"), now=make.NOON)

    REMINDERS_HOLDING.erase(Request.objects.get().resident)

    first.refresh_from_db()
    assert (first.number, first.body, first.retry.number) == ("", FORGOTTEN, "")


def test_another_number_is_another_way(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    request = make.request()
    line = request.resident.phone_lines.get()
    line.number = make_residents.mobile().e164
    line.save()

    REMINDERS_HOLDING.corrected(request.resident, by=None)

    request.refresh_from_db()
    assert request.message.number == line.number


def test_the_persons_page_tells_a_call_from_a_postcard_and_leads_there(time_machine) -> None:
    time_machine.move_to(make.NOON, tick=False)
    told = {}
    for task in (make.call(), make.postcard()):
        [line] = REMINDERS_HOLDING.summary(task.requests.get().resident)
        told[line.text] = line.url
        assert line.url.endswith(f"/calls/{task.pk}/")

    assert len(told) == 2
