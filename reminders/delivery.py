"""The worker's hands: claim a few due texts, ask once more whether they are wanted, send them, write what came of it.

The claim is committed before anything leaves, and no transaction and no lock is open while the provider is spoken to. A
crash at any moment leaves at most one batch whose fate must be asked for (reminders.rounds). What must never happen: a
text sent twice, or sent to somebody who no longer wants or needs it.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from datetime import datetime, timedelta

from django.db import connection, transaction

from city.models import CityProfile
from reminders import clock, halts, receipts, timing
from reminders.budget import Spending
from reminders.claiming import Batch, claim_within_limits, write_sent
from reminders.codes import Move, meaning
from reminders.covering import covered, leave_to
from reminders.fallback import fail, locked, note
from reminders.gateways import Answer, Gateway, NotSent, Text, Unclear
from reminders.models import Message, MessageEvent, Request
from reminders.outbox import place
from reminders.purposes import purpose
from reminders.routing import Channel, Stopped, stopped_among
from reminders.sharing import number_of
from reminders.ways import way_of

# At most so many texts are uncertain after a crash.
BATCH = 10
# A claim without an outcome for so long belongs to a worker that is dead, or that must no longer send.
CLAIM_LIFETIME = timedelta(minutes=10)
# After so many answers lost in a minute, sending pauses.
UNCLEAR_AT_MOST, UNCLEAR_WITHIN = 3, timedelta(minutes=1)

logger = logging.getLogger("kakehashi.reminders")


def deliver_next(gateway: Gateway, *, worker: str, now: datetime | None = None) -> int:
    """Deal with the next few texts that are due; how many there were. Zero means: nothing to do at this moment."""
    started, stopwatch = now or clock.now(), clock.elapsed()
    city = CityProfile.current()
    if not timing.texts_leave(city, started):
        return 0
    room, trial = BATCH, None
    if (halt := halts.standing()) is not None:
        if halt.holds(started) or not Message.objects.due(started).exists():
            return 0
        room, trial = 1, halts.begin_trial(halt, now=started)
        if trial is None:
            return 0

    batch, money = claim_within_limits(
        worker=worker, gateway=gateway.name, room=room, due_by=started, city=city, now=started
    )
    wanted = list(_check(batch, gateway, money=money, city=city, now=started))
    results = list(_send(gateway, wanted, since=stopwatch))
    _look_after_connection()

    at = now or started + timedelta(seconds=clock.elapsed() - stopwatch)
    _write(results, worker=worker, city=city, now=at)
    if trial is not None:
        _end_trial(trial, results, now=at)
    return len(batch)


def carry_next(gateway: Gateway, *, worker: str, due_by: datetime, now: datetime | None = None) -> int:
    """Put the next few texts into a file that somebody carries out; how many there were.

    As `deliver_next`, but also before the hours and for texts due later: each says from when and until when it may
    arrive. No halt holds it up, since no provider is spoken to.
    """
    started = now or clock.now()
    city = CityProfile.current()
    batch, money = claim_within_limits(
        worker=worker, gateway=gateway.name, room=BATCH, due_by=due_by, city=city, now=started, is_paced=False
    )
    wanted = list(_check(batch, gateway, money=money, city=city, now=started))
    results = list(_send(gateway, wanted, since=clock.elapsed()))
    _write(results, worker=worker, city=city, now=started)
    return len(batch)


def _check(batch: Batch, gateway: Gateway, *, money: Spending, city: CityProfile, now: datetime) -> Iterator[Text]:
    """Those texts of a batch that may be sent; what becomes of the others is written down at once."""
    answers = _ask(batch, now=now)
    stopped = stopped_among(request.resident for requests in batch.values() for request in requests)
    overtaken = covered(batch, now=now)
    for message, requests in batch.items():
        if message in overtaken and _leave(message, overtaken[message], batch, now=now):
            continue
        code = _why_not(message, requests, gateway, city=city, now=now)
        if code is None and not money.fits_month(message.parts):
            code = "budget"
        if code is None:
            code = _why_unwanted(message, requests, answers, city=city, stopped=stopped, now=now)
        if code == _NOBODY:
            continue
        if code is not None:
            with transaction.atomic():
                fail(*locked(message.pk), code, now=now, city=city)
            continue
        money = money.with_parts(message.parts)
        slot = timing.Slot(message.due_at, message.useless_after)
        not_before, not_after = timing.carried_span(now, slot, timing.window(city), is_urgent=message.is_urgent)
        yield Text(
            token=message.token,
            number=message.number,
            body=message.body,
            valid_seconds=timing.validity_seconds(now, message.useless_after, timing.window(city)),
            claimed_at=now,
            not_before=not_before,
            not_after=not_after,
        )


def _leave(message: Message, later: Message, batch: Batch, *, now: datetime) -> bool:
    """Whether a later text tells the people of this one; who is new to it is looked at when its turn comes."""
    joining = leave_to(message, later, now=now)
    if joining and later in batch:
        read = {request.pk: request for request in batch[message]}
        batch[later] += [read[request.pk] for request in joining if request.pk in read]
    return joining is not None


def _why_not(
    message: Message, requests: list[Request], gateway: Gateway, *, city: CityProfile, now: datetime
) -> str | None:
    """The code under which a message is not sent, None when nothing stands against it."""
    if now >= message.useless_after:
        return "too_late"
    if now > timing.text_deadline(message.useless_after, timing.window(city), is_urgent=message.is_urgent):
        return "late"
    people = [request.resident for request in requests]
    if gateway.is_real and (message.phone.is_practice or any(person.is_practice for person in people)):
        return "practice"
    if not gateway.is_real and not all(person.is_practice for person in people):
        # Nothing leaves through it, so nobody real may be taken for told.
        return "no_gateway"
    return None


# Nobody is left who is to be told by this text; it has been withdrawn.
_NOBODY = "nobody"


# By key, whether a reminder is still due; without those that nobody could answer for.
Answers = dict[str, bool]


def _ask(batch: Batch, *, now: datetime) -> Answers:
    """Ask each purpose about everybody behind a batch."""
    keys: dict[str, set[str]] = defaultdict(set)
    for requests in batch.values():
        for request in requests:
            keys[request.purpose].add(request.key)
    answers: Answers = {}
    for name, asked in keys.items():
        answers |= _ask_purpose(name, asked, now=now)
    return answers


def _ask_purpose(name: str, keys: set[str], *, now: datetime) -> Answers:
    """Ask one purpose; where that fails, about each key by itself, so that one broken reminder stops no other."""
    try:
        due = purpose(name).still_due(keys, now=now)
    except Exception:
        if len(keys) == 1:
            logger.exception("a reminder of the purpose %s could not be checked", name)
            return {}
        return {key: due for one in keys for key, due in _ask_purpose(name, {one}, now=now).items()}
    return {key: key in due for key in keys}


def _why_unwanted(
    message: Message, requests: list[Request], answers: Answers, *, city: CityProfile, stopped: Stopped, now: datetime
) -> str | None:
    """None when somebody still is to be told by this text; those who are not, or not this way or so, have left it."""
    if any(request.key not in answers for request in requests):
        return "unchecked"
    try:
        return None if _still_wanted(message, requests, answers, city=city, stopped=stopped, now=now) else _NOBODY
    except Exception:
        logger.exception("message %s could not be checked", message.pk)
        return "unchecked"


def _still_wanted(
    message: Message, requests: list[Request], answers: Answers, *, city: CityProfile, stopped: Stopped, now: datetime
) -> bool:
    stay: list[Request] = []
    leave: list[Request] = []
    for request in requests:
        if not answers[request.key]:
            request.withdrawn_at = now
            leave.append(request)
            continue
        way = way_of(request, city=city, stopped=stopped, now=now)
        is_here = way.channel == Channel.SMS and number_of(way) == message.number
        # Whoever worded it anew while it was on its way could not change it there.
        (stay if is_here and request.body == message.body else leave).append(request)
    if leave or not stay:
        _part(message, leave, now=now)
    return bool(stay)


@transaction.atomic
def _part(message: Message, leave: list[Request], *, now: datetime) -> None:
    """Let go of those who are told another way or need not be told; without anybody left the text is withdrawn."""
    fresh, requests = locked(message.pk)
    leaving = {request.pk: request for request in leave}
    for request in requests:
        if request.pk not in leaving:
            continue
        if leaving[request.pk].withdrawn_at is not None:
            request.withdrawn_at = leaving[request.pk].withdrawn_at
            request.save(update_fields=["withdrawn_at"])
        else:
            place(request, by=None)
    if not fresh.requests.standing().exists():
        fresh.state, fresh.settled_at, fresh.claimed_by = Message.State.WITHDRAWN, now, ""
        fresh.save(update_fields=["state", "settled_at", "claimed_by"])


def _look_after_connection() -> None:
    """See before the next statement whether the database is still there: a slow provider leaves it time to restart.

    Nothing was open on the connection meanwhile, so a new one does as well.
    """
    if not connection.in_atomic_block:
        connection.close_if_unusable_or_obsolete()


Result = Answer | NotSent | Unclear | None


def _send(gateway: Gateway, texts: list[Text], *, since: float) -> Iterator[tuple[Text, Result]]:
    """Hand the texts over, several at a time where the gateway can, and give each result as it comes in.

    After the provider turned out to be away or wrongly set up, the rest is not tried (None).
    """
    if gateway.concurrency == 1 or len(texts) <= 1:
        is_stopped = False
        for text in texts:
            result = None if is_stopped else _hand_over(gateway, text, since=since)
            is_stopped = is_stopped or _stops(result)
            yield text, result
        return
    with ThreadPoolExecutor(max_workers=min(gateway.concurrency, len(texts))) as pool:
        running = {pool.submit(_hand_over, gateway, text, since=since): text for text in texts}
        for done in as_completed(running):
            yield running[done], done.result()


def _hand_over(gateway: Gateway, text: Text, *, since: float) -> Result:
    if clock.elapsed() - since >= CLAIM_LIFETIME.total_seconds() / 2:
        # This machine slept between claiming and sending; another worker may already take us for dead.
        return None
    try:
        return gateway.send(text)
    except (NotSent, Unclear) as trouble:
        return trouble


def _stops(result: Result) -> bool:
    if isinstance(result, Unclear):
        return True
    return isinstance(result, NotSent) and meaning(result.code).move in {Move.ALARM, Move.SLOW_DOWN}


def _write(results: list[tuple[Text, Result]], *, worker: str, city: CityProfile, now: datetime) -> None:
    """Keep what came of a batch: first what was taken, as a whole, then each of the others by itself."""
    taken = {text.token: result for text, result in results if isinstance(result, Answer)}
    if taken:
        _write_taken(taken, worker=worker, now=now)
    for text, result in results:
        if not isinstance(result, Answer):
            _write_not_taken(text, result, worker=worker, city=city, now=now)


def _write_taken(answers: dict[str, Answer], *, worker: str, now: datetime) -> None:
    """The usual case in one statement; whatever moved meanwhile is settled as a receipt is."""
    usual = {token: answer for token, answer in answers.items() if not receipts.is_lost(answer.status)}
    if write_sent(usual, worker=worker, now=now) < len(answers):
        # To those that were just written it is no news.
        for token, answer in answers.items():
            receipts.apply(token, answer, now=now)


def _write_not_taken(
    text: Text, result: NotSent | Unclear | None, *, worker: str, city: CityProfile, now: datetime
) -> None:
    with transaction.atomic():
        fresh, requests = locked(Message.objects.values_list("pk", flat=True).get(token=text.token))
        if fresh.state != Message.State.CLAIMED or fresh.claimed_by != worker:
            return
        if isinstance(result, Unclear):
            note(fresh, MessageEvent.Kind.UNCLEAR, code=result.code, now=now)
            fresh.state = Message.State.UNCERTAIN
            fresh.save(update_fields=["state"])
            _halt_after_many(now=now)
        elif result is None:
            _put_back(fresh)
        else:
            _write_refused(fresh, requests, result.code, city=city, now=now)


def _write_refused(message: Message, requests: list[Request], code: str, *, city: CityProfile, now: datetime) -> None:
    kind = MessageEvent.Kind.UNREACHABLE if code == "unreachable" else MessageEvent.Kind.REFUSED
    note(message, kind, code=code, now=now)
    if meaning(code).move in {Move.ALARM, Move.SLOW_DOWN}:
        halts.halt(code, now=now)
        _put_back(message)
    else:
        fail(message, requests, code, now=now, city=city)


def _put_back(message: Message) -> None:
    """It certainly did not leave: it waits for its next turn as if nothing had been."""
    message.state, message.claimed_at, message.claimed_by = Message.State.PLANNED, None, ""
    message.tries -= 1
    message.save(update_fields=["state", "claimed_at", "claimed_by", "tries"])


def _end_trial(until: datetime, results: list[tuple[Text, Result]], *, now: datetime) -> None:
    """What came of the one text that was tried after a halt; without an answer the halt lasts as the trial would."""
    if not any(_stops(result) for _text, result in results):
        halts.end_trial(until, was_answered=any(result is not None for _text, result in results), now=now)


def _halt_after_many(*, now: datetime) -> None:
    """A provider that answers nobody would turn the whole outbox uncertain, one text after the other."""
    recent = MessageEvent.objects.filter(kind=MessageEvent.Kind.UNCLEAR, at__gt=now - UNCLEAR_WITHIN)
    if recent.count() >= UNCLEAR_AT_MOST:
        halts.halt("unreachable", now=now)
