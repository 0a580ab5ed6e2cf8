"""People signed in to a course run: given a seat, or a place on the waiting list.

A clerk presses the button with the caller still on the line, and other clerks press theirs. What must never happen: a
seat given twice, a person twice in one run, or somebody told of a seat while others wait longer.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Prefetch, prefetch_related_objects
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from accounts.models import User
from classes import noticing, waiting_list
from classes.line import InLine, is_past_others, with_companions
from classes.models import CourseRun, Lesson, Offer, Party, Registration, SeatHold
from classes.seats import Book, Held, SeatCount
from core import audit
from core.refusal import Refusal
from core.wareki import day_and_time, span
from residents.access import RecordWasMerged
from residents.models import Resident

State = Registration.State
Channel = Registration.Channel

NOTHING_HELD = Held()


class AlreadyRegistered(Refusal):
    """The quiet answer to a second press, a stale page or a caller who forgot; carries the `registration`."""

    sentence = _("This person is already registered for “%(title)s”. The slip number is %(slip)s.")
    registration: Registration


class CompanionIsRegistered(Refusal):
    """One of those who were to come together has a place of their own; carries the first one's `registration`."""

    sentence = _("A companion is already registered for “%(title)s” (%(slips)s). Register this person alone.")
    registration: Registration


class CompanionWaits(CompanionIsRegistered):
    """They wait, so that the two can still be put together afterwards."""

    sentence = _("A companion waits already (%(slips)s). Register this person alone, then put the two together.")


class CompanionHasNoPlace(Refusal):
    """Whoever was to come along has no place, and is not left out without a word: named on the page, in no cookie."""

    sentence = _(
        "This person is already registered for “%(title)s” (slip %(slip)s). Who comes along and is not yet: %(count)d."
    )


class RunIsCalledOff(Refusal):
    """The run does not take place."""

    sentence = _("“%(title)s” has been called off.")


class RunIsOver(Refusal):
    """No lesson of the run is still ahead."""

    sentence = _("“%(title)s” has already taken place.")


class ReceptionNotOpenYet(Refusal):
    """Too early, which would be unfair to those who read the city's paper."""

    sentence = _("Reception for “%(title)s” opens on %(opens)s.")


class ReceptionIsClosed(Refusal):
    """Too late for the telephone; on the day people may still come."""

    sentence = _("Reception for “%(title)s” closed on %(closed)s.")


class SeatIsGone(Refusal):
    """Another clerk was quicker, and the caller has been told of a seat; the waiting list is offered instead."""

    sentence = _("The last seat of “%(title)s” was given away a moment ago. Do you want to go on the waiting list?")


class SeatsWereChanged(SeatIsGone):
    """The clerk holds the seat, so that nobody was quicker: the run has fewer of them, or was made over-full."""

    sentence = _(
        "“%(title)s” has no seat left after all: its seats have changed. Do you want to go on the waiting list?"
    )


class TooFewSeats(SeatIsGone):
    """Some seats are left, but not one for each of those who come together."""

    sentence = _(
        "Seats of “%(title)s” that are left: %(free)d, for people who come together: %(size)d. "
        "Do you want to go on the waiting list?"
    )


class SeatsAreDrawn(SeatIsGone):
    """The run was made a lottery since the seat was read out."""

    sentence = _("Lots are drawn for the seats of “%(title)s” now. Do you want to apply?")


class SeatsAreDecided(SeatIsGone):
    """The counter decides about the run's seats since one was read out."""

    sentence = _("The office decides now who has a seat in “%(title)s”. Do you want to apply?")


class SeatIsHeldForThem(Refusal):
    """Nobody needs a seat beyond the capacity who only has to answer."""

    sentence = _("A seat of “%(title)s” is held for this person already. Please record the answer about it.")


class DevicesAreLent(Refusal):
    """Every device of the office is promised; with one of their own the person can have a seat."""

    sentence = _("No device of the office is left for “%(title)s”. Can the person bring one, or do they want to wait?")


