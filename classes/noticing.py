"""What people are told at once, beside the reminders: a seat confirmed or given, a lesson more, moved or off.

Everything takes the road of the reminders, in one asking for everybody whom a deed concerns. What must never happen: a
date that is not true any more, two notices of one deed, or a notice that offers a seat: whoever is offered one is
called (classes.waiting_list).
"""

import re
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import timedelta
from typing import NamedTuple

from django.db.models import prefetch_related_objects
from django.utils import timezone

from accounts.models import User
from city.models import CityProfile
from classes import reminding
from classes.line import together
from classes.models import CourseRun, Lesson, Move, Offer, Registration, RegistrationQuerySet
from classes.notice_words import facts_of_added, facts_of_booking, facts_of_move, facts_of_off, facts_of_result
from reminders import outbox, timing
from reminders.models import Request
from reminders.purposes import purpose
from reminders.routing import Route, read_for_routes, route
from reminders.wording import Words, read_city_and_words, words_of
from residents.models import ContactWish, Resident

State = Registration.State

CONFIRMED, GIVEN_BACK = "registration-confirmed", "registration-given-back"
MOVED, ELSEWHERE, ADDED = "lesson-moved", "lesson-elsewhere", "lesson-added"
LESSON_OFF, RUN_OFF = "lesson-called-off", "run-called-off"
SEAT, NO_SEAT = "seat-given", "no-seat"

# Of a change so near, people are told before anything else is sent or called about.
URGENT = (MOVED, ELSEWHERE, ADDED, LESSON_OFF, RUN_OFF)
URGENT_WITHIN = timedelta(days=2)

_KEY = re.compile(r"registration:(\d+):[a-z-]+(?::(\d+))?(?::(\d+)-(\d+))?")


class NoticeKey(NamedTuple):
    """What the key of a notice says: whose, about which lesson, and from which of its moves to which."""

    registration: int
    lesson: int | None = None
    first_move: int | None = None
    last_move: int | None = None

    @classmethod
    def of(cls, key: str) -> "NoticeKey":
        """Read from a key; raises ValueError for that of something else."""
        found = _KEY.fullmatch(key)
        if found is None:
            raise ValueError("not a key of a notice")
        registration, *others = (None if number is None else int(number) for number in found.groups())
        return cls(registration or 0, *others)


class SeatWords(NamedTuple):
    """The city, and the words in which it tells people of their seats, by purpose."""

    city: CityProfile
    words: dict[str, Words]


def read_seat_words() -> SeatWords:
    """Read once what everybody is told of seats in; it belongs to no run, so no run need be locked meanwhile."""
    return SeatWords(*read_city_and_words(purpose(reminding.PURPOSE), purpose(CONFIRMED)))


def tell_of_seats(
    registrations: Sequence[Registration], *, by: User, is_new: bool = False, in_words: SeatWords | None = None
) -> None:
    """Plan the reminders of people who were just given seats in conversation, and let them have it in writing.

    `is_new` is told by whoever has just made the registrations; the others have waited until now. `in_words` is given
    by whoever read them before the lock.
    """
    seated = [each for each in registrations if each.state == State.CONFIRMED]
    if not seated:
        return
    city, words = in_words or read_seat_words()
    if not is_new:
        _withdraw_what_was_just_said(seated, by=by)
    asks = reminding.asks_for(seated, city=city, words=words[reminding.PURPOSE], is_new=is_new)
    asks += _confirmations(seated, bodies=_Bodies(city, words), is_new=is_new)
    if asks:
        read_for_routes([each.resident for each in seated])
        outbox.enqueue_all(asks, by=by, city=city, keys_are_new=is_new)


def tell_results(run: CourseRun, seated: Sequence[Registration], *, by: User) -> None:
    """Tell everybody what a draw or the counter's decision gave them, and plan the reminders of those with a seat.

    Whoever has been offered a seat since is called about that and told nothing else.
    """
    city = CityProfile.current()
    prefetch_related_objects([run], "lessons__venue")
    if seated:
        _withdraw_what_was_just_said(seated, by=by)
    others = run.registrations.waiting().exclude(offers__state=Offer.State.OPEN).with_place().with_routes()
    asks = [*_results(run, seated, SEAT, city=city), *_results(run, others, NO_SEAT, city=city)]
    if seated:
        asks += reminding.asks_for(seated, city=city)
    if asks:
        outbox.enqueue_all(asks, by=by, city=city)


