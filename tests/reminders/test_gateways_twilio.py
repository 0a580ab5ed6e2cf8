"""The real gateway over real HTTP, against a local server that speaks Twilio's protocol."""

import logging
from datetime import timedelta

import pytest
from django.utils import timezone

from reminders.gateways import NotSent, Text, Unclear
from reminders.gateways.twilio import TwilioGateway
from reminders.models import new_token
from tests.make import reminders as make
from tests.make.patience import PATIENCE_SECONDS, wait_until
from tests.make.twilio_server import VERSION, Mood, TwilioServer

NUMBER = "+819012345678"


def text(number: str = NUMBER, body: str = make.BODY, valid_seconds: int = 3600) -> Text:
    return Text(new_token(), number, body, valid_seconds, timezone.now())


def posts(twilio: TwilioServer) -> int:
    """How often anything was handed over, taken or not."""
    return [method for method, _path in twilio.heard].count("POST")


def test_what_goes_over_the_wire(twilio: TwilioServer, through_twilio: TwilioGateway) -> None:
    sent = text()

    answer = through_twilio.send(sent)

    assert twilio.heard == [("POST", f"/{VERSION}/Accounts/{twilio.account}/Messages.json")]
    assert twilio.forms == [
        {
            "To": NUMBER,
            "From": "+815000000000",
            "Body": make.BODY,
            "ValidityPeriod": "3600",
            "StatusCallback": f"https://kakehashi.test/hooks/twilio/status/{sent.token}/",
        }
    ]
    assert answer.provider_id in twilio.messages
    assert answer.status == "queued"


@pytest.mark.parametrize("body", ["𠮷野家の髙橋﨑子様", "①&=+%?#", "a" * 1600, "二行\nの文"])
def test_every_character_arrives_as_it_was_written(
    twilio: TwilioServer, through_twilio: TwilioGateway, body: str
) -> None:
    through_twilio.send(text(body=body))

    assert twilio.forms[0]["Body"] == body


def test_a_wrong_token_is_told_by_twilios_code(twilio: TwilioServer, settings) -> None:
    settings.TWILIO_AUTH_TOKEN = "c" * 32

    with pytest.raises(NotSent) as refused:
        TwilioGateway().send(text())

    assert refused.value.code == "20003"


@pytest.mark.parametrize("as_problem", [False, True], ids=["as always", "RFC 9457"])
@pytest.mark.parametrize(
    ("number", "body", "code"),
    [("+81", "文", "21211"), (NUMBER, "", "21602"), (NUMBER, "あ" * 1601, "21617")],
)
def test_a_refusal_is_told_by_twilios_code(
    twilio: TwilioServer, through_twilio: TwilioGateway, number: str, body: str, code: str, as_problem: bool
) -> None:
    twilio.errors_as_problems = as_problem

    with pytest.raises(NotSent) as refused:
        through_twilio.send(text(number, body))

    assert refused.value.code == code


@pytest.mark.parametrize("as_problem", [False, True], ids=["as always", "RFC 9457"])
def test_a_busy_twilio_took_nothing(twilio: TwilioServer, through_twilio: TwilioGateway, as_problem: bool) -> None:
    twilio.mood, twilio.errors_as_problems = Mood.BUSY, as_problem

    with pytest.raises(NotSent) as busy:
        through_twilio.send(text())

    assert busy.value.code == "20429"
    assert posts(twilio) == 1


@pytest.mark.parametrize("as_problem", [False, True], ids=["as always", "RFC 9457"])
@pytest.mark.parametrize(("mood", "taken"), [(Mood.BROKEN, 0), (Mood.BROKEN_AFTER_TAKING, 1)])
def test_an_error_inside_twilio_leaves_a_doubt(
    twilio: TwilioServer, through_twilio: TwilioGateway, mood: Mood, taken: int, as_problem: bool
) -> None:
    twilio.mood, twilio.errors_as_problems = mood, as_problem

    with pytest.raises(Unclear) as doubt:
        through_twilio.send(text())

    assert doubt.value.code == "20500"
    assert (posts(twilio), len(twilio.texted)) == (1, taken)