class IsElsewhereThen(Refusal):
    """The person has a place in another run at the same hour; carries the `lesson`."""

    sentence = _("At that time this person is in “%(title)s” (%(when)s). Register all the same?")
    lesson: Lesson


class OneOfThemIsElsewhereThen(IsElsewhereThen):
    """Of people who come together somebody has a place elsewhere; the sentence says who."""

    sentence = _("At that time %(names)s would be in “%(title)s” (%(when)s) as well. Register all the same?")


def register(
    resident: Resident,
    run: CourseRun,
    *,
    by: User,
    channel: str,
    companions: Sequence[Resident] = (),
    borrowing: Collection[Resident] = (),
    override_reason: str = "",
    seat_was_promised: bool = False,
    despite_clash: bool = False,
) -> Registration:
    """A seat when one is free and nobody in line fits into it, else a place at the end of the waiting list.

    A seat that the clerk holds was read out to the caller, who has it also before those put in line since then.

    `companions` come together with the person and share what becomes of it; `borrowing` are those of them who use a
    device of the office. `override_reason` gives seats all the same; the reason stays on record. With
    `seat_was_promised` nobody is put on the waiting list unasked. Gives the registration of `resident`. Raises a
    Refusal of this module.
    """
    # Every clerk who wants a seat of this run waits while one of them is given it; what can be read before is.
    words = noticing.read_seat_words()
    with transaction.atomic():
        run = CourseRun.objects.locked(run.pk)
        people = _locked([resident, *companions])
        now = timezone.now()
        book = run.book(people, by=by)
        _refuse_stale_records(people)
        _refuse_second_registration(people, run, book)
        others = [CourseRun(pk=number) for number in book.elsewhere]
        prefetch_related_objects([run, *others], Prefetch("lessons", Lesson.objects.select_related("venue")))
        refuse_unless_received(run, channel=channel, at=now)
        if not despite_clash and channel != Channel.ON_THE_DAY:
            _refuse_clash(people, run, others, at=now)

        size, devices = len(people), sum(person in borrowing for person in people)
        fits = can_seat_a_newcomer(run, book.seats, size=size, borrowing=devices, held=book.held)
        state = State.CONFIRMED if override_reason or fits else State.WAITING
        # On an old page a run may look full: a seat that anybody would get is not one beyond the capacity.
        override_reason = "" if fits else override_reason
        is_over = bool(override_reason) and not book.seats.can_take(size, devices)
        if state == State.WAITING and seat_was_promised:
            raise _what_is_missing(run, book, people)
        party = Party.objects.create(run=run, made_at=now) if size > 1 else None
        made = [
            Registration.objects.create(
                run=run,
                resident=person,
                party=party,
                borrows=person in borrowing,
                state=state,
                channel=channel,
                slip_number=number,
                waiting_since=now if state == State.WAITING else None,
                taken_at=now,
                taken_by=by,
                override_reason=override_reason,
                is_over_capacity=is_over,
            )
            for number, person in enumerate(people, start=book.last_slip + 1)
        ]

        with audit.in_one_go():
            for registration in made:
                audit.record(
                    "registration.made",
                    registration,
                    by=by,
                    run=run,
                    resident=registration.resident,
                    state=state,
                    channel=channel,
                    over_capacity=is_over,
                    out_of_turn=bool(override_reason) and not is_over,
                )
            noticing.tell_of_seats(made, by=by, is_new=True, in_words=words)

        if book.held.seats:
            SeatHold.objects.filter(held_by=by).delete()
            if book.seats.in_line:
                waiting_list.ask_in_line(run, by=by)
        return made[0]


