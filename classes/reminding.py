"""Who is reminded of which lesson, and when.

Only whoever holds a seat and has not said that they cannot come is reminded. What must never happen: a text about a
lesson that was moved, cancelled or given back.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any

from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from city.models import CityProfile
from classes.lesson_words import facts_of
from classes.models import Attendance, CourseRun, Lesson, Registration
from core.officehours import Window
from reminders import outbox
from reminders.about import About
from reminders.models import Request
from reminders.purposes import purpose
from reminders.routing import Channel, in_time, read_for_routes, routes
from reminders.timing import Slot, call_slot, calling_hours, due_time, window
from reminders.wording import Words, words_of

PURPOSE = "lesson-reminder"
# No office is closed for longer: what is due later is called about at an hour that is ahead.
LONGEST_REST = timedelta(days=14)
# Reminders by their keys, each with its moment.
Reminders = frozenset[tuple[str, datetime]]


@dataclass(frozen=True)
class Rule:
    """One reminder of every lesson of a run: how many days before, at which time of day."""

    days_before: int
    at: time

    @property
    def slug(self) -> str:
        """Its name within a key."""
        return f"{self.days_before}-days-before"


def rules_of(run: CourseRun) -> list[Rule]:
    """The reminders of a run, the earliest first."""
    return in_turn(run.reminder_rules)


def in_turn(kept: Iterable[Sequence[Any]]) -> list[Rule]:
    """Rules as they are kept, e.g. [3, "10:00"], the earliest first."""
    rules = [Rule(int(days), time.fromisoformat(at)) for days, at in kept]
    return sorted(rules, key=lambda rule: (-rule.days_before, rule.at))


def asked_for(run: CourseRun) -> Reminders:
    """The reminders of a run that stand, each with its moment: compared before and after it is changed."""
    occasions = [f"lesson:{pk}" for pk in run.lessons.values_list("pk", flat=True)]
    standing = Request.objects.standing().filter(purpose=PURPOSE, occasion__in=occasions)
    return frozenset(standing.values_list("key", "due_at"))


def key_of(registration: Registration, lesson: Lesson, rule: Rule) -> str:
    """The key under which one reminder is asked for, once and for all."""
    return f"{_prefix(registration, lesson)}{rule.slug}"


def occasion_of(lesson: Lesson) -> str:
    """What a reminder is about, as the letterbox keeps it."""
    return f"lesson:{lesson.pk}"


def plan(registration: Registration, *, by: User, is_new: bool = False) -> int:
    """Ask for every reminder of a confirmed registration that is still ahead; gives their number. Twice is once.

    `is_new` is told by whoever has just made the registration. Reads the run's lessons and their venues, prefetched or
    not.
    """
    return plan_all([registration], by=by, is_new=is_new)


def plan_all(registrations: Sequence[Registration], *, by: User, is_new: bool = False) -> int:
    """As `plan`, for people who were given their seats in one run at one moment."""
    seated = [each for each in registrations if each.state == Registration.State.CONFIRMED]
    if not seated:
        return 0
    city = CityProfile.current()
    asks = asks_for(seated, city=city, is_new=is_new)
    if asks:
        read_for_routes([each.resident for each in seated])
        outbox.enqueue_all(asks, by=by, city=city, keys_are_new=is_new)
    return len(asks)


def asks_for(
    seated: Sequence[Registration], *, city: CityProfile, words: Words | None = None, is_new: bool = False
) -> list[outbox.Ask]:
    """What the outbox is asked for people who hold seats in one run: every reminder of it that is still ahead.

    `words` are those of the reminders, where they have been read already. Whose registration `is_new` has said of no
    lesson yet that they cannot come.
    """
    run = seated[0].run
    if run.called_off_at is not None:
        return []
    prefetch_related_objects([run], "lessons__venue")
    rules, hours = rules_of(run), window(city)
    slots = [(lesson, slots_of(lesson, rules, hours=hours)) for lesson in run.lessons_ahead(timezone.now())]
    slots = [(lesson, due) for lesson, due in slots if due]
    lessons = [lesson for lesson, _due in slots]
    bodies = bodies_of(lessons, run=run, city=city, words=words)
    absent = set() if is_new else _told_absent(lessons)
    asks = [
        ask
        for each in seated
        for (lesson, due), body in zip(slots, bodies, strict=True)
        if (each.pk, lesson.pk) not in absent
        for ask in _asks(each, lesson, due, body=body)
    ]
    return _without_calls_of_the_past(asks, city=city)


def replan_lesson(lesson: Lesson, *, by: User) -> int:
    """Make the reminders of a lesson those of its time, place and rules as they are now; gives the number planned.

    What has fallen due and was not told yet stays asked for while its rule and the hour of the lesson stand.
    """
    lesson = Lesson.objects.select_related("run__course", "venue").get(pk=lesson.pk)
    run, city = lesson.run, CityProfile.current()
    stands = lesson.cancelled_at is None and run.called_off_at is None and lesson.starts_at > timezone.now()
    rules, earlier = (rules_of(run), _asked_before(lesson)) if stands else ([], {})
    ahead = slots_of(lesson, rules, hours=window(city))
    body = bodies_of([lesson], run=run, city=city)[0] if ahead or earlier else ""
    confirmed = run.registrations.confirmed().with_routes() if ahead or earlier else ()
    absent = _told_absent([lesson]) if confirmed else set()
    asks = [
        ask
        for each in confirmed
        if (each.pk, lesson.pk) not in absent
        for ask in _asks(each, lesson, _with_earlier(ahead, each, lesson, rules, earlier=earlier), body=body)
    ]
    wanted = {ask.key for ask in asks}
    outbox.withdraw_about([occasion_of(lesson)], purposes=[PURPOSE], apart_from=wanted, by=by)
    return len(outbox.enqueue_all(asks, by=by, city=city)) if asks else 0


def asks_for_missed(lesson: Lesson, people: Iterable[Registration], *, city: CityProfile) -> list[outbox.Ask]:
    """What has fallen due about a lesson that is back at its hour, for people who hear nothing of where it was.

    Only what was asked for before its moment and was not told. Whoever was seated later was told by the clerk.
    """
    seated = [each for each in people if each.state == Registration.State.CONFIRMED]
    asked = Request.objects.filter(purpose=PURPOSE, occasion=occasion_of(lesson)).select_related("message", "call")
    requests = list(asked.order_by("-created_at")) if seated else []
    if not requests:
        return []
    since = {request.key: request.created_at for request in requests}
    told = {
        request.key
        for request in requests
        if request.useless_after == lesson.starts_at and request.was_tried and not request.is_untold
    }
    slots = slots_of(lesson, rules_of(lesson.run), hours=window(city), since=min(since.values()))
    body = bodies_of([lesson], run=lesson.run, city=city)[0]
    asks = [ask for each in seated for ask in _asks(each, lesson, slots, body=body)]
    return [ask for ask in asks if ask.key in since and ask.key not in told and since[ask.key] <= ask.due_at]


def withdraw(*registrations: Registration, by: User) -> int:
    """Take back every reminder of these registrations that has not gone out; gives their number."""
    return outbox.withdraw_all(*(f"registration:{each.pk}:" for each in registrations), by=by)


def withdraw_from(lesson: Lesson, registration: Registration, *, by: User) -> int:
    """Take back the reminders of one lesson to which this person will not come; how many had not been told yet."""
    return outbox.withdraw_all(_prefix(registration, lesson), by=by)


def hold(lesson: Lesson) -> None:
    """Lock the reminders of a lesson before those of several people are taken back or asked for again, one by one."""
    outbox.hold_about(occasion_of(lesson), purpose=PURPOSE)


def plan_again(lesson: Lesson, registration: Registration, *, by: User) -> int:
    """Ask once more for the reminders of a lesson to which this person comes after all; gives their number.

    Those as well whose hour has passed since: their calls stood on the list until they were taken back.
    """
    lesson = Lesson.objects.select_related("run__course", "venue").get(pk=lesson.pk)
    if registration.state != Registration.State.CONFIRMED:
        return 0
    city, rules = CityProfile.current(), rules_of(lesson.run)
    ahead = slots_of(lesson, rules, hours=window(city))
    slots = _with_earlier(ahead, registration, lesson, rules, earlier=_asked_before(lesson))
    if not slots:
        return 0
    body = bodies_of([lesson], run=lesson.run, city=city)[0]
    return len(outbox.enqueue_all(_asks(registration, lesson, slots, body=body), by=by, city=city))


def slots_of(lesson: Lesson, rules: list[Rule], *, hours: Window, since: datetime | None = None) -> dict[Rule, Slot]:
    """When each reminder of a lesson is due and until when it is useful; those past, or past by then, are left out."""
    since = since or timezone.now()
    found = {
        rule: due_time(lesson.starts_at, days_before=rule.days_before, at=rule.at, now=since, hours=hours)
        for rule in rules
    }
    return {rule: slot for rule, slot in found.items() if slot is not None}


def bodies_of(lessons: Sequence[Lesson], *, run: CourseRun, city: CityProfile, words: Words | None = None) -> list[str]:
    """The texts about some lessons of a run, in today's words."""
    if not lessons:
        return []
    words = words or words_of(purpose(PURPOSE), city=city)
    for lesson in lessons:
        lesson.run = run
    return [words.say(facts_of(lesson)) for lesson in lessons]


