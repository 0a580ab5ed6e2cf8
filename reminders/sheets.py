"""The call list on paper: printed as a numbered sheet, ticked with a pen, and typed back in the same order.

What must never happen: one call on two sheets that are out at once, or a tick from paper that overwrites what a clerk
has recorded on the screen meanwhile.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.db import models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.refusal import Refusal
from core.wareki import clock
from reminders import call_list
from reminders.models import CallSheet, CallSheetLine, CallTask, CallTaskQuerySet, Outcome


class NothingToPrint(Refusal):
    """Every call of the moment stands on a sheet that is out, or there is none."""

    sentence = _("There is no call that is not on a sheet already.")


class RecordedOtherwise(Refusal):
    """On the screen, or from this very sheet, something else was recorded before."""

    sentence = _("%(name)s recorded “%(outcome)s” at %(time)s. That stands; nothing was changed.")


class NoLongerWanted(Refusal):
    """The seat was given back or the lesson called off while the sheet was out."""

    sentence = _("This call was taken off the list meanwhile. Nothing was changed.")


@dataclass(frozen=True)
class Tick:
    """What stands on one line of a sheet: the outcome, and of a household the requests of those who will not come."""

    outcome: str
    absent: frozenset[int] = frozenset()


def printable(now: datetime | None = None) -> CallTaskQuerySet:
    """The calls to be made now that stand on no sheet that is out, in the order of the screen."""
    at = now or timezone.now()
    return call_list.todays(at).exclude(number="").in_nobodys_hand(at)


def out(now: datetime | None = None) -> "models.QuerySet[CallSheet]":
    """The sheets that are out, with the number of their lines that are, the newest first."""
    are_out = models.Count("lines", filter=models.Q(lines__in=CallSheetLine.objects.out(now or timezone.now())))
    return CallSheet.objects.annotate(lines_out=are_out).filter(lines_out__gt=0).select_related("printed_by")


@transaction.atomic
def print_sheet(*, by: User, now: datetime | None = None) -> CallSheet:
    """Put the calls to be made now on a sheet, those that nobody is making or has on paper. Raises NothingToPrint."""
    at = now or timezone.now()
    # Two clerks who print at once: the second waits here and then finds the lines of the first.
    list(printable(at).order_by("pk").select_for_update(of=("self",)).values_list("pk"))
    calls = list(printable(at))
    if not calls:
        return _printed_a_moment_ago(by=by, at=at)

    sheet = CallSheet.objects.create(printed_by=by, printed_at=at)
    CallSheetLine.objects.bulk_create(
        CallSheetLine(sheet=sheet, number=number, task=task) for number, task in enumerate(calls, start=1)
    )

    audit.record("calls.printed", sheet, by=by, count=len(calls))
    return sheet


def _printed_a_moment_ago(*, by: User, at: datetime) -> CallSheet:
    """The sheet of a button pressed twice; raises NothingToPrint."""
    sheet = CallSheet.objects.filter(printed_by=by, printed_at__gt=at - call_list.SAME_PRESS).first()
    if sheet is None:
        raise NothingToPrint
    return sheet


def type_back(
    sheet: CallSheet,
    ticks: Mapping[int, Tick],
    *,
    by: User,
    made_at: datetime,
    now: datetime | None = None,
    say: Callable[[str], object] | None = None,
) -> dict[int, Refusal]:
    """Record what was ticked: ticks by the number of the line. Gives the lines that were refused, and why.

    `say` hears in sentences what followed.

    Each line is a deed of its own, in the order of the sheet: an absence locks the run of its lesson, and no two runs
    are held at once (docs/locking.md). What was typed in before is passed over, so a sheet sent twice is typed in once.
    """
    refused: dict[int, Refusal] = {}
    for number in sorted(ticks):
        try:
            follows = _type_line(sheet, number, ticks[number], by=by, made_at=made_at, now=now or timezone.now())
            if say:
                for sentence in follows:
                    say(sentence)
        except (
            RecordedOtherwise, NoLongerWanted, call_list.CallIsHeld, call_list.CallIsClosed, call_list.NobodyIsAbsent,
            call_list.HasLeftTheCall,
        ) as refusal:  # fmt: skip
            refused[number] = refusal
    return refused


@transaction.atomic
def _type_line(sheet: CallSheet, number: int, tick: Tick, *, by: User, made_at: datetime, now: datetime) -> list[str]:
    # Before anything else: whoever sends the same sheet at the same moment waits here and finds it typed in. Nothing is
    # joined: PostgreSQL reads a locked row anew when its turn has come, but not the rows that were joined to it.
    line = CallSheetLine.objects.select_for_update().get(sheet=sheet, number=number)
    task = CallTask.objects.select_related("settled_by").get(pk=line.task_id)
    if line.typed_by is not None and line.typed_at is not None:
        if line.outcome == tick.outcome:
            return []
        raise _otherwise(line.typed_by, line.outcome, line.typed_at)
    _refuse_what_was_recorded_meanwhile(task, tick, made_at=made_at)

    follows: list[str] = []
    if not _stands_already(task, tick):
        call_list.record(task, tick.outcome, by=by, absent=tick.absent, made_at=made_at, now=now, say=follows.append)
    line.outcome, line.typed_at, line.typed_by = tick.outcome, now, by
    line.save(update_fields=["outcome", "typed_at", "typed_by"])
    return follows


def _refuse_what_was_recorded_meanwhile(task: CallTask, tick: Tick, *, made_at: datetime) -> None:
    if task.state == CallTask.State.WITHDRAWN and not call_list.is_news(task, tick.outcome, made_at=made_at):
        raise NoLongerWanted
    if task.state != CallTask.State.DONE or _stands_already(task, tick):
        return
    if task.settled_by is None or task.settled_at is None:
        raise call_list.CallIsClosed
    raise _otherwise(task.settled_by, task.outcome, task.settled_at)


def _stands_already(task: CallTask, tick: Tick) -> bool:
    """Whether the call was settled in these very words: there is nothing to add and nothing to overwrite."""
    if task.state != CallTask.State.DONE or task.outcome != tick.outcome:
        return False
    # Of a household the screen may have said that somebody else does not come.
    return tick.outcome != Outcome.ABSENCE or task.requests.values("resident").distinct().count() == 1


def _otherwise(who: User, outcome: str, at: datetime) -> RecordedOtherwise:
    return RecordedOtherwise(name=who.name, outcome=Outcome(outcome).label, time=clock(at))
