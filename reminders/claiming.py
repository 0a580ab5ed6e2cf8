"""Taking the next few texts for one worker with the people behind them, and writing that the provider has them.

Each in one statement, so that no transaction has to be kept open for it, except near the end of the money. What must
never happen: a text that two workers have at once or that the money does not last for, or an evening's reminders that
leave before a storm warning.
"""

from collections.abc import Mapping
from datetime import datetime

from django.db import connection, transaction
from django.db.models import F

from city.models import CityProfile
from reminders import clock
from reminders.budget import PARTS_RECKONED_WITH, Spending, spending
from reminders.gateways import Answer
from reminders.models import Message, Request
from reminders.routing import read_for_routes

# The claimed messages, each with those who stand behind it.
Batch = dict[Message, list[Request]]

# Seconds. What was read of the money says nothing any more when a worker was held up for longer before it had claimed.
SUM_LASTS = 0.2

# What is read of a text and of those who stand behind it: no more than decides, and nobody's name.
_OF_MESSAGE = "id, token, purpose, occasion, number, body, parts, due_at, useless_after, is_urgent"
_OF_REQUEST = ("key", "purpose", "body", "by_call_only", "is_urgent", "due_at", "useless_after", "message", "call")
_OF_RESIDENT = ("resident__contact_wish", "resident__is_practice")

# By hand, as Django has no words for it: two walks along two partial indexes, the ordinary ones as far as the urgent
# ones leave room, and no row that another worker is just taking. The embedded database lets one worker write at a time
# and knows no such locks.
_CLAIM = """
WITH urgent AS (
    SELECT id FROM reminders_message WHERE state = 'planned' AND is_urgent AND due_at <= %(due_by)s
    ORDER BY due_at, id LIMIT %(room)s {skipping}
), ordinary AS (
    SELECT id FROM reminders_message WHERE state = 'planned' AND NOT is_urgent AND due_at <= %(due_by)s
    ORDER BY due_at, id LIMIT %(room)s - (SELECT COUNT(*) FROM urgent) {skipping}
)
UPDATE reminders_message
SET state = 'claimed', claimed_at = %(now)s, claimed_by = %(worker)s, gateway = %(gateway)s, tries = tries + 1
WHERE state = 'planned' AND id IN (SELECT id FROM urgent UNION ALL SELECT id FROM ordinary) RETURNING {columns}
"""

_SENT = """
WITH answer (token, id, status) AS (VALUES {answers})
UPDATE reminders_message
SET state = 'sent', sent_at = %s, provider_id = answer.id, provider_status = answer.status
FROM answer
WHERE reminders_message.token = answer.token AND state = 'claimed' AND claimed_by = %s AND provider_id = ''
RETURNING reminders_message.id
"""


def claim_within_limits(
    *,
    worker: str,
    gateway: str,
    room: int,
    due_by: datetime,
    city: CityProfile,
    now: datetime,
    is_paced: bool = True,
) -> tuple[Batch, Spending]:
    """As `claim`, and no more than may leave today; with what was spent before it.

    `is_paced` where a provider takes so many a minute; a file takes what the day allows.

    While much is left, everybody claims as they come. Near the end one worker claims after the other, so that each
    counts what the one before has claimed (docs/locking.md).
    """

    def take(money: Spending) -> Batch:
        most = money.texts_left if is_paced else money.texts_left_today
        return claim(worker=worker, gateway=gateway, room=min(room, most), due_by=due_by, now=now)

    began, money = clock.elapsed(), spending(city, now=now)
    if money.lasts_for_others:
        batch = take(money)
        is_quick = clock.elapsed() - began < SUM_LASTS
        is_long = any(message.parts > PARTS_RECKONED_WITH for message in batch)
        if is_quick and not is_long:
            return batch, money
        # What is longer than others reckon with must leave them what they reckon with.
        looked_again = spending(city, now=now)
        if looked_again.lasts_for_others if is_long else looked_again.is_within_limits:
            return batch, money
        let_go(batch, worker=worker)
    with transaction.atomic():
        city = CityProfile.objects.select_for_update(no_key=True).get(pk=city.pk)
        money = spending(city, now=now)
        return take(money), money


def claim(*, worker: str, gateway: str, room: int, due_by: datetime, now: datetime) -> Batch:
    """Take at most so many due messages for this worker alone, urgent ones first, and read the people behind them."""
    if not room:
        return {}
    skipping = "FOR UPDATE SKIP LOCKED" if connection.features.has_select_for_update_skip_locked else ""
    written = connection.ops.adapt_datetimefield_value
    facts = {"worker": worker, "gateway": gateway, "room": room, "due_by": written(due_by), "now": written(now)}
    taken = list(Message.objects.raw(_CLAIM.format(skipping=skipping, columns=_OF_MESSAGE), facts))
    if not taken:
        return {}
    people = Request.objects.standing().filter(message__in=[message.pk for message in taken]).select_related("resident")
    requests = list(people.only(*_OF_REQUEST, *_OF_RESIDENT))
    read_for_routes([request.resident for request in requests])
    in_turn = sorted(taken, key=lambda message: (not message.is_urgent, message.due_at, message.pk))
    return {message: [request for request in requests if request.message_id == message.pk] for message in in_turn}


def let_go(batch: Batch, *, worker: str) -> None:
    """Leave these texts, of which none was handed over, to whoever claims next."""
    mine = Message.objects.filter(
        pk__in=[message.pk for message in batch], state=Message.State.CLAIMED, claimed_by=worker
    )
    mine.update(state=Message.State.PLANNED, claimed_at=None, claimed_by="", tries=F("tries") - 1)


def write_sent(answers: Mapping[str, Answer], *, worker: str, now: datetime) -> int:
    """Write what the provider said of these tokens, each with its own number there; how many were still this worker's.

    Whatever moved meanwhile, by a receipt that was quicker or by a worker that took this one for dead, stays as it is.
    """
    if not answers:
        return 0
    told = [word for token, answer in answers.items() for word in (token, answer.provider_id, answer.status)]
    with connection.cursor() as cursor:
        statement = _SENT.format(answers=", ".join(["(%s, %s, %s)"] * len(answers)))
        cursor.execute(statement, [*told, connection.ops.adapt_datetimefield_value(now), worker])
        return len(cursor.fetchall())
