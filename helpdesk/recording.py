"""Record a consultation in half a minute, without a name.

A consultation in which nobody got stuck is as valuable as the others: it is the denominator of every rate. Pressing
the button twice must record once, and what was recorded must point at the very step of the edition that lay on the
table.
"""

import uuid
from dataclasses import dataclass, field
from datetime import date

from django.db import transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import Venue
from core import wareki
from core.audit import record as record_audit
from core.refusal import Refusal
from helpdesk.models import Consultation, Difficulty
from helpdesk.note_guard import refuse_secrets
from materials.models import Edition, Procedure, Step, Topic
from residents.access import RecordWasMerged
from residents.models import Resident

# Whoever got this far overcame what had stopped them.
FINISHED = frozenset({"alone", "together"})


class NotYetHeld(Refusal):
    """The day lies in the future."""

    sentence = _("%(day)s has not come yet. Enter the day on which the consultation was held.")


class StepOfAnotherGuide(Refusal):
    """The step does not belong to the edition."""

    sentence = _("The step chosen does not belong to this guide. Choose the step again.")


class DraftNotUsable(Refusal):
    """The edition is not out yet."""

    sentence = _("This edition of “%(guide)s” is not published yet. Choose the published one.")


@dataclass(frozen=True)
class ConsultationDetails:
    """What is known at the end of a consultation."""

    held_on: date
    channel: str
    minutes: int
    age_band: str
    device: str
    topic: Topic
    operator: str
    outcome: str
    form_key: uuid.UUID
    venue: Venue | None = None
    procedure: Procedure | None = None
    edition: Edition | None = None
    # Where it stopped and why, as (step or None, cause); empty when nobody got stuck.
    stuck: list[tuple[Step | None, str]] = field(default_factory=list)
    referred_to: str = ""
    follow_up_on: date | None = None
    note: str = ""
    resident: Resident | None = None
    occasion: str = ""


def record(details: ConsultationDetails, *, by: User) -> Consultation:
    """Keep a consultation with its difficulties; the same form sent again gives back what it recorded.

    Raises NotYetHeld, StepOfAnotherGuide, DraftNotUsable, NoteRefused or RecordWasMerged.
    """
    _refuse(details)

    with transaction.atomic():
        consultation, is_new = Consultation.objects.get_or_create(
            form_key=details.form_key,
            defaults={
                "held_on": details.held_on,
                "fiscal_year": wareki.fiscal_year(details.held_on),
                "channel": details.channel,
                "venue": details.venue,
                "minutes": details.minutes,
                "age_band": details.age_band,
                "device": details.device,
                "topic": details.topic,
                "procedure": details.procedure,
                "edition": details.edition,
                "reached_ordinal": reached(details),
                "operator": details.operator,
                "outcome": details.outcome,
                "referred_to": details.referred_to,
                "follow_up_on": details.follow_up_on,
                "note": details.note,
                "resident": details.resident,
                "occasion": details.occasion,
                "recorded_by": by,
            },
        )
        if is_new:
            _refuse_stale_record(details.resident)
            Difficulty.objects.bulk_create(
                Difficulty(consultation=consultation, step=step, cause=cause)
                for step, cause in dict.fromkeys(details.stuck)
            )
            record_audit("consultation.recorded", consultation, by=by, edition=details.edition)
    return consultation


def reached(details: ConsultationDetails) -> int | None:
    """The number of the last step that was reached, None without a guide.

    Who finished, or did not get stuck anywhere, reached the last step; everybody else the furthest they got stuck at.
    """
    if details.edition is None:
        return None
    stuck_at = [step.ordinal for step, _cause in details.stuck if step is not None]
    if details.outcome in FINISHED or not stuck_at:
        return details.edition.steps.aggregate(last=Max("ordinal"))["last"]
    return max(stuck_at)


def follow_up(consultation: Consultation, *, by: User) -> None:
    """Note that what was promised has been done; saying it twice changes nothing."""
    with transaction.atomic():
        waiting = Consultation.objects.filter(pk=consultation.pk, followed_up_at__isnull=True)
        if waiting.update(followed_up_at=timezone.now()):
            record_audit("consultation.followed_up", consultation, by=by)


def _refuse(details: ConsultationDetails) -> None:
    if details.held_on > timezone.localdate():
        raise NotYetHeld(day=wareki.wareki(details.held_on))
    if details.edition is not None and details.edition.state != Edition.State.PUBLISHED:
        raise DraftNotUsable(guide=details.edition.guide.title)
    edition_id = details.edition.pk if details.edition is not None else None
    if any(step is not None and step.edition_id != edition_id for step, _cause in details.stuck):
        raise StepOfAnotherGuide
    refuse_secrets(details.note)
    refuse_secrets(details.referred_to)


def _refuse_stale_record(resident: Resident | None) -> None:
    """Nothing is kept with a record that was merged: it would be found with nobody."""
    if resident is None:
        return
    standing = Resident.objects.select_for_update(no_key=True).get(pk=resident.pk)
    if standing.merged_into_id is not None:
        raise RecordWasMerged
