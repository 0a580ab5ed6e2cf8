"""What must be true of a run at every moment, whoever did what before; asked of the database alone."""

from collections.abc import Iterator

from classes.line import line_of
from classes.models import CourseRun, Offer, Registration
from classes.waiting_list import place_of

State = Registration.State


def untrue_of(run: CourseRun) -> list[str]:
    """Whatever is not as it must be, in words; nothing when all is well."""
    return list(_untrue(CourseRun.objects.get(pk=run.pk)))


def _untrue(run: CourseRun) -> Iterator[str]:
    standing = list(run.registrations.order_by("slip_number"))
    waiting = list(run.registrations.waiting())
    offered = set(Offer.objects.open().filter(registration__run=run).values_list("registration", flat=True))
    active = [each.resident_id for each in standing if each.state != State.CANCELLED]

    if [each.slip_number for each in standing] != list(range(1, len(standing) + 1)):
        yield "slips do not count on"
    if len(active) != len(set(active)):
        yield "somebody is in the run twice"
    if run.seats.offered != len(offered) or not offered <= {each.pk for each in waiting}:
        yield "a seat is held for somebody who does not wait"
    if any(each.fits(run.seats) for each in line_of(run)):
        yield "a seat is free, and somebody in line fits into it"
    if [each.slip_number for each in waiting] != sorted(each.slip_number for each in waiting):
        yield "somebody has overtaken another in line"
    for party in {each.party_id for each in standing if each.party_id}:
        # Whoever came on the day has a seat before the others, and goes back to them where it was a mistake.
        members = [each for each in standing if each.party_id == party and each.state != State.CANCELLED]
        members = [each for each in members if not each.may_go_back_in_line]
        if len({(each.state, each.pk in offered) for each in members}) > 1:
            yield "people who come together were parted"
    for number, each in enumerate(waiting):
        before = [other for other in waiting[:number] if not each.party_id or other.party_id != each.party_id]
        if place_of(each) != len(before) + 1:
            yield "a place in line is not the one that is told"
