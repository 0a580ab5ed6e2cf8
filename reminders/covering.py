"""A text that waited so long, for an outage or a halt, that a later one in the same words is due as well.

Three days and one day before a lesson the same is said. What must never happen: both of them leave in the same minute,
or somebody who stood behind the earlier one hears of neither.
"""

from datetime import datetime, timedelta

from django.db import transaction

from reminders.claiming import Batch
from reminders.fallback import locked
from reminders.models import Message, Request

# Moments are kept to the minute: a text that is claimed sooner after it fell due was overtaken by none.
OVERTAKEN_AFTER = timedelta(minutes=1)

State = Message.State
# A text in one of these states tells, or has told, whoever stands behind it.
_TELLS = (State.PLANNED, State.CLAIMED, State.SENT, State.DELIVERED)


def covered(batch: Batch, *, now: datetime) -> dict[Message, Message]:
    """Of a batch those texts of which a later one that is due too says the same, each with the last such."""
    waited = [message for message in batch if message.due_at <= now - OVERTAKEN_AFTER]
    if not waited:
        return {}
    since, numbers = min(message.due_at for message in waited), {message.number for message in waited}
    due = Message.objects.filter(state__in=_TELLS, due_at__gt=since, due_at__lte=now, number__in=numbers)
    last = {_words(message): message for message in due.order_by("due_at", "pk")}
    own = {message.pk: message for message in batch}
    found = {}
    for message in waited:
        later = last.get(_words(message))
        if later is not None and later.due_at > message.due_at:
            found[message] = own.get(later.pk, later)
    return found


@transaction.atomic
def leave_to(message: Message, later: Message, *, now: datetime) -> list[Request] | None:
    """Withdraw a text and leave its people to a later one, so that a receipt or a call counts for all of them.

    Gives those who join the later one; None when that came to nothing meanwhile, so this one has to be sent.
    """
    fresh, requests = locked(message.pk)
    later = Message.objects.select_for_update().get(pk=later.pk)
    if fresh.state != State.CLAIMED or later.state not in _TELLS:
        return None
    hear_it = set(Request.objects.standing().filter(message=later).values_list("resident", flat=True))
    joining = [request for request in requests if request.resident_id not in hear_it]
    for request in requests:
        if request in joining:
            # At its hour, so that all of them share one call where it does not arrive.
            request.message, request.due_at = later, later.due_at
        else:
            request.withdrawn_at = now
    Request.objects.bulk_update(requests, ["message", "due_at", "withdrawn_at"])
    fresh.state, fresh.settled_at, fresh.claimed_by = State.WITHDRAWN, now, ""
    fresh.save(update_fields=["state", "settled_at", "claimed_by"])
    return joining


def _words(message: Message) -> tuple[str, str, str, str]:
    return message.purpose, message.occasion, message.number, message.body
