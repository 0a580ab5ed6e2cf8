"""What every test of the letterbox needs: a purpose of its own and an empty memory gateway."""

from collections.abc import Iterator

import pytest
from pytest_django import Settings

from reminders.gateways.memory import MemoryGateway
from reminders.gateways.twilio import TwilioGateway
from tests.make import reminders as make
from tests.make.reminders import TestPurpose
from tests.make.twilio_server import TwilioServer


@pytest.fixture
def purpose() -> Iterator[TestPurpose]:
    with make.purpose() as registered:
        yield registered


@pytest.fixture
def gateway() -> MemoryGateway:
    return MemoryGateway()


@pytest.fixture
def twilio(settings: Settings) -> Iterator[TwilioServer]:
    """A local Twilio, which the settings point to."""
    with TwilioServer() as server:
        for name, value in server.settings.items():
            setattr(settings, name, value)
        yield server


@pytest.fixture
def through_twilio(twilio: TwilioServer) -> TwilioGateway:
    """The real gateway, speaking HTTP to the local Twilio."""
    return TwilioGateway()