@pytest.mark.parametrize(
    ("mood", "code", "taken"),
    [
        (Mood.SLOW, "timeout", 1),
        (Mood.DROPS_BEFORE_TAKING, "broken", 0),
        (Mood.DROPS_AFTER_TAKING, "broken", 1),
        (Mood.MUMBLES, "unreadable", 1),
    ],
)
def test_whatever_leaves_a_doubt_is_called_a_doubt_and_never_tried_again(
    twilio: TwilioServer, settings, mood: Mood, code: str, taken: int
) -> None:
    settings.TWILIO_TIMEOUT_SECONDS = 0.5 if mood is Mood.SLOW else PATIENCE_SECONDS
    twilio.mood, twilio.slowness = mood, PATIENCE_SECONDS

    with pytest.raises(Unclear) as doubt:
        TwilioGateway().send(text())
    # The server may get to what it was sent only after nobody waits for its answer any more.
    wait_until(lambda: (posts(twilio), len(twilio.texted)) == (1, taken))

    assert doubt.value.code == code
    assert (posts(twilio), len(twilio.texted)) == (1, taken)


def test_a_slow_answer_is_waited_for_as_long_as_the_setting_says(twilio: TwilioServer, settings) -> None:
    settings.TWILIO_TIMEOUT_SECONDS = PATIENCE_SECONDS
    twilio.mood, twilio.slowness = Mood.SLOW, 0.5

    assert TwilioGateway().send(text()).status == "queued"


@pytest.mark.parametrize("host", ["http://127.0.0.1:9", "http://kakehashi.invalid"], ids=["closed", "no such host"])
def test_where_nobody_listens_nothing_was_taken(twilio: TwilioServer, settings, host: str) -> None:
    settings.TWILIO_API_BASE_URL = host

    with pytest.raises(NotSent) as away:
        TwilioGateway().send(text())

    assert away.value.code == "unreachable"


def test_one_connection_serves_many_texts(twilio: TwilioServer, through_twilio: TwilioGateway) -> None:
    for _each in range(5):
        through_twilio.send(text())

    assert twilio.connections == 1


def test_a_connection_that_twilio_ended_meanwhile_is_opened_again(
    twilio: TwilioServer, through_twilio: TwilioGateway
) -> None:
    through_twilio.send(text())
    twilio.stop()
    with twilio:
        assert through_twilio.send(text()).status == "queued"

    assert len(twilio.texted) == 2


# What became of it ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("mood", [Mood.BROKEN, Mood.DROPS_BEFORE_TAKING])
def test_a_twilio_in_trouble_says_nothing_about_a_text(
    twilio: TwilioServer, through_twilio: TwilioGateway, mood: Mood
) -> None:
    sent = text()
    answer = through_twilio.send(sent)
    twilio.mood = mood

    for ask in (lambda: through_twilio.status(answer.provider_id), lambda: through_twilio.find(sent)):
        with pytest.raises(Unclear):
            ask()


def test_a_lost_text_is_found_behind_many_others_to_the_same_number(
    twilio: TwilioServer, through_twilio: TwilioGateway
) -> None:
    lost = text()
    twilio.mood = Mood.DROPS_AFTER_TAKING
    with pytest.raises(Unclear):
        through_twilio.send(lost)
    twilio.mood = Mood.WELL
    sid = next(iter(twilio.messages))
    for number in range(60):
        through_twilio.send(text(body=f"{number}"))

    found = through_twilio.find(lost)

    assert found is not None
    assert found.provider_id == sid


def test_a_clock_that_is_a_little_ahead_of_twilios_hides_nothing(
    twilio: TwilioServer, through_twilio: TwilioGateway
) -> None:
    twilio.clock = lambda: timezone.now() - timedelta(seconds=90)
    lost = text()
    through_twilio.send(lost)

    assert through_twilio.find(lost) is not None


@pytest.mark.parametrize("changed", [{"body": "別の文"}, {"number": "+819087654321"}])
def test_another_text_is_not_taken_for_the_lost_one(through_twilio: TwilioGateway, changed: dict[str, str]) -> None:
    through_twilio.send(text())

    assert through_twilio.find(text(**changed)) is None


# Logs -----------------------------------------------------------------------------------------------------


def test_no_number_and_no_text_stands_in_the_log(
    twilio: TwilioServer, through_twilio: TwilioGateway, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    sent = text()

    through_twilio.send(sent)
    through_twilio.find(sent)
    twilio.refusals[NUMBER] = 21614
    with pytest.raises(NotSent):
        through_twilio.send(text())

    assert NUMBER[1:] not in caplog.text
    assert make.BODY not in caplog.text
