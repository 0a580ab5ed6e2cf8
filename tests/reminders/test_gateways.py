"""What every gateway promises, held to by all of them."""

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils import timezone

from reminders.gateways import Gateway, NotSent, Text, Unclear, configured
from reminders.gateways.file_exchange import FileExchangeGateway
from reminders.gateways.memory import MemoryGateway
from reminders.gateways.practice import PracticeGateway
from reminders.gateways.twilio import TwilioGateway
from reminders.models import CarriedLine, new_token
from reminders.receipts import STATUSES, Fate
from tests.make import reminders as make
from tests.make.twilio_server import Mood, TwilioServer

NUMBER = "+819012345678"


def text(number: str = NUMBER, body: str = make.BODY) -> Text:
    return Text(new_token(), number, body, 3600, timezone.now())


@dataclass
class MemoryProvider:
    """The memory gateway, told to behave badly."""

    gateway: MemoryGateway

    def refuse(self, number: str, code: str) -> None:
        self.gateway.refusals[number] = code

    def lose_the_answer(self, number: str) -> None:
        self.gateway.breaks_after_taking.add(number)

    def break_before_taking(self, number: str) -> None:
        self.gateway.breaks_before_taking.add(number)

    def report(self, sent: Text, provider_id: str, status: str, code: int) -> None:
        self.gateway.report(sent, status, str(code))

    def go_away(self) -> None:
        self.gateway.is_away = True


@dataclass
class TwilioProvider:
    """The local Twilio, told to behave badly."""

    server: TwilioServer
    gateway: TwilioGateway

    def refuse(self, number: str, code: str) -> None:
        self.server.refusals[number] = int(code)

    def lose_the_answer(self, number: str) -> None:
        self.server.moods[number] = Mood.DROPS_AFTER_TAKING

    def break_before_taking(self, number: str) -> None:
        self.server.moods[number] = Mood.BROKEN

    def report(self, sent: Text, provider_id: str, status: str, code: int) -> None:
        self.server.report(provider_id, status, code)

    def go_away(self) -> None:
        self.server.stop()


@dataclass
class FileProvider:
    """The files, and what comes back in others; nothing here can refuse or lose a text."""

    gateway: FileExchangeGateway

    def report(self, sent: Text, provider_id: str, status: str, code: int) -> None:
        CarriedLine.objects.filter(message_token=sent.token).update(status=status, error_code=str(code))


Provider = MemoryProvider | TwilioProvider


@pytest.fixture(params=["memory", "twilio"])
def provider(request: pytest.FixtureRequest) -> Provider:
    """A provider that can refuse and lose things; the practice gateway cannot."""
    if request.param == "memory":
        return MemoryProvider(MemoryGateway())
    server = request.getfixturevalue("twilio")
    return TwilioProvider(server, TwilioGateway())


@pytest.fixture(params=["memory", "twilio", "file"])
def telling(request: pytest.FixtureRequest) -> Provider | FileProvider:
    """A provider that tells what became of a text."""
    if request.param == "memory":
        return MemoryProvider(MemoryGateway())
    if request.param == "file":
        request.getfixturevalue("db")
        return FileProvider(FileExchangeGateway())
    server = request.getfixturevalue("twilio")
    return TwilioProvider(server, TwilioGateway())


@pytest.fixture(params=["practice", "memory", "twilio", "file"])
def any_gateway(request: pytest.FixtureRequest) -> Gateway:
    if request.param == "twilio":
        return request.getfixturevalue("through_twilio")
    if request.param == "file":
        request.getfixturevalue("db")
        return FileExchangeGateway()
    return PracticeGateway() if request.param == "practice" else MemoryGateway()


def test_a_text_that_was_taken_has_a_number_of_its_own_and_is_on_its_way(any_gateway: Gateway) -> None:
    one, other = any_gateway.send(text()), any_gateway.send(text())

    assert one.provider_id
    assert one.provider_id != other.provider_id
    assert STATUSES[one.status].fate is Fate.ON_ITS_WAY
    assert one.error_code == ""


