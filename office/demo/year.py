"""A year at the practice desk, lived through day by day with the same deeds that the office uses.

Every registration, cancellation, reminder, tick and consultation is made by its deed at its own moment, so the practice
data obeys every rule the real data does. The clock is set for each event (time-machine), which is why this runs in a
process of its own.
"""

import heapq
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random
from typing import Any

from django.utils import timezone

from accounts.models import User, Volunteer
from city.models import Venue
from classes import attendance, cancellation, lottery, offer_calls, waiting_list
from classes.clashing import LessonPlan
from classes.drawing import FEWEST_FIGURES, seal
from classes.models import Attendance, Course, CourseRun, Draw, Offer, Registration
from classes.planning import Taken, make_course, make_run
from classes.registration import (
    AlreadyRegistered,
    CompanionHasNoPlace,
    CompanionIsRegistered,
    IsElsewhereThen,
    register,
)
from classes.terms import RunTerms
from core.officehours import is_working_day, next_working_day, working_day_on_or_after, working_day_on_or_before
from core.refusal import Refusal
from core.wareki import TOKYO
from helpdesk.recording import follow_up, record
from materials.models import Edition, Guide, Topic
from materials.writing import begin_edition
from office.demo.asking import somebody_asks
from office.demo.chance import any_key, weighted
from office.demo.courses import BRING, COURSES, CourseRow
from office.demo.people import everybody
from office.demo.this_week import FATE_KNOWN_AFTER, RunPlan, last_office_moment, runs_of_this_week, texts_at
from office.demo.town import Town
from office.demo.writing import UnevenGateway, tell_of_another_way_in
from reminders import call_list, rounds
from reminders.models import Message, Outcome
from residents.intake import ResidentDetails, take_down
from residents.models import Resident

# Hours at which the telephone rings.
OFFICE = (time(8, 40), time(16, 50))
# After the hours at which reminders fall due, and once more for the receipts; what falls due in the last half hour of
# the day leaves when the evening's texts do.
WORKER_AT = (time(10, 5), time(15, 5), time(16, 25))

REASONS = [("health", 5), ("schedule", 4), ("family", 2), ("transport", 1), ("weather", 1)]
CALL_OUTCOMES = [
    (Outcome.SELF, 62), (Outcome.FAMILY, 14), (Outcome.VOICEMAIL, 8), (Outcome.NO_ANSWER, 14), (Outcome.ABSENCE, 2),
]  # fmt: skip
# So many texts of the last hours turn out not to have arrived.
LOST_TODAY = 2
# So many callers bring somebody along, and so many people have no device that they could bring.
COUPLES, BORROWERS = 0.06, 0.12
# A caller who has a seat already is somebody else, and so are helpers who are elsewhere; so often are others tried.
TRIES = 20
# Hours at which the clerks work off the call list.
CALLS_AT = (time(9, 40), time(13, 20), time(15, 40))


@dataclass(frozen=True)
class Extent:
    """How much happens: the days before now, the people who call at least once, the consultations."""

    days: int = 365
    residents: int = 300
    consultations: int = 1000


@dataclass(order=True)
class Event:
    """Something that happens at a moment; the number keeps events of one moment in the order they were planned."""

    at: datetime
    number: int
    deed: Callable[[], None] = field(compare=False)


