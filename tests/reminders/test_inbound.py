"""Texts from residents: kept whatever they say, done where that is plain, read by somebody otherwise."""

from datetime import timedelta

import pytest
import time_machine

from core.models import AuditEntry
from reminders import inbound, opting_out
from reminders.about import About
from reminders.models import CallTask, InboundText, Message, OptOut
from tests.make import reminders as make
from tests.make import residents as make_residents

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State, Reading = InboundText.State, InboundText.Reading


@pytest.fixture(autouse=True)
def _at_noon():
    with time_machine.travel(make.NOON, tick=False):
        yield


def sid(body: str) -> str:
    """The provider's number of a text, the same each time."""
    return "SM" + body.encode().hex()[:32]


def receive(body: str, number: str = "+819012345678", **told: str) -> InboundText:
    received = inbound.receive({"MessageSid": sid(body), "From": number, "Body": body, **told})
    received.refresh_from_db()
    return received


def test_stop_stops_what_it_answers_and_nobody_has_to_look() -> None:
    message = make.sent()
    make.message(message.requests.get().resident, occasion="lesson:32")

    text = receive("停止", message.number)

    assert (text.reading, text.state, text.settled_by) == (Reading.STOP, State.CLOSED, None)
    stopped = OptOut.objects.get()
    assert (stopped.about, stopped.how, stopped.text, stopped.by) == (About.BOOKED, OptOut.How.TEXT, text, None)
    assert CallTask.objects.get().occasion == "lesson:32"


def test_the_providers_own_word_stops_everything() -> None:
    message = make.sent()

    receive("STOP", message.number)

    assert OptOut.objects.get().about == About.EVERYTHING


def test_what_the_provider_stopped_itself_is_stopped_whatever_the_words() -> None:
    text = receive("もう結構", OptOutType="STOP")

    assert OptOut.objects.get().about == About.EVERYTHING
    assert text.state == State.NEW


@pytest.mark.parametrize("body", ["明日は行けません", "停止しないで", "停止？", "", "キャンセル"])
def test_everything_else_is_for_somebody_to_read(body: str) -> None:
    text = receive(body)

    assert (text.reading, text.state) == (Reading.OTHER, State.NEW)
    assert not OptOut.objects.exists()


@pytest.mark.parametrize("body", ["停止 来週は休みます", "CANCEL"])
def test_a_wish_with_more_to_it_is_done_and_read(body: str) -> None:
    text = receive(body)

    assert (text.reading, text.state) == (Reading.STOP, State.NEW)
    assert OptOut.objects.exists()


def test_texts_begin_again_by_a_word() -> None:
    receive("停止")

    text = receive("再開")

    assert (text.reading, text.state) == (Reading.START, State.CLOSED)
    assert OptOut.objects.get().ended_how == OptOut.How.TEXT


def test_to_begin_again_what_was_never_stopped_means_something_else() -> None:
    assert receive("START").state == State.NEW


def test_the_same_text_twice_is_one_and_is_not_done_twice() -> None:
    first = receive("停止")
    opting_out.opt_in(first.number, how=OptOut.How.PHONE, by=make.clerk())

    assert receive("停止") == first

    assert InboundText.objects.count() == 1
    assert not OptOut.objects.standing().exists()


def test_a_text_that_was_kept_and_not_done_is_done_when_it_comes_again() -> None:
    kept = InboundText.objects.create(sid=sid("停止"), number="+819012345678", body="停止")

    assert receive("停止") == kept

    assert kept.opt_outs.exists()


def test_a_text_whose_wish_cannot_be_done_stays_to_be_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_given: object, **_told: object) -> None:
        raise RuntimeError("the database is away for a moment")

    monkeypatch.setattr(opting_out, "opt_out", broken)

    assert receive("停止").state == State.NEW


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"Body": "停止"},
        {"From": "", "MessageSid": ""},
        {"From": "anonymous", "Body": "停止"},
        {"From": "+1" + "2" * 60, "Body": "a\x00b\ud800" * 2000, "MessageSid": "S" * 300},
        {"From": "+819012345678", "Body": "停止", "MessageSid": "SM１"},
    ],
)
def test_whatever_is_missing_or_too_long_the_text_is_kept_once(told: dict[str, str]) -> None:
    kept = inbound.receive(told)

    assert inbound.receive(told) == kept
    assert len(kept.body) <= inbound.LONGEST_BODY
    assert "\x00" not in kept.body
    assert InboundText.objects.count() == 1


def test_a_sender_without_a_number_of_ours_opts_nobody_out() -> None:
    assert receive("停止", "+12025550123").phone is None
    assert not OptOut.objects.exists()


# Reading and settling --------------------------------------------------------------------------------------


def test_who_shares_the_number_may_have_written() -> None:
    phone = make_residents.mobile()
    people = {make.textable(phone), make.textable(phone)}
    make.textable()

    found = inbound.who_may_have_written([receive("はい", phone.e164), receive("誰", "")])

    assert {number: set(who) for number, who in found.items()} == {phone.e164: people}


def test_what_it_may_answer_are_the_last_texts_before_it() -> None:
    person = make.textable()
    old = make.sent(person, occasion="lesson:1", at=make.NOON - timedelta(days=61))
    first, second, third, fourth = (
        make.sent(person, occasion=f"lesson:{n}", at=make.NOON - timedelta(hours=n)) for n in range(2, 6)
    )
    make.sent(person, occasion="lesson:9", at=make.NOON + timedelta(hours=1))
    text = receive("はい", first.number)

    found = inbound.what_it_may_answer(text)

    assert found == [first, second, third]
    assert {fourth, old}.isdisjoint(found)


def test_the_one_who_called_back_stands_with_the_text() -> None:
    clerk, text = make.clerk(), receive("行けません")

    settled = inbound.settle(text, State.ANSWERED, by=clerk)

    assert (settled.state, settled.settled_by, settled.settled_at) == (State.ANSWERED, clerk, make.NOON)
    assert inbound.settle(text, State.ANSWERED, by=clerk) == settled
    assert AuditEntry.objects.filter(action="text.settled").count() == 1


def test_a_colleague_who_was_faster_is_named() -> None:
    text = receive("行けません")
    inbound.settle(text, State.ANSWERED, by=make.clerk("田中"))

    with pytest.raises(inbound.TextIsSettled, match="田中"):
        inbound.settle(text, State.CLOSED, by=make.clerk("中村"))


def test_nothing_is_sent_to_whoever_wrote() -> None:
    receive("行けません")
    receive("停止")

    assert not Message.objects.exists()
