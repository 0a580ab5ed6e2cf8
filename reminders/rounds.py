"""Everything the worker does once, and whether it still does it.

Each step stands alone: a crash between two of them loses nothing, because the next round begins again from the rows.
What must never happen: a worker that is silent without the desk knowing.
"""

import os
import secrets
import socket
from collections.abc import Callable
from dataclasses import asdict, astuple, dataclass
from datetime import datetime, timedelta

from django.db import models, transaction
from django.db.models import F, Q
from django.utils import timezone

from city.models import CityProfile
from reminders import call_list, clock, opting_out, receipts, redaction, timing
from reminders.budget import spending_and_planned
from reminders.delivery import CLAIM_LIFETIME, deliver_next
from reminders.fallback import call_instead, fail, locked, move_from_doubtful, note
from reminders.forecast import beyond
from reminders.gateways import Gateway, Text, Unclear, configured
from reminders.models import Heartbeat, Message, MessageEvent
from reminders.purposes import only_written
from reminders.reasons import Reason
from residents.models import ContactWish

HEART = "reminders"
SILENT_AFTER = timedelta(minutes=10)
# A round ends after so long even when there is more to send, so that the other steps have their turn.
ROUND_AT_MOST = timedelta(seconds=60)
# Twilio's list may lag behind by a moment; after five minutes a text that is not in it was not taken.
ASK_AFTER, NOT_TAKEN_AFTER, ASK_UNTIL = timedelta(minutes=1), timedelta(minutes=5), timedelta(minutes=30)
POLL_AFTER, POLL_OFTEN, POLL_OFTEN_FOR, POLL_SELDOM = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(hours=2),
    timedelta(hours=1),
)
# A carrier has given up by then (Twilio looks into a text only within 48 hours).
POLL_FOR = timedelta(hours=48)
POLL_AT_ONCE = 20

# One process, one name: a restarted worker must not take the claims of its former life for its own.
WORKER = f"{socket.gethostname()[:40]}:{os.getpid()}:{secrets.token_hex(4)}"


@dataclass(frozen=True)
class RoundResult:
    """What one round did."""

    put_right: int
    handled: int
    moved: int
    died: int
    settled: int
    polled: int
    words_removed: int
    late: int
    unpaid: int
    unconfirmed: int
    calls_closed: int

    @property
    def did_something(self) -> bool:
        """Whether the round is worth a line in the worker's output."""
        return any(astuple(self))

    def __str__(self) -> str:
        return ", ".join(f"{name}: {count}" for name, count in asdict(self).items() if count) or "nothing to do"


def round(  # noqa: A001 - the office calls it the worker's round, and says rounds.round()
    *,
    gateway: Gateway | None = None,
    worker: str = WORKER,
    now: datetime | None = None,
    is_told_to_stop: Callable[[], bool] = lambda: False,
) -> RoundResult:
    """Do everything once: times put right, dead claims, late ones, sending, unpaid and uncertain ones, receipts, calls.

    Numbers that take no more are moved as well. `now` stands still for tests. A worker that is told to stop ends its
    batch and asks the provider no more.
    """
    gateway = gateway or configured()
    at = now or clock.now()
    put_right = put_times_right(now=at)
    died = bury_dead_claims(now=at)
    late = sweep_late(now=at)
    handled = _deliver(gateway, worker=worker, now=now, is_told_to_stop=is_told_to_stop)
    late += sweep_stuck(now=now or clock.now())
    late += sweep_uncarried(now=now or clock.now()) if gateway.is_carried else 0
    at, is_asking = now or clock.now(), not is_told_to_stop()
    result = RoundResult(
        put_right=put_right,
        handled=handled,
        moved=opting_out.move_planned(now=at) + move_from_doubtful(now=at),
        died=died,
        late=late,
        unpaid=sweep_unpaid(now=at),
        settled=settle_uncertain(gateway, now=at) if is_asking else 0,
        polled=poll(gateway, now=at) if is_asking else 0,
        words_removed=redaction.remove_words(gateway, now=at) if is_asking else 0,
        unconfirmed=give_up_on_receipts(now=at),
        calls_closed=call_list.tidy(now=at),
    )
    Heartbeat.objects.update_or_create(name=HEART, defaults={"beat_at": now or clock.now()})
    return result


def is_silent(now: datetime | None = None) -> bool:
    """Whether the worker has not been heard of for too long: 「リマインダーが動いていません」."""
    return not beats(now or timezone.now()).exists()


def beats(now: datetime) -> "models.QuerySet[Heartbeat]":
    """The beat of a worker that lives; one further ahead than clocks differ says nothing of now."""
    return Heartbeat.objects.filter(name=HEART, beat_at__range=(now - SILENT_AFTER, now + clock.AHEAD_AT_MOST))


def last_beat() -> datetime | None:
    """When the worker last ended a round."""
    return Heartbeat.objects.filter(name=HEART).values_list("beat_at", flat=True).first()