def is_over(call_at: datetime, *, now: datetime) -> bool:
    """Whether nobody is called at that hour any more: whoever registers after it was just told by the clerk."""
    return call_at < now


def _without_calls_of_the_past(asks: list[outbox.Ask], *, city: CityProfile) -> list[outbox.Ask]:
    """Without what would be called about at an hour that is over, as on the Friday before a Monday."""
    now, hours = timezone.now(), calling_hours(city)
    soon = {ask.resident.pk: ask.resident for ask in asks if ask.due_at < now + LONGEST_REST}
    if not soon:
        return asks
    people = list(soon.values())
    read_for_routes(people)
    ways = dict(zip(soon, routes(people, about=About.REMINDERS), strict=True))

    def is_past(ask: outbox.Ask) -> bool:
        way = ways.get(ask.resident.pk)
        if way is None or way.channel not in {Channel.CALL, Channel.POSTCARD}:
            return False
        closing = city.closing_days_to_come
        way = in_time(ask.resident, way, ask.useless_after, hours=hours, closing=closing, now=now)
        return way.channel == Channel.CALL and is_over(call_slot(ask.due_at, hours, closing), now=now)

    return [ask for ask in asks if not is_past(ask)]


def _asks(registration: Registration, lesson: Lesson, slots: dict[Rule, Slot], *, body: str) -> list[outbox.Ask]:
    """What the outbox is asked for one lesson of a registration."""
    return [
        outbox.Ask(
            key=key_of(registration, lesson, rule),
            purpose=PURPOSE,
            resident=registration.resident,
            occasion=occasion_of(lesson),
            body=body,
            due_at=slot.due_at,
            useless_after=slot.useless_after,
        )
        for rule, slot in slots.items()
    ]