def test_what_became_of_a_text_is_told_in_a_known_word(any_gateway: Gateway) -> None:
    sent = any_gateway.send(text())

    told = any_gateway.status(sent.provider_id)

    assert told is not None
    assert told.provider_id == sent.provider_id
    assert told.status in STATUSES


def test_a_text_that_nobody_took_is_not_known(any_gateway: Gateway) -> None:
    any_gateway.send(text(number="+819087654321"))

    assert any_gateway.status("SM" + "0" * 32) is None
    assert any_gateway.find(text()) is None


def test_a_name_says_which_gateway_it_is_and_whether_anything_leaves(any_gateway: Gateway) -> None:
    known = {("practice", False), ("memory", False), ("twilio", True), ("file", True)}
    assert (any_gateway.name, any_gateway.is_real) in known
    assert any_gateway.is_carried == (any_gateway.name == "file")
    assert any_gateway.concurrency >= 1


def test_a_refusal_carries_the_providers_code(provider: Provider) -> None:
    provider.refuse(NUMBER, "21614")

    with pytest.raises(NotSent) as refused:
        provider.gateway.send(text())

    assert refused.value.code == "21614"
    assert provider.gateway.find(text()) is None


def test_a_provider_that_is_away_certainly_took_nothing(provider: Provider) -> None:
    sent = provider.gateway.send(text())
    provider.go_away()

    with pytest.raises(NotSent) as away:
        provider.gateway.send(text())
    assert away.value.code == "unreachable"
    with pytest.raises(Unclear):
        provider.gateway.status(sent.provider_id)
    with pytest.raises(Unclear):
        provider.gateway.find(text())


def test_a_text_whose_answer_was_lost_is_found_again(provider: Provider) -> None:
    provider.lose_the_answer(NUMBER)
    lost = text()

    with pytest.raises(Unclear):
        provider.gateway.send(lost)

    found = provider.gateway.find(lost)
    assert found is not None
    assert provider.gateway.status(found.provider_id) == found


def test_a_text_that_broke_before_it_was_taken_is_not_found(provider: Provider) -> None:
    provider.break_before_taking(NUMBER)
    broken = text()

    with pytest.raises(Unclear):
        provider.gateway.send(broken)

    assert provider.gateway.find(broken) is None


def test_a_failure_is_told_with_its_code(telling: Provider | FileProvider) -> None:
    sent = text()
    provider_id = telling.gateway.send(sent).provider_id

    telling.report(sent, provider_id, "undelivered", 30003)

    told = telling.gateway.status(provider_id)
    assert told is not None
    assert (told.status, told.error_code) == ("undelivered", "30003")


def test_practice_reports_everything_delivered_and_keeps_nothing() -> None:
    gateway, sent = PracticeGateway(), text()

    answer = gateway.send(sent)

    told = gateway.status(answer.provider_id)
    assert told is not None
    assert told.status == "delivered"
    assert gateway.find(sent) is None


def test_one_gateway_serves_the_whole_process(settings) -> None:
    settings.SMS_GATEWAY = "practice"

    assert configured() is configured()
    assert isinstance(configured(), PracticeGateway)


def test_a_gateway_that_does_not_exist_is_named_with_those_that_do(settings) -> None:
    settings.SMS_GATEWAY = "pigeon"

    with pytest.raises(ImproperlyConfigured, match="'pigeon'; there are: file, memory, practice, twilio"):
        configured()


def test_a_text_is_looked_for_only_among_those_taken_since_its_claim(through_twilio: TwilioGateway) -> None:
    through_twilio.send(text())

    later = Text(new_token(), NUMBER, make.BODY, 3600, timezone.now() + timedelta(minutes=10))

    assert through_twilio.find(later) is None