def _deliver(gateway: Gateway, *, worker: str, now: datetime | None, is_told_to_stop: Callable[[], bool]) -> int:
    started, total = clock.elapsed(), 0
    if gateway.is_carried:
        # Somebody has to press before it can be carried.
        return 0
    while not is_told_to_stop() and (handled := deliver_next(gateway, worker=worker, now=now)):
        total += handled
        if clock.elapsed() - started > ROUND_AT_MOST.total_seconds():
            break
    return total


def put_times_right(*, now: datetime) -> int:
    """Texts on their way whose times a clock wrote that ran ahead and was put right: they count from now.

    Until those times came, no claim would be dead and no receipt be asked for or given up. What came to its end keeps
    them.
    """
    furthest, times = now + clock.AHEAD_AT_MOST, ("claimed_at", "sent_at", "asked_at")
    is_ahead = Q(*((f"{name}__gt", furthest) for name in times), _connector=Q.OR)
    ahead = list(Message.objects.on_their_way().filter(is_ahead).values_list("pk", flat=True))
    for pk in ahead:
        for name in times:
            Message.objects.filter(pk=pk, **{f"{name}__gt": furthest}).update(**{name: now})
    return len(ahead)


def bury_dead_claims(*, now: datetime) -> int:
    """Claims whose worker was not heard of again: nobody knows whether those texts left."""
    dead = Message.objects.filter(state=Message.State.CLAIMED, claimed_at__lte=now - CLAIM_LIFETIME)
    buried = 0
    for pk in dead.values_list("pk", flat=True):
        with transaction.atomic():
            message, _requests = locked(pk)
            if message.state == Message.State.CLAIMED:
                message.state = Message.State.UNCERTAIN
                message.save(update_fields=["state"])
                note(message, MessageEvent.Kind.CLAIM_DIED, now=now)
                buried += 1
    return buried


def settle_uncertain(gateway: Gateway, *, now: datetime) -> int:
    """Ask the provider about texts of which nobody knows whether they left; who stays uncertain is called."""
    uncertain = Message.objects.filter(
        state=Message.State.UNCERTAIN, settled_at__isnull=True, claimed_at__lte=now - ASK_AFTER
    )
    to_settle = list(uncertain.order_by("claimed_at", "pk")[:POLL_AT_ONCE])
    if not to_settle:
        return 0
    city, settled = CityProfile.current(), 0
    for message in to_settle:
        became = _settle(message, gateway, now=now, city=city)
        if became is None:
            # The provider is away; the others are asked about next time.
            break
        settled += became
    return settled


def _settle(message: Message, gateway: Gateway, *, now: datetime, city: CityProfile) -> bool | None:
    """Whether it is settled now; None when the provider gave no answer and may still be waited for."""
    claimed_at = message.claimed_at or now
    age = now - claimed_at
    text = Text(message.token, message.number, message.body, timing.SHORTEST_VALIDITY, claimed_at)
    try:
        answer = gateway.find(text) if gateway.name == message.gateway else None
    except Unclear:
        if age < ASK_UNTIL:
            return None
        answer = None
    if answer and not Message.objects.filter(provider_id=answer.provider_id).exclude(pk=message.pk).exists():
        with transaction.atomic():
            note(message, MessageEvent.Kind.ADOPTED, status=answer.status, now=now)
            receipts.apply(message.token, answer, now=now, city=city)
        return True
    if age < NOT_TAKEN_AFTER:
        return False
    with transaction.atomic():
        fresh, requests = locked(message.pk)
        if fresh.state != Message.State.UNCERTAIN:
            return False
        fresh.settled_at = now
        fresh.save(update_fields=["settled_at"])
        note(fresh, MessageEvent.Kind.NOT_FOUND, now=now)
        call_instead(requests, Reason.UNCERTAIN, now=now, city=city)
    return True


def sweep_late(*, now: datetime) -> int:
    """Texts for which no time is left, after an outage, a halt or a used-up day: their people are called.

    While somebody is there to call, where that can be.
    """
    city, closing, swept = CityProfile.current(), timing.closing_days(now), 0
    hours, calls = timing.window(city), timing.calling_hours(city)
    waiting = Message.objects.due(now).values_list("pk", "due_at", "useless_after", "is_urgent")
    for pk, due_at, useless_after, is_urgent in waiting:
        deadline = timing.text_deadline(useless_after, hours, is_urgent=is_urgent)
        if not is_urgent:
            deadline = min(
                deadline, timing.waiting_deadline(due_at, useless_after, hours, calls=calls, closing=closing)
            )
        if now <= deadline:
            continue
        with transaction.atomic():
            message, requests = locked(pk)
            if message.state == Message.State.PLANNED:
                fail(message, requests, "late" if now < useless_after else "too_late", now=now, city=city)
                swept += 1
    return swept


