"""One text, one call or one card for all who are told the same at one place: what makes it one, joining it, leaving it.

What must never happen: two texts to one household for one thing, because two clerks asked at the same moment.
"""

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import TypeVar

from django.db import models
from django.utils import timezone

from accounts.models import User
from city.models import CityProfile
from core.wareki import local_date
from reminders import timing
from reminders.models import CallTask, Message, Request
from reminders.routing import Channel, Route
from reminders.wording import count_parts

Row = TypeVar("Row", Message, CallTask)


def message_for(request: Request, way: Route) -> Message:
    """The text of a request, not written yet."""
    return Message(
        share_key=_key_of(request, number_of(way), request.due_at, request.body),
        purpose=request.purpose,
        occasion=request.occasion,
        number=number_of(way),
        body=request.body,
        parts=count_parts(request.body),
        due_at=request.due_at,
        useless_after=request.useless_after,
        is_urgent=request.is_urgent,
    )


def reworded(message: Message, body: str) -> Message:
    """A text in other words, not written yet: who asks for these words from now on joins it."""
    message.body, message.parts = body, count_parts(body)
    message.share_key = _key_of(message, message.number, message.due_at, body)
    return message


def call_for(request: Request, way: Route, *, city: CityProfile) -> CallTask:
    """The call or the card of a request, not written yet."""
    number, hours, closing = number_of(way), timing.calling_hours(city), city.closing_days_to_come
    # Without a number there is nothing to share, and a postcard has one address.
    own = "" if number else str(request.resident_id)
    is_posted = way.channel == Channel.POSTCARD
    due_at = timing.call_slot(request.due_at, hours, closing)
    if is_posted:
        due_at = timing.posting_time(request.due_at, request.useless_after, hours, closing)
    # Whoever is to be told twice, three days and one day before, gets one postcard, since both would be posted
    # together; and one call where both fall on one day, as they do on the Friday before a Monday.
    words = own if is_posted else f"{own} {local_date(due_at)}"
    standing = _standing_there(request, number, due_at, is_posted=is_posted)
    return CallTask(
        share_key=standing.share_key if standing else _key_of(request, number, request.useless_after, words),
        purpose=request.purpose,
        occasion=request.occasion,
        number=number,
        reason=way.reason,
        due_at=due_at,
        useless_after=request.useless_after,
        is_urgent=request.is_urgent,
    )


def number_of(way: Route) -> str:
    """The number by which this way leads; empty where there is none."""
    return way.phone.e164 if way.phone else ""


def joined(rows: models.QuerySet[Row], wanted: Iterable[Row]) -> dict[str, Row]:
    """The open rows of the share keys, locked, the new ones written; two clerks at once end with one."""
    new = {row.share_key: row for row in wanted}
    if not new:
        return {}
    for _attempt in range(3):
        # Everybody in the same order, so that two who wait for each other's rows do not wait for ever: what has no
        # number yet by its key, and what has one by that.
        rows.model.objects.bulk_create([new[key] for key in sorted(new)], ignore_conflicts=True)
        locked = rows.select_for_update().filter(share_key__in=new).order_by("pk")
        found = {row.share_key: row for row in locked}
        if len(found) == len(new):
            return found
    raise RuntimeError("the same share key was taken and given back three times")


def rows_locked(model: type[Row], numbers: Iterable[int | None]) -> dict[int, Row]:
    """The rows of these numbers, locked in their order; nothing is read where there are none."""
    wanted = {number for number in numbers if number is not None}
    if not wanted:
        return {}
    return {row.pk: row for row in model.objects.select_for_update().filter(pk__in=wanted).order_by("pk")}


def close_left(messages: Iterable[Message | None], calls: Iterable[CallTask | None], *, by: User | None) -> None:
    """Withdraw messages that are not on their way yet, and calls not made yet, behind which nobody stands any more."""
    now, standing = timezone.now(), Request.objects.standing()
    unsent = rows_locked(Message, (message.pk for message in messages if message))
    if unsent:
        left = Message.objects.filter(pk__in=unsent, state=Message.State.PLANNED)
        left.exclude(pk__in=standing.filter(message__in=unsent).values("message")).update(
            state=Message.State.WITHDRAWN, settled_at=now
        )
    unmade = rows_locked(CallTask, (call.pk for call in calls if call))
    if unmade:
        open_calls = CallTask.objects.filter(pk__in=unmade, state=CallTask.State.OPEN)
        open_calls.exclude(pk__in=standing.filter(call__in=unmade).values("call")).update(
            state=CallTask.State.WITHDRAWN, settled_at=now, settled_by=by
        )


def _standing_there(request: Request, number: str, due_at: datetime, *, is_posted: bool) -> CallTask | None:
    """The call by which its person is to be told there that day already: closing days move calls that are planned."""
    call = request.call
    if call is None or call.state != CallTask.State.OPEN or not number:
        return None
    stands = (call.number, call.useless_after, local_date(call.due_at), call.is_postcard)
    return call if stands == (number, request.useless_after, local_date(due_at), is_posted) else None


def _key_of(told: Request | Message, number: str, at: datetime, words: str) -> str:
    facts = [number, told.purpose, told.occasion, f"{at.timestamp():.0f}", words]
    return hashlib.sha256("\n".join(facts).encode()).hexdigest()
