"""What a provider says became of a text: thirteen statuses, of which only later ones count.

Receipts arrive early, late, twice and in any order; the same receipt twice changes nothing, and a text that was
reported delivered never becomes less. What must never happen: a failed text that nobody is called about.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from city.models import CityProfile
from reminders.fallback import call_instead, call_off_calls, fail, locked, note
from reminders.gateways import Answer
from reminders.models import Message, MessageEvent, Request
from reminders.reasons import Reason


class Fate(StrEnum):
    """What a status means for the person."""

    ON_ITS_WAY = "on_its_way"
    ARRIVED = "arrived"
    LOST = "lost"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Status:
    """A status at the provider: how far it is, and what it means."""

    rank: int
    fate: Fate


# Twilio's message statuses (twilio-oai, twilio_api_v2010: message_enum_status). The first final one stands.
STATUSES: dict[str, Status] = {
    "scheduled": Status(1, Fate.ON_ITS_WAY),
    "accepted": Status(1, Fate.ON_ITS_WAY),
    "queued": Status(2, Fate.ON_ITS_WAY),
    "sending": Status(3, Fate.ON_ITS_WAY),
    "sent": Status(4, Fate.ON_ITS_WAY),
    # Some parts arrived: as good as none until the others do.
    "partially_delivered": Status(5, Fate.ON_ITS_WAY),
    "undelivered": Status(6, Fate.LOST),
    "failed": Status(6, Fate.LOST),
    "canceled": Status(6, Fate.LOST),
    "delivered": Status(6, Fate.ARRIVED),
    "read": Status(7, Fate.ARRIVED),
    # These are said of texts that somebody sent to us.
    "receiving": Status(0, Fate.NOT_OURS),
    "received": Status(0, Fate.NOT_OURS),
}

_UNKNOWN = Status(0, Fate.NOT_OURS)
# A planned message that has a receipt was sent all the same, and must not be sent again.
_OPEN = (Message.State.PLANNED, Message.State.CLAIMED, Message.State.SENT, Message.State.UNCERTAIN)


def is_lost(status: str) -> bool:
    """Whether a status says that the text will not arrive."""
    return STATUSES.get(status, _UNKNOWN).fate is Fate.LOST


@transaction.atomic
def apply(token: str, answer: Answer, *, now: datetime | None = None, city: CityProfile | None = None) -> bool:
    """Move the message of a token forward by what the provider says; true when that was news.

    A message whose own answer was lost is adopted: the receipt names it. `city` is given by who has read it already.
    Raises Message.DoesNotExist for an unknown token.
    """
    pk = Message.objects.values_list("pk", flat=True).get(token=token)
    return _apply(*locked(pk), answer, now=now or timezone.now(), city=city)


def _apply(
    message: Message, requests: list[Request], answer: Answer, *, now: datetime, city: CityProfile | None
) -> bool:
    status = STATUSES.get(answer.status, _UNKNOWN)
    code = answer.error_code[:12]
    if _is_strange(message, answer):
        note(message, MessageEvent.Kind.STRANGE, status=answer.status[:24], code=code, now=now)
        return False
    if status.fate is Fate.NOT_OURS or status.rank <= _rank(message):
        return False

    note(message, MessageEvent.Kind.RECEIPT, status=answer.status, code=code, now=now)
    message.provider_id, message.provider_status = answer.provider_id, answer.status
    message.claimed_at = message.claimed_at or now
    message.sent_at = message.sent_at or message.claimed_at
    if status.fate is Fate.LOST:
        fail(message, requests, code, now=now, city=city or CityProfile.current())
        return True
    if status.fate is Fate.ARRIVED:
        message.state, message.settled_at = Message.State.DELIVERED, now
        call_off_calls(requests, now=now)
    else:
        message.state, message.settled_at = Message.State.SENT, None
    message.save()
    return True


def _is_strange(message: Message, answer: Answer) -> bool:
    """Whether the text was never sent, or the provider speaks of another one."""
    if message.state == Message.State.WITHDRAWN:
        return True
    if message.provider_id:
        return message.provider_id != answer.provider_id
    return Message.objects.filter(provider_id=answer.provider_id).exists()


def _rank(message: Message) -> int:
    """How far a message is known to be. One that failed takes no more receipts; its people are being called."""
    known = STATUSES.get(message.provider_status)
    if message.state in _OPEN:
        return known.rank if known else 0
    if message.state == Message.State.DELIVERED and known:
        return known.rank
    return max(status.rank for status in STATUSES.values())


@transaction.atomic
def give_up_waiting(pk: int, *, now: datetime, city: CityProfile | None = None) -> None:
    """No receipt came in time: the people behind the text are called, and a late receipt may still call that off."""
    message, requests = locked(pk)
    if message.state == Message.State.SENT:
        uncalled = [request for request in requests if request.call_id is None]
        call_instead(uncalled, Reason.NO_RECEIPT, now=now, city=city)
