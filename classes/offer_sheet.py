"""The calls about seats held on paper: printed as a sheet, ticked with a pen, and typed back call by call.

What must never happen: one call on the sheets of two clerks, or a call on paper that somebody is making at that moment.
A tick goes the way of every other answer, so it never overwrites what the screen knows by then.
"""

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from classes.calls_to_make import Call, calls_to_make, runs_waited_for
from classes.models import CourseRun, Offer
from core import audit
from reminders.sheets import NothingToPrint


def is_printable(call: Call) -> bool:
    """Whether somebody has to be rung who can be, whom nobody is calling and nobody has on paper."""
    return bool(call.phones) and not (call.is_promised or call.is_held or call.is_on_paper)


def is_on_sheet_of(call: Call, clerk: User) -> bool:
    """Whether it is one of those that this clerk printed today, and nothing was recorded about it since."""
    return call.is_on_paper and call.offer.printed_by == clerk


@transaction.atomic
def put_on_paper(*, by: User) -> list[Call]:
    """Put the calls to be made now on the clerk's sheet of today, and give all that stands there. Twice is once.

    Raises NothingToPrint.
    """
    now = timezone.now()
    # Two clerks who print at once: the second waits here and then finds what the first has.
    CourseRun.objects.all_locked(runs_waited_for(now))
    calls = calls_to_make(runs_waited_for(now), now)
    new = [call for call in calls if is_printable(call)]
    if not new and not any(is_on_sheet_of(call, by) for call in calls):
        raise NothingToPrint

    people = [registration.pk for call in new for registration in call.registrations]
    Offer.objects.open().filter(registration__in=people).update(printed_by=by, printed_at=now)
    audit.record("offer.printed", by=by, count=len(new))
    return [call for call in calls if call in new or is_on_sheet_of(call, by)]
