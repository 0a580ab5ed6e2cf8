"""The call list (電話連絡の一覧): who is called, by whom, what is said, and what came of it.

A reminder is done only when somebody says so; an answering machine and a busy line say nothing, and are tried again at
another time of day. What must never happen: two clerks calling the same person, or an absence told on the telephone
that does not reach the registration.
"""

import logging
from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime, time, timedelta

from django.db import DatabaseError, models, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import CityProfile
from core import audit
from core.refusal import Refusal
from core.wareki import TOKYO, local_date
from reminders import timing
from reminders.fallback import call_off_calls
from reminders.models import CallAttempt, CallTask, CallTaskQuerySet, Message, Outcome, Request
from reminders.outbox import place, place_anew, reroute
from reminders.purposes import purpose
from reminders.reasons import Reason
from reminders.strangers import fail_texts_there, texts_there
from reminders.told_together import TOLD, concerned_by, each_once, end_of_day, on_the_line, tell_with, who_left
from reminders.ways import way_of
from residents.doubts import strangers
from residents.models import PhoneLine, Resident, ResidentQuerySet

logger = logging.getLogger("kakehashi.reminders")

# A clerk who took a call and was called away must not block it for the morning.
HOLD_FOR = timedelta(minutes=10)
# The same answer of the same clerk within so long is a button pressed twice.
SAME_PRESS = timedelta(minutes=1)

# Longer than the last days on which a postcard may still be posted, whatever holidays lie between.
POST_IS_SHORT = timedelta(days=21)

# Nobody knows whether anybody was: a machine may stand in an empty house.
NOT_REACHED = frozenset({Outcome.VOICEMAIL, Outcome.NO_ANSWER})


class CallIsHeld(Refusal):
    """Another clerk is on the telephone with this person."""

    sentence = _("%(name)s is calling this person right now.")


class CallIsClosed(Refusal):
    """Somebody was faster, or the lesson was cancelled."""

    sentence = _("This call is no longer open. Nothing was changed.")


class NobodyIsAbsent(Refusal):
    """Two people of a household are reminded by one call, and one of them will not come."""

    sentence = _("Please tick who will not come.")


class HasLeftTheCall(Refusal):
    """Who is said not to come gave the seat back meanwhile; the other one of the household said nothing."""

    sentence = _("%(name)s is not to be called about this any more. Nothing was changed.")


def todays(now: datetime | None = None) -> CallTaskQuerySet:
    """The calls to be made now, in their turn: of today and left over, without those that rest."""
    at = now or timezone.now()
    return CallTask.objects.for_day(end_of_day(at)).awake(at)


def resting(now: datetime | None = None) -> "models.QuerySet[CallTask]":
    """The calls at which nobody was reached, by the hour from which they are tried again."""
    at = now or timezone.now()
    return CallTask.objects.for_day(end_of_day(at)).resting(at).order_by("again_at", "useless_after", "pk")


def later(now: datetime | None = None) -> "models.QuerySet[CallTask]":
    """The calls whose day has not come yet."""
    return CallTask.objects.open().filter(due_at__gte=end_of_day(now or timezone.now()))


def calls_to(people: Collection[int], now: datetime | None = None) -> dict[int, int]:
    """Of these people those who are to be called now, and by which call; both are numbers of records."""
    requests = Request.objects.standing().filter(resident__in=people, call__in=todays(now).order_by())
    return dict(requests.order_by("-call__useless_after", "-pk").values_list("resident", "call"))


@transaction.atomic
def take(task: CallTask, *, by: User, now: datetime | None = None) -> CallTask:
    """This clerk makes the call; nobody else rings that number for ten minutes. Raises CallIsHeld or CallIsClosed."""
    at = now or timezone.now()
    # Two calls to one number are two rows: whoever takes one waits here for whoever takes the other.
    _reached_by(task).lock()
    task = _open(task, by=by, at=at)
    _refuse_if_spoken_to(task, by=by, at=at)
    task.held_by, task.held_until = by, at + HOLD_FOR
    task.save(update_fields=["held_by", "held_until"])
    audit.record("call.taken", task, by=by)
    return task


def let_go(task: CallTask, *, by: User) -> None:
    """The clerk did not call after all."""
    CallTask.objects.filter(pk=task.pk, held_by=by.pk).update(held_by=None, held_until=None)


