"""A seat held for the few minutes in which a clerk speaks with a caller and types.

The caller has been told of a seat, so another clerk does not give it away meanwhile. What must never happen: a seat
held past those in line, or held for ever by a page that somebody left open.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from classes.models import CourseRun, SeatHold
from classes.models.holds import SeatHoldQuerySet
from classes.registration import NOTHING_HELD, can_seat_a_newcomer
from classes.seats import Held
from classes.waiting_list import ask_in_line

# The page asks again while it is open; after so long without a word from it, the seat is free.
RUNS_OUT_AFTER = timedelta(minutes=3)
# However long the page stays open: no call takes longer, and a clerk may have gone home.
LONGEST = timedelta(minutes=15)


def hold(run: CourseRun, *, by: User, seats: int = 1, devices: int = 0) -> SeatHold | None:
    """Hold seats for the clerk's caller; None when a newcomer would not get them, and what was held stays held.

    `devices` is how many of those who come use a device of the office: what was said to be left is not lent meanwhile.

    A clerk holds seats of one run at a time: choosing another one releases the first, in a transaction of its own,
    because two clerks who change places must not wait for each other's runs.
    """
    standing = SeatHold.objects.filter(held_by=by).first()
    if standing is not None and standing.run_id != run.pk:
        release(by=by)
    return _take(run, by=by, wanted=Held(seats, devices))


def hold_with_devices_left(run: CourseRun, *, by: User, seats: int, devices: int) -> SeatHold | None:
    """As `hold`; where a device is missing, the seats with as many devices as are the caller's already."""
    held = hold(run, by=by, seats=seats, devices=devices)
    if held is not None or not devices:
        return held
    mine = SeatHold.objects.standing(timezone.now()).filter(held_by=by, run=run).first()
    return hold(run, by=by, seats=seats, devices=min(devices, mine.devices) if mine else 0)


@transaction.atomic
def go_on_holding(*, by: User) -> SeatHold | None:
    """A little longer, because the page is still open; None when nothing is held any more or it was held too long."""
    standing = SeatHold.objects.filter(held_by=by).first()
    if standing is None:
        return None
    CourseRun.objects.locked(standing.run_id)
    now = timezone.now()
    held = SeatHold.objects.standing(now).filter(pk=standing.pk, run=standing.run_id).first()
    if held is None:
        return None
    held.expires_at = min(now + RUNS_OUT_AFTER, held.held_at + LONGEST)
    held.save(update_fields=["expires_at"])
    return held


@transaction.atomic
def release(*, by: User) -> None:
    """Let go of whatever the clerk holds; whoever was put in line meanwhile is asked. Twice is once."""
    standing = SeatHold.objects.filter(held_by=by).first()
    if standing is not None:
        _let_go(SeatHold.objects.filter(held_by=by), standing, by=by)


def release_run_out(*, now: datetime | None = None) -> int:
    """Clear away holds that have run out, so that whoever was put in line meanwhile is asked; gives their number.

    For a seat to be free nobody needs to call this: a hold that has run out does not count. `now` is told by the
    worker, whose machine may be ahead of the one at which a seat is being held.
    """
    at = now or timezone.now()
    run_out = list(SeatHold.objects.filter(expires_at__lte=at).select_related("held_by", "run"))
    for standing in run_out:
        with transaction.atomic():
            _let_go(SeatHold.objects.filter(expires_at__lte=at), standing, by=standing.held_by, now=at)
    return len(run_out)


@transaction.atomic
def _take(run: CourseRun, *, by: User, wanted: Held) -> SeatHold | None:
    run = CourseRun.objects.locked(run.pk)
    now = timezone.now()
    mine = SeatHold.objects.standing(now).filter(held_by=by, run=run).first()
    already = mine.held if mine else NOTHING_HELD
    apart = run.book(by=by).seats
    if not can_seat_a_newcomer(run, apart, size=wanted.seats, borrowing=wanted.devices, held=already):
        return None
    facts = {"run": run, "seats": wanted.seats, "devices": wanted.devices}
    held, _made = SeatHold.objects.update_or_create(
        held_by=by, defaults=facts | {"held_at": now, "expires_at": now + RUNS_OUT_AFTER}
    )
    if wanted.seats < already.seats or wanted.devices < already.devices:
        ask_in_line(run, by=by)
    return held


def _let_go(these: SeatHoldQuerySet, standing: SeatHold, *, by: User, now: datetime | None = None) -> None:
    """Delete the hold if it is still one of `these` once its run is locked, and ask whoever is in line."""
    run = CourseRun.objects.locked(standing.run_id)
    gone, _rows = these.filter(pk=standing.pk, run=run).delete()
    if gone:
        ask_in_line(run, by=by, now=now)