def sweep_uncarried(*, now: datetime) -> int:
    """Texts that nobody put into a file in time: their people are called while somebody is there to call."""
    city, closing, swept = CityProfile.current(), timing.closing_days(now), 0
    hours = timing.calling_hours(city)
    due = Message.objects.due(now - timing.CARRIED_AT_LEAST).filter(useless_after__gt=now)
    for pk, due_at, useless_after in due.values_list("pk", "due_at", "useless_after"):
        if now < timing.carried_deadline(due_at, useless_after, hours, closing):
            continue
        with transaction.atomic():
            message, requests = locked(pk)
            if message.state == Message.State.PLANNED:
                fail(message, requests, "late", now=now, city=city)
                swept += 1
    return swept


def sweep_unpaid(*, now: datetime) -> int:
    """Texts that this month's money does not reach: their people are called on the day that the desk promised.

    Before they fall due, since nobody is at the office on the Saturday on which a text would have left. While money is
    left, that of a working day's hours waits until then: the money may still be raised, and somebody is there to call.
    """
    city, swept = CityProfile.current(), 0
    money, parts_planned = spending_and_planned(city, now=now)
    if money.fits_month(parts_planned):
        return swept
    hours, closing = timing.calling_hours(city), timing.closing_days(now)
    until = timing.called_by_today(now, hours, closing)
    unpaid = beyond(money, now=now).filter(due_at__lt=until, useless_after__gt=now)
    for pk, due_at in list(unpaid.order_by("due_at", "pk").values_list("pk", "due_at")):
        if not money.is_month_used_up and timing.call_slot(due_at, hours, closing) == due_at:
            continue
        with transaction.atomic():
            message, requests = locked(pk)
            if message.state == Message.State.PLANNED:
                fail(message, requests, "budget", now=now, city=city)
                swept += 1
    return swept


def sweep_stuck(*, now: datetime) -> int:
    """Urgent texts that could not leave, for a halt or a used-up day: their people are called without waiting."""
    city, swept = CityProfile.current(), 0
    for pk in Message.objects.due(now - timing.URGENT_PATIENCE).urgent().values_list("pk", flat=True):
        with transaction.atomic():
            message, requests = locked(pk)
            if message.state == Message.State.PLANNED:
                fail(message, requests, "late", now=now, city=city)
                swept += 1
    return swept


def poll(gateway: Gateway, *, now: datetime) -> int:
    """Ask the provider what became of texts without a final receipt: for hosts that no webhook can reach."""
    if gateway.is_carried:
        # What came back in a file was taken down when it came.
        return 0
    sent = Message.objects.filter(
        state=Message.State.SENT, gateway=gateway.name, sent_at__lte=now - POLL_AFTER, sent_at__gt=now - POLL_FOR
    )
    is_new = Q(sent_at__gte=now - POLL_OFTEN_FOR, asked_at__lte=now - POLL_OFTEN)
    to_ask = sent.filter(Q(asked_at__isnull=True) | is_new | Q(asked_at__lte=now - POLL_SELDOM))
    # The databases do not agree where those stand who were never asked about.
    in_turn = list(to_ask.order_by(F("asked_at").asc(nulls_first=True), "pk")[:POLL_AT_ONCE])
    if not in_turn:
        return 0
    city, asked = CityProfile.current(), 0
    for message in in_turn:
        asked += 1
        Message.objects.filter(pk=message.pk).update(asked_at=now)
        try:
            answer = gateway.status(message.provider_id)
        except Unclear:
            # The provider is away; the others are asked next time.
            break
        if answer is not None:
            receipts.apply(message.token, answer, now=now, city=city)
    return asked


def give_up_on_receipts(*, now: datetime) -> int:
    """Texts whose arrival nobody confirmed in time: their people are called."""
    city, closing, given_up = CityProfile.current(), timing.closing_days(now), 0
    hours = timing.calling_hours(city)
    unconfirmed = Message.objects.filter(
        state=Message.State.SENT,
        sent_at__lte=now - timing.RECEIPT_AT_LEAST,
        useless_after__gt=now,
        requests__call__isnull=True,
        requests__withdrawn_at__isnull=True,
        requests__replaced_at__isnull=True,
        # Of nobody else: whoever is not to be called would be given up on in every round.
        requests__resident__contact_wish__in=[wish for wish in ContactWish if wish != ContactWish.NONE],
    )
    unconfirmed = unconfirmed.exclude(purpose__in=only_written()).distinct()
    for message in unconfirmed:
        sent_at = message.sent_at or now
        if message.is_carried and not message.is_urgent:
            since = max(sent_at, message.due_at)
            deadline = timing.carried_deadline(since, message.useless_after, hours, closing)
        else:
            deadline = timing.receipt_deadline(
                sent_at, message.useless_after, hours, closing, is_urgent=message.is_urgent
            )
        if now >= deadline:
            receipts.give_up_waiting(message.pk, now=now, city=city)
            given_up += 1
    return given_up
