"""Write a guide: begin an edition, add, change, order and remove its steps.

Only a draft is ever written on. A step keeps its lineage from edition to edition, however it is reworded or moved, so
that the rate of stumbling before and after a change can be laid side by side.
"""

import itertools
import unicodedata
import uuid
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.refusal import Refusal
from core.stale import as_it_stands, refuse_stale
from materials.models import Edition, Guide, Procedure, Step, System, Topic

MOST_STEPS = 200


class EditionIsPublished(Refusal):
    """Somebody tried to change what is already on paper."""

    sentence = _("Edition %(number)s has been published and stays as it is. Begin a new edition to change it.")


class StepIsGone(Refusal):
    """Another author took the step out while this one was writing."""

    sentence = _(
        "Somebody else has taken this step out. What you typed is still here. Save again to add it as a new step."
    )


class StepHasChanged(Refusal):
    """Another person saved the step after this page was opened."""

    sentence = _(
        "Somebody else changed this step while your page was open. Save again if what you typed should replace it."
    )


class TooManySteps(Refusal):
    """The guide has become a book."""

    sentence = _("A guide may have %(most)s steps at most. Please make a second guide.")


@dataclass(frozen=True)
class GuideDetails:
    """What a guide is about, as an author types it."""

    title: str
    topic: Topic
    procedure: Procedure | None = None
    system: str = System.ANY
    summary: str = ""
    needs: str = ""
    duration: str = ""


@dataclass(frozen=True)
class StepDetails:
    """The words of one step, as an author types them; readings are written ｜漢字《かんじ》, screen words [[確認]]."""

    title: str
    actions: str = ""
    expected: str = ""
    caution: str = ""
    plain_text: str = ""


@dataclass(frozen=True)
class EditionDetails:
    """With which screens an edition was compared, and what is new in it."""

    system_version: str = ""
    checked_on: date | None = None
    needs_checking: bool = True
    change_note: str = ""


@transaction.atomic
def make_guide(details: GuideDetails, *, slug: str = "", by: User, order: int = 0) -> Guide:
    """A new guide, with its first edition begun. The same guide twice is once, as long as it is being written.

    Without a `slug` it gets an address of its own.
    """
    Topic.objects.select_for_update(no_key=True).get(pk=details.topic.pk)
    standing = Guide.objects.filter(**_cleaned(details)).first()
    if standing is not None and standing.draft and not slug:
        return standing
    guide = Guide.objects.create(slug=slug or propose_slug(details), order=order, **_cleaned(details))

    audit.record("guide.made", guide, by=by)

    begin_edition(guide, by=by)
    return guide


@transaction.atomic
def describe_guide(guide: Guide, details: GuideDetails, *, by: User, seen: str | None = None) -> Guide:
    """Change what a guide says of itself; its address stays, because paper shows it.

    `seen` is the fingerprint of the guide as its page showed it. Raises ChangedMeanwhile.
    """
    guide = Guide.objects.select_for_update().get(pk=guide.pk)
    stands = as_it_stands(guide)
    for name, value in _cleaned(details).items():
        setattr(guide, name, value)
    if as_it_stands(guide) != stands:
        refuse_stale(seen, stands)

    guide.save()

    audit.record("guide.described", guide, by=by)
    return guide


@transaction.atomic
def begin_edition(guide: Guide, *, by: User) -> Edition:
    """The guide's draft: the one already begun, else a copy of the latest edition with its steps' lineages."""
    guide = Guide.objects.select_for_update().get(pk=guide.pk)
    if guide.draft:
        return guide.draft

    latest = guide.editions.published().first()
    draft = Edition.objects.create(
        guide=guide,
        number=latest.number + 1 if latest else 1,
        system_version=latest.system_version if latest else "",
        created_by=by,
    )
    if latest:
        Step.objects.bulk_create(_copies(latest, draft))

    audit.record("edition.begun", draft, by=by, guide=guide, number=draft.number)
    return draft


@transaction.atomic
def describe_edition(edition: Edition, details: EditionDetails, *, by: User, seen: str | None = None) -> Edition:
    """Note on a draft what is new in it and with which screens it was compared.

    `seen` is the fingerprint of the draft as its page showed it. Raises EditionIsPublished or ChangedMeanwhile.
    """
    edition = lock_draft(edition)
    stands = as_it_stands(edition)
    for name, value in _cleaned(details).items():
        setattr(edition, name, value)
    if as_it_stands(edition) != stands:
        refuse_stale(seen, stands)

    edition.save()

    audit.record("edition.described", edition, by=by)
    return edition


