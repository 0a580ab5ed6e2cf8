"""Asking that a person be told something, and taking it back.

Asking twice under one key changes nothing, so callers ask whenever something may have changed. Several people of a
household with one number share one text, which names nobody, and it is withdrawn only when none of them is left. What
must never happen: a second text for the same thing, or somebody to be told in neither the outbox nor the call list.

Locks are taken in the order of docs/locking.md: requests by their number, then the message or the call.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import models, transaction
from django.utils import timezone

from accounts.models import User
from city.models import CityProfile
from core import audit
from reminders.models import CallTask, Message, Request
from reminders.reasons import Reason
from reminders.routing import Channel, Route, Stopped, read_for_routes, stopped_among
from reminders.sharing import call_for, close_left, joined, message_for, number_of, rows_locked
from reminders.ways import way_of
from reminders.wording import normalise
from residents.models import Resident

# What another answer to "what, when, to whom" changes in a request.
_CHANGED = (
    *("purpose", "occasion", "resident", "body", "by_call_only", "is_urgent", "due_at", "useless_after"),
    *("withdrawn_at", "message", "call"),
)


@dataclass(frozen=True)
class Ask:
    """That a person is to be told something at a time, under a key."""

    key: str
    purpose: str
    resident: Resident
    occasion: str
    body: str
    due_at: datetime
    useless_after: datetime
    by_call_only: bool = False
    is_urgent: bool = False

    def stands_in(self, request: Request) -> bool:
        """Whether the request says the same already."""
        return all(getattr(request, name) == value for name, value in self.facts.items())

    @property
    def facts(self) -> dict[str, Any]:
        """What a request keeps of it."""
        return {
            "purpose": self.purpose,
            "occasion": self.occasion,
            "resident_id": self.resident.pk,
            "body": normalise(self.body),
            "by_call_only": self.by_call_only,
            "is_urgent": self.is_urgent,
            "due_at": self.due_at,
            "useless_after": self.useless_after,
        }


@transaction.atomic(savepoint=False)
def enqueue_all(
    asks: Sequence[Ask], *, by: User | None, city: CityProfile | None = None, keys_are_new: bool = False
) -> list[Request]:
    """See to it that each person is told this at this time, by the way that reaches them.

    Under a key that was asked for before: the same facts change nothing, other facts plan it anew while nothing was
    said yet, and a withdrawn one is revived. Once it was said, it is planned anew only when the occasion itself has
    moved (another `useless_after`); a text that failed said nothing, so its person is called again. While a text is on
    its way, other words are kept with the request, for when it comes back.

    `keys_are_new` when nobody can have asked yet, because this transaction made what the keys are about.
    """
    city = city or CityProfile.current()
    requests: dict[str, Request] = {} if keys_are_new else _standing([ask.key for ask in asks])
    fresh: list[Request] = []
    changed: list[Request] = []
    revived: list[Request] = []
    replaced: list[Request] = []
    reworded: list[Request] = []
    stopped = stopped_among(ask.resident for ask in asks)
    for ask in asks:
        request = requests.get(ask.key)
        if request is not None and request.was_tried:
            if request.useless_after == ask.useless_after:
                request.resident = ask.resident
                revived.append(request)
                if request.takes_other_words:
                    request.body = normalise(ask.body)
                    reworded.append(request)
                continue
            replaced.append(request)
            request = None
        if request is None:
            requests[ask.key] = request = Request(key=ask.key)
            fresh.append(request)
        elif _stands(ask, request, city=city, stopped=stopped):
            continue
        else:
            changed.append(request)
        for name, value in ask.facts.items():
            setattr(request, name, value)
        request.resident = ask.resident
        request.withdrawn_at = None

    Request.objects.bulk_update(reworded, ["body"])
    called_again = _revive(revived, by=by, city=city, stopped=stopped)
    _replace(replaced, by=by)
    _place_fresh(fresh, city=city, stopped=stopped)
    _place_changed(changed, by=by, city=city, stopped=stopped)
    told = [
        (request, {"purpose": request.purpose, "due": request.due_at}) for request in (*fresh, *changed, *called_again)
    ]
    audit.record_all("reminder.planned", told, by=by)
    return [requests[ask.key] for ask in asks]


@transaction.atomic
def withdraw_all(*prefixes: str, by: User | None) -> int:
    """Take back everything under keys that begin so, such as "registration:88:"; how many had not been told yet.

    Raises ValueError for a prefix that ends in the middle of a word: "registration:8" is also the beginning of 88.
    """
    return _withdraw(_under(*prefixes), by=by)


@transaction.atomic
def readdress(prefix: str, *, to: Resident, by: User | None) -> int:
    """Tell this person what somebody else was to be told under keys that begin so; what was said already stays said.

    How many change ways by it. Raises ValueError as `withdraw_all` does.
    """
    others = [request for request in _locked(_under(prefix).exclude(resident=to)) if request.is_still_to_be_told]
    Request.objects.filter(pk__in=[request.pk for request in others]).update(resident=to)
    if not others:
        return 0
    city = CityProfile.current()
    for request in others:
        request.resident = to
    # Also out of the hand of a clerk: whoever is on the line is not whom it concerns.
    return sum(_place_where_reached(request, by=by, city=city) for request in others)


def _under(*prefixes: str) -> "models.QuerySet[Request]":
    if not prefixes or not all(prefix.endswith(":") for prefix in prefixes):
        raise ValueError("a prefix of keys ends with a colon")
    return Request.objects.standing().filter(models.Q(*(("key__startswith", one) for one in prefixes), _connector="OR"))


@transaction.atomic
def withdraw_each(keys: Collection[str], *, by: User | None) -> int:
    """Take back what was asked for under each of these keys; how many had not been told yet."""
    return _withdraw(Request.objects.standing().filter(key__in=keys), by=by) if keys else 0


@transaction.atomic
def withdraw_about(
    occasions: Collection[str], *, purposes: Collection[str], by: User | None, apart_from: Collection[str] = ()
) -> int:
    """Take back what was asked for these purposes about these occasions, apart from some keys; how much was unsaid."""
    about = Request.objects.standing().filter(purpose__in=purposes, occasion__in=occasions)
    return _withdraw(about.exclude(key__in=apart_from), by=by)


def hold_about(occasion: str, *, purpose: str) -> None:
    """Lock what was asked for this purpose about an occasion, taken back or not, before several people's changes."""
    _locked(Request.objects.current().filter(purpose=purpose, occasion=occasion))


