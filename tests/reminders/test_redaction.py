"""The words of a text are removed at the provider once it has come to its end, and not before."""

from datetime import datetime

import pytest

from reminders.gateways import Answer, Text, Unclear
from reminders.gateways.memory import MemoryGateway
from reminders.gateways.twilio import TwilioGateway
from reminders.models import Message
from reminders.receipts import apply
from reminders.redaction import remove_words
from tests.make import reminders as make
from tests.make.twilio_server import Mood, TwilioServer

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]


@pytest.fixture
def real(gateway: MemoryGateway) -> MemoryGateway:
    gateway.is_real = True
    return gateway


def ended(status: str = "delivered", code: str = "", *, at: datetime = make.NOON) -> Message:
    """A text of which the provider has said its last word."""
    message = make.sent()
    apply(message.token, Answer(message.provider_id, status, code), now=at)
    return message


@pytest.mark.parametrize(("status", "code"), [("delivered", ""), ("undelivered", "30004"), ("failed", "30008")])
def test_what_came_to_its_end_is_forgotten_some_minutes_later_and_once(
    real: MemoryGateway, status: str, code: str
) -> None:
    message = ended(status, code)

    assert remove_words(real, now=make.later(minutes=4)) == 0
    assert remove_words(real, now=make.later(minutes=5)) == 1
    assert remove_words(real, now=make.later(hours=2)) == 0

    message.refresh_from_db()
    assert message.words_removed_at == make.later(minutes=5)
    assert real.forgotten == {message.provider_id}
    # Ours are kept as long as the person's history is.
    assert message.body == make.BODY


def test_what_is_still_on_its_way_or_looked_for_keeps_its_words(real: MemoryGateway) -> None:
    make.sent(occasion="lesson:1")
    make.sent(occasion="lesson:2")
    Message.objects.filter(occasion="lesson:2").update(state=Message.State.UNCERTAIN, provider_id="")

    assert remove_words(real, now=make.later(hours=47)) == 0
    assert real.forgotten == set()


def test_of_what_nothing_more_is_heard_the_words_are_removed_all_the_same(real: MemoryGateway) -> None:
    message = make.sent()

    assert remove_words(real, now=make.later(hours=48)) == 1

    assert real.forgotten == {message.provider_id}


def test_a_provider_that_is_away_is_asked_again_an_hour_later(real: MemoryGateway) -> None:
    ended()
    real.is_away = True
    assert remove_words(real, now=make.later(minutes=5)) == 0
    real.is_away = False

    assert remove_words(real, now=make.later(minutes=64)) == 0
    assert remove_words(real, now=make.later(minutes=65)) == 1


def test_where_nothing_left_there_is_nothing_to_remove(gateway: MemoryGateway) -> None:
    ended()

    assert remove_words(gateway, now=make.later(hours=1)) == 0


# Through Twilio -------------------------------------------------------------------------------------------


def test_twilio_forgets_the_words_of_a_text_that_was_delivered(
    twilio: TwilioServer, through_twilio: TwilioGateway
) -> None:
    sent = through_twilio.send(Text("t" * 32, "+819012345678", make.BODY, 3600, make.NOON))
    assert through_twilio.remove_words(sent.provider_id) is False

    twilio.report(sent.provider_id, "delivered")

    assert through_twilio.remove_words(sent.provider_id) is True
    assert twilio.messages[sent.provider_id]["body"] == ""


def test_of_a_text_that_twilio_does_not_know_nothing_is_kept(
    twilio: TwilioServer, through_twilio: TwilioGateway
) -> None:
    assert through_twilio.remove_words("SM" + "0" * 32) is True


@pytest.mark.parametrize("mood", [Mood.BUSY, Mood.BROKEN, Mood.DROPS_BEFORE_TAKING])
def test_a_twilio_in_trouble_is_asked_another_time(
    twilio: TwilioServer, through_twilio: TwilioGateway, mood: Mood
) -> None:
    twilio.mood = mood

    with pytest.raises(Unclear):
        through_twilio.remove_words("SM" + "0" * 32)
