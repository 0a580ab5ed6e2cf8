"""Publish an edition: from this moment it is on paper in people's homes, and never changes again.

What must never happen: a step without its picture, or a picture without words for those who cannot see it, going out.
Later comparisons with the real screens move the date of the check on, and nothing else.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from django.db import transaction
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.refusal import Refusal
from materials.models import Edition, Guide, Step


class Gap(StrEnum):
    """What an edition still lacks."""

    STEPS = "steps"
    TITLE = "title"
    PICTURE = "picture"
    DESCRIPTION = "description"


GAP_SENTENCES: dict[Gap, str | Promise] = {
    Gap.STEPS: _("There is no step yet."),
    Gap.TITLE: _("Step %(number)s does not say what to do."),
    Gap.PICTURE: _("Step %(number)s has no picture."),
    Gap.DESCRIPTION: _("The picture of step %(number)s has no description for those who cannot see it."),
}


@dataclass(frozen=True)
class Missing:
    """One thing that keeps an edition from being published."""

    gap: Gap
    step: Step | None = None

    def __str__(self) -> str:
        return str(GAP_SENTENCES[self.gap]) % {"number": self.step.ordinal if self.step else ""}


class EditionIsIncomplete(Refusal):
    """The edition lacks something that a reader would miss."""

    sentence = _("This edition cannot be published yet. %(what)s")


class CheckedInTheFuture(Refusal):
    """A comparison with the real screens that has not happened."""

    sentence = _("The day of the check lies in the future. Please enter the day on which you compared the screens.")


def missing(edition: Edition) -> list[Missing]:
    """Everything that keeps this edition from being published, in the order of its steps."""
    steps = list(edition.steps.select_related("picture").order_by("ordinal"))
    if not steps:
        return [Missing(Gap.STEPS)]
    found = []
    for step in steps:
        if not step.title.strip():
            found.append(Missing(Gap.TITLE, step))
        if step.picture is None:
            found.append(Missing(Gap.PICTURE, step))
        elif not step.picture.description.strip():
            found.append(Missing(Gap.DESCRIPTION, step))
    return found


@transaction.atomic
def publish(edition: Edition, *, by: User) -> Edition:
    """Freeze the edition and put it on the shelf in place of the one before; publishing twice is quiet."""
    Guide.objects.select_for_update().get(pk=edition.guide_id)
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.is_published:
        return edition
    gaps = missing(edition)
    if gaps:
        raise EditionIsIncomplete(what=" ".join(str(gap) for gap in gaps), gaps=gaps)
    if edition.checked_on and edition.checked_on > timezone.localdate():
        raise CheckedInTheFuture

    edition.state = Edition.State.PUBLISHED
    edition.published_at = timezone.now()
    edition.published_by = by
    edition.save()

    audit.record("edition.published", edition, by=by, guide=edition.guide_id, number=edition.number)
    return edition


@transaction.atomic
def confirm_check(edition: Edition, *, on: date, system_version: str = "", by: User) -> Edition:
    """Note that the pictures were compared with the real screens and still hold; the edition itself stays as it is."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if on > timezone.localdate():
        raise CheckedInTheFuture

    edition.checked_on = on
    edition.needs_checking = False
    edition.system_version = system_version or edition.system_version
    edition.save(update_fields=sorted(Edition.CHECK_FIELDS))

    audit.record("edition.checked", edition, by=by, on=on)
    return edition
