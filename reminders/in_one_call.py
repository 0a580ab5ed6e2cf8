"""Several calls to one person on one day, made as one: what else is to be said, and that it was.

What must never happen: something taken as told because something else was. Whatever nobody said stays to be said.
"""

from collections.abc import Callable, Collection
from datetime import datetime

from django.db.models import Prefetch
from django.utils import timezone

from accounts.models import User
from reminders import call_list
from reminders.models import CallTask, Outcome, Request
from reminders.told_together import TOLD, end_of_day


def others_to_them(task: CallTask, *, at: datetime) -> list[CallTask]:
    """The other calls of the day to the people of this one, one about each other matter, in their turn."""
    people = Request.objects.standing().filter(call=task).values("resident")
    theirs = Request.objects.standing().filter(resident__in=people).values("call")
    others = CallTask.objects.for_day(end_of_day(at)).filter(pk__in=theirs).exclude(number="")
    # What says the same is done with a call by itself.
    matters = {(task.purpose, task.occasion): task}
    for other in others.prefetch_related(Prefetch("requests", Request.objects.standing().order_by("pk"))):
        matters.setdefault((other.purpose, other.occasion), other)
    return list(matters.values())[1:]


def calls_to_them(task: CallTask) -> list[int]:
    """The numbers of all calls to the people of this one, made or not: what a page of it may have shown."""
    people = Request.objects.filter(call=task).values("resident")
    return list(CallTask.objects.filter(requests__resident__in=people).values_list("pk", flat=True).distinct())


def record_with_others(
    task: CallTask,
    outcome: str,
    *,
    by: User,
    absent: Collection[int] = (),
    also: Collection[int] = (),
    say: Callable[[str], object] | None = None,
) -> None:
    """What came of a call; `also` are the numbers of the other calls whose matter was told in it.

    Where nobody answered, nobody answers about anything else either: every other call to that number rests as well.
    Each is a deed of its own, since no two runs are held at once (docs/locking.md). Raises what `call_list.record`
    raises of the first; another one that a colleague has in hand, or has made, is left to them.
    """
    others = others_to_them(task, at=timezone.now())
    call_list.record(task, outcome, by=by, absent=absent, say=say)
    for other in others:
        if outcome in TOLD and other.pk in also:
            # That somebody will not come is said of one matter.
            came = Outcome.SELF if outcome == Outcome.ABSENCE else outcome
        elif outcome in call_list.NOT_REACHED and other.number == task.number:
            came = outcome
        else:
            continue
        try:
            call_list.record(other, came, by=by, say=say)
        except (call_list.CallIsHeld, call_list.CallIsClosed):
            continue
