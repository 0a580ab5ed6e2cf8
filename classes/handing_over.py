"""The registrations of two records of one person, made those of one, and given back when it was a mistake.

Whoever merges holds the runs of both people and then the people (residents.merging). What must never happen: one person
in two seats of a run, the worse of two places kept, a seat freed that nobody in line hears of, a seat taken back from
whoever was told of it, or a tick from the hall that hangs on a place which nobody looks at any more.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes import cancellation, disagreeing, reminding, waiting_list
from classes.line import drawn_apart_from, in_line_since
from classes.models import Attendance, CourseRun, Disagreement, Offer, Registration
from core import audit
from core.refusal import Refusal
from reminders import outbox
from reminders.holding import planned_anew
from residents.holdings import Moved
from residents.models import Resident

State = Registration.State
REASON = "mistake"


class PlaceWasGivenOn(Refusal):
    """The place that the merge freed is somebody else's now, or that person has been called about it."""

    sentence = _(
        "The place in “%(title)s” that became free by merging has been given or offered to somebody else. "
        "Make room there first, or leave the records as they are."
    )


def runs_of(one: Resident, other: Resident) -> QuerySet[CourseRun]:
    """Every run in which one of two people has or had a place."""
    return CourseRun.objects.filter(pk__in=Registration.objects.filter(resident__in=[one, other]).values("run"))


def hand_over(old: Resident, new: Resident, by: User) -> Moved:
    """Every registration of the duplicate; where both stand in one run, the better place stays and gets what both had.

    The other is cancelled as a mistake and stays on record.
    """
    theirs = list(_locked(Registration.objects.filter(resident__in=[old, new])))
    places = {registration.run_id: registration for registration in theirs if _is_active_of(registration, new)}
    doubled = [(places[each.run_id], each) for each in theirs if _is_active_of(each, old) and each.run_id in places]
    made_one = [_make_one(*sorted(pair, key=_worth), by=by) for pair in doubled]

    moved = [registration.pk for registration in theirs if registration.resident_id == old.pk]
    Registration.objects.filter(pk__in=moved).update(resident=new)
    return {"registrations": moved, "made_one": made_one}


def torn_apart(moved: Moved) -> str | None:
    """Whom the merge left waiting without the person they applied with, in a sentence; without a name, for a cookie."""
    found = Registration.objects.in_bulk([pk for one in moved["made_one"] for pk in (one["stays"], *one["apart"])])
    said = []
    for one in moved["made_one"]:
        if one["apart"]:
            slips = "・".join(found[each].slip for each in one["apart"])
            words = _("Whoever applied together with this person does not wait with slip %(slip)s: slip %(slips)s.")
            said.append(str(words) % {"slip": found[one["stays"]].slip, "slips": slips})
    return " ".join(said) or None


def hand_back(moved: Moved, old: Resident, new: Resident, by: User) -> str | None:
    """Give back what was handed over, and the places that were cancelled by it. Raises PlaceWasGivenOn.

    A sentence for the clerk where something goes another way that came up after the merge.
    """
    list(_locked(Registration.objects.filter(resident=new)))
    theirs = Registration.objects.filter(pk__in=moved["registrations"])
    theirs.filter(resident=new).update(resident=old)
    for one in moved["made_one"]:
        _make_two(one, by=by)
    # What came up since the merge, such as that a lesson was moved, is still to be told, and to the other person.
    changed = 0
    for registration in theirs.filter(resident=old).select_related("run__course", "resident"):
        changed += outbox.readdress(f"registration:{registration.pk}:", to=registration.resident, by=by)
        reminding.plan(registration, by=by)
    return planned_anew(changed, old)


def _locked(registrations: QuerySet[Registration]) -> QuerySet[Registration]:
    """In the order in which a roster locks them."""
    return registrations.select_for_update(of=("self",), no_key=True).select_related("run").order_by("pk")


def _is_active_of(registration: Registration, resident: Resident) -> bool:
    return registration.resident_id == resident.pk and registration.state in Registration.ACTIVE


def _worth(registration: Registration) -> tuple[Any, ...]:
    """Sorts the better of two places first: a seat, a seat that is offered, the earlier place in line.

    Where the line does not matter yet, the one that was asked for together with others.
    """
    if registration.state == State.CONFIRMED:
        return (0, registration.taken_at, registration.pk)
    is_offered = registration.offers.open().exists()
    is_alone = registration.party_id is None and not registration.run.seats_go_by_line
    return (1 if is_offered else 2, is_alone, registration.waiting_since, registration.pk)


def _make_one(stays: Registration, goes: Registration, *, by: User) -> dict[str, Any]:
    """Cancel one of two places in a run, what hangs on it going to the other; gives what it takes to undo it."""
    offers = list(goes.offers.open().values_list("pk", flat=True))
    marks = list(goes.attendances.exclude(lesson__in=stays.attendances.values("lesson")).values_list("pk", flat=True))
    Attendance.objects.filter(pk__in=marks).update(registration=stays)
    doubled = _take_doubled_marks(stays, goes)
    # A question about a tick goes where it is shown, also when the other place has a mark of its own.
    questions = list(goes.disagreements.unsettled().values_list("pk", flat=True))
    Disagreement.objects.filter(pk__in=questions).update(registration=stays)
    was, state = _circumstances(stays), goes.state
    stays.borrows = stays.borrows or (goes.borrows and _can_borrow(stays, goes))
    # In a line, whoever joins others would draw them forward to the better place.
    if stays.party_id is None and stays.state == state == State.CONFIRMED:
        stays.party_id = goes.party_id
    stays.save(update_fields=["borrows", "party"])

    _cancel(goes, by=by)
    beside = stays.run.registrations.beside(goes).filter(state=State.WAITING).exclude(party=stays.party_id)
    apart = list(beside.values_list("pk", flat=True))
    hung = {"offers": offers, "marks": marks, "questions": questions, **doubled}
    told = {"stays": stays.pk, "goes": goes.pk, "state": state, "apart": apart, **hung}
    return {**told, "was": was, "is": _circumstances(stays)}


