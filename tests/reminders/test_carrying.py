"""Files of texts that somebody carries out: what stands in them, who takes them, and when the office stops waiting."""

import csv
import io
from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from city.models import CityProfile
from core.models import AuditEntry
from core.officehours import Window
from core.phone import PhoneNumber
from core.wareki import TOKYO
from reminders import carrying, opting_out, outbox, receipts, rounds, timing
from reminders.about import About
from reminders.gateways import Answer, NotSent, Text
from reminders.gateways.file_exchange import FileExchangeGateway
from reminders.holding import REMINDERS_HOLDING
from reminders.models import CallTask, CarriedFile, CarriedLine, Message, OptOut, Request
from reminders.reasons import Reason
from residents.intake import correct
from residents.models import ContactWish, Resident
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = Message.State
TONIGHT = make.NOON.replace(hour=23)
NEW_WORDS = make.BODY.replace("忍海集会所", "新しい会館")


@pytest.fixture(autouse=True)
def _carried(settings):
    settings.SMS_GATEWAY = "file"
    with time_machine.travel(make.NOON, tick=False):
        yield


def planned(**fields) -> Message:
    return make.message(make.real_textable(), **fields)


def made(due_by: datetime = TONIGHT) -> CarriedFile:
    return carrying.make_file(due_by=due_by, by=make.clerk(), now=make.NOON)


def hours() -> Window:
    return timing.window(CityProfile.current())


def rows(content: bytes, encoding: str = "utf-8-sig") -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(encoding), newline="")))


def test_what_is_due_stands_in_the_file_with_its_exact_number() -> None:
    message = planned()

    file = made()
    (row,) = rows(carrying.take(file, encoding="utf-8-sig", by=make.clerk()))

    line = CarriedLine.objects.get()
    assert row == {
        "file": str(file.pk),
        "line": "1",
        "token": line.token,
        "number_e164": message.number,
        "number_national": message.phone.national,
        "body": make.BODY,
        "parts": "1",
        "not_before": "2026-12-02 12:00",
        "not_after": "2026-12-02 17:00",
    }
    message.refresh_from_db()
    assert (message.state, message.gateway, message.provider_id) == (State.SENT, "file", line.provider_id)


def test_a_file_holds_what_the_day_allows_however_many_a_provider_takes_in_a_minute() -> None:
    CityProfile.objects.update_or_create(pk=1, defaults={"sms_minute_limit": 2, "sms_daily_limit": 5})
    for _each in range(6):
        planned()

    assert made().lines.count() == 5


def test_what_is_due_later_today_says_from_when_it_may_arrive() -> None:
    planned(due_at=make.later(hours=4))
    planned(occasion="lesson:32", due_at=make.later(hours=13))

    made()

    assert CarriedLine.objects.get().not_before == make.later(hours=4)


def test_no_line_lets_a_text_arrive_at_night() -> None:
    for hours_later in range(0, 30, 3):
        planned(occasion=f"lesson:{hours_later}", due_at=make.later(hours=hours_later))

    made(due_by=make.later(hours=30))

    for line in CarriedLine.objects.all():
        begins, ends = line.not_before.astimezone(TOKYO), line.not_after.astimezone(TOKYO)
        assert begins.date() == ends.date()
        assert hours().start <= begins.time() < ends.time() <= hours().end


def test_practice_people_are_never_put_into_a_file() -> None:
    make.message()

    with pytest.raises(carrying.NothingToCarry):
        made()

    assert not CarriedLine.objects.exists()
    assert Message.objects.get().error_code == "practice"


def test_who_need_not_be_told_any_more_is_left_out() -> None:
    message = planned()
    outbox.withdraw_each([message.requests.get().key], by=None)

    with pytest.raises(carrying.NothingToCarry):
        made()


def test_an_office_that_sends_another_way_makes_no_file(settings) -> None:
    settings.SMS_GATEWAY = "twilio"
    planned()

    with pytest.raises(carrying.NoFilesHere):
        made()


def test_the_worker_leaves_the_texts_to_whoever_carries_them() -> None:
    message = planned()

    rounds.round(gateway=FileExchangeGateway(), now=make.NOON)

    message.refresh_from_db()
    assert message.state == State.PLANNED


