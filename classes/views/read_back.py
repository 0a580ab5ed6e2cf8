"""What the desk says of a registration whose slip it shows: what to read out and what is promised.

What must never happen: a lesson read out that is off or over, a caller who is late told of no class, or a promise about
one that nobody can come to any more.
"""

from datetime import datetime
from typing import Any

from django.utils import timezone

from classes.models import CourseRun, Registration
from classes.noticing import in_writing_to, way_to_whoever_waits
from classes.promising import promise_to, told_of_decision
from classes.told_before import untold_matters
from classes.waiting_list import place_of
from residents.models import Resident


def to_read_back(registration: Registration, resident: Resident) -> dict[str, Any]:
    """How a registration stands, as templates/classes/desk_done.html says it; its lessons are fetched beforehand."""
    run, now = registration.run, timezone.now()
    has_a_seat = registration.state == Registration.State.CONFIRMED
    if run.is_off:
        since, reason = _off(run)
        return {"has_a_seat": has_a_seat, "off_since": since, "reason": reason}
    not_over, ahead = run.lessons_not_over(now), run.lessons_ahead(now)
    stands = {
        "has_a_seat": has_a_seat,
        "is_over": not not_over,
        "is_going_on": len(not_over) > len(ahead),
        # After the class nobody keeps a place in line.
        "has_a_slip": has_a_seat or bool(not_over),
        # Nobody without a seat is sent to a class that has begun.
        "lessons": not_over if has_a_seat else ahead,
    }
    return stands | _promised(registration, resident) if ahead else stands


def _promised(registration: Registration, resident: Resident) -> dict[str, Any]:
    """What the office will do about a registration, and the place in line."""
    has_a_seat = registration.state == Registration.State.CONFIRMED
    promised = promise_to(resident, registration.run)
    way = way_to_whoever_waits(resident, registration.run)
    let_know = told_of_decision(resident, way, registration.run, sending=promised.outlook)
    return {
        "place": place_of(registration),
        "matters": untold_matters([registration], now=timezone.now())[registration.pk] if has_a_seat else (),
        "promise": promised.words if has_a_seat else "",
        "let_know": let_know.words,
        "caution": promised.caution if has_a_seat else let_know.caution,
        "in_writing": "" if promised.is_without_texts else in_writing_to(registration),
    }


def _off(run: CourseRun) -> tuple[datetime, str]:
    """Since when a run is off, and why: as a whole, else since the last of its lessons was cancelled."""
    if run.called_off_at:
        return run.called_off_at, run.called_off_reason
    return max((each.cancelled_at, each.cancelled_reason) for each in run.lessons.all() if each.cancelled_at)
