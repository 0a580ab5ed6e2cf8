"""The city words its texts itself: what a wording must say, what may not stand in it, and from when on it is used.

Texts that have been planned keep their words, but for the office's number and the names of the city, of courses and of
halls, which follow when they change. What must never happen:
a text without its day or the office's number, or one that looks like the frauds residents are warned of.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from accounts.models import User
from city.models import CityProfile
from core import audit
from core.refusal import Refusal
from core.stale import refuse_stale
from reminders import outbox
from reminders.models import Message, Request, Wording
from reminders.purposes import CITY, PHONE, Purpose
from reminders.routing import read_for_routes
from reminders.sharing import reworded
from reminders.wording import city_facts, count_parts, fields_of, fill, lint, names_in, normalise, stray_braces

# Every text of ours begins so; the leaflet for residents says it.
BEGINNING = f"【{CITY.placeholder}】"
# What stands for a fact while only the words around it are judged.
_ANYTHING = "〇"


class WordingHasMistakes(Refusal):
    """A text that may not be sent as it is worded."""

    sentence = gettext_lazy("The text was not saved, because something in it has to be mended.")
    mistakes: Sequence[str]


@transaction.atomic
def reword(purpose: Purpose, text: str, *, most_parts: int = 1, by: User, seen: str | None = None) -> Wording:
    """From now on a purpose is told in these words. The same words again change nothing.

    `seen` is the fingerprint of the words that the page showed (`words_in_use`). Raises WordingHasMistakes or
    ChangedMeanwhile.
    """
    city = _locked_city()
    wrong = mistakes(text, purpose, city=city, most_parts=most_parts)
    if wrong:
        raise WordingHasMistakes(mistakes=wrong)
    before = Wording.objects.current().filter(purpose=purpose.name).first()
    if before is not None and (before.text, before.most_parts) == (text, most_parts):
        return before
    refuse_stale(seen, words_in_use(purpose, before))

    _end(before, by=by)
    wording = Wording.objects.create(purpose=purpose.name, text=text, most_parts=most_parts, written_by=by)

    audit.record("wording.written", wording, by=by, purpose=purpose.name, most_parts=most_parts)
    return wording


def words_in_use(purpose: Purpose, own: Wording | None) -> dict[str, Any]:
    """What a page shows on which a purpose is worded, and what is compared before it is worded anew.

    Without words of the city's `own`, the fullest that are built in.
    """
    if own is None:
        return {"text": purpose.wordings[0], "most_parts": Wording.Length.ONE.value}
    return {"text": own.text, "most_parts": own.most_parts}


@transaction.atomic
def use_built_in(purpose: Purpose, *, by: User, seen: str | None = None) -> bool:
    """From now on a purpose is told in its built-in words again; false when it was already.

    `seen` is the fingerprint of the words that the page showed (`words_in_use`). Raises ChangedMeanwhile.
    """
    _locked_city()
    before = Wording.objects.current().filter(purpose=purpose.name).first()
    if before is None:
        return False
    refuse_stale(seen, words_in_use(purpose, before))
    _end(before, by=by)

    audit.record("wording.ended", before, by=by, purpose=purpose.name)
    return True


@transaction.atomic
def follow_the_office(before: CityProfile, after: CityProfile) -> None:
    """Planned texts bear the office's new number, without which none could be sent any more, and the city's new name.

    The name only where a text begins with it: further on it may be part of another, as in 葛城市民体育館.
    """
    if before.office_phone and before.office_phone != after.office_phone:
        _follow(
            Q(body__contains=before.office_phone), lambda body: body.replace(before.office_phone, after.office_phone)
        )
    if before.name and before.name != after.name:
        old, new = f"【{before.name}】", f"【{after.name}】"
        _follow(Q(body__startswith=old), lambda body: new + body.removeprefix(old))


def _follow(old: Q, said_now: Callable[[str], str]) -> None:
    """Say anew, in what nobody has been told yet, the old texts that are meant."""
    # It may come back while it is of use.
    on_their_way = Q(message__state__in=Message.ON_THEIR_WAY, useless_after__gt=timezone.now())
    unsaid = Q(message__isnull=True) | Q(message__state=Message.State.PLANNED) | on_their_way
    requests = list(Request.objects.standing().filter(unsaid, old).select_for_update(of=("self",)).order_by("pk"))
    for request in requests:
        request.body = said_now(request.body)
    Request.objects.bulk_update(requests, ["body"], batch_size=500)
    planned = Message.objects.filter(old, state=Message.State.PLANNED)
    messages = [reworded(each, said_now(each.body)) for each in planned.select_for_update().order_by("pk")]
    Message.objects.bulk_update(messages, ["body", "parts", "share_key"], batch_size=500)


@transaction.atomic
def say_anew(bodies: Mapping[str, str], *, by: User) -> int:
    """Tell in these words what was asked for under these keys and not told yet; how many planned texts that changed."""
    asked = Request.objects.standing().filter(key__in=bodies).select_related("message", "call", "resident")
    unsaid = [each for each in asked if each.takes_other_words or not each.was_tried]
    others = [each for each in unsaid if each.body != normalise(bodies[each.key])]
    if not others:
        return 0
    read_for_routes([each.resident for each in others])
    told = outbox.enqueue_all([_as_asked(each, body=bodies[each.key]) for each in others], by=by)
    return len({each.message_id for each in told if each.message is not None and each.message.is_unsent})


def mistakes(text: str, purpose: Purpose, *, city: CityProfile, most_parts: int = 1) -> list[str]:
    """What has to be mended before a wording may be used, in sentences; empty when nothing."""
    if not text.strip():
        return [str(flaw.sentence) for flaw in lint(text, office_phone=city.office_phone)]
    fields = fields_of(purpose)
    known = {field.label for field in fields}
    unknown = list(dict.fromkeys(name for name in names_in(text) if name not in known))
    if unknown:
        offered = _listed([field.placeholder for field in fields])
        facts = {"unknown": _listed([f"{{{name}}}" for name in unknown]), "offered": offered}
        return [_("%(unknown)s is nothing that can be filled in. Choose from: %(offered)s.") % facts]
    if stray_braces(text):
        example = {"example": PHONE.placeholder}
        return [_("A brace stands alone. A place to be filled in looks like this: %(example)s.") % example]

    # The words are judged here; what facts add is judged again with every text.
    plain = fill(text, {field.name: _ANYTHING for field in fields} | city_facts(city), fields)
    found = []
    if not plain.startswith(fill(BEGINNING, city_facts(city), fields)):
        found.append(_("Begin with %(beginning)s: residents are told to look for it.") % {"beginning": BEGINNING})
    missing = [f"{{{name}}}" for name in _needed(purpose) if name not in names_in(text)]
    if missing:
        found.append(_("Write %(fields)s too: whoever reads the text needs it.") % {"fields": _listed(missing)})
    found += [str(flaw.sentence) for flaw in lint(plain, office_phone=city.office_phone)]
    if count_parts(plain) > most_parts:
        found.append(_("Shorten the text: even with the shortest names it is longer than you allow it to be."))
    return found


def _locked_city() -> CityProfile:
    """The settings of the city, held until the deed is done: two people must not end the same wording."""
    CityProfile.current()
    return CityProfile.objects.select_for_update(no_key=True).get(pk=1)


def _as_asked(request: Request, *, body: str) -> outbox.Ask:
    """The same once more in other words."""
    return outbox.Ask(
        key=request.key,
        purpose=request.purpose,
        resident=request.resident,
        occasion=request.occasion,
        body=body,
        due_at=request.due_at,
        useless_after=request.useless_after,
        by_call_only=request.by_call_only,
        is_urgent=request.is_urgent,
    )


def _end(wording: Wording | None, *, by: User) -> None:
    if wording is not None:
        wording.ended_at, wording.ended_by = timezone.now(), by
        wording.save(update_fields=["ended_at", "ended_by"])


def _needed(purpose: Purpose) -> list[str]:
    """What the barest built-in text says, and so every text must say."""
    return list(dict.fromkeys(names_in(purpose.wordings[-1])))


def _listed(placeholders: Sequence[str]) -> str:
    return pgettext("between two fields", ", ").join(placeholders)
