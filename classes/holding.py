"""What classes hold of a person: registrations, attendance, and the places they wait for."""

from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from classes.handing_over import hand_back, hand_over, runs_of, torn_apart
from classes.models import CourseRun, Lot, Offer, Registration
from core.wareki import wareki
from residents.holdings import Holding, Line
from residents.models import Resident

# What hangs on a registration and is told with it.
_TOLD = ("attendances__lesson", "disagreements__lesson", "offers", "party__members", "lot")


def _registrations(resident: Resident, *also: str) -> list[Registration]:
    found = Registration.objects.filter(resident=resident).select_related("run__course")
    found = found.with_companions().with_offer_to_answer(timezone.now())
    return list(found.prefetch_related("run__lessons", *also).order_by("-taken_at", "-pk"))


def _summary(resident: Resident) -> list[Line]:
    registrations, now = _registrations(resident), timezone.now()
    seats = CourseRun.objects.filter(pk__in={each.run_id for each in registrations}).seats_of_each()
    return [
        Line(
            text=registration.run.course.title,
            number=registration.slip,
            at=_when(registration, now),
            state=_state(registration),
            caution=seats[registration.run_id].short if seats[registration.run_id].over else "",
            url=reverse("run_detail", args=[registration.run_id]),
            **_to_answer(vars(registration)["offer_to_answer"]),
        )
        for registration in registrations
    ]


def _state(registration: Registration) -> str:
    """How a registration `with_companions` stands, and with how many others."""
    state, others = registration.state_in_words, vars(registration)["companions"]
    if not others or registration.state == Registration.State.CANCELLED:
        return state
    words = ngettext("%(state)s, and %(count)d other", "%(state)s, and %(count)d others", others)
    return words % {"state": state, "count": others}


def _to_answer(offer: int | None) -> dict[str, str]:
    """What has to be done about a seat held for the person, until the answer is on record."""
    if offer is None:
        return {}
    return {"to_do": gettext("Answer about the held seat"), "to_do_url": reverse("offer_detail", args=[offer])}


def _export(resident: Resident) -> list[dict[str, Any]]:
    return [
        {
            "course": registration.run.course.title,
            "slip": registration.slip,
            "state": registration.state_in_words,
            "taken": wareki(registration.taken_at),
            "taken_by_way_of": registration.get_channel_display(),
            "attendance": [
                {"lesson": wareki(attendance.lesson.starts_at), "mark": attendance.get_mark_display()}
                for attendance in registration.attendances.all()
            ],
            "attendance_ticked_otherwise": [
                {"lesson": wareki(other.lesson.starts_at), "mark": other.get_mark_display()}
                for other in registration.disagreements.all()
            ],
            "offers": [_told_of_offer(offer) for offer in registration.offers.all()],
            # Who they are is theirs to tell.
            "companions": [other.slip for other in _companions(registration)],
            "lot": _told_of_lot(registration.lot) if registration.lot else None,
        }
        for registration in _registrations(resident, *_TOLD)
    ]


def _told_of_offer(offer: Offer) -> dict[str, Any]:
    return {
        "made": wareki(offer.made_at),
        "answer": offer.get_state_display(),
        "calls_not_answered": offer.attempts,
        "reached": f"{wareki(offer.reached_at)} {offer.get_reached_display()}" if offer.reached_at else "",
        "reason_out_of_turn": offer.reason,
    }


def _companions(registration: Registration) -> list[Registration]:
    members = registration.party.members.all() if registration.party else ()
    return [each for each in members if each != registration and each.state in Registration.ACTIVE]


def _told_of_lot(lot: Lot) -> dict[str, Any]:
    return {"lot": lot.label, "preferences_that_fit": lot.points, "place": lot.rank, "won": lot.is_won}


def _erase(resident: Resident) -> int:
    """Only a reason written by hand could name somebody; the rows stay for the counts."""
    beyond_capacity = Registration.objects.filter(resident=resident).exclude(override_reason="")
    out_of_turn = Offer.objects.filter(registration__resident=resident).exclude(reason="")
    return beyond_capacity.update(override_reason="-") + out_of_turn.update(reason="-")


def _when(registration: Registration, now: datetime) -> datetime | None:
    """When the lesson begins that is the next to ask about, or was the last."""
    lesson = registration.run.lesson_to_tell(now)
    return lesson.starts_at if lesson else None


CLASSES_HOLDING = Holding(
    name="classes",
    label=_("Registrations"),
    models=(Registration,),
    summary=_summary,
    export=_export,
    move=hand_over,
    moved_in_words=torn_apart,
    move_back=hand_back,
    locked_first=runs_of,
    erase=_erase,
)
