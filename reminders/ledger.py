"""The ledger of texts: what became of each, and what the clerk does about it, in words.

Failures stand first and on the day they happen: in Japan a carrier can look into a lost text for 48 hours only.
"""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import models, transaction
from django.db.models import Case, Exists, F, OuterRef, Prefetch, Q, Value, When
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import CityProfile
from core import audit
from core.officehours import previous_working_day
from core.wareki import TOKYO, local_date
from reminders import timing
from reminders.codes import Move, meaning
from reminders.models import CallTask, Message, MessageEvent, Request

_State = Message.State

# A carrier in Japan often gives none.
NO_REASON = "none"

# How a state looks: a colour that never stands alone, because the word stands in it.
TONES = {
    _State.PLANNED: "",
    _State.CLAIMED: "blue",
    _State.SENT: "blue",
    _State.DELIVERED: "green",
    _State.FAILED: "red",
    _State.UNCERTAIN: "amber",
    _State.WITHDRAWN: "",
}


@dataclass(frozen=True)
class Standing:
    """A message in the words of the desk: what happened, and what to do next (empty when nothing)."""

    what: str | Promise
    next_step: str | Promise


def day_bounds(day: date) -> tuple[datetime, datetime]:
    """The first moment of a day in Tokyo, and of the next."""
    start = datetime.combine(day, time.min, TOKYO)
    return start, datetime.combine(day + timedelta(days=1), time.min, TOKYO)


def failed_lately(city: CityProfile, now: datetime) -> "models.QuerySet[Message]":
    """The texts found not to have reached anybody since the office last closed, for the home page: the next first.

    Texts go out on Sundays too, and whoever comes in on Monday has to hear of those. What was settled since is gone:
    the call was made, the person was told at the counter or has cancelled, the lesson is over.
    """
    last_open = previous_working_day(local_date(now), timing.closing_days(now))
    closed = datetime.combine(last_open, timing.calling_hours(city).end, TOKYO)
    lost = _with_people(unsettled(now).filter(settled_at__gte=closed, settled_at__lte=now))
    return lost.annotate(still_of_use=_still_of_use(now)).order_by(_SOONEST, "-due_at", "-pk")


def unsettled(now: datetime) -> "models.QuerySet[Message]":
    """Those of the troubled whose people still have to be told, and have not been in another way."""
    untold = Request.objects.standing().exclude(call__state=CallTask.State.DONE).filter(message=OuterRef("pk"))
    told = MessageEvent.objects.filter(kind=MessageEvent.Kind.TOLD, message=OuterRef("pk"))
    return troubled().filter(Exists(untold), ~Exists(told), useless_after__gt=now)


def asks_for_a_word(message: Message, *, now: datetime) -> bool:
    """Whether somebody may note that its people were told in another way: nobody calls them, and they do not know."""
    is_called = any(each.call is not None and each.call.state == CallTask.State.OPEN for each in people(message))
    return not is_called and unsettled(now).filter(pk=message.pk).exists()


@transaction.atomic
def told_otherwise(message: Message, *, by: User, now: datetime | None = None) -> Message:
    """Whoever was to read a text that did not arrive has been told in another way. Twice is once."""
    now = now or timezone.now()
    message = Message.objects.select_for_update().get(pk=message.pk)
    if not unsettled(now).filter(pk=message.pk).exists():
        return message

    MessageEvent.objects.create(message=message, kind=MessageEvent.Kind.TOLD, at=now)

    audit.record("message.told", message, by=by)
    return message


def troubled() -> "models.QuerySet[Message]":
    """Texts that did not arrive or of which nobody knows, without those that were dealt with by themselves."""
    lost = Q(state=_State.FAILED, retry__isnull=True) & ~Q(error_code="practice")
    return Message.objects.filter(lost | Q(state=_State.UNCERTAIN))


def listed(
    *,
    state: str = "",
    purpose: str = "",
    reason: str = "",
    occasion: str = "",
    day: date | None = None,
    now: datetime | None = None,
) -> "models.QuerySet[Message]":
    """The messages of the ledger with those who stand behind them.

    Failures first, and of those the one whose lesson is next; then the newest.
    """
    asked = {"state": state, "purpose": purpose, "occasion": occasion}
    messages = Message.objects.filter(**{name: value for name, value in asked.items() if value})
    if reason:
        messages = messages.filter(state=_State.FAILED, error_code=reason if reason != NO_REASON else "")
    if day:
        start, end = day_bounds(day)
        messages = messages.filter(due_at__gte=start, due_at__lt=end)
    first = Case(When(state__in=[_State.FAILED, _State.UNCERTAIN], then=Value(0)), default=Value(1))
    in_turn = _with_people(messages).annotate(trouble_first=first, still_of_use=_still_of_use(now or timezone.now()))
    return in_turn.order_by("trouble_first", _SOONEST, "-due_at", "-pk")


def reasons_seen() -> "list[tuple[str, str | Promise]]":
    """Why texts have failed so far, as the ledger may be asked: each code with its words."""
    codes = Message.objects.filter(state=_State.FAILED).order_by("error_code").values_list("error_code", flat=True)
    return [(code or NO_REASON, meaning(code).what) for code in codes.distinct()]


def _still_of_use(now: datetime) -> Case:
    """Until when a text that did not arrive would have been of use; nothing once that is over."""
    lost = Q(state__in=[_State.FAILED, _State.UNCERTAIN], useless_after__gt=now)
    return Case(When(lost, then=F("useless_after")), default=None, output_field=models.DateTimeField())


_SOONEST = F("still_of_use").asc(nulls_last=True)