def tell_of_move(move: Move, *, by: User) -> None:
    """Tell whoever has a place in a lesson what it was to be, as far as they know, and what it is.

    Of several moves that nobody has told them, they hear as of one; of a lesson that is again what they believe it to
    be, they hear nothing but the reminders of it that have fallen due meanwhile. Whoever does not know yet that there
    is such a lesson hears that.
    """
    lesson, city = _read(move.lesson_id), CityProfile.current()
    run, moves = lesson.run, {each.pk: each for each in lesson.moves.all()}
    unknown = untold([ADDED], reminding.occasion_of(lesson))
    outbox.withdraw_each(unknown, by=by)
    not_known_to = {NoticeKey.of(key).registration for key in unknown}
    unsaid = {NoticeKey.of(key).registration: key for key in untold([MOVED, ELSEWHERE], reminding.occasion_of(lesson))}
    outbox.withdraw_each(unsaid.values(), by=by)
    bodies, hear_nothing = _Bodies(city), list[Registration]()
    people = _people(run.registrations.active(), run) if lesson.starts_at > timezone.now() else []
    asks = _added(lesson, [each for each in people if each.pk in not_known_to], bodies=bodies)
    for registration in people:
        if registration.pk in not_known_to:
            continue
        first = NoticeKey.of(unsaid[registration.pk]).first_move if registration.pk in unsaid else None
        told = moves[first or move.pk]
        if told.place == lesson.place:
            hear_nothing.append(registration)
            continue
        name = ELSEWHERE if told.starts_at == lesson.starts_at else MOVED
        asks.append(
            _ask(
                name,
                registration,
                f"moved:{lesson.pk}:{told.pk}-{move.pk}",
                occasion=reminding.occasion_of(lesson),
                body=bodies.say(name, facts_of_move(told, lesson, registration)),
                about=[told, lesson],
                city=city,
            )
        )
    if move.starts_at != lesson.starts_at:
        asks += reminding.asks_for_missed(lesson, hear_nothing, city=city)
    asks += _said_anew(run, people, city=city, by=by)
    if asks:
        outbox.enqueue_all(asks, by=by, city=city)


def tell_of_added(lesson: Lesson, *, by: User) -> None:
    """Tell whoever has a place in a run that it has one lesson more."""
    lesson, city = _read(lesson.pk), CityProfile.current()
    people = _people(lesson.run.registrations.active(), lesson.run) if lesson.starts_at > timezone.now() else []
    asks = [*_added(lesson, people, bodies=_Bodies(city)), *_said_anew(lesson.run, people, city=city, by=by)]
    if asks:
        outbox.enqueue_all(asks, by=by, city=city)


def lesson_off(lesson: Lesson, *, by: User, tell: bool) -> None:
    """Tell whoever has a seat that a lesson does not take place, and who waits where none is left to wait for.

    Whoever was to be told that there is this lesson, and was not, hears nothing of it. Without `tell` only what was to
    be told of the lesson is taken back.
    """
    lesson, city = _read(lesson.pk), CityProfile.current()
    run, occasion = lesson.run, reminding.occasion_of(lesson)
    not_known_to = {NoticeKey.of(key).registration for key in untold([ADDED], occasion)}
    outbox.withdraw_about([occasion], purposes=[MOVED, ELSEWHERE, ADDED], by=by)
    people = _people(run.registrations.active(), run)
    concerned = {State.CONFIRMED} if _ahead(run) else {State.CONFIRMED, State.WAITING}
    is_told = tell and lesson.starts_at > timezone.now()
    bodies = _Bodies(city)
    asks = [
        _ask(
            LESSON_OFF,
            registration,
            f"off:{lesson.pk}",
            occasion=occasion,
            body=bodies.say(LESSON_OFF, facts_of_off([lesson], registration)),
            about=[lesson],
            city=city,
        )
        for registration in (people if is_told else ())
        if registration.state in concerned and registration.pk not in not_known_to
    ]
    asks += _said_anew(run, people, city=city, by=by)
    if asks:
        outbox.enqueue_all(asks, by=by, city=city)