@transaction.atomic
def record(
    task: CallTask,
    outcome: str,
    *,
    by: User,
    absent: Iterable[int] = (),
    made_at: datetime | None = None,
    now: datetime | None = None,
    say: Callable[[str], object] | None = None,
) -> CallTask:
    """What came of a call. `absent` are the numbers of the requests whose people will not come.

    `made_at` is told by whoever writes down a call made earlier, from paper. A call made in time, or taken in time by
    this clerk, counts though the lesson has begun since, and an absence though the call is not needed any more (see
    `is_news`). `say` hears in sentences what followed.

    The purpose hears of it first, because a cancelled registration locks its run before anything here is locked.
    Raises CallIsHeld, CallIsClosed, NobodyIsAbsent or HasLeftTheCall.
    """
    at = now or timezone.now()
    if _is_repeated(task, outcome, by=by, at=at):
        return CallTask.objects.get(pk=task.pk)
    called_at = made_at or at
    seen = CallTask.objects.select_related("held_by").get(pk=task.pk)
    _refuse_if_held(seen, by=by, at=at, made_at=made_at, outcome=outcome)
    told = _outcome_by_request(task, outcome, absent=set(absent))
    for request, result in told.items():
        if (sentence := purpose(request.purpose).on_outcome(request.key, result, by)) and say:
            say(sentence)

    # A wrong number is noted with the person, and with everybody else who is to be reached there.
    (_ever_reached_by(task, at=at) if outcome == Outcome.WRONG_NUMBER else _called_by(task)).lock()
    change = Request.objects.filter(concerned_by(task, outcome, by=by, at=at)).select_related("resident")
    concerned = list(change.select_for_update(of=("self",)).order_by("pk"))
    requests = [request for request in concerned if request.call_id == task.pk]
    task = CallTask.objects.select_for_update().get(pk=task.pk)
    if _is_repeated(task, outcome, by=by, at=at):
        return task
    # Another clerk may have been faster while this one waited for the locks. Whoever gives the place back is to be
    # called about nothing any more, this call included.
    if not (task.state == CallTask.State.WITHDRAWN and Outcome.ABSENCE in told.values()):
        _refuse_if_held(task, by=by, at=at, made_at=made_at)
    CallAttempt.objects.create(task=task, outcome=outcome, at=called_at, by=by)
    task.held_by, task.held_until, task.outcome = None, None, outcome
    task.again_at = _again(task, called_at) if outcome in NOT_REACHED else None
    if outcome in TOLD or outcome == Outcome.WRONG_NUMBER:
        task.state, task.settled_at, task.settled_by = CallTask.State.DONE, at, by
    task.save()
    if outcome == Outcome.WRONG_NUMBER:
        _look_for_another_number(task, [request for request in requests if request in told], concerned, by=by, at=at)
    if outcome in TOLD:
        people = {request.resident_id for request in told}
        others = [each for each in concerned if each.call_id != task.pk and each.resident_id in people]
        tell_with(task, others, by=by, at=at)
    audit.record("call.recorded", task, by=by, outcome=outcome)
    return task


def is_news(task: CallTask, outcome: str, *, made_at: datetime) -> bool:
    """Whether it counts although the call was taken off the list: the text arrived after all, and they will not come.

    Whoever has left the call by then gave the seat back, or is told something else.
    """
    is_absence = outcome == Outcome.ABSENCE and made_at < task.useless_after
    return is_absence and task.state == CallTask.State.WITHDRAWN and task.requests.standing().exists()


@transaction.atomic
def posted(task: CallTask, *, by: User, now: datetime | None = None) -> CallTask:
    """The postcard was written and posted. Raises CallIsClosed."""
    at = now or timezone.now()
    if (done := CallTask.objects.filter(pk=task.pk, state=CallTask.State.DONE, settled_by=by.pk).first()) is not None:
        return done
    task = _open(task, by=by, at=at)
    mark_posted([task], by=by, at=at)
    return task


def mark_posted(tasks: Sequence[CallTask], *, by: User, at: datetime) -> None:
    """Done without a call, and on record. The caller holds their locks and has looked whether they are open."""
    for task in tasks:
        task.state, task.settled_at, task.settled_by = CallTask.State.DONE, at, by
    CallTask.objects.bulk_update(tasks, ["state", "settled_at", "settled_by"])
    audit.record_all("postcard.posted", [(task, {}) for task in tasks], by=by)


