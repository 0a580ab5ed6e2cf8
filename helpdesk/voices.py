"""What advisers noted about a step, without anybody's name: why people stop is read here, not in a column of figures.

Notes may say more of a person than they should, however well they are guarded. So they are shown only when asked for,
and asking is on record.
"""

from dataclasses import dataclass
from datetime import date

from django.db.models import Exists, OuterRef

from accounts.models import User
from core.audit import record
from helpdesk.models import Consultation, Difficulty
from helpdesk.tally import Scope
from materials.models import Step

# As many as anybody reads; older ones are found by choosing an earlier year.
MOST = 200


@dataclass(frozen=True)
class Voice:
    """One note: what was said of it, when, and how old the person was."""

    text: str
    held_on: date
    age_band: str


def open_voices(step: Step, scope: Scope, *, by: User) -> list[Voice]:
    """The notes on a step, the newest first; that they were read is on record."""
    record("notes.opened", step, by=by)
    stopped_here = Exists(Difficulty.objects.filter(consultation=OuterRef("pk"), step=step))
    noted = Consultation.objects.filter(scope.q(), stopped_here, edition=step.edition_id).exclude(note="")
    # A consultation has one note, however many causes it has.
    found = noted.order_by("-held_on", "-pk").values_list("note", "held_on", "age_band")
    return [Voice(*row) for row in found[:MOST]]