def run_off(run: CourseRun, *, by: User, tell: bool) -> None:
    """Tell whoever has a seat or waits for one that a run does not take place, where a lesson was still to come.

    Every reminder and notice of it is taken back, but not that a lesson of it was called off before.
    """
    city = CityProfile.current()
    prefetch_related_objects([run], "lessons__venue")
    occasions = [occasion_of(run), *map(reminding.occasion_of, run.lessons.all())]
    purposes = [reminding.PURPOSE, CONFIRMED, MOVED, ELSEWHERE, ADDED, SEAT, NO_SEAT]
    outbox.withdraw_about(occasions, purposes=purposes, by=by)
    lessons, bodies = _ahead(run), _Bodies(city)
    people = _people(run.registrations.active(), run) if tell and lessons else []
    asks = [
        _ask(
            RUN_OFF,
            registration,
            "off",
            occasion=occasion_of(run),
            body=bodies.say(RUN_OFF, facts_of_off(lessons, registration)),
            about=lessons[:1],
            city=city,
        )
        for registration in people
    ]
    if asks:
        outbox.enqueue_all(asks, by=by, city=city)


def tell_of_cancellation(registration: Registration, *, by: User) -> None:
    """Confirm in writing that a place was given back, for whoever asked for it."""
    run, city = registration.run, CityProfile.current()
    prefetch_related_objects([run], "lessons__venue")
    lessons = _ahead(run)
    if lessons and registration.resident.contact_wish == ContactWish.SMS:
        ask = _ask(
            GIVEN_BACK,
            registration,
            "given-back",
            occasion=occasion_of(run),
            body=_Bodies(city).say(GIVEN_BACK, facts_of_booking([registration], lessons)),
            about=lessons[:1],
            city=city,
        )
        outbox.enqueue_all([ask], by=by, city=city)


def in_writing_to(registration: Registration) -> str:
    """The number to which a confirmation of this seat goes or went, as it is read out; empty when none does."""
    asked = Request.objects.standing().filter(key=f"registration:{registration.pk}:confirmed", message__isnull=False)
    request = asked.select_related("message").first()
    return request.message.phone.national if request and request.message else ""


def way_to_whoever_waits(resident: Resident, run: CourseRun) -> Route:
    """How somebody without a seat will hear: of a free one always by telephone, of a decision in their own way."""
    return route(resident, by_call_only=run.seats_go_by_line)


def occasion_of(run: CourseRun) -> str:
    """What a notice about a whole run is about, as the letterbox keeps it."""
    return f"run:{run.pk}"


def _confirmations(registrations: Sequence[Registration], *, bodies: "_Bodies", is_new: bool) -> list[outbox.Ask]:
    """A seat in writing for whoever was told of it on the telephone and is texted; at the counter there is the slip."""
    lessons = _ahead(registrations[0].run)
    told = [each for each in registrations if each.channel == Registration.Channel.PHONE or not is_new]
    texted = [each for each in told if each.resident.contact_wish == ContactWish.SMS]
    if not (bodies.city.confirms_by_text and texted and lessons):
        return []
    return [
        _ask(
            CONFIRMED,
            registration,
            "confirmed",
            occasion=occasion_of(registration.run),
            body=bodies.say(CONFIRMED, facts_of_booking(members.registrations, lessons)),
            about=lessons[:1],
            city=bodies.city,
        )
        for members in together(told)
        for registration in members.registrations
        if registration in texted
    ]


def _added(lesson: Lesson, people: Iterable[Registration], *, bodies: "_Bodies") -> list[outbox.Ask]:
    return [
        _ask(
            ADDED,
            registration,
            f"added:{lesson.pk}",
            occasion=reminding.occasion_of(lesson),
            body=bodies.say(ADDED, facts_of_added(lesson, registration)),
            about=[lesson],
            city=bodies.city,
        )
        for registration in people
    ]


def _results(
    run: CourseRun, registrations: Iterable[Registration], name: str, *, city: CityProfile
) -> Iterator[outbox.Ask]:
    lessons, bodies = _ahead(run), _Bodies(city)
    for members in together(registrations) if lessons else ():
        place = vars(members.registrations[0]).get("place", 0)
        body = bodies.say(name, facts_of_result(members.registrations, run, lessons, place=place))
        for registration in members.registrations:
            yield _ask(name, registration, "result", occasion=occasion_of(run), body=body, about=lessons[:1], city=city)