def tidy(*, now: datetime) -> int:
    """Close calls whose time has passed or that nobody needs any more, and look again at those whose day has come.

    A postcard that nobody has posted in time becomes a call; what was planned for a day on which the office is closed
    by now moves before it.
    """
    _keep_off_closing_days(now=now)
    return _close_late(now=now) + _look_again(now=now) + _call_instead_of_postcards(now=now)


def script(request: Request) -> str:
    """What is read out for one person; the text itself where the application is gone that knew more."""
    try:
        return purpose(request.purpose).script(request.key)
    except LookupError:
        return request.body


def link(request: Request) -> str:
    """The page about it, empty when there is none."""
    try:
        return purpose(request.purpose).link(request.key)
    except LookupError:
        return ""


def _called_by(task: CallTask) -> ResidentQuerySet:
    return Resident.objects.filter(pk__in=Request.objects.filter(call=task).values("resident"))


def _reached_by(task: CallTask) -> ResidentQuerySet:
    """The people of a call and everybody else who is to be reached at its number."""
    there = PhoneLine.objects.filter(number=task.number).values("resident")
    return _called_by(task) | Resident.objects.filter(pk__in=there)


def _ever_reached_by(task: CallTask, *, at: datetime) -> ResidentQuerySet:
    """These, and whoever was texted at its number about something that is still to come."""
    texted = Request.objects.standing().filter(message__in=texts_there(task.number, now=at).values("pk"))
    return _reached_by(task) | Resident.objects.filter(pk__in=texted.values("resident"))


def _open(task: CallTask, *, by: User, at: datetime) -> CallTask:
    task = CallTask.objects.select_for_update().get(pk=task.pk)
    _refuse_if_held(task, by=by, at=at)
    return task


def _refuse_if_spoken_to(task: CallTask, *, by: User, at: datetime) -> None:
    """Whether a colleague has this number on the line by another call, about whatever it be."""
    if (colleague := on_the_line([task.number], by=by, at=at).get(task.number)) is not None:
        raise CallIsHeld(name=colleague.name)


def _refuse_if_held(
    task: CallTask, *, by: User, at: datetime, made_at: datetime | None = None, outcome: str = ""
) -> None:
    if is_news(task, outcome, made_at=made_at or at):
        return
    begun_at = made_at or _taken_at(task, by=by)
    was_in_time = task.state == CallTask.State.TOO_LATE and begun_at is not None and begun_at < task.useless_after
    if task.state != CallTask.State.OPEN and not was_in_time:
        raise CallIsClosed
    if task.held_by is not None and task.is_held_from(by, at):
        raise CallIsHeld(name=task.held_by.name)


def _taken_at(task: CallTask, *, by: User) -> datetime | None:
    """Since when this clerk has been making this call, None when they are not."""
    return task.held_until - HOLD_FOR if task.held_by_id == by.pk and task.held_until else None


def _is_repeated(task: CallTask, outcome: str, *, by: User, at: datetime) -> bool:
    """Whether this clerk recorded this very outcome a moment ago, or closed the call with it."""
    if task.attempts.filter(by=by, outcome=outcome, at__gt=at - SAME_PRESS).exists():
        return True
    return CallTask.objects.filter(pk=task.pk, state=CallTask.State.DONE, outcome=outcome, settled_by=by.pk).exists()


def _again(task: CallTask, at: datetime) -> datetime | None:
    hours = timing.calling_hours(CityProfile.current())
    return timing.call_again_time(at, task.useless_after, hours, timing.closing_days(at))


def _outcome_by_request(task: CallTask, outcome: str, *, absent: set[int]) -> dict[Request, str]:
    requests = list(task.requests.standing().order_by("pk"))
    if outcome != Outcome.ABSENCE:
        return dict.fromkeys(requests, outcome)
    left = who_left(requests, Request.objects.gone().filter(call=task).select_related("resident").order_by("pk"))
    # Of a household somebody has to be named, though only one of them is left: paper and an open page show the other.
    if len(each_once(requests)) == 1 and not left and not absent:
        absent = {requests[0].pk}
    people = {request.resident_id for request in requests if request.pk in absent}
    if not people:
        named = [request.resident.name for request in left if request.pk in absent]
        raise HasLeftTheCall(name=named[0]) if named else NobodyIsAbsent
    return {request: Outcome.ABSENCE if request.resident_id in people else Outcome.SELF for request in requests}


