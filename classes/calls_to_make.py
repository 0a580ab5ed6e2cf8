"""The calls to make about seats that are held: whom, by when, how often already, and what is read out.

One outline for the page, for the sheet on paper, and for the call list, which says where somebody is called about a
reminder as well.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from django.utils.translation import gettext as _

from city.codes import labels
from city.models import CityProfile, Code, Venue
from classes.line import InLine, together
from classes.models import CourseRun, Lesson, Offer, OfferQuerySet, Registration
from classes.offer_calls import BETWEEN_CALLS
from classes.told_before import Matter, untold_matters
from classes.waiting_list import FEWEST_CALLS
from core.wareki import clock, short_date, spoken
from reminders import call_list
from residents.models import PhoneLine, Resident


@dataclass(frozen=True)
class Call:
    """One call to make: to a person, or to people who come together and answer as one."""

    offer: Offer
    asked: InLine
    # Each number once, with whose it is and the person in whose record it stands.
    phones: list[tuple[PhoneLine, str, Resident]]
    lessons: list[Lesson]
    city: str
    now: datetime
    # What everybody else of the run was told at once.
    matters: Sequence[Matter] = ()
    # The call of today's call list to one of them, about something else.
    reminder_call: int | None = None

    @property
    def registrations(self) -> tuple[Registration, ...]:
        """Of everybody who answers on this call."""
        return self.asked.registrations

    @property
    def people(self) -> list[Resident]:
        """Whom it is about."""
        return [each.resident for each in self.registrations]

    @property
    def borrowing(self) -> int:
        """How many of them use a device of the office."""
        return self.asked.borrowing

    @property
    def registration(self) -> Registration:
        """The one whose offer stands for all."""
        return self.offer.registration

    @property
    def is_overdue(self) -> bool:
        """Whether the answer should be on record by now."""
        return self.offer.answer_by <= self.now

    @property
    def may_pass(self) -> bool:
        """Whether they were called often enough, or written to, for the next in line to be asked.

        Whoever promised an answer has the time until then.
        """
        was_asked = self.offer.attempts >= FEWEST_CALLS or (not self.phones and self.is_overdue)
        return was_asked and not self.is_promised

    @property
    def is_promised(self) -> bool:
        """Whether they will answer by themselves and are not called before that."""
        return self.offer.is_promised(self.now)

    @property
    def is_on_paper(self) -> bool:
        """Whether a clerk has it on a sheet of today."""
        return self.offer.is_on_paper(self.now)

    @property
    def is_held(self) -> bool:
        """Whether a clerk is on the telephone with them."""
        return self.offer.held_until is not None and self.offer.held_until > self.now

    @property
    def number(self) -> int:
        """Which call is the next one."""
        return self.offer.attempts + 1

    @property
    def again_after(self) -> datetime | None:
        """From when on they may be called again; None when they may be called now."""
        last = self.offer.last_attempt_at
        return last + BETWEEN_CALLS if last and self.now < last + BETWEEN_CALLS else None

    @property
    def sentences(self) -> list[str]:
        """What is read out."""
        title, number = self.registration.run.course.title, len(self.people)
        facts = {"city": self.city, "title": title, "number": number}
        several = number > 1
        opening = (
            _("This is %(city)s. %(number)s seats in “%(title)s” are free now.")
            if several
            else _("This is %(city)s. A seat in “%(title)s” is free now.")
        )
        asking = _("Will all of you come?") if several else _("Will you come?")
        before = [None, *[lesson.venue for lesson in self.lessons]]
        lessons = [self._of(lesson, venue) for lesson, venue in zip(self.lessons, before, strict=False)]
        said = [opening % facts, *lessons, *[matter.said for matter in self.matters], asking]
        if not self.is_overdue:
            due = {"day": short_date(self.offer.answer_by), "at": clock(self.offer.answer_by)}
            said.append(_("You may also tell us by %(day)s %(at)s.") % due)
        return said

    def _of(self, lesson: Lesson, venue_before: Venue | None) -> str:
        when = {"number": lesson.ordinal, "when": spoken(lesson.starts_at), "venue": lesson.venue.name}
        if lesson.venue == venue_before:
            return _("Lesson %(number)s begins on %(when)s, at the same place.") % when
        if len(self.lessons) > 1 or lesson.ordinal > 1:
            return _("Lesson %(number)s begins on %(when)s, at %(venue)s.") % when
        return _("It begins on %(when)s, at %(venue)s.") % when


def calls_to_make(runs: Mapping[int, CourseRun], now: datetime) -> list[Call]:
    """Every call about a seat of these runs (with their seats and lessons), in the order of calling."""
    return _calls(Offer.objects.to_ask(now), runs, now)


def call_about(offer: Offer, now: datetime) -> Call | None:
    """The call about one seat, to whoever comes together; None where nobody has to be called about it any more."""
    registration = offer.registration
    runs = CourseRun.objects.filter(pk=registration.run_id).with_seats().select_related("course")
    asked = Offer.objects.to_ask(now).filter(registration__run=registration.run_id)
    if registration.party_id is None:
        asked = asked.filter(pk=offer.pk)
    else:
        asked = asked.filter(registration__party=registration.party_id)
    found = _calls(asked, {run.pk: run for run in runs.prefetch_related("lessons__venue")}, now)
    return next((call for call in found if offer.registration_id in {each.pk for each in call.registrations}), None)


def beside_reminders(calls: Sequence[Call], now: datetime) -> list[Call]:
    """The same calls, each with the one of today's call list to the same people, so that they are rung up once."""
    to_call = call_list.calls_to([person.pk for call in calls for person in call.people], now)
    return [
        replace(call, reminder_call=next((to_call[each.pk] for each in call.people if each.pk in to_call), None))
        for call in calls
    ]


def with_matters(calls: Sequence[Call], now: datetime) -> list[Call]:
    """The same calls, each with what the others of the run know already, for whoever reads out what is to be said."""
    untold = untold_matters([call.registration for call in calls], now=now)
    return [replace(call, matters=untold[call.registration.pk]) for call in calls]


def runs_waited_for(now: datetime) -> dict[int, CourseRun]:
    """The runs still ahead for which somebody waits, with their seats and lessons."""
    waited = Registration.objects.filter(state=Registration.State.WAITING).values("run")
    runs = CourseRun.objects.ahead(now).filter(pk__in=waited).with_seats().select_related("course")
    return {run.pk: run for run in runs.prefetch_related("lessons__venue")}


def _calls(offers: OfferQuerySet, runs: Mapping[int, CourseRun], now: datetime) -> list[Call]:
    relations, city = labels(Code.Kind.RELATION), CityProfile.current().name
    found = offers.select_related("registration__resident", "held_by", "printed_by").in_order_of_calling(now)
    by_registration = {}
    for offer in found.prefetch_related("registration__resident__phone_lines"):
        offer.registration.run = runs[offer.registration.run_id]
        by_registration[offer.registration_id] = offer
    asked = together(offer.registration for offer in by_registration.values())
    return [
        Call(
            offer=(offer := by_registration[each.registrations[0].pk]),
            asked=each,
            phones=_phones(each, relations),
            lessons=offer.registration.run.lessons_ahead(now),
            city=city,
            now=now,
        )
        for each in asked
    ]


def _phones(asked: InLine, relations: Mapping[str, str]) -> list[tuple[PhoneLine, str, Resident]]:
    phones: dict[str, tuple[PhoneLine, str, Resident]] = {}
    for person in (each.resident for each in asked.registrations):
        for line in person.phone_lines_to_call:
            phones.setdefault(line.number, (line, relations.get(line.relation, ""), person))
    return list(phones.values())