def _said_anew(run: CourseRun, people: Sequence[Registration], *, city: CityProfile, by: User) -> list[outbox.Ask]:
    """Seats that were to be confirmed or given and about which nobody was told yet, with the days as they are now."""
    unsaid = untold([CONFIRMED, SEAT, NO_SEAT], occasion_of(run))
    if not unsaid:
        return []
    outbox.withdraw_each(unsaid, by=by)
    waits = {NoticeKey.of(key).registration: name for key, name in unsaid.items()}
    by_name = {name: [each for each in people if waits.get(each.pk) == name] for name in (CONFIRMED, SEAT, NO_SEAT)}
    asks = [*_results(run, by_name[SEAT], SEAT, city=city), *_results(run, by_name[NO_SEAT], NO_SEAT, city=city)]
    if by_name[CONFIRMED]:
        asks += _confirmations(by_name[CONFIRMED], bodies=_Bodies(city), is_new=False)
    return asks


def _withdraw_what_was_just_said(registrations: Sequence[Registration], *, by: User) -> None:
    """Whoever is given a seat hears the day as it is; what they were to be told while they waited is old."""
    theirs = Request.objects.standing().filter(resident__in=[each.resident_id for each in registrations])
    notices = theirs.filter(purpose__in=[MOVED, ELSEWHERE, ADDED, NO_SEAT]).values_list("key", flat=True)
    numbers = {each.pk for each in registrations}
    outbox.withdraw_each([key for key in notices if NoticeKey.of(key).registration in numbers], by=by)


def _ask(
    name: str,
    registration: Registration,
    key: str,
    *,
    occasion: str,
    body: str,
    about: Sequence[Lesson | Move],
    city: CityProfile,
) -> outbox.Ask:
    """That one person is told now; of use until the first of these moments that is still ahead."""
    now = timezone.now()
    useless_after = min(each.starts_at for each in about if each.starts_at > now)
    is_urgent = name in URGENT and useless_after - now <= URGENT_WITHIN
    return outbox.Ask(
        key=f"registration:{registration.pk}:{key}",
        purpose=name,
        resident=registration.resident,
        occasion=occasion,
        body=body,
        due_at=timing.at_once(now, useless_after, timing.window(city), is_urgent=is_urgent),
        useless_after=useless_after,
        is_urgent=is_urgent,
    )


class _Bodies:
    """The texts of one deed, in today's words, which are read once for each purpose."""

    def __init__(self, city: CityProfile, words: dict[str, Words] | None = None) -> None:
        self.city = city
        self._words = words or {}
        self._said: dict[tuple[str, ...], str] = {}

    def say(self, name: str, facts: dict[str, str]) -> str:
        """One text; the same for everybody who is told the same."""
        if name not in self._words:
            self._words[name] = words_of(purpose(name), city=self.city)
        told = (name, *facts.values())
        if told not in self._said:
            self._said[told] = self._words[name].say(facts)
        return self._said[told]


def _read(lesson: int) -> Lesson:
    """A lesson with its run and whatever a notice says of both."""
    found = Lesson.objects.select_related("run__course", "venue").prefetch_related("moves__venue").get(pk=lesson)
    prefetch_related_objects([found.run], "lessons__venue")
    return found


def _people(registrations: RegistrationQuerySet, run: CourseRun) -> list[Registration]:
    found = list(registrations.with_place().with_routes())
    for registration in found:
        registration.run = run
    return found


def _ahead(run: CourseRun) -> list[Lesson]:
    """The lessons still to come, each with its run; reads them, prefetched or not."""
    lessons = run.lessons_ahead(timezone.now())
    for lesson in lessons:
        lesson.run = run
    return lessons


def untold(names: Collection[str], occasion: str) -> dict[str, str]:
    """By the key, the purposes of what people were to be told about something and were not yet."""
    standing = Request.objects.standing().filter(purpose__in=names, occasion=occasion)
    found = standing.select_related("message", "call").order_by("pk")
    return {request.key: request.purpose for request in found if not request.was_tried}