def test_a_text_that_a_spreadsheet_would_run_is_called_instead() -> None:
    with pytest.raises(NotSent) as refused:
        FileExchangeGateway().send(Text("t", "+819012345678", "=1+1", 60, make.NOON))

    assert refused.value.code == "wording"


def test_a_file_is_never_added_to_once_it_is_made() -> None:
    planned()
    first = made()
    planned(occasion="lesson:32")

    second = made()

    assert (first.lines.count(), second.lines.count()) == (1, 1)
    assert first.pk != second.pk


# Taking it ------------------------------------------------------------------------------------------------


def test_a_second_time_is_refused_until_somebody_says_that_it_was_not_sent() -> None:
    planned()
    file, clerk = made(), make.clerk("田中")
    content = carrying.take(file, encoding="utf-8-sig", by=clerk)

    with pytest.raises(carrying.WasTaken, match="田中"):
        carrying.take(file, encoding="utf-8-sig", by=make.clerk())

    assert carrying.take(file, encoding="utf-8-sig", by=make.clerk(), again=True) == content
    assert CarriedFile.objects.get().taken_by == clerk
    assert [entry.facts["again"] for entry in AuditEntry.objects.filter(action="file.taken").order_by("pk")] == [
        False,
        True,
    ]


def test_the_older_encoding_holds_the_same_lines() -> None:
    planned()
    file = made()

    content = carrying.take(file, encoding="cp932", by=make.clerk())

    assert rows(content, "cp932")[0]["body"] == make.BODY


def test_no_character_is_lost_in_the_older_encoding_without_a_word() -> None:
    planned(body=make.BODY.replace("講座", "𠮷田"))
    file = made()

    with pytest.raises(carrying.LettersWouldBeLost, match="𠮷"):
        carrying.take(file, encoding="cp932", by=make.clerk())

    assert CarriedFile.objects.get().taken_at is None


def test_a_file_with_somebody_forgotten_is_not_given_out() -> None:
    planned()
    file = made()
    CarriedLine.objects.update(number="", body="-")

    with pytest.raises(carrying.WasForgotten):
        carrying.take(file, encoding="utf-8-sig", by=make.clerk())


def test_whoever_is_forgotten_is_forgotten_in_the_files_too() -> None:
    message = planned()
    made()

    REMINDERS_HOLDING.erase(message.requests.get().resident)

    assert (CarriedLine.objects.get().number, CarriedLine.objects.get().body) == ("", "-")


def test_what_was_called_off_after_the_file_was_made_is_named_by_its_line() -> None:
    planned()
    gone = planned(occasion="lesson:32")
    file = made()
    assert carrying.no_longer_wanted(file) == []

    outbox.withdraw_each([gone.requests.get().key], by=None)

    assert carrying.no_longer_wanted(file) == [CarriedLine.objects.get(message_token=gone.token).position]


def new_number(person: Resident) -> PhoneNumber:
    """Another mobile of somebody whom the office texts."""
    number = PhoneNumber.from_e164("+819087654321")
    correct(person, make_residents.details(phone=number, contact_wish=ContactWish.SMS), by=make_accounts.user())
    return number


def stop(person: Resident) -> None:
    """Somebody says at the counter that no more texts are wanted."""
    number = person.phone_lines.get().number
    opting_out.opt_out(number, about=About.EVERYTHING, how=OptOut.How.COUNTER, by=make_accounts.user(), now=make.NOON)


def word_anew(person: Resident) -> None:
    """The hall of the lesson changes."""
    make.asked_again(Request.objects.get(resident=person), body=NEW_WORDS)


def speak_instead(person: Resident) -> None:
    """What the text says is no longer all true."""
    outbox.speak_instead([Request.objects.get(resident=person).key], by=None)


@pytest.mark.parametrize("change", [new_number, stop, word_anew, speak_instead])
def test_a_line_with_an_old_number_or_old_words_or_to_whoever_said_stop_is_named(change) -> None:
    planned()
    person = planned(occasion="lesson:32").requests.get().resident
    file = made()

    change(person)

    assert carrying.no_longer_wanted(file) == [2]


@pytest.mark.parametrize("change", [new_number, stop, word_anew])
def test_a_line_is_not_named_any_more_once_its_result_is_known(change) -> None:
    person = planned().requests.get().resident
    file = made()
    change(person)

    Message.objects.update(state=State.DELIVERED)

    assert carrying.no_longer_wanted(file) == []


