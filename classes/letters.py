"""Who is told by letter what became of an application: winners and losers of a draw, or of the counter's decision.

Everybody is told in their own way (classes.noticing); a letter goes to whoever wants it in writing by post, and to whom
nothing else leads. Until it is posted it stands on the call list, as a postcard does, and whom it would not reach
before the class is called. An office that posts the outcome to everybody may. What must never happen: a letter before
the decision, two letters about one outcome or a letter beside a postcard or a call, somebody told of no seat while the
office calls them about one, or a person without an address told nothing at all.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from city.models import CityProfile
from classes.models import CourseRun, Offer, Registration
from classes.noticing import NO_SEAT, SEAT, NoticeKey, occasion_of
from reminders import call_list
from reminders.models import CallTask, Message, Request, RequestQuerySet
from reminders.reach import Reach
from reminders.routing import Channel, Route, in_time, routes
from reminders.timing import calling_hours
from residents.models import Resident


class Outcome(StrEnum):
    """What a letter tells."""

    SEAT = "seat"
    NO_SEAT = "no_seat"


_PURPOSES = {Outcome.SEAT: SEAT, Outcome.NO_SEAT: NO_SEAT}


@dataclass(frozen=True)
class Recipients:
    """The people of one outcome: those with an address, those who are called instead, and who is told otherwise."""

    by_letter: tuple[Registration, ...] = ()
    by_telephone: tuple[Registration, ...] = ()
    otherwise: tuple[Registration, ...] = ()
    # How those who get no letter are told.
    reach: Reach = field(default_factory=Reach)
    # Where the letters stand on the call list, by their numbers there: still to be posted, and how many are.
    to_post: tuple[int, ...] = ()
    posted: int = 0
    # Who knows already, in whatever way, by the numbers of their registrations.
    told: frozenset[int] = frozenset()

    def __len__(self) -> int:
        return len(self.by_letter) + len(self.by_telephone)

    @property
    def told_by_letter(self) -> int:
        """How many of those for whom a letter is the way know already."""
        return sum(each.pk in self.told for each in self.by_letter)

    @property
    def told_by_telephone(self) -> int:
        """How many of those without an address know already."""
        return sum(each.pk in self.told for each in self.by_telephone)

    @property
    def still_to_tell(self) -> "Recipients":
        """The same without whoever knows already: nobody reads twice that there is no seat."""
        written, called = (
            tuple(each for each in people if each.pk not in self.told) for people in (self.by_letter, self.by_telephone)
        )
        return Recipients(written, called)

    @property
    def to_everybody(self) -> "Recipients":
        """The same where everybody is written to, however they are told."""
        everybody = sorted((*self.by_letter, *self.by_telephone, *self.otherwise), key=lambda each: each.slip_number)
        return Recipients(*_apart(everybody))


def are_due(run: CourseRun) -> bool:
    """Whether there is something to tell: the seats were drawn or decided, and the run takes place."""
    is_decided = run.selection != CourseRun.Selection.FIRST_COME and run.decided_at is not None
    return is_decided and not run.is_off


def recipients(run: CourseRun, outcome: Outcome) -> Recipients:
    """Who is told this outcome, in the order of the slips, and who of them by letter; nobody before the decision."""
    if not are_due(run):
        return Recipients()
    registrations = run.registrations.confirmed()
    if outcome == Outcome.NO_SEAT:
        # Whoever is offered a seat hears of it on the telephone.
        registrations = run.registrations.waiting().exclude(offers__state=Offer.State.OPEN)
    people = registrations.with_place().select_related("resident", "party", "lot").order_by("slip_number")
    found = list(people.prefetch_related("resident__phone_lines", "resident__consents", "party__members"))
    for registration in found:
        registration.run = run
    asked = _asked_to_tell(run, outcome)
    # It is the paper that is posted: the cards of those who get a letter stand on the call list without a number.
    letters = {pk: request.call for pk, request in asked.items() if request.call and not request.call.number}
    written: list[Registration] = []
    others: list[tuple[Registration, Route]] = []
    for registration, way in zip(found, ways_to_tell(run, found), strict=True):
        letter = letters.get(registration.pk)
        is_posted = letter is not None and letter.state == CallTask.State.DONE
        if is_posted or _is_by_letter(way):
            written.append(registration)
        else:
            others.append((registration, way))
    by_letter, by_telephone = _apart(written)
    otherwise, reach = tuple(each for each, _way in others), Reach.of_ways(way for _each, way in others)
    theirs = [letter for each in by_letter if (letter := letters.get(each.pk))]
    to_post = tuple(letter.pk for letter in theirs if letter.state == CallTask.State.OPEN)
    posted = sum(letter.state == CallTask.State.DONE for letter in theirs)
    told = frozenset(pk for pk, request in asked.items() if _has_heard(request))
    return Recipients(by_letter, by_telephone, otherwise, reach, to_post, posted, told)


def ways_to_tell(run: CourseRun, registrations: Sequence[Registration]) -> list[Route]:
    """How each of these people of a run is told the outcome: by post only while a letter comes before the class.

    They are fetched with their routes; the class is the first one after the decision.
    """
    now, ways = timezone.now(), routes([each.resident for each in registrations])
    ahead = run.lessons_ahead(run.decided_at or now)
    if not ahead or all(way.channel != Channel.POSTCARD for way in ways):
        return ways
    city, begins = CityProfile.current(), ahead[0].starts_at
    hours, closing = calling_hours(city), city.closing_days_to_come
    return [
        in_time(registration.resident, way, begins, hours=hours, closing=closing, now=now)
        for registration, way in zip(registrations, ways, strict=True)
    ]


def letters_on_the_call_list(run: CourseRun) -> list[int]:
    """The numbers of all letters of a run, posted or not: what a page of it may have shown."""
    return list(_told_by_post(run).values_list("call", flat=True))


@transaction.atomic
def post_letters(run: CourseRun, numbers: Collection[int], *, by: User) -> int:
    """These letters are in the letterbox: how many were still to be posted. Twice is once.

    Whoever is being called about the outcome at this moment is told on the telephone.
    """
    now = timezone.now()
    theirs = _told_by_post(run).filter(call__in=numbers).values("call")
    letters = CallTask.objects.select_for_update().filter(pk__in=theirs, state=CallTask.State.OPEN)
    posted = [letter for letter in letters.order_by("pk") if not letter.is_held_from(by, now)]
    call_list.mark_posted(posted, by=by, at=now)
    return len(posted)


def outcome_of(registration: Registration) -> Outcome | None:
    """What one person is told; None when there is nothing to tell (yet)."""
    if not are_due(registration.run):
        return None
    if registration.state == Registration.State.CONFIRMED:
        return Outcome.SEAT
    is_waiting = registration.state == Registration.State.WAITING
    return Outcome.NO_SEAT if is_waiting and not registration.offers.open().exists() else None


def has_address(resident: Resident) -> bool:
    """Whether a letter would arrive."""
    return bool(resident.address.strip())


def _asked_to_tell(run: CourseRun, outcome: Outcome) -> dict[int, Request]:
    """What the letterbox was asked to tell of this outcome, by the registrations."""
    asked = Request.objects.standing().filter(occasion=occasion_of(run), purpose=_PURPOSES[outcome])
    return {NoticeKey.of(each.key).registration: each for each in asked.select_related("call", "message")}


def _has_heard(request: Request) -> bool:
    """Whether a letter was posted, somebody was spoken to, or a text has arrived."""
    if request.call is not None and request.call.has_told:
        return True
    return request.message is not None and request.message.state == Message.State.DELIVERED


def _told_by_post(run: CourseRun) -> RequestQuerySet:
    """What people are told of the outcome and neither by text nor on a telephone."""
    told = Request.objects.standing().filter(occasion=occasion_of(run), purpose__in=[SEAT, NO_SEAT])
    return told.filter(call__number="")


def _is_by_letter(way: Route) -> bool:
    """Whether nothing but paper leads to somebody: they asked for it, or no telephone number is known."""
    return way.channel == Channel.POSTCARD or (way.channel == Channel.CALL and way.phone is None)


def _apart(registrations: Iterable[Registration]) -> tuple[tuple[Registration, ...], tuple[Registration, ...]]:
    """Those with an address, and those without."""
    people = list(registrations)
    return (
        tuple(each for each in people if has_address(each.resident)),
        tuple(each for each in people if not has_address(each.resident)),
    )
