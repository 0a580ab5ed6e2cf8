"""What is promised to whoever registers: how and when the office will let them know, as it is read out and printed.

What must never happen: a text that is promised and cannot leave, or a call promised for a day that is over.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _

from city.models import CityProfile
from classes.models import CourseRun
from classes.reminding import is_over, rules_of, slots_of
from core.officehours import Window
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
    slots = _slots_ahead(run, city=city)
    if not slots:
        return [_no_promise(way) for way in wished]
    sending = outlook(city, now=now) if any(way.channel == Channel.SMS for way in wished) else None
    ways = [sending.way(way, due_at=slots[0].due_at) if sending else way for way in wished]
    is_asked = any(way.channel in {Channel.CALL, Channel.POSTCARD} for way in ways)
    closing = closing_days(slots[0].due_at, slots[-1].due_at) if is_asked else frozenset[date]()
    days = _Days(calling_hours(city), closing, now)
    return [
        _first_promise(resident, wish, slots, days=days, sending=sending)
        for resident, wish in zip(residents, wished, strict=True)
    ]


def told_of_decision(
    resident: Resident, way: Route, run: CourseRun, *, sending: Outlook | None, city: CityProfile | None = None
) -> Promise:
    """How somebody without a seat hears of one, or of the decision; `sending` where there may be a text to promise.

    `way` is how they wish to hear. Reads the run's lessons, prefetched or not, where that is by post.
    """
    due_at = run.reception_closes_at
    if run.seats_go_by_line and way.phone is not None:
        return Promise(_("When a seat is free, we call you at %(number)s.") % {"number": way.phone.national}, way)
    way = _posted_in_time(resident, way, run, city=city)
    if sending is None or due_at is None:
        return Promise(told_by(way), way)
    changed = sending.way(way, due_at=due_at)
    words = told_by(changed, is_unsure=sending.is_unsure(way, due_at=due_at))
    return Promise(words, changed, sending.caution(way, due_at=due_at), sending)


def _posted_in_time(resident: Resident, way: Route, run: CourseRun, *, city: CityProfile | None) -> Route:
    """The way itself, or a call where a letter posted when reception has closed would come after the class."""
    decided_at = max(timezone.now(), run.reception_closes_at)
    ahead = run.lessons_ahead(decided_at) if way.channel == Channel.POSTCARD else []
    if not ahead:
        return way
    city = city or CityProfile.current()
    hours, closing = calling_hours(city), city.closing_days_to_come
    return in_time(resident, way, ahead[0].starts_at, hours=hours, closing=closing, now=decided_at)


@dataclass(frozen=True)
class _Days:
    """When somebody is at the office to tell whoever is not texted."""

    hours: Window
    closing: frozenset[date]
    now: datetime

    def told_at(self, slot: Slot, channel: Channel) -> datetime:
        """When a reminder of this slot is given, that way."""
        if channel == Channel.CALL:
            # A text that cannot leave becomes a call at once where the Friday's hour is over.
            return max(self.now, call_slot(slot.due_at, self.hours, self.closing))
        if channel == Channel.POSTCARD:
            return max(self.now, posting_time(*slot, self.hours, self.closing))
        return slot.due_at

    def is_over(self, slot: Slot, channel: Channel) -> bool:
        """Whether nobody calls about this slot any more: whoever registers on a Saturday for Monday was just told."""
        return channel == Channel.CALL and is_over(call_slot(slot.due_at, self.hours, self.closing), now=self.now)


def _slots_ahead(run: CourseRun, *, city: CityProfile) -> list[Slot]:
    """Every moment at which people of a run are told, the first at first."""
    rules, hours = rules_of(run), window(city)
    ahead = run.lessons_ahead(timezone.now())
    return sorted(slot for lesson in ahead for slot in slots_of(lesson, rules, hours=hours).values())


def _first_promise(
    resident: Resident, wish: Route, slots: Iterable[Slot], *, days: _Days, sending: Outlook | None
) -> Promise:
    for slot in slots:
        way = sending.way(wish, due_at=slot.due_at) if sending else wish
        way = in_time(resident, way, slot.useless_after, hours=days.hours, closing=days.closing, now=days.now)
        if wish.channel == Channel.SMS or not days.is_over(slot, way.channel):
            return _promise(way, wish, days.told_at(slot, way.channel), due_at=slot.due_at, sending=sending)
    return _no_promise(wish)


def _no_promise(wish: Route) -> Promise:
    """For whoever registers when every moment for a reminder is over; whoever wants none is promised none anyway."""
    if wish.channel == Channel.NONE:
        return Promise("", wish)
    return Promise("", wish, _("No reminder comes before the class. Have the day and the place written down now."))


def _promise(way: Route, wish: Route, when: datetime, *, due_at: datetime, sending: Outlook | None) -> Promise:
    if sending is None:
        return Promise(promise(way, when=when), way)
    words = promise(way, when=when, is_unsure=sending.is_unsure(way, due_at=due_at))
    return Promise(words, way, sending.caution(wish, due_at=due_at), sending)
