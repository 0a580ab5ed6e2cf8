"""Telling everybody of some lessons at once: a typhoon closes the hall, or the way in is another one.

What is sent is what was looked at: when people, numbers or words have changed since, the clerk looks again. What must
never happen: the same told twice because two clerks or two presses came together, or lessons called off without anybody
being told.
"""

from collections.abc import Sequence
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from city.models import CityProfile
from classes.audience import Draft, audience_of
from classes.broadcast_words import says_nothing
from classes.models import Broadcast, CourseRun, Lesson
from classes.rescheduling import call_off, cancel_lesson
from core import audit
from core.refusal import Refusal
from reminders import outbox
from reminders.wording import normalise


class ChangedSinceLookedAt(Refusal):
    """Somebody registered, cancelled, has another number; or the text was changed and not looked at again."""

    sentence = _(
        "People or words have changed since you looked, so nothing has been sent. Please read this page once more and "
        "press again."
    )


class NothingLeftToSay(Refusal):
    """The lessons have begun, or were called off by somebody else meanwhile."""

    sentence = _("None of these lessons is still to come: they have begun, or have been called off already.")


class NothingIsSaid(Refusal):
    """Neither a reason nor what is different, or signs alone."""

    sentence = _("Write in words why, or what is different: it stands on the door and is read out on the telephone.")


def sent_with(key: UUID) -> Broadcast | None:
    """What a form with this key has sent already, if its button is pressed once more."""
    return Broadcast.objects.filter(key=key).first()


@transaction.atomic
def broadcast(draft: Draft, *, key: UUID, seen: str, by: User) -> Broadcast:
    """Tell everybody of these lessons, and call the lessons off where that is what is told. Twice is once.

    `seen` is the fingerprint of the audience that the clerk has looked at. Raises a Refusal of this module.
    """
    runs = CourseRun.objects.all_locked({lesson.run_id for lesson in draft.lessons})
    said = Broadcast.objects.filter(Q(key=key) | Q(same_key=draft.same_key)).first()
    if said is not None:
        return said
    if says_nothing(draft.reason):
        raise NothingIsSaid
    now, city = timezone.now(), CityProfile.current()
    draft = draft.as_it_stands(now)
    if not draft.lessons:
        raise NothingLeftToSay
    audience = audience_of(draft, city=city, now=now)
    if audience.fingerprint != seen:
        raise ChangedSinceLookedAt

    made = Broadcast.objects.create(
        key=key,
        same_key=draft.same_key,
        kind=draft.kind,
        reason=draft.reason,
        body=normalise(draft.body),
        by_telephone=draft.by_telephone,
        at=now,
        by=by,
    )
    made.lessons.set(draft.lessons)

    audit.record(
        "broadcast.sent",
        made,
        by=by,
        kind=draft.kind,
        lessons=sorted(lesson.pk for lesson in draft.lessons),
        people=len(audience.people),
        texts=audience.texts,
    )
    if draft.is_called_off:
        _call_off(runs, draft.lessons, reason=draft.reason, by=by)
    outbox.enqueue_all(audience.asks(made), by=by, city=city, keys_are_new=True)
    return made


def _call_off(runs: Sequence[CourseRun], lessons: Sequence[Lesson], *, reason: str, by: User) -> None:
    """Call off the lessons; and the run where these were all that it had or has."""
    chosen = {lesson.pk for lesson in lessons}
    for run in runs:
        theirs = [lesson for lesson in lessons if lesson.run_id == run.pk]
        if not run.lessons.filter(cancelled_at__isnull=True).exclude(pk__in=chosen).exists():
            call_off(run, reason=reason, by=by, tell=False)
            continue
        for lesson in theirs:
            cancel_lesson(lesson, reason=reason, by=by, tell=False)