@transaction.atomic
def add_step(edition: Edition, details: StepDetails, *, by: User, lineage: uuid.UUID | None = None) -> Step:
    """A new step after the last one; the same `lineage` twice is one step."""
    edition = lock_draft(edition)
    lineage = lineage or uuid.uuid4()
    already = edition.steps.filter(lineage=lineage).first()
    if already:
        return already
    count = edition.steps.count()
    if count >= MOST_STEPS:
        raise TooManySteps(most=MOST_STEPS)

    step = Step.objects.create(edition=edition, lineage=lineage, ordinal=count + 1, **_cleaned(details))

    audit.record("step.added", step, by=by, edition=edition, ordinal=step.ordinal)
    return step


@transaction.atomic
def change_step(
    step: Step,
    details: StepDetails,
    *,
    by: User,
    seen: datetime | None = None,
    marks: list[dict[str, Any]] | None = None,
) -> Step:
    """Other words for a step; the same words again, with the same marks, are quiet.

    `seen` is the state of the step that the author had on the screen, `marks` what is to be drawn on its picture.
    """
    step = lock_draft_step(step)
    words = _cleaned(details)
    if marks in (None, step.marks) and all(getattr(step, name) == value for name, value in words.items()):
        return step
    if seen is not None and seen != step.changed_at:
        raise StepHasChanged

    for name, value in words.items():
        setattr(step, name, value)
    step.changed_at = timezone.now()
    step.save()

    audit.record("step.changed", step, by=by, edition=step.edition_id)
    return step


@transaction.atomic
def move_step(step: Step, *, to: int, by: User) -> Step:
    """Give a step another number in its edition; the others close up. Beyond the ends it stops at the end."""
    step = lock_draft_step(step)
    steps = list(step.edition.steps.exclude(pk=step.pk).order_by("ordinal"))
    place = min(max(to, 1), len(steps) + 1)
    if place == step.ordinal:
        return step

    steps.insert(place - 1, step)
    _number(steps)

    audit.record("step.moved", step, by=by, edition=step.edition_id, to=place)
    return Step.objects.get(pk=step.pk)


@transaction.atomic
def remove_step(step: Step, *, by: User) -> None:
    """Take a step out of the draft; editions that are out keep theirs. Taking it out twice is quiet."""
    lock_draft(step.edition)
    found = Step.objects.filter(pk=step.pk).first()
    if found is None:
        return

    audit.record("step.removed", found, by=by, edition=found.edition_id, lineage=found.lineage)
    found.delete()
    _number(list(step.edition.steps.order_by("ordinal")))


def propose_slug(details: GuideDetails) -> str:
    """An address for a new guide, short enough to be typed from paper, that no other guide has."""
    subject = details.procedure.key if details.procedure else details.topic.key
    stem = f"{subject}-{details.system}"
    taken = set(Guide.objects.filter(slug__startswith=stem).values_list("slug", flat=True))
    later = (f"{stem}-{number}" for number in itertools.count(2))
    return next(slug for slug in itertools.chain([stem], later) if slug not in taken)


def clean_line(text: str) -> str:
    """One line in NFC, as it is stored: pasted line breaks become spaces."""
    return " ".join(unicodedata.normalize("NFC", text).split())


def _cleaned(details: Any) -> dict[str, Any]:
    """Every field of a details object, texts in NFC; only `actions` and `needs` keep their lines."""
    cleaned = {}
    for each in fields(details):
        value = getattr(details, each.name)
        if isinstance(value, str) and each.name in {"actions", "needs"}:
            lines = (clean_line(line) for line in value.splitlines())
            value = "\n".join(line for line in lines if line)
        elif isinstance(value, str):
            value = clean_line(value)
        cleaned[each.name] = value
    return cleaned


def lock_draft(edition: Edition) -> Edition:
    """The edition, locked; raises EditionIsPublished when it is out."""
    edition = Edition.objects.select_for_update().get(pk=edition.pk)
    if edition.is_published:
        raise EditionIsPublished(number=edition.number)
    return edition


def lock_draft_step(step: Step) -> Step:
    """The step as it now is, its edition locked; raises EditionIsPublished, or Step.DoesNotExist when it is gone."""
    edition = lock_draft(step.edition)
    return Step.objects.select_related("edition").get(pk=step.pk, edition=edition)


def _copies(source: Edition, draft: Edition) -> list[Step]:
    return [
        Step(
            edition=draft,
            lineage=step.lineage,
            ordinal=step.ordinal,
            title=step.title,
            actions=step.actions,
            expected=step.expected,
            caution=step.caution,
            plain_text=step.plain_text,
            picture_id=step.picture_id,
            marks=step.marks,
        )
        for step in source.steps.order_by("ordinal")
    ]


def _number(steps: list[Step]) -> None:
    """Number steps from 1 in this order, by way of numbers that nobody has, because each may stand only once."""
    moved = [(number, step) for number, step in enumerate(steps, start=1) if step.ordinal != number]
    for parked in (True, False):
        for number, step in moved:
            Step.objects.filter(pk=step.pk).update(ordinal=number + (10_000 if parked else 0))
