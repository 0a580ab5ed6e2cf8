"""After a backup was put back: nobody is texted again who was texted after the copy had been made.

The copy knows nothing of that. What fell due since stands planned in it, and the worker would send it as after any
other outage. So such texts are in doubt, as those of a worker that died: the provider is asked about each, and where
one is not found there its people are called (reminders.rounds). It has to be done before a worker begins.
"""

from datetime import datetime

from django.db import transaction
from django.db.models import F

from accounts.models import User
from core import audit
from reminders import clock
from reminders.carrying import end_of_next_working_day
from reminders.fallback import TRIES_OF_AN_UNREACHED_TELEPHONE
from reminders.gateways import Gateway, configured
from reminders.models import Message

_State = Message.State


@transaction.atomic
def doubt_what_may_have_left(*, by: User | None, gateway: Gateway | None = None, now: datetime | None = None) -> int:
    """Have every text looked for that may have left since the copy was made; how many there are. Harmless twice.

    `by` is None where it is done at the server. What is due later leaves as planned.
    """
    gateway, now = gateway or configured(), now or clock.now()
    # A file is carried out with what is due until somebody is there again.
    due_by = end_of_next_working_day(now) if gateway.is_carried else now

    in_doubt = Message.objects.due(due_by).update(
        state=_State.UNCERTAIN, gateway=gateway.name, claimed_at=now if gateway.is_carried else F("due_at")
    )
    # What was under way may have failed since, and been tried once more.
    under_way = Message.objects.filter(state__in=[_State.CLAIMED, _State.SENT, _State.UNCERTAIN])
    under_way.update(tries=TRIES_OF_AN_UNREACHED_TELEPHONE)

    audit.record("backup.restored", by=by, texts=in_doubt)
    return in_doubt