@transaction.atomic
def withdraw_for(resident: Resident, *, by: User | None) -> int:
    """Take back everything this person was to be told; how much of it had not been said yet."""
    return _withdraw(Request.objects.standing().filter(resident=resident), by=by)


@transaction.atomic
def speak_instead(keys: Collection[str], *, by: User | None) -> int:
    """Call those whose text has not left, because what it says is no longer all true; how many.

    Where it is on its way, its person is called if it comes back.
    """
    requests = _locked(Request.objects.standing().filter(key__in=keys).prefetch_related("resident")) if keys else []
    on_their_way = [request.pk for request in requests if request.takes_other_words]
    Request.objects.filter(pk__in=on_their_way).update(by_call_only=True)
    unsent = [request for request in requests if request.message is not None and request.message.is_unsent]
    for request in unsent:
        request.by_call_only = True
    if unsent:
        read_for_routes([request.resident for request in unsent])
        stopped = stopped_among(request.resident for request in unsent)
        _place_changed(unsent, by=by, city=CityProfile.current(), stopped=stopped)
    return len(unsent)


@transaction.atomic
def reroute(*residents: Resident, by: User | None, city: CityProfile | None = None, now: datetime | None = None) -> int:
    """Plan anew what these people have not been told yet, after a number or a wish changed: how many change ways.

    What is past is left alone. `city` is given by who has read it already.
    """
    of_use = Request.objects.standing().filter(useless_after__gt=now or timezone.now())
    requests = _locked(of_use.filter(resident__in=residents).prefetch_related("resident"))
    if not requests:
        return 0
    city = city or CityProfile.current()
    read_for_routes([request.resident for request in requests])
    stopped = stopped_among(request.resident for request in requests)
    return sum(place_anew(request, by=by, city=city, stopped=stopped, now=now) for request in requests)


