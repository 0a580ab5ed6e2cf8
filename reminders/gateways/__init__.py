"""The one door through which texts leave: what a gateway is, what it may answer, and which one is configured.

A gateway never decides what becomes of a message. It says one of three things: accepted, not accepted, or unclear; the
third exists because a connection may break after the provider took the text.
"""

from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

# Loaded only when chosen: the twilio package takes a fifth of a second and twenty megabytes.
_GATEWAYS = {
    "practice": "reminders.gateways.practice.PracticeGateway",
    "memory": "reminders.gateways.memory.MemoryGateway",
    "twilio": "reminders.gateways.twilio.TwilioGateway",
    "file": "reminders.gateways.file_exchange.FileExchangeGateway",
}


@dataclass(frozen=True)
class Text:
    """What is handed to a gateway."""

    token: str
    number: str
    body: str
    # How long the carrier may try, in seconds.
    valid_seconds: int
    # When it was claimed: a text found at the provider is ours only when it is younger.
    claimed_at: datetime
    # Between which moments it is to arrive, for a way on which nobody knows when it is sent.
    not_before: datetime | None = None
    not_after: datetime | None = None


@dataclass(frozen=True)
class Answer:
    """What a provider says of a text: its number there, its status, and an error code when it has one."""

    provider_id: str
    status: str
    error_code: str = ""


class NotSent(Exception):
    """The provider certainly did not take the text; `code` is its reason."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Unclear(Exception):
    """The provider may have taken the text or not: no answer came, or none that says so."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Gateway(Protocol):
    """A way to send texts."""

    name: str
    # Whether a text reaches a telephone, and costs money.
    is_real: bool
    # How many texts may be handed over at the same time.
    concurrency: int
    # Whether a person carries the texts out, so that a clerk's press and not the worker takes them.
    is_carried: bool

    def send(self, text: Text) -> Answer:
        """Hand one text over.

        Raises NotSent when it was certainly not taken, Unclear when that cannot be said.
        """
        ...

    def status(self, provider_id: str) -> Answer | None:
        """What became of a text, None when the provider does not know it; raises Unclear."""
        ...

    def find(self, text: Text) -> Answer | None:
        """A text whose answer was lost, None when the provider never took it; raises Unclear."""
        ...

    def remove_words(self, provider_id: str) -> bool:
        """Have the provider forget the words of a text at its end; false when it is too early; raises Unclear."""
        ...


def configured() -> Gateway:
    """The gateway of this installation, one for the whole process so that its connections are kept."""
    return _instance(settings.SMS_GATEWAY)


@lru_cache(maxsize=4)
def _instance(name: str) -> Gateway:
    if name not in _GATEWAYS:
        known = ", ".join(sorted(_GATEWAYS))
        raise ImproperlyConfigured(f"SMS_GATEWAY is {name!r}; there are: {known}.")
    return import_string(_GATEWAYS[name])()