@transaction.atomic
def seat_over_capacity(registration: Registration, *, reason: str, by: User) -> Registration:
    """Seats for somebody who waits and whoever comes with them, with the reason: beyond the capacity, or out of turn
    where they are free. Twice is once.

    Raises RunIsCalledOff, RunIsOver, SeatIsHeldForThem or waiting_list.DoesNotWait.
    """
    run = CourseRun.objects.locked(registration.run_id)
    registration = Registration.objects.get(pk=registration.pk)
    if registration.state == State.CONFIRMED:
        return registration
    if registration.state != State.WAITING:
        raise waiting_list.DoesNotWait(slip=registration.slip)
    if run.called_off_at:
        raise RunIsCalledOff(title=run.course.title)
    if not run.lessons.upcoming(timezone.now()).exists():
        raise RunIsOver(title=run.course.title)

    members = with_companions(registration).registrations
    if Offer.objects.open().filter(registration__in=members).exists():
        raise SeatIsHeldForThem(title=run.course.title)
    is_over = not run.seats.can_take(len(members), sum(each.borrows for each in members))
    for each in members:
        each.run, each.state, each.override_reason, each.is_over_capacity = run, State.CONFIRMED, reason, is_over
        each.seated_at, each.passed_at, each.declined_at = timezone.now(), None, None
        written = ["state", "override_reason", "is_over_capacity", "seated_at", "passed_at", "declined_at"]
        each.save(update_fields=written)

        audit.record("registration.seated_over_capacity", each, by=by, run=run, over_capacity=is_over)
    noticing.tell_of_seats(members, by=by)
    return next(each for each in members if each == registration)


def can_seat_a_newcomer(
    run: CourseRun,
    seats: SeatCount,
    *,
    size: int = 1,
    borrowing: int = 0,
    held: Held = NOTHING_HELD,
    line: Sequence[InLine] | None = None,
) -> bool:
    """Whether whoever calls now gets seats: enough are free, and they are not taken from somebody in line.

    In a lottery and where the counter decides, everybody waits for the decision. Of `seats` the clerk's own `held` ones
    count as free; nobody in line is before their caller. `line` is who waits, read when it is not given and matters.
    """
    if not run.seats_go_by_line or not seats.can_take(size, borrowing):
        return False
    if size > held.seats:
        return not is_past_others(run, seats, line)
    # Who has the seat and wants a device besides is before nobody whom what is left would fit.
    return borrowing <= held.devices or not is_past_others(run, seats.holding_more(held.seats, held.devices), line)


def left_out_of(run: CourseRun, people: Sequence[Resident]) -> list[Resident]:
    """Those of these people who have no place in a run."""
    standing = set(run.registrations.active().filter(resident__in=people).values_list("resident", flat=True))
    return [person for person in people if person.pk not in standing]


def has_no_place(left_out: Sequence[Resident], *, beside: Registration, run: CourseRun) -> CompanionHasNoPlace:
    """The refusal that says how many of those who come along were left out."""
    return CompanionHasNoPlace(title=run.course.title, slip=beside.slip, count=len(left_out))


def clash_of(people: Sequence[Resident], run: CourseRun) -> IsElsewhereThen | None:
    """The refusal that one of these people would meet, as a page says it before the button is pressed.

    Reads the run's lessons, prefetched or not.
    """
    now = timezone.now()
    others = Lesson.objects.attended_by(people, at=now).exclude(run=run).select_related("run__course")
    clash = _first_clash(run, others, at=now)
    return _elsewhere(clash, people) if clash else None


def _locked(people: Sequence[Resident]) -> list[Resident]:
    """These people's records, locked in the order of their numbers, given in the order asked for, each once."""
    wanted = list(dict.fromkeys(person.pk for person in people))
    found = Resident.objects.select_for_update(no_key=True).order_by("pk").in_bulk(wanted)
    if missing := [number for number in wanted if number not in found]:
        raise Resident.DoesNotExist(missing)
    return [found[number] for number in wanted]


def _refuse_stale_records(people: Sequence[Resident]) -> None:
    if any(person.merged_into_id is not None for person in people):
        raise RecordWasMerged


