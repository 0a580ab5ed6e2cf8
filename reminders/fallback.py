"""When a text does not reach a person, the office calls.

Every way in which a text can fail ends here, so that nobody falls between the outbox and the call list. The caller
holds the locks of the message and its requests (see `locked`).
"""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from city.models import CityProfile
from reminders import opting_out, timing
from reminders.about import About
from reminders.codes import Move, meaning
from reminders.halts import halt
from reminders.models import CallTask, Message, MessageEvent, OptOut, Request
from reminders.outbox import place, reroute
from reminders.reasons import Reason
from reminders.ways import way_of
from residents.models import PhoneLine, Resident

# Who failed twice on one day is called.
TRIES_OF_AN_UNREACHED_TELEPHONE = 2

_REASONS = {
    "late": Reason.LATE,
    "budget": Reason.BUDGET,
    "wording": Reason.WORDING,
    "stranger": Reason.WRONG_NUMBER,
}


def locked(pk: int) -> tuple[Message, list[Request]]:
    """A message and those who stand behind it, locked in the order of docs/locking.md.

    The people as well: what became of a text may change their telephones and consents.
    """
    standing = Request.objects.standing().filter(message=pk)
    Resident.objects.filter(pk__in=standing.values("resident")).lock()
    requests = list(standing.select_related("resident", "call").select_for_update(of=("self",)).order_by("pk"))
    return Message.objects.select_for_update().get(pk=pk), requests


def note(message: Message, kind: str, *, status: str = "", code: str = "", now: datetime) -> None:
    """Write one line of a message's history."""
    MessageEvent.objects.create(message=message, kind=kind, status=status, code=code, at=now)


def fail(message: Message, requests: list[Request], code: str, *, now: datetime, city: CityProfile) -> None:
    """The text did not reach the telephone: do what its code asks for, in the end call."""
    move = meaning(code).move
    message.state, message.error_code, message.settled_at = Message.State.FAILED, code, now
    message.save(update_fields=["state", "error_code", "settled_at", "sent_at", "provider_id", "provider_status"])
    if move is Move.NUMBER:
        mark_doubtful(message.number)
    elif move is Move.OPT_OUT:
        opting_out.keep(message.number, about=About.EVERYTHING, how=OptOut.How.PROVIDER, by=None, now=now)
    elif move in {Move.ALARM, Move.SLOW_DOWN}:
        halt(code, now=now)
    if move is Move.NOTHING:
        return
    untold = _untold(requests)
    if move in {Move.RETRY, Move.SLOW_DOWN} and _try_again(message, untold, now=now, city=city):
        return
    # A clerk who has the number on the line writes down what came of it; the call is not closed under their hand.
    in_hand = {request.call for request in untold if request.call is not None and request.call.is_in_hand(now)}
    _look_again_later(*in_hand)
    idle = [request for request in untold if request.call not in in_hand]
    call_instead(idle, _REASONS.get(code, Reason.FAILED), now=now, city=city)


def call_instead(requests: list[Request], reason: str, *, now: datetime, city: CityProfile | None = None) -> None:
    """Put everybody behind a text on the call list, while it is still of use."""
    of_use = [request for request in requests if request.useless_after > now]
    if not of_use:
        return
    city = city or CityProfile.current()
    for request in of_use:
        # Telephones and consents may just have changed.
        request.resident = Resident.objects.get(pk=request.resident_id)
        way = way_of(request, why=reason, city=city, now=now)
        place(request, by=None, way=way, keep_message=True, city=city, now=now)


def call_off_calls(requests: list[Request], *, now: datetime) -> None:
    """The text arrived after all: calls that nobody has begun are no longer needed.

    Somebody else may stand behind such a call, to whom nothing was texted: it stays, and those who were leave it.
    """
    arrived = {request.pk for request in requests}
    for task in _locked_calls(requests).values():
        if task.state != CallTask.State.OPEN or task.attempts.exists():
            continue
        if task.is_in_hand(now):
            _look_again_later(task)
            continue
        behind = Request.objects.standing().filter(call=task)
        if behind.exclude(pk__in=arrived).exists():
            behind.filter(pk__in=arrived).update(call=None)
        else:
            task.state, task.settled_at = CallTask.State.WITHDRAWN, now
            task.save(update_fields=["state", "settled_at"])


def _look_again_later(*calls: CallTask) -> None:
    """The round asks what these calls are still for once a clerk has let go of them, or their sheet is back or lost."""
    CallTask.objects.filter(pk__in=[call.pk for call in calls]).update(rechecked_at=None)


def _untold(requests: list[Request]) -> list[Request]:
    """Those whom nobody has told by telephone or post since: a text may be found lost hours after the call."""
    calls = _locked_calls(requests)
    for request in requests:
        request.call = calls.get(request.call_id)
    return [request for request in requests if request.call is None or not request.call.has_told]


def _locked_calls(requests: list[Request]) -> dict[int | None, CallTask]:
    """The calls of these people by number, locked; nothing is read where nobody is to be called."""
    numbers = {request.call_id for request in requests if request.call_id is not None}
    if not numbers:
        return {}
    return {task.pk: task for task in CallTask.objects.filter(pk__in=numbers).select_for_update().order_by("pk")}


def mark_doubtful(number: str) -> None:
    """Remember wherever the number stands that it has to be checked; the round moves what was planned to it."""
    PhoneLine.objects.filter(number=number).update(is_doubtful=True)


def move_from_doubtful(*, now: datetime) -> int:
    """Call whoever is to be texted at a number in doubt, now and not once the text is due; how many changed ways.

    By then nobody may be at the office. Whoever marked the number held other locks and could not ask for these.
    """
    is_theirs = PhoneLine.objects.filter(
        resident=OuterRef("resident"), number=OuterRef("message__number"), is_doubtful=True
    )
    planned = Request.objects.standing().filter(message__state=Message.State.PLANNED, useless_after__gt=now)
    people = planned.filter(Exists(is_theirs)).order_by().values_list("resident", flat=True).distinct()
    city, moved = None, 0
    for pk in list(people[: opting_out.SWEEP_AT_ONCE]):
        city = city or CityProfile.current()
        with transaction.atomic():
            Resident.objects.filter(pk=pk).lock()
            moved += reroute(Resident.objects.get(pk=pk), by=None, city=city, now=now)
    return moved


def _try_again(message: Message, requests: list[Request], *, now: datetime, city: CityProfile) -> bool:
    """A second message for the same people later the same day; false when there is no time or it was tried before.

    And where somebody is to be called already: a call that stands is not made beside a text.
    """
    if message.tries >= TRIES_OF_AN_UNREACHED_TELEPHONE or message.is_urgent or not requests:
        return False
    if any(request.call is not None and request.call.state == CallTask.State.OPEN for request in requests):
        return False
    hours, calls = timing.window(city), timing.calling_hours(city)
    again_at = timing.retry_time(now, message.useless_after, hours, calls=calls, closing=timing.closing_days(now))
    if again_at is None:
        return False
    copied = ("purpose", "occasion", "number", "body", "parts", "share_key", "useless_after", "tries")
    retry = Message.objects.create(
        **{name: getattr(message, name) for name in copied}, due_at=again_at, retry_of=message
    )
    Request.objects.filter(pk__in=[request.pk for request in requests]).update(message=retry)
    return True