def _told_absent(lessons: Sequence[Lesson]) -> set[tuple[int, int]]:
    """Whoever said that they cannot come to one of these lessons, each with the lesson."""
    told = Attendance.objects.filter(lesson__in=lessons, mark=Attendance.Mark.ABSENT_TOLD)
    return set(told.values_list("registration", "lesson"))


def _asked_before(lesson: Lesson) -> dict[str, Slot]:
    """By its key, when each reminder of a lesson at this hour was to be told, taken back since or not."""
    asked = Request.objects.current().filter(
        purpose=PURPOSE, occasion=occasion_of(lesson), useless_after=lesson.starts_at
    )
    return {key: Slot(*slot) for key, *slot in asked.values_list("key", "due_at", "useless_after")}


def _with_earlier(
    ahead: dict[Rule, Slot],
    registration: Registration,
    lesson: Lesson,
    rules: list[Rule],
    *,
    earlier: Mapping[str, Slot],
) -> dict[Rule, Slot]:
    """The moments that are ahead, and those at which somebody was to be told under a rule that stands."""
    passed = {rule: earlier[key] for rule in rules if (key := key_of(registration, lesson, rule)) in earlier}
    return passed | ahead


def _prefix(registration: Registration, lesson: Lesson) -> str:
    return f"registration:{registration.pk}:lesson:{lesson.pk}:"