class Year:
    """Plans the events of a year up to now and lets them happen in order."""

    def __init__(self, town: Town, *, extent: Extent, seed: int, now: datetime) -> None:
        self.town = town
        self.now = now
        self.extent = extent
        self.begin = now - timedelta(days=extent.days)
        self.chance = Random(seed)
        self.events: list[Event] = []
        self.numbers = count()
        self.newcomers: Iterator[ResidentDetails] = everybody(self.chance, town, this_year=now.year)
        self.known: list[Resident] = []
        self.gateway = UnevenGateway(self.chance)
        self.editions: list[Edition] = []

    def live(self, set_clock: Callable[[datetime], None]) -> None:
        """Let everything happen. `set_clock` moves the time of this process."""
        set_clock(self.begin)
        self.courses = [self._course(row) for row in COURSES]
        self.editions = list(Edition.objects.published().select_related("guide__topic", "guide__procedure"))
        self.topics = list(Topic.objects.filter(parent__isnull=False))
        self._plan_runs()
        self._plan_consultations()
        self._plan_worker()
        self._plan_writing()
        while self.events:
            event = heapq.heappop(self.events)
            set_clock(event.at)
            event.deed()
        set_clock(self.now)

    # Planning --------------------------------------------------------------------------------------------

    def _at(self, moment: datetime, deed: Callable[..., Any], *args: Any, **kwargs: Any) -> None:
        """Have a deed done at a moment; what would happen after now never happens."""
        if moment <= self.now:
            heapq.heappush(self.events, Event(moment, next(self.numbers), lambda: deed(*args, **kwargs)))

    def _office_time(self, day: date) -> datetime:
        """A moment of a working day, on or after the day, while the office is open."""
        first, last = OFFICE
        minutes = (last.hour * 60 + last.minute) - (first.hour * 60 + first.minute)
        at = datetime.combine(working_day_on_or_after(day), first, TOKYO)
        return at + timedelta(minutes=self.chance.randrange(minutes), seconds=self.chance.randrange(60))

    def _plan_runs(self) -> None:
        """A run about every nine days, announced five weeks ahead; the last ones are still to come."""
        day = timezone.localdate(self.begin) + timedelta(days=40)
        last = timezone.localdate(self.now) + timedelta(days=45)
        while day < last:
            announced = self._office_time(day - timedelta(days=self.chance.randrange(33, 38)))
            self._at(max(announced, self.begin), self._announce_run, RunPlan(working_day_on_or_after(day)))
            day += timedelta(days=self.chance.randrange(6, 11))
        announced = self._office_time(timezone.localdate(self.now) - timedelta(days=30))
        for plan in runs_of_this_week(self.now):
            self._at(announced, self._announce_run, plan)

    def _plan_consultations(self) -> None:
        days = [
            day
            for offset in range(self.extent.days)
            if is_working_day(day := timezone.localdate(self.begin) + timedelta(days=offset))
        ]
        for _number in range(self.extent.consultations):
            self._at(self._office_time(self.chance.choice(days)), self._consult)
        for minutes_ago in (25, 70):
            self._at(last_office_moment(self.now, minutes_ago=minutes_ago), self._consult)
        self._at(last_office_moment(self.now - timedelta(days=10)), self._promise)

    def _plan_worker(self) -> None:
        today = timezone.localdate(self.now)
        for offset in range(self.extent.days + 1):
            day = timezone.localdate(self.begin) + timedelta(days=offset)
            for at in WORKER_AT:
                self._at(datetime.combine(day, at, TOKYO), self._do_round)
            # The calls since yesterday's lunch are left for whoever practises.
            if is_working_day(day) and day < today:
                hours = CALLS_AT if next_working_day(day) < today else CALLS_AT[:1]
                for at in hours:
                    self._at(datetime.combine(day, at, TOKYO), self._make_calls)
        sent = texts_at(self.now)
        self._at(sent, self._do_round)
        self._at(sent, self._lose_texts)
        self._at(sent + FATE_KNOWN_AFTER, self._do_round)
        self._at(self.now, self._do_round)

    def _plan_writing(self) -> None:
        """One guide is being rewritten."""
        at = last_office_moment(self.now, minutes_ago=60)
        self._at(at, begin_edition, self.editions[0].guide, by=self.town.author)

    # Classes ---------------------------------------------------------------------------------------------

    def _course(self, row: CourseRow) -> tuple[CourseRow, Course]:
        topic = Topic.objects.get(key=row.topic)
        return row, make_course(
            by=self._clerk(),
            guides=Guide.objects.filter(topic=topic),
            title=row.title,
            summary=row.summary,
            topic=topic,
            level=row.level,
            device=row.device,
            bring=BRING,
        )

    def _announce_run(self, plan: RunPlan) -> None:
        rows = [pair for pair in self.courses if pair[0].title == plan.course] or self.courses
        row, course = self.chance.choice(rows)
        capacity = plan.capacity or self.chance.choice([8, 10, 12, 12])
        # Reception opens with the office, as it stands in the city's paper.
        opens = datetime.combine(timezone.localdate(), time(8, 30), TOKYO)
        terms: RunTerms = {"minimum": 3, "capacity": capacity, "reception_opens_at": opens, **plan.terms}
        for lessons in self._free_lessons(plan, row):
            try:
                run = make_run(course, lessons=lessons, by=self._clerk(), **terms)
            except Taken:
                continue
            self._seal(run)
            self._fill(run, lessons, plan)
            return

    def _seal(self, run: CourseRun) -> None:
        """A seed of this city's chance instead of the computer's, so that the same people win on every loading."""
        seed = f"{self.chance.getrandbits(256):064x}"
        Draw.objects.filter(run=run).update(seed=seed, seed_digest=seal(seed))

    def _free_lessons(self, plan: RunPlan, row: CourseRow) -> Iterator[list[LessonPlan]]:
        """Lessons at hours and in halls that may be free, the likeliest first."""
        hours = [time(10), time(13, 30)]
        if self.chance.random() < 0.4:
            hours.reverse()
        for hour in hours * TRIES:
            for venue in self.chance.sample(self.town.venues, len(self.town.venues)):
                first = datetime.combine(plan.first_day, hour, TOKYO)
                yield self._lessons(first, row.lessons, venue, self._staff(plan))

    def _staff(self, plan: RunPlan) -> list[Volunteer]:
        """Who teaches, and two who help."""
        chief, *others = self.town.volunteers
        if plan.is_the_instructors:
            return [chief, *self.chance.sample(others, 2)]
        return self.chance.sample(self.town.volunteers, 3)

    def _lessons(self, first: datetime, number: int, venue: Venue, staff: list[Volunteer]) -> list[LessonPlan]:
        """Lessons of two hours, a week apart, the later ones on days on which halls are open."""
        plans = []
        day = first.date()
        for _lesson in range(number):
            starts_at = datetime.combine(day, first.timetz())
            plans.append(LessonPlan(starts_at, starts_at + timedelta(hours=2), venue, staff[0], tuple(staff[1:])))
            day = working_day_on_or_after(day + timedelta(days=7))
        return plans

    def _fill(self, run: CourseRun, lessons: list[LessonPlan], plan: RunPlan) -> None:
        """Let people call: as many as planned and in the first days, else mostly fewer than there are seats."""
        if plan.callers is not None:
            day = timezone.localdate()
            for _caller in range(plan.callers):
                at = self._office_time(day + timedelta(days=self.chance.randrange(1, 9)))
                self._at(at, self._call_comes_in, run, may_cancel=False)
        else:
            self._fill_by_chance(run)
        if plan.frees_a_seat:
            self._at(last_office_moment(self.now), self._free_a_seat, run)
        if plan.has_another_way_in:
            at = last_office_moment(self.now)
            self._at(at, tell_of_another_way_in, run, key=any_key(self.chance), by=self._clerk())
            # The texts leave at once.
            self._at(at, self._do_round)
            self._at(at + FATE_KNOWN_AFTER, self._do_round)
        if plan.is_drawn:
            self._at(last_office_moment(self.now - timedelta(days=1)), self._draw, run)
        for number, lesson in enumerate(lessons, start=1):
            if self.chance.random() < 0.15:
                self._at(lesson.starts_at + timedelta(minutes=5), self._walk_in, run, number)
            # A few sheets are always still lying on the desk.
            is_old = lesson.ends_at < self.now - timedelta(days=6)
            if not plan.is_unmarked and (is_old or self.chance.random() < 0.5):
                self._at(lesson.ends_at + timedelta(minutes=10), self._mark_everybody, run, number)

    def _fill_by_chance(self, run: CourseRun) -> None:
        opened, closes = timezone.now(), run.reception_closes_at
        callers = max(3, round(run.capacity * self.chance.choice([0.5, 0.7, 0.8, 0.9, 1.0, 1.2, 1.4])))
        for _caller in range(callers):
            # The telephone rings most on the first days.
            moment = opened + (closes - opened) * min(self.chance.expovariate(3.0), 0.97)
            at = self._office_time(timezone.localdate(moment))
            if opened < at < closes:
                self._at(at, self._call_comes_in, run)

    def _call_comes_in(self, run: CourseRun, *, may_cancel: bool = True) -> None:
        channel = Registration.Channel.PHONE if self.chance.random() < 0.78 else Registration.Channel.COUNTER
        for _caller in range(TRIES):
            person = self._caller()
            companions = [self._caller()] if self.chance.random() < COUPLES else []
            borrowing = [each for each in (person, *companions) if self.chance.random() < BORROWERS]
            try:
                registration = register(
                    person,
                    run,
                    by=self._clerk(),
                    channel=channel,
                    companions=[each for each in companions if each != person],
                    borrowing=borrowing if run.loan_devices else [],
                )
            except (AlreadyRegistered, CompanionHasNoPlace, CompanionIsRegistered, IsElsewhereThen):
                continue
            if may_cancel and self.chance.random() < 0.09:
                later = timezone.localdate() + timedelta(days=self.chance.randrange(1, 12))
                at = self._office_time(later)
                if at < run.reception_closes_at:
                    self._at(at, self._cancel, registration)
            return

    def _free_a_seat(self, run: CourseRun) -> None:
        cancellation.cancel(run.registrations.confirmed()[0], by=self._clerk(), reason="health")

    def _draw(self, run: CourseRun) -> None:
        """The lots are listed, and somebody throws a die before everybody's eyes."""
        lottery.list_lots(run, by=self._clerk())
        thrown = "".join(str(self.chance.randrange(1, 7)) for _throw in range(FEWEST_FIGURES))
        lottery.draw_lots(run, number=thrown, by=self._clerk())

    def _caller(self) -> Resident:
        """Somebody new while there are people left to get to know, else one of those who came before."""
        if len(self.known) < self.extent.residents and (not self.known or self.chance.random() < 0.85):
            person = take_down(next(self.newcomers), by=self._clerk())
            self.known.append(person)
            return person
        return self.chance.choice(self.known)

    def _cancel(self, registration: Registration) -> None:
        try:
            cancellation.cancel(registration, by=self._clerk(), reason=weighted(self.chance, REASONS))
        except Refusal:
            return
        for offer in Offer.objects.open().filter(registration__run=registration.run):
            self._at(self._office_time(next_working_day(timezone.localdate())), self._answer, offer)

    def _answer(self, offer: Offer) -> None:
        luck = self.chance.random()
        deed = waiting_list.accept if luck < 0.7 else waiting_list.decline if luck < 0.85 else offer_calls.not_reached
        try:
            deed(offer, by=self._clerk())
        except Refusal:
            return
        if deed is offer_calls.not_reached:
            self._at(self._office_time(next_working_day(timezone.localdate())), self._answer, offer)

    def _mark_everybody(self, run: CourseRun, ordinal: int) -> None:
        lesson = run.lessons.get(ordinal=ordinal)
        marks = [(Attendance.Mark.PRESENT, 84), (Attendance.Mark.LATE, 5), (Attendance.Mark.ABSENT_TOLD, 7),
                 (Attendance.Mark.ABSENT, 4)]  # fmt: skip
        for registration in run.registrations.confirmed():
            attendance.mark(lesson, registration, weighted(self.chance, marks), by=self.town.instructor)

    def _walk_in(self, run: CourseRun, ordinal: int) -> None:
        lesson = run.lessons.get(ordinal=ordinal)
        attendance.walk_in(lesson, next(self.newcomers), by=self.town.instructor, key=any_key(self.chance))

    def _make_calls(self) -> None:
        for task in call_list.todays().filter(due_at__lte=timezone.now()).exclude(number=""):
            requests = list(task.requests.standing())
            outcome = weighted(self.chance, CALL_OUTCOMES)
            absent = [requests[0].pk] if requests and outcome == Outcome.ABSENCE else []
            try:
                call_list.record(task, outcome, by=self._clerk(), absent=absent)
            except Refusal:
                continue

    def _do_round(self) -> None:
        """A round of the worker; on a day without texts one is enough to keep the call list in order."""
        is_first = timezone.localtime().time() == WORKER_AT[0]
        on_its_way = Message.objects.filter(state__in=[Message.State.SENT, Message.State.UNCERTAIN])
        if (
            is_first
            or timezone.now() == self.now
            or Message.objects.due(timezone.now()).exists()
            or on_its_way.exists()
        ):
            rounds.round(gateway=self.gateway, now=timezone.now())

    def _lose_texts(self) -> None:
        self.gateway.to_lose = LOST_TODAY

    # Help desk -------------------------------------------------------------------------------------------

    def _consult(self) -> None:
        details = somebody_asks(self.chance, town=self.town, editions=self.editions, topics=self.topics)
        consultation = record(details, by=self.town.adviser)
        if consultation.follow_up_on and self.chance.random() < 0.9:
            self._at(self._office_time(consultation.follow_up_on), follow_up, consultation, by=self.town.adviser)

    def _promise(self) -> None:
        """Something to be looked into again by today, and nobody has."""
        details = somebody_asks(self.chance, town=self.town, editions=self.editions, topics=self.topics)
        due = working_day_on_or_before(timezone.localdate(self.now))
        record(replace(details, outcome="home", follow_up_on=due), by=self.town.adviser)

    # Small things ----------------------------------------------------------------------------------------

    def _clerk(self) -> User:
        return self.chance.choice(self.town.clerks)
