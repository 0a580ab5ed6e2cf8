"""Friends who called separately made one party (連れ), so that they are drawn, seated or left waiting together.

What must never happen: a party that comes about behind the back of a list that stands already, or somebody who gets
ahead of others because a friend called earlier.
"""

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes.lottery import LotsAreListed, draw_of
from classes.models import CourseRun, Party, Registration
from classes.waiting_list import ask_in_line
from core import audit
from core.refusal import Refusal


class SlipNotFound(Refusal):
    """A number that was misheard."""

    sentence = _("There is no slip %(slip)s in “%(title)s”.")


class DoesNotWaitHere(Refusal):
    """Only who waits can still be put beside somebody; a seat is not taken away for it."""

    sentence = _("Slip %(slip)s does not wait for a seat any more, so nobody can be put beside it.")


class SeatIsHeld(Refusal):
    """The office is just asking one of them."""

    sentence = _("A seat is held for slip %(slip)s. Please record the answer first.")


class OnlyOne(Refusal):
    """The same slip twice."""

    sentence = _("Please give the slips of two people.")


@transaction.atomic
def pair(first: Registration, second: Registration, *, by: User) -> Party:
    """Make one party of two people who wait for the same run, and of whoever comes with them. Twice is once.

    They wait since the later one called. Raises OnlyOne, SlipNotFound, LotsAreListed, DoesNotWaitHere or SeatIsHeld.
    """
    run = CourseRun.objects.locked(first.run_id)
    members = _to_be_one(run, first, second)
    parties = sorted({each.party_id for each in members if each.party_id is not None})
    if len(parties) == 1 and all(each.party_id for each in members):
        return Party.objects.get(pk=parties[0])

    party = Party.objects.get(pk=parties[0]) if parties else Party.objects.create(run=run)
    numbers = [each.pk for each in members]
    since = max(each.waiting_since for each in members if each.waiting_since)
    # One of them may have let a seat go by alone; they answer together from now on.
    joined = {"party": party, "waiting_since": since, "declined_at": None, "passed_at": None}
    run.registrations.filter(pk__in=numbers).update(**joined)

    audit.record("party.made", party, by=by, run=run, registrations=numbers)
    ask_in_line(run, by=by)
    return party


def stand_apart(first: Registration, second: Registration) -> bool:
    """Whether two people wait by themselves who can still be put together."""
    try:
        members = _to_be_one(first.run, first, second)
    except Refusal:
        return False
    return len({each.party_id for each in members}) > 1 or not members[0].party_id


@transaction.atomic
def part(party: Party, *, by: User) -> int:
    """Let everybody of a party who waits stand alone again, where they stood when they called. Twice is once.

    Gives how many stand alone by it; 0 where nobody waits. Raises LotsAreListed or SeatIsHeld.
    """
    run = CourseRun.objects.locked(party.run_id)
    members = run.registrations.waiting().filter(party=party).with_offers()
    numbers = [each.pk for each in members]
    if not numbers:
        return 0
    _refuse_listed(run)
    _refuse_seated(*members)

    run.registrations.filter(pk__in=numbers).update(party=None, waiting_since=F("taken_at"))

    audit.record("party.parted", party, by=by, run=run, registrations=numbers)
    # The one seat that was too few for them is enough for one of them.
    ask_in_line(run, by=by)
    return len(numbers)


def _to_be_one(run: CourseRun, first: Registration, second: Registration) -> list[Registration]:
    """Everybody who waits and would be one party by it, as `pair` refuses it."""
    _refuse_listed(run)
    if first.pk == second.pk:
        raise OnlyOne
    if second.run_id != run.pk:
        raise SlipNotFound(slip=second.slip, title=run.course.title)
    asked = list(run.registrations.with_offers().filter(pk__in=[first.pk, second.pk]))
    _refuse_seated(*asked)
    parties = {each.party_id for each in asked if each.party_id is not None}
    also = run.registrations.waiting().filter(party__in=parties).with_offers()
    members = list({each.pk: each for each in [*asked, *also]}.values())
    _refuse_seated(*members)
    return members


def _refuse_listed(run: CourseRun) -> None:
    draw = draw_of(run)
    if draw is not None and draw.listed_at is not None:
        raise LotsAreListed(title=run.course.title)


def _refuse_seated(*registrations: Registration) -> None:
    for each in registrations:
        if each.state != Registration.State.WAITING:
            raise DoesNotWaitHere(slip=each.slip)
        if vars(each)["has_open_offer"]:
            raise SeatIsHeld(slip=each.slip)