def _refuse_second_registration(people: Sequence[Resident], run: CourseRun, book: Book) -> None:
    if book.has_one_of_them:
        standing = {each.resident_id: each for each in run.registrations.active().filter(resident__in=people)}
        who_calls = standing.get(people[0].pk)
        if who_calls is None:
            others = list(standing.values())
            refusal = CompanionWaits if others[0].state == State.WAITING else CompanionIsRegistered
            raise refusal(registration=others[0], title=run.course.title, slips=", ".join(map(str, others)))
        if left_out := [person for person in people if person.pk not in standing]:
            raise has_no_place(left_out, beside=who_calls, run=run)
        raise AlreadyRegistered(registration=who_calls, slip=who_calls.slip, title=run.course.title)


def _refuse_clash(people: Sequence[Resident], run: CourseRun, others: Iterable[CourseRun], *, at: datetime) -> None:
    """Reads the lessons of all these runs, prefetched or not."""
    clash = _first_clash(run, (lesson for other in others for lesson in other.lessons.all()), at=at)
    if clash:
        raise _elsewhere(Lesson.objects.select_related("run__course").get(pk=clash.pk), people)


def _first_clash(run: CourseRun, others: Iterable[Lesson], *, at: datetime) -> Lesson | None:
    """The first of other lessons that is at the hour of one of the run's."""
    ours = _ahead(run.lessons.all(), at)
    clashing = (lesson for lesson in _ahead(others, at) if any(lesson.overlaps(each) for each in ours))
    return min(clashing, key=lambda lesson: (lesson.starts_at, lesson.pk), default=None)


def _elsewhere(lesson: Lesson, people: Sequence[Resident]) -> IsElsewhereThen:
    when, title = span(lesson.starts_at, lesson.ends_at), lesson.run.course.title
    if len(people) == 1:
        return IsElsewhereThen(lesson=lesson, title=title, when=when)
    places = Registration.objects.active().filter(run=lesson.run_id, resident__in=people)
    expected = set(places.values_list("resident", flat=True))
    names = _named(each for each in people if each.pk in expected)
    return OneOfThemIsElsewhereThen(lesson=lesson, title=title, when=when, names=names)


def _named(people: Iterable[Resident]) -> str:
    called = [pgettext("with the honorific", "%(name)s") % {"name": person.name} for person in people]
    return pgettext("between two people", ", ").join(called)


def _ahead(lessons: Iterable[Lesson], at: datetime) -> list[Lesson]:
    return [lesson for lesson in lessons if lesson.cancelled_at is None and lesson.ends_at > at]


def _what_is_missing(run: CourseRun, book: Book, people: Sequence[Resident]) -> Refusal:
    """Whether the seat is gone that was read out, and how, or a device to borrow."""
    title, size = run.course.title, len(people)
    if not run.seats_go_by_line:
        is_drawn = run.selection == CourseRun.Selection.LOTTERY
        return SeatsAreDrawn(title=title) if is_drawn else SeatsAreDecided(title=title)
    if can_seat_a_newcomer(run, book.seats, size=size, held=book.held):
        return DevicesAreLent(title=title)
    if 0 < book.seats.free < size:
        return TooFewSeats(title=title, free=book.seats.free, size=size)
    return SeatsWereChanged(title=title) if book.held.seats >= size else SeatIsGone(title=title)


def refuse_unless_received(run: CourseRun, *, channel: str, at: datetime) -> None:
    """Whether somebody can be registered that way at a moment; reads the run's lessons, prefetched or not.

    Raises RunIsCalledOff, RunIsOver, ReceptionNotOpenYet or ReceptionIsClosed.
    """
    title = run.course.title
    if run.is_off:
        raise RunIsCalledOff(title=title)
    lessons = run.lessons_not_cancelled()
    # Whoever stands in the door is let in, whatever the paper said about reception. The sheet on which a volunteer
    # wrote them down may be typed in days later.
    if channel == Channel.ON_THE_DAY:
        if not lessons:
            raise RunIsOver(title=title)
        return
    if all(lesson.ends_at <= at for lesson in lessons):
        raise RunIsOver(title=title)
    if at < run.reception_opens_at:
        raise ReceptionNotOpenYet(title=title, opens=day_and_time(run.reception_opens_at))
    if at >= run.reception_closes_at:
        raise ReceptionIsClosed(title=title, closed=day_and_time(run.reception_closes_at))