def place(
    request: Request,
    *,
    by: User | None,
    way: Route | None = None,
    keep_message: bool = False,
    city: CityProfile | None = None,
    now: datetime | None = None,
) -> bool:
    """Put a request where the person will be reached; true when that is another place than before.

    `way` is given by who knows better than the person's wish; `keep_message` leaves the text that did not arrive in the
    person's history beside the call; `city` is given by who has read it already, and `now` by the worker. The caller
    holds the request's lock.
    """
    city = city or CityProfile.current()
    way = way or way_of(request, city=city, now=now)
    old_message, old_call = request.message, request.call
    message = _join_message(request, way) if way.channel == Channel.SMS else None
    if message is not None and message.is_given_up:
        way = way_of(request, why=Reason.UNCERTAIN, city=city, now=now)
    call = _join_call(request, way, city=city) if way.channel in {Channel.CALL, Channel.POSTCARD} else None
    if keep_message:
        message = message or old_message
    if (message, call) == (old_message, old_call):
        return False

    request.message, request.call = message, call
    request.save(update_fields=["message", "call"])
    close_left([old_message if message != old_message else None], [old_call if call != old_call else None], by=by)
    return True


def place_anew(
    request: Request, *, by: User | None, city: CityProfile, stopped: Stopped | None = None, now: datetime | None = None
) -> bool:
    """Put a request where the person is reached now; who is called because a text failed is still called.

    While a clerk is making the call it stays in their hand, and the worker looks at it again afterwards.
    """
    if request.call is not None and request.call.is_in_hand(now or timezone.now()):
        CallTask.objects.filter(pk=request.call.pk).update(rechecked_at=None)
        return False
    return _place_where_reached(request, by=by, city=city, stopped=stopped, now=now)


def _place_where_reached(
    request: Request, *, by: User | None, city: CityProfile, stopped: Stopped | None = None, now: datetime | None = None
) -> bool:
    if not request.was_tried:
        way = way_of(request, city=city, stopped=stopped, now=now)
        return place(request, by=by, way=way, city=city, now=now)
    if not request.is_still_to_be_told:
        return False
    why = request.call.reason if request.call else Reason.FAILED
    way = way_of(request, why=why, city=city, stopped=stopped, now=now)
    return place(request, by=by, way=way, keep_message=True, city=city, now=now)


def _standing(keys: Collection[str]) -> dict[str, Request]:
    """What was asked for under these keys, locked."""
    return {request.key: request for request in _locked(Request.objects.current().filter(key__in=keys))}


def _locked(requests: "models.QuerySet[Request]") -> list[Request]:
    """Requests with their messages and calls, locked in the order of docs/locking.md."""
    found = list(requests.select_for_update().order_by("pk"))
    messages = rows_locked(Message, (request.message_id for request in found))
    calls = rows_locked(CallTask, (request.call_id for request in found))
    for request in found:
        if request.message_id is not None:
            request.message = messages[request.message_id]
        if request.call_id is not None:
            request.call = calls[request.call_id]
    return found


def _withdraw(requests: "models.QuerySet[Request]", *, by: User | None) -> int:
    found = _locked(requests)
    if not found:
        return 0
    unsaid = sum(not request.was_tried for request in found)
    Request.objects.filter(pk__in=[request.pk for request in found]).update(withdrawn_at=timezone.now())
    close_left((request.message for request in found), (request.call for request in found), by=by)
    audit.record_all("reminder.withdrawn", ((request, {"purpose": request.purpose}) for request in found), by=by)
    return unsaid


