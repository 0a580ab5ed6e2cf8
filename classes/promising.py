"""What is promised to whoever registers: how and when the office will let them know, as it is read out and printed.

What must never happen: a text that is promised and cannot leave, or a call promised for a day that is over.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from city.models import CityProfile
from classes.models import CourseRun
from classes.reminding import rules_of, slots_of
from reminders.about import About
from reminders.outlook import Outlook, outlook
from reminders.reach import told_by
from reminders.routing import Channel, Route, in_time, promise, routes
from reminders.timing import Slot, call_slot, calling_hours, closing_days, posting_time, window
from residents.models import Resident


@dataclass(frozen=True)
class Promise:
    """How the office will let one person know; no words when not at all."""

    words: str
    way: Route
    # What the clerk should know before saying so.
    caution: str = ""
    # How sending stands, where there is a text to promise.
    outlook: Outlook | None = None

    @property
    def is_without_texts(self) -> bool:
        """Whether no text leaves any more this month."""
        return self.outlook is not None and self.outlook.money.is_month_used_up


def promise_to(resident: Resident, run: CourseRun) -> Promise:
    """How and when a person will first be reminded of a run.

    Reads the run's lessons and the person's telephones and consents, prefetched or not.
    """
    return promises_to([resident], run)[0]


def promises_to(residents: Sequence[Resident], run: CourseRun) -> list[Promise]:
    """As `promise_to`, for each of these people."""
    city, now, wished = CityProfile.current(), timezone.now(), routes(residents, about=About.REMINDERS)
    first = _first_slot(run, city=city)
    if first is None:
        return [Promise("", way) for way in wished]
    sending = outlook(city, now=now) if any(way.channel == Channel.SMS for way in wished) else None
    ways = [sending.way(way, due_at=first.due_at) if sending else way for way in wished]
    hours, days = calling_hours(city), _days_of(first, ways, city=city, now=now)
    ways = [
        in_time(resident, way, first.useless_after, hours=hours, closing=days.closing, now=now)
        for resident, way in zip(residents, ways, strict=True)
    ]
    return [
        _promise(way, wish, days.told_at.get(way.channel, first.due_at), due_at=first.due_at, sending=sending)
        for way, wish in zip(ways, wished, strict=True)
    ]


def told_of_decision(way: Route, run: CourseRun, *, sending: Outlook | None) -> Promise:
    """How somebody without a seat hears of one, or of the decision; `sending` where there may be a text to promise."""
    due_at = run.reception_closes_at
    if run.seats_go_by_line and way.phone is not None:
        return Promise(_("When a seat is free, we call you at %(number)s.") % {"number": way.phone.national}, way)
    if sending is None or due_at is None:
        return Promise(told_by(way), way)
    changed = sending.way(way, due_at=due_at)
    words = told_by(changed, is_unsure=sending.is_unsure(way, due_at=due_at))
    return Promise(words, changed, sending.caution(way, due_at=due_at), sending)


@dataclass(frozen=True)
class _Days:
    """When whoever is not texted is told, and the closing days around it."""

    told_at: dict[Channel, datetime]
    closing: frozenset[date]


def _first_slot(run: CourseRun, *, city: CityProfile) -> Slot | None:
    rules, hours = rules_of(run), window(city)
    ahead = run.lessons_ahead(timezone.now())
    return min((slot for lesson in ahead for slot in slots_of(lesson, rules, hours=hours).values()), default=None)


def _days_of(first: Slot, ways: Sequence[Route], *, city: CityProfile, now: datetime) -> _Days:
    if all(way.channel not in {Channel.CALL, Channel.POSTCARD} for way in ways):
        return _Days({}, frozenset())
    hours, closing = calling_hours(city), closing_days(first.due_at)
    told_at = {
        # Whoever registers on a Saturday for Monday is not promised a call of yesterday.
        Channel.CALL: max(now, call_slot(first.due_at, hours, closing)),
        Channel.POSTCARD: max(now, posting_time(*first, hours, closing)),
    }
    return _Days(told_at, closing)


def _promise(way: Route, wish: Route, when: datetime, *, due_at: datetime, sending: Outlook | None) -> Promise:
    if sending is None:
        return Promise(promise(way, when=when), way)
    words = promise(way, when=when, is_unsure=sending.is_unsure(way, due_at=due_at))
    return Promise(words, way, sending.caution(wish, due_at=due_at), sending)