def _look_for_another_number(
    task: CallTask, requests: list[Request], concerned: list[Request], *, by: User, at: datetime
) -> None:
    """Mark the number, and go on with another one of the person; without one somebody has to find it.

    Nobody else is called or texted there either, about whatever it be, and whoever was texted is called.
    """
    strangers(task.number)
    city = CityProfile.current()
    for request in requests:
        request.resident = Resident.objects.get(pk=request.resident_id)
        way = way_of(request, why=Reason.WRONG_NUMBER, city=city, now=at)
        place(request, by=by, way=way, keep_message=True, city=city, now=at)
    fail_texts_there(task.number, concerned, now=at, city=city)
    reached_there = Resident.objects.filter(phone_lines__number=task.number).distinct()
    reroute(*reached_there.order_by("pk"), by=by, city=city, now=at)


def _close_late(*, now: datetime) -> int:
    late = CallTask.objects.filter(state=CallTask.State.OPEN, useless_after__lte=now)
    return late.update(state=CallTask.State.TOO_LATE, settled_at=now)


def _keep_off_closing_days(*, now: datetime) -> None:
    closed = timing.closing_days(now)
    to_come = [datetime.combine(day, time.min, TOKYO) for day in closed if day > local_date(now)]
    if not to_come:
        return
    hours = timing.calling_hours(CityProfile.current())
    for day in to_come:
        planned = CallTask.objects.open().filter(due_at__gte=day, due_at__lt=day + timedelta(days=1), is_urgent=False)
        for due_at in set(planned.values_list("due_at", flat=True)):
            planned.filter(due_at=due_at).update(due_at=timing.call_slot(due_at, hours, closed))


def _look_again(*, now: datetime) -> int:
    """Wishes and numbers change between planning and calling: once the day has come, ask again."""
    come = CallTask.objects.open().filter(rechecked_at__isnull=True, due_at__lt=end_of_day(now))
    numbers = list(come.in_nobodys_hand(now).values_list("pk", flat=True))
    if not numbers:
        return 0
    city, changed = CityProfile.current(), 0
    for pk in numbers:
        try:
            with transaction.atomic():
                changed += sum(_recheck(request, now=now, city=city) for request in _standing_behind(pk))
        except DatabaseError:
            raise
        except Exception:
            # One broken reminder must not keep the worker from all others; its call stands, and somebody makes it.
            logger.exception("call %s could not be looked at again", pk)
        # One that was taken or printed meanwhile is looked at when the clerk has put the telephone down.
        CallTask.objects.filter(pk=pk).in_nobodys_hand(now).update(rechecked_at=now)
    return changed


def _standing_behind(pk: int) -> list[Request]:
    """Those who are told by a call, locked."""
    standing = Request.objects.standing().filter(call=pk).select_related("resident", "message", "call")
    return list(standing.select_for_update(of=("self",)).order_by("pk"))


def _call_instead_of_postcards(*, now: datetime) -> int:
    unposted = CallTask.objects.open().filter(reason=Reason.POSTCARD, useless_after__lte=now + POST_IS_SHORT)
    cards = list(unposted.values_list("pk", "useless_after"))
    if not cards:
        return 0
    city, changed = CityProfile.current(), 0
    for pk, useless_after in cards:
        if timing.is_time_to_post(now, useless_after, timing.calling_hours(city), city.closing_days_to_come):
            continue
        with transaction.atomic():
            for request in _standing_behind(pk):
                changed += place(request, by=None, city=city, now=now)
    return changed


def _recheck(request: Request, *, now: datetime, city: CityProfile) -> bool:
    try:
        due = purpose(request.purpose).still_due([request.key], now=now)
    except LookupError:
        return False
    if request.key not in due:
        request.withdrawn_at = now
        request.save(update_fields=["withdrawn_at"])
        task = CallTask.objects.select_for_update(of=("self",)).get(requests=request)
        if not task.requests.standing().exists() and task.state == CallTask.State.OPEN:
            task.state, task.settled_at = CallTask.State.WITHDRAWN, now
            task.save(update_fields=["state", "settled_at"])
        return True
    if request.message is not None and request.message.state == Message.State.DELIVERED:
        # It arrived while a clerk had the call in hand.
        call_off_calls([request], now=now)
        request.refresh_from_db(fields=["call"])
    return place_anew(request, by=None, city=city, now=now)