def _revive(requests: Iterable[Request], *, by: User | None, city: CityProfile, stopped: Stopped) -> list[Request]:
    """Said before, taken back, asked for again: it was said. Gives those to whom it was not, who are called again."""
    gone = [request for request in requests if request.withdrawn_at is not None]
    for request in gone:
        request.withdrawn_at = None
    if gone:
        Request.objects.filter(pk__in=[request.pk for request in gone]).update(withdrawn_at=None)
    untold = [request for request in gone if request.is_untold]
    for request in untold:
        why = request.call.reason if request.call else Reason.FAILED
        place(request, by=by, way=way_of(request, why=why, city=city, stopped=stopped), keep_message=True, city=city)
    return untold


def _replace(requests: list[Request], *, by: User | None) -> None:
    """What was said about an occasion that has moved: kept, and left to the request that comes instead."""
    if not requests:
        return
    Request.objects.filter(pk__in=[request.pk for request in requests]).update(replaced_at=timezone.now())
    close_left((request.message for request in requests), (request.call for request in requests), by=by)


def _stands(ask: Ask, request: Request, *, city: CityProfile, stopped: Stopped) -> bool:
    """Whether the same is asked for already, and stands where the person is reached today."""
    if not ask.stands_in(request) or request.withdrawn_at is not None:
        return False
    request.resident = ask.resident
    way = way_of(request, city=city, stopped=stopped)
    number = number_of(way)
    if way.channel == Channel.SMS:
        return request.message is not None and request.message.is_unsent and request.message.number == number
    if way.channel == Channel.NONE:
        return request.message is None and request.call is None
    call = request.call
    return call is not None and (call.state, call.number, call.reason) == (CallTask.State.OPEN, number, way.reason)


def _place_fresh(requests: list[Request], *, city: CityProfile, stopped: Stopped) -> None:
    """Write new requests with their messages and calls, a few statements however many they are."""
    _join_all(requests, city=city, stopped=stopped)
    Request.objects.bulk_create(requests)


def _place_changed(requests: list[Request], *, by: User | None, city: CityProfile, stopped: Stopped) -> None:
    """Write changed requests with their messages and calls, and close those that they have left."""
    if not requests:
        return
    before = [(request.message, request.call) for request in requests]
    _join_all(requests, city=city, stopped=stopped)
    Request.objects.bulk_update(requests, _CHANGED)
    left = [(each, was) for each, was in zip(requests, before, strict=True)]
    close_left(
        (message for request, (message, _call) in left if message != request.message),
        (call for request, (_message, call) in left if call != request.call),
        by=by,
    )


def _join_all(requests: list[Request], *, city: CityProfile, stopped: Stopped) -> None:
    """Put each request behind the message or the call by which its person is told, made where there is none."""
    ways = {request.key: way_of(request, city=city, stopped=stopped) for request in requests}
    texted = [request for request in requests if ways[request.key].channel == Channel.SMS]
    messages = {request.key: message_for(request, ways[request.key]) for request in texted}
    joined_messages = joined(Message.objects.live(), messages.values())
    for request in requests:
        request.message = joined_messages[messages[request.key].share_key] if request.key in messages else None
        if request.message is not None and request.message.is_given_up:
            ways[request.key] = way_of(request, why=Reason.UNCERTAIN, city=city, stopped=stopped)

    called = [request for request in requests if ways[request.key].channel in {Channel.CALL, Channel.POSTCARD}]
    calls = {request.key: call_for(request, ways[request.key], city=city) for request in called}
    joined_calls = joined(CallTask.objects.filter(state=CallTask.State.OPEN), calls.values())
    for request in requests:
        request.call = joined_calls[calls[request.key].share_key] if request.key in calls else None


def _join_message(request: Request, way: Route) -> Message:
    """The message of everybody who is to be told the same at this number, made when there is none."""
    message = message_for(request, way)
    return joined(Message.objects.live(), [message])[message.share_key]


def _join_call(request: Request, way: Route, *, city: CityProfile) -> CallTask:
    """The call to everybody at this number about this occasion, made when there is none."""
    call = call_for(request, way, city=city)
    return joined(CallTask.objects.filter(state=CallTask.State.OPEN), [call])[call.share_key]
