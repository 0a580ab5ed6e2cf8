"""That sending stops for a while: the provider is away, or something is set up wrongly.

A halt ends by itself, so nobody has to press a button at night: after it one worker tries one text, and only when the
provider has answered do the others follow. While it lasts messages wait, and those that wait too long go to the call
list. What must never happen: a provider that loses answers is handed a whole batch to try whether it is well.
"""

import logging
from dataclasses import dataclass
from datetime import datetime, timedelta

from reminders import clock
from reminders.codes import Meaning, Move, meaning
from reminders.models import Halt

ALARM_FOR = timedelta(minutes=15)
SLOW_DOWN_FOR = timedelta(minutes=1)
# Whoever tries and is not heard of again has died; then another may.
TRIAL_FOR = timedelta(minutes=1)

logger = logging.getLogger("kakehashi.reminders")


@dataclass(frozen=True)
class Standing:
    """A halt that is not known to be over, in the words of the desk."""

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

    def holds(self, now: datetime) -> bool:
        """Whether nothing at all is sent; afterwards one text is tried."""
        return _holds(self.until, now)


def halt(code: str, *, now: datetime) -> None:
    """Stop sending for a while because of an error code. A longer halt is not shortened by a lesser one."""
    is_alarm = meaning(code).move is Move.ALARM
    if is_alarm:
        logger.error("sending halted: code %s", code)
    until = now + (ALARM_FOR if is_alarm else SLOW_DOWN_FOR)
    last = Halt.objects.filter(pk=1).first()
    if last is None:
        Halt.objects.get_or_create(pk=1, defaults={"code": code, "at": now, "until": until})
        return
    if not _holds(last.until, now) or until > last.until:
        # The alarm's beginning is kept while the same trouble goes on.
        since = min(last.at, now) if last.code == code and now - last.until < ALARM_FOR else now
        Halt.objects.filter(pk=1).update(code=code, at=since, until=until)


def _holds(until: datetime, now: datetime) -> bool:
    """Whether a halt holds; no halt lasts as long as one that was written by a clock that ran ahead."""
    return now < until <= now + ALARM_FOR + clock.AHEAD_AT_MOST


def standing() -> Standing | None:
    """The halt that holds, or after which no text has been taken yet; None while texts are sent."""
    row = Halt.objects.filter(pk=1).first()
    return Standing(row.code, row.at, row.until) if row else None


def begin_trial(halt: Standing, *, now: datetime) -> datetime | None:
    """Let this worker try one text after a halt; None when another does, else until when it has time."""
    until = now + TRIAL_FOR
    is_ours = Halt.objects.filter(pk=1, until=halt.until).update(until=until)
    return until if is_ours else None


def end_trial(until: datetime, *, was_answered: bool, now: datetime) -> None:
    """After a text was tried: the halt is over when the provider gave an answer.

    When no text was tried after all, because nobody wanted it any more, the next one is. A halt that came up meanwhile
    stands.
    """
    ours = Halt.objects.filter(pk=1, until=until)
    if was_answered:
        ours.delete()
    else:
        ours.update(until=now)