def _take_doubled_marks(stays: Registration, goes: Registration) -> dict[str, Any]:
    """One person has one mark in a lesson: what was ticked otherwise on the place that goes is asked about.

    Gives the marks that were taken away, and the questions that they left.
    """
    standing = {attendance.lesson_id: attendance for attendance in stays.attendances.all()}
    taken, asked = [], []
    for attendance in goes.attendances.select_related("marked_by"):
        mark, by, at = attendance.mark, attendance.marked_by, attendance.marked_at
        taken.append(
            {"id": attendance.pk, "lesson": attendance.lesson_id, "mark": mark, "by": by.pk, "at": at.isoformat()}
        )
        if mark != standing[attendance.lesson_id].mark:
            asked.append(disagreeing.lay_beside(standing[attendance.lesson_id], mark, by=by, at=at).pk)
    goes.attendances.all().delete()
    return {"taken_marks": taken, "asked": asked}


def _give_back_doubled_marks(one: dict[str, Any], goes: Registration) -> None:
    """Let each of two people have the mark that was ticked for them; what was decided in between stays."""
    Disagreement.objects.unsettled().filter(pk__in=one.get("asked", [])).delete()
    standing = set(goes.attendances.values_list("lesson", flat=True))
    for taken in one.get("taken_marks", []):
        if taken["lesson"] not in standing:
            Attendance.objects.create(
                pk=taken["id"],
                lesson_id=taken["lesson"],
                registration=goes,
                mark=taken["mark"],
                marked_at=datetime.fromisoformat(taken["at"]),
                marked_by_id=taken["by"],
            )


def _can_borrow(stays: Registration, goes: Registration) -> bool:
    """Whether the device that one place asks for can go with the other: it was promised, is free, or is waited for.

    A seat does not lend what all those who borrow were promised.
    """
    if goes.state == State.CONFIRMED or goes.offers.open().exists():
        return True
    only_waits = stays.state == State.WAITING and not stays.offers.open().exists()
    return only_waits or stays.run.seats.free_devices > 0


def _circumstances(registration: Registration) -> dict[str, Any]:
    return {"borrows": registration.borrows, "party_id": registration.party_id}


def _cancel(registration: Registration, *, by: User) -> None:
    try:
        cancellation.cancel(registration, by=by, reason=REASON)
    except cancellation.LessonsAreOver:
        # Nobody is told and no seat is freed: what is over was written down twice.
        registration.state, registration.cancelled_at = State.CANCELLED, timezone.now()
        registration.cancelled_by, registration.cancel_reason = by, REASON
        registration.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason"])
        waiting_list.close_offers(registration, state=Offer.State.WITHDRAWN, by=by)
        audit.record("registration.cancelled", registration, by=by, run=registration.run, reason=REASON)


def _make_two(one: dict[str, Any], *, by: User) -> None:
    """Let a place that a merge cancelled stand again, unless something newer stands in its way."""
    found = Registration.objects.select_related("run__course", "resident").in_bulk([one["stays"], one["goes"]])
    stays, goes = found[one["stays"]], found[one["goes"]]
    _give_back_doubled_marks(one, goes)
    if goes.state != State.CANCELLED or goes.run.registrations.active().filter(resident=goes.resident_id).exists():
        return
    run = goes.run
    is_ahead = run.called_off_at is None and run.lessons.standing().filter(ends_at__gt=timezone.now()).exists()
    Registration.objects.filter(pk=stays.pk, **one["is"]).update(**one["was"])
    if is_ahead and (one["state"] == State.CONFIRMED or one["offers"]):
        _make_room(run, goes, by=by)

    marks = stays.attendances.filter(pk__in=one["marks"])
    marks.exclude(lesson__in=goes.attendances.values("lesson")).update(registration=goes)
    stays.disagreements.unsettled().filter(pk__in=one.get("questions", [])).update(registration=goes)
    goes.state, goes.cancelled_at, goes.cancelled_by, goes.cancel_reason = one["state"], None, None, ""
    goes.waiting_since = in_line_since(goes)
    if drawn_apart_from(goes).exists():
        goes.party = None
    goes.save(update_fields=["state", "cancelled_at", "cancelled_by", "cancel_reason", "waiting_since", "party"])
    audit.record("registration.restored", goes, by=by, run=run, state=goes.state)
    if is_ahead:
        goes.offers.filter(pk__in=one["offers"]).update(state=Offer.State.OPEN, decided_at=None, decided_by=None)
        waiting_list.ask_in_line(run, by=by)
    reminding.plan(goes, by=by)


def _make_room(run: CourseRun, registration: Registration, *, by: User) -> None:
    """See to a free seat, taking back what was offered since to people who were not called yet.

    Raises PlaceWasGivenOn.
    """
    while not run.seats.can_take(1, registration.borrows):
        unheard = Offer.objects.unheard(timezone.now()).filter(registration__run=run)
        uncalled = unheard.filter(attempts=0, made_at__gte=registration.cancelled_at)
        latest = uncalled.select_related("registration").order_by("-made_at", "-pk").first()
        if latest is None:
            raise PlaceWasGivenOn(title=run.course.title)
        party = latest.registration.party_id
        for offer in uncalled.filter(registration__party=party) if party else [latest]:
            waiting_list.close_offers(offer.registration, state=Offer.State.WITHDRAWN, by=by)
            audit.record("offer.withdrawn", offer, by=by, registration=offer.registration)
