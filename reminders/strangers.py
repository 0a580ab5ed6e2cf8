"""Somebody else answers at a number: what was texted there has told nobody, whatever its receipts say.

What must never happen: somebody who counts as reached because a stranger's telephone took the text.
"""

from collections.abc import Iterable
from datetime import datetime

from city.models import CityProfile
from reminders.fallback import fail
from reminders.models import Message, MessageQuerySet, Request
from residents.models import PhoneLine


def texts_there(number: str, *, now: datetime) -> MessageQuerySet:
    """What went there of that which is still of use to somebody who has this number."""
    theirs = PhoneLine.objects.filter(number=number).values("resident")
    asked = Request.objects.standing().filter(resident__in=theirs, useless_after__gt=now)
    went = Message.objects.filter(number=number, state__in=[Message.State.SENT, Message.State.DELIVERED])
    return went.filter(pk__in=asked.values("message"))


def fail_texts_there(number: str, requests: Iterable[Request], *, now: datetime, city: CityProfile) -> None:
    """Call whoever was to be told by these texts. The caller holds the locks of these people and of `requests`."""
    behind: dict[int | None, list[Request]] = {}
    for request in requests:
        if request.withdrawn_at is None and request.replaced_at is None:
            behind.setdefault(request.message_id, []).append(request)
    for message in texts_there(number, now=now).select_for_update().order_by("pk"):
        fail(message, behind.get(message.pk, []), "stranger", now=now, city=city)