def opened(pk: int) -> Message:
    """One message with its people and its history; raises Message.DoesNotExist."""
    history = Prefetch("events", queryset=MessageEvent.objects.order_by("at", "pk"))
    return _with_people(Message.objects.filter(pk=pk), history).get()


def _with_people(
    messages: "models.QuerySet[Message]", events: "Prefetch[str] | str" = "events"
) -> "models.QuerySet[Message]":
    people = Request.objects.select_related("resident", "call").order_by("pk")
    return messages.select_related("retry").prefetch_related(
        events, Prefetch("requests", queryset=people), Prefetch("retry__requests", queryset=people)
    )


def people(message: Message) -> list[Request]:
    """Who is told by it; a message that was tried again handed its people over to the second try."""
    own = list(message.requests.all())
    if own or not hasattr(message, "retry"):
        return own
    return list(message.retry.requests.all())


def standing(message: Message, *, now: datetime | None = None) -> Standing:
    """What happened to a message and what the clerk does next."""
    now = now or timezone.now()
    if message.state == _State.FAILED:
        return _failed(message, now=now)
    if message.state == _State.UNCERTAIN:
        waits = _("The provider is being asked. Nothing to do yet.")
        step = _call_step(message, now=now) if message.settled_at else waits
        return Standing(_("Nobody knows whether it left; it is not sent again."), step)
    if message.state == _State.SENT and any(request.call_id for request in people(message)):
        return Standing(_("The carrier did not confirm that it arrived."), _call_step(message, now=now))
    if message.state == _State.PLANNED and message.due_at <= now:
        return Standing(_("It is waiting for its turn."), "")
    if message.state == _State.SENT and message.is_carried:
        return Standing(_("It stands in a file that somebody carries out; its result is awaited."), "")
    return Standing(_SIMPLE[_State(message.state)], "")


_SIMPLE: dict[str, Promise] = {
    _State.PLANNED: _("It is sent when its time has come."),
    _State.CLAIMED: _("It is being handed over to the provider."),
    _State.SENT: _("The provider took it; it is on its way."),
    _State.DELIVERED: _("It reached the telephone."),
    _State.WITHDRAWN: _("It was taken back before it was sent."),
}


def _failed(message: Message, *, now: datetime) -> Standing:
    known = meaning(message.error_code)
    if hasattr(message, "retry"):
        return Standing(known.what, _("It is tried a second time; see the other text."))
    if known.move in {Move.NOTHING, Move.ALARM}:
        return Standing(known.what, known.next_step)
    calls = [request.call for request in people(message) if request.call]
    if not any(call.state == CallTask.State.OPEN for call in calls):
        # Called already, or nobody is: what was only given in writing, what came too late, who cancelled meanwhile.
        return Standing(known.what, _call_step(message, now=now))
    return Standing(known.what, known.next_step if known.move is not Move.RETRY else _call_step(message, now=now))


def _call_step(message: Message, *, now: datetime) -> Promise:
    calls = [request.call for request in people(message) if request.call]
    if any(call.state == CallTask.State.OPEN for call in calls):
        return _("Please call; it is on the call list.")
    if any(call.state == CallTask.State.DONE for call in calls):
        return _("The call has been made. Nothing to do.")
    if any(call.state == CallTask.State.TOO_LATE for call in calls):
        return _("Nobody was reached in time. Please look at who was concerned.")
    if _is_nobodys(message, now=now):
        return _("Nobody is called about it. Please tell them when they ring or come, and press the button.")
    return _("Nothing to do.")


def _is_nobodys(message: Message, *, now: datetime) -> bool:
    """Whether its people are still to be told and stand on no list, as with what is only given in writing."""
    was_told = any(event.kind == MessageEvent.Kind.TOLD for event in message.events.all())
    is_wanted = any(each.withdrawn_at is None and each.replaced_at is None for each in people(message))
    return is_wanted and not was_told and message.useless_after > now


@dataclass(frozen=True)
class Happening:
    """One line of a message's history."""

    at: datetime
    what: str | Promise
    detail: str | Promise = ""


# Twilio's words for how far a text is, in ours.
STATUS_WORDS: dict[str, Promise] = {
    "scheduled": _("taken, to be sent later"),
    "accepted": _("taken"),
    "queued": _("waiting at the provider"),
    "sending": _("being sent"),
    "sent": _("handed to the carrier"),
    "partially_delivered": _("arrived in part"),
    "delivered": _("arrived"),
    "read": _("read"),
    "undelivered": _("not arrived"),
    "failed": _("failed"),
    "canceled": _("cancelled"),
}


def story(message: Message) -> list[Happening]:
    """All that is known of a message, in the order in which it happened."""
    told = [Happening(message.created_at, _("Planned"))]
    if message.claimed_at:
        told.append(Happening(message.claimed_at, _("Handed to the provider")))
    told += [
        Happening(
            event.at,
            event.get_kind_display(),
            _detail(event),
        )
        for event in message.events.all()
    ]
    if message.settled_at and message.state == _State.WITHDRAWN:
        told.append(Happening(message.settled_at, _("Withdrawn")))
    for request in people(message):
        if request.call is not None and request.call.created_at >= message.created_at:
            told.append(
                Happening(request.call.created_at, _("Put on the call list"), request.call.get_reason_display())
            )
    return sorted(dict.fromkeys(told), key=lambda happening: happening.at)


def _detail(event: MessageEvent) -> str | Promise:
    if event.code:
        return meaning(event.code).what
    return STATUS_WORDS.get(event.status, event.status)