def test_a_line_stays_while_somebody_of_the_household_is_reached_by_it() -> None:
    number = PhoneNumber.from_e164("+819012345678")
    one, other = make.textable(number), make.textable(number)
    Resident.objects.update(is_practice=False)
    for person in (one, other):
        make.request(person)
    file = made()

    new_number(one)
    assert carrying.no_longer_wanted(file) == []
    new_number(other)
    assert carrying.no_longer_wanted(file) == [1]


def test_a_line_that_is_taken_out_becomes_a_call_to_the_new_number() -> None:
    person = planned().requests.get().resident
    made()
    number = new_number(person)

    rounds.round(gateway=FileExchangeGateway(), now=make.later(hours=26.9))
    assert not CallTask.objects.exists()
    rounds.round(gateway=FileExchangeGateway(), now=make.later(hours=27.1))

    assert (CallTask.objects.get().number, CallTask.objects.get().reason) == (number.e164, Reason.NO_RECEIPT)


def test_a_line_that_comes_back_unsent_is_put_into_the_next_file_as_it_is_right_by_then() -> None:
    person = planned().requests.get().resident
    made()
    number = new_number(person)
    word_anew(person)

    receipts.apply(Message.objects.get().token, answer_for(CarriedLine.objects.get(), "30003"), now=make.NOON)
    made(due_by=TONIGHT)

    first, second = CarriedLine.objects.order_by("pk")
    assert (second.number, second.body) == (number.e164, NEW_WORDS)
    assert first.file_id != second.file_id


def answer_for(line: CarriedLine, code: str) -> Answer:
    return Answer(line.provider_id, "undelivered", code)


def test_the_lines_to_take_out_are_found_in_as_few_queries_for_many(django_assert_num_queries) -> None:
    planned()
    few = made()
    for number in range(12):
        planned(occasion=f"lesson:{number}")
    many = made()

    with CaptureQueriesContext(connection) as of_few:
        carrying.no_longer_wanted(few)
    with django_assert_num_queries(len(of_few)):
        carrying.no_longer_wanted(many)


# Waiting --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("hours_later", "calls"), [(1.9, 0), (26.9, 0), (27.1, 1)])
def test_without_a_result_the_office_calls_while_somebody_is_there(hours_later: float, calls: int) -> None:
    planned()
    made()

    # The lesson is on Friday at ten: Thursday at three the office stops waiting.
    rounds.round(gateway=FileExchangeGateway(), now=make.later(hours=hours_later))

    assert CallTask.objects.filter(reason=Reason.NO_RECEIPT).count() == calls


def test_what_is_carried_out_on_the_last_afternoon_has_at_least_an_hour() -> None:
    sent = datetime(2026, 12, 3, 16, 30, tzinfo=TOKYO)

    deadline = timing.carried_deadline(sent, make.LESSON, hours(), frozenset())

    assert deadline == sent + timedelta(hours=1)


def test_what_nobody_carries_becomes_a_call_in_time() -> None:
    message = planned()

    rounds.round(gateway=FileExchangeGateway(), now=make.later(hours=26.9))
    assert Message.objects.get().state == State.PLANNED
    rounds.round(gateway=FileExchangeGateway(), now=make.later(hours=27.1))

    message.refresh_from_db()
    assert (message.state, message.error_code) == (State.FAILED, "late")
    assert CallTask.objects.get().reason == Reason.LATE


def test_the_list_counts_texts_and_missing_results_in_a_few_queries(django_assert_num_queries) -> None:
    for number in range(3):
        planned(occasion=f"lesson:{number}")
        made()
    Message.objects.filter(pk=Message.objects.order_by("pk")[0].pk).update(state=State.DELIVERED)

    with django_assert_num_queries(1):
        files = list(carrying.listed())

    assert [(file.texts, file.awaited) for file in files] == [(1, 1), (1, 1), (1, 0)]  # type: ignore[attr-defined]


def test_a_claim_that_died_between_file_and_outbox_is_found_in_the_file() -> None:
    message = planned()
    made()
    Message.objects.update(state=State.CLAIMED, provider_id="", provider_status="", sent_at=None)

    rounds.round(gateway=FileExchangeGateway(), now=make.later(minutes=15))

    message.refresh_from_db()
    assert message.state == State.SENT
    assert Request.objects.get().call is None
    assert Resident.objects.count() == 1
