"""What the help desk holds of a person: consultations in which they chose to be named."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import wareki
from helpdesk.models import Consultation
from residents.holdings import Holding, Line, Moved
from residents.models import Resident


def _summary(resident: Resident) -> list[Line]:
    held = resident.consultations.select_related("procedure", "topic")
    return [Line(f"{wareki.wareki(row.held_on)} {row.procedure or row.topic}", at=row.recorded_at) for row in held]


def _export(resident: Resident) -> list[dict[str, Any]]:
    return [
        {
            "day": row.held_on.isoformat(),
            "about": str(row.procedure or row.topic),
            "note": row.note,
        }
        for row in resident.consultations.select_related("procedure", "topic")
    ]


def _move(old: Resident, new: Resident, _by: User) -> Moved:
    moved = list(old.consultations.values_list("pk", flat=True))
    old.consultations.update(resident=new)
    return {"consultations": moved}


def _move_back(moved: Moved, old: Resident, new: Resident, _by: User) -> None:
    new.consultations.filter(pk__in=moved["consultations"]).update(resident=old)


def _erase(resident: Resident) -> int:
    """The consultation stays for the counts, without the person and without what was noted."""
    return Consultation.objects.filter(resident=resident).update(resident=None, note="")


HOLDING = Holding(
    name="consultations",
    label=_("Consultations"),
    models=(Consultation,),
    summary=_summary,
    export=_export,
    move=_move,
    move_back=_move_back,
    erase=_erase,
)
