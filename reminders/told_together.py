"""Who is told by one call, which other calls about the same are done with it, and whose line is taken.

What must never happen: one person called twice on a day about one lesson, or one of a couple taken for the other.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, time, timedelta

from django.db import models

from accounts.models import User
from core.wareki import TOKYO, local_date
from reminders.models import CallTask, Outcome, Request
from reminders.strangers import texts_there
from residents.models import PhoneLine

# Somebody was told.
TOLD = frozenset({Outcome.SELF, Outcome.FAMILY, Outcome.ABSENCE})


def each_once(requests: Iterable[Request]) -> list[Request]:
    """One request of each person: three days before and the day before may be one call."""
    found: dict[int, Request] = {}
    for request in requests:
        found.setdefault(request.resident_id, request)
    return list(found.values())


def who_left(people: Iterable[Request], gone: Iterable[Request]) -> list[Request]:
    """Of those who have left a call the people who are not to be called by it any more, one request of each."""
    called = {request.resident_id for request in people}
    left = {request.resident_id: request for request in gone if request.resident_id not in called}
    return list(left.values())


def concerned_by(task: CallTask, outcome: str, *, by: User, at: datetime) -> models.Q:
    """Which requests change with this outcome of a call: those behind it, and what its people are to be told besides.

    Locked at once and in the order of their numbers, as everybody locks them.
    """
    standing = models.Q(withdrawn_at__isnull=True, replaced_at__isnull=True)
    others = models.Q(pk__in=())
    if outcome == Outcome.WRONG_NUMBER:
        others = models.Q(resident__in=PhoneLine.objects.filter(number=task.number).values("resident"))
        others |= models.Q(message__in=texts_there(task.number, now=at).values("pk"))
    elif outcome in TOLD:
        in_another_hand = models.Q(held_until__gt=at) & ~models.Q(held_by=by)
        calls = others_about_it(task, at=at).exclude(in_another_hand).values("pk")
        others = models.Q(call__in=calls, resident__in=Request.objects.filter(call=task).values("resident"))
    return models.Q(call=task) | (standing & others)


def others_about_it(task: CallTask, *, at: datetime) -> "models.QuerySet[CallTask]":
    """Other calls about the same whose day has come: three days before and the day before may fall on one Friday."""
    due = CallTask.objects.for_day(end_of_day(at)).order_by()
    return due.filter(purpose=task.purpose, occasion=task.occasion).exclude(pk=task.pk)


def on_the_line(numbers: Collection[str], *, by: User, at: datetime) -> dict[str, User]:
    """Which of these numbers colleagues are ringing at the moment, about whatever it be, and who does."""
    rung = CallTask.objects.open().filter(number__in=set(numbers), held_until__gt=at).exclude(number="")
    calls = rung.exclude(held_by=by).select_related("held_by").order_by("held_until", "pk")
    return {call.number: call.held_by for call in calls if call.held_by is not None}


def tell_with(task: CallTask, requests: list[Request], *, by: User, at: datetime) -> None:
    """Whoever was told by this call is not called about the same once more today."""
    left = {request.call_id for request in requests if request.call_id is not None}
    if not left:
        return
    Request.objects.filter(pk__in=[request.pk for request in requests]).update(call=task)
    calls = CallTask.objects.filter(pk__in=left, state=CallTask.State.OPEN)
    list(calls.select_for_update().order_by("pk").values_list("pk"))
    calls.exclude(pk__in=Request.objects.standing().filter(call__in=left).values("call")).update(
        state=CallTask.State.WITHDRAWN, settled_at=at, settled_by=by
    )


def end_of_day(now: datetime) -> datetime:
    """When the office's day is over."""
    return datetime.combine(local_date(now) + timedelta(days=1), time.min, TOKYO)
