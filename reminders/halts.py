"""That sending stops for a while: the provider is away, or something is set up wrongly.

A halt ends by itself and sending is tried again, so nobody has to press a button at night. While it lasts messages
wait, and those that wait too long go to the call list.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from reminders.codes import Meaning, Move, meaning
from reminders.models import Halt

ALARM_FOR = timedelta(minutes=15)
SLOW_DOWN_FOR = timedelta(minutes=1)

logger = logging.getLogger("kakehashi.reminders")


@dataclass(frozen=True)
class Standing:
    """A halt that holds now, in the words of the desk."""

    code: str
    since: datetime
    until: datetime

    @property
    def meaning(self) -> Meaning:
        return meaning(self.code)

    @property
    def is_alarm(self) -> bool:
        """True when somebody has to act."""
        return self.meaning.move is Move.ALARM


def halt(code: str, *, now: datetime) -> None:
    """Stop sending for a while because of an error code. A longer halt is not shortened by a lesser one."""
    is_alarm = meaning(code).move is Move.ALARM
    if is_alarm:
        logger.error("sending halted: code %s", code)
    until = now + (ALARM_FOR if is_alarm else SLOW_DOWN_FOR)
    standing = Halt.objects.filter(pk=1).first()
    if standing is None:
        Halt.objects.get_or_create(pk=1, defaults={"code": code, "at": now, "until": until})
        return
    if standing.until <= now or until > standing.until:
        # The alarm's beginning is kept while the same trouble goes on.
        since = standing.at if standing.code == code and now - standing.until < ALARM_FOR else now
        Halt.objects.filter(pk=1).update(code=code, at=since, until=until)


def standing(*, now: datetime) -> Standing | None:
    """The halt that holds now, None while texts are sent."""
    row = Halt.objects.filter(pk=1, until__gt=now).first()
    return Standing(row.code, row.at, row.until) if row else None
