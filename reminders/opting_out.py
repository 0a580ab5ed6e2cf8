"""That a number takes no texts any more, and that it takes them again.

Opting out moves people to the call list and drops nobody: everybody who shares the number is planned anew at once.
What must never happen: a text to a number after 停止, or somebody told nothing because another of the household wrote
it.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import ngettext

from accounts.models import User
from city.models import CityProfile
from core import audit
from reminders import outbox
from reminders.about import About
from reminders.models import InboundText, Message, OptOut
from reminders.purposes import about_of
from reminders.routing import Stopped
from residents.holdings import Say
from residents.models import Resident

# What is planned for a number that takes no texts any more is moved so many at a time.
SWEEP_AT_ONCE = 200


@transaction.atomic
def opt_out(
    number: str,
    *,
    about: str,
    how: str,
    by: User | None,
    text: InboundText | None = None,
    now: datetime | None = None,
    say: Say | None = None,
) -> OptOut:
    """From now on nobody is texted at this number about this; whoever was to be is called.

    The person's own words, where they wrote any, are `text`. `say` hears in a sentence how much was planned anew. Twice
    is once.
    """
    people = _locked_people_at(number)
    stopped = keep(number, about=about, how=how, by=by, text=text, now=now)
    _plan_anew(people, by=by, say=say)
    concerned: list[Resident | OptOut] = [*people] or [stopped]
    audit.record_all("texts.stopped", [(each, {"about": about, "how": how}) for each in concerned], by=by)
    return stopped


@transaction.atomic
def opt_in(
    number: str,
    *,
    how: str,
    by: User | None,
    about: Collection[str] = tuple(About),
    now: datetime | None = None,
    say: Say | None = None,
) -> int:
    """The number takes texts about this again; how many refusals ended. What stands on the call list becomes a text.

    `say` hears in a sentence how much was planned anew.
    """
    people = _locked_people_at(number)
    ended = (
        OptOut.objects.standing()
        .filter(number=number, about__in=about)
        .update(ended_at=now or timezone.now(), ended_how=how, ended_by=by)
    )
    if ended:
        _plan_anew(people, by=by, say=say)
        audit.record_all("texts.resumed", [(person, {"how": how}) for person in people], by=by)
    return ended


def keep(
    number: str, *, about: str, how: str, by: User | None, text: InboundText | None = None, now: datetime | None = None
) -> OptOut:
    """Write that a number takes no texts, and nothing more: the round moves what was planned (`move_planned`).

    For whoever holds locks already and must not ask for those of other people.
    """
    wider = OptOut.objects.standing().filter(number=number, about__in={about, About.EVERYTHING}).first()
    if wider is not None:
        return wider
    # Another clerk may write the same at the same moment.
    stopped, _is_new = OptOut.objects.standing().get_or_create(
        number=number,
        about=about,
        ended_at=None,
        defaults={"how": how, "by": by, "text": text, "at": now or timezone.now()},
    )
    return stopped


def about_last_text(number: str) -> str:
    """What a word such as 停止 answers: the kind of the last text to this number; all texts when it had none."""
    sent = Message.objects.filter(number=number, sent_at__isnull=False).order_by("-sent_at", "-pk")
    last = sent.values_list("purpose", flat=True).first()
    return about_of(last) if last is not None else About.EVERYTHING


def move_planned(*, by: User | None = None, now: datetime | None = None) -> int:
    """Move what is planned for numbers that take no texts to the call list, however it came to be; how many moved.

    The provider may have told it in the middle of sending, and a reminder may have been asked for in the same moment.
    """
    standing = OptOut.objects.standing()
    planned = Message.objects.filter(
        Exists(standing.filter(number=OuterRef("number"))), state=Message.State.PLANNED
    ).order_by()
    found = set(planned.values_list("number", "purpose").distinct()[:SWEEP_AT_ONCE])
    pairs = standing.filter(number__in={number for number, _purpose in found}).values_list("number", "about")
    stopped = Stopped(frozenset(pairs))
    numbers = sorted({number for number, purpose in found if stopped.covers(number, about_of(purpose))})
    if not numbers:
        return 0
    city, moved = CityProfile.current(), 0
    for number in numbers:
        with transaction.atomic():
            moved += outbox.reroute(*_locked_people_at(number), by=by, city=city, now=now)
    return moved


def _plan_anew(people: Sequence[Resident], *, by: User | None, say: Say | None) -> None:
    changed = outbox.reroute(*people, by=by)
    if changed and say:
        said = ngettext(
            "%(number)d reminder or notice to this number was planned anew.",
            "%(number)d reminders and notices to this number were planned anew.",
            changed,
        )
        say(said % {"number": changed})


def _locked_people_at(number: str) -> list[Resident]:
    """Everybody who is reached at a number, or was to be texted there, locked in the order of docs/locking.md."""
    is_there = Q(phone_lines__number=number)
    is_planned = Q(reminder_requests__message__number=number, reminder_requests__message__state=Message.State.PLANNED)
    found = Resident.objects.current().filter(is_there | is_planned).order_by("pk").values("pk")
    people = Resident.objects.filter(pk__in=found)
    people.lock()
    return list(people.order_by("pk"))
