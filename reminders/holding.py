"""What the letterbox holds of a person: what was to be said, by which way, and what became of it.

What must never happen: a text to the old number after a correction, or a number that outlives the person's record.
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.models import User
from core.phone import PhoneNumber
from core.wareki import wareki
from reminders import outbox
from reminders.models import CallTask, CarriedLine, InboundText, Message, OptOut, Request
from reminders.reach import each_in_words
from residents.holdings import Holding, Line, Moved
from residents.models import PhoneLine, Resident

# What stands where a number or a text was, after a person was forgotten: the row stays for the counts.
FORGOTTEN = "-"


def _requests(resident: Resident) -> QuerySet[Request]:
    return Request.objects.filter(resident=resident).select_related("message", "call").order_by("-due_at", "-pk")


def state_of(request: Request) -> str:
    """How a request stands, in the words of the person's page.

    What was withdrawn before anything was said stands so, though others of the household are still told.
    """
    call, message, gone_at = request.call, request.message, request.withdrawn_at
    if gone_at is not None:
        call = call if call is not None and call.has_told and _is_until(call.settled_at, gone_at) else None
        message = message if message is not None and _is_until(message.sent_at, gone_at) else None
    if call is not None and call.state != CallTask.State.WITHDRAWN:
        return str(call.get_outcome_display() or call.get_state_display())
    if message is not None:
        return str(message.get_state_display())
    return str(_("Withdrawn") if gone_at else _("No reminder"))


def _is_until(at: datetime | None, end: datetime) -> bool:
    return at is not None and at <= end


def _way_of(request: Request) -> str | Promise:
    if request.call is not None:
        return _("Reminder by postcard") if request.call.is_postcard else _("Reminder by telephone")
    return _("Reminder by text message")


def _words_of(request: Request) -> str:
    """Those that left, where a text did: others may have been right by then."""
    return request.message.body if request.message and request.message.sent_at else request.body


def _page_of(request: Request) -> str:
    """The page of the text, or of the call where there never was one."""
    if request.message_id:
        return reverse("message_detail", args=[request.message_id])
    return reverse("call_detail", args=[request.call_id])


def _numbers(resident: Resident) -> list[str]:
    return [line.number for line in resident.phone_lines.all()]


def _numbers_alone(resident: Resident) -> set[str]:
    """The person's numbers that nobody else is reached at, and those that texts to this person alone went to."""
    texted = Message.objects.filter(requests__resident=resident).values_list("number", flat=True)
    numbers = {*_numbers(resident), *texted}
    others = PhoneLine.objects.filter(number__in=numbers).exclude(resident=resident)
    return numbers - {*others.values_list("number", flat=True)} - {""}


def _refusals(resident: Resident) -> list[Line]:
    """Which numbers take no texts, and which did for a while."""
    told = OptOut.objects.filter(number__in=_numbers(resident))
    page = reverse("texts_to_person", args=[resident.pk])
    return [
        Line(
            text=_("No texts to %(number)s: %(about)s (%(how)s)")
            % {
                "number": PhoneNumber.from_e164(each.number).national,
                "about": each.get_about_display(),
                "how": each.get_how_display(),
            },
            at=each.at,
            state=str(_("texts again") if each.ended_at else _("stopped")),
            url=page,
        )
        for each in told
    ]


def _summary(resident: Resident) -> list[Line]:
    return _refusals(resident) + [
        Line(
            text=str(_way_of(request)),
            at=request.due_at,
            state=state_of(request),
            url=_page_of(request),
        )
        for request in _requests(resident)
        if request.message_id or request.call_id
    ]


def _export(resident: Resident) -> list[dict[str, Any]]:
    refusals = [
        {
            "no_texts_to": PhoneNumber.from_e164(each.number).national,
            "about": str(each.get_about_display()),
            "told": str(each.get_how_display()),
            "since": wareki(each.at),
            "until": wareki(each.ended_at) if each.ended_at else "",
        }
        for each in OptOut.objects.filter(number__in=_numbers(resident))
    ]
    # What came from a number that others use too may be another's words.
    written = [
        {"texted_us": wareki(text.at), "from": text.phone.national if text.phone else "", "text": text.body}
        for text in InboundText.objects.filter(number__in=_numbers_alone(resident))
    ]
    return (
        refusals
        + written
        + [
            {
                "due": wareki(request.due_at),
                "text": _words_of(request),
                "sent_to": request.message.phone.national if request.message and request.message.number else "",
                "called": request.call.phone.national if request.call and request.call.phone else "",
                "state": state_of(request),
            }
            for request in _requests(resident)
        ]
    )


def _move(old: Resident, new: Resident, _by: User) -> Moved:
    """Everything asked for; what was not said yet goes by the ways of the record that stays (`corrected`)."""
    moved = list(old.reminder_requests.order_by("pk").select_for_update().values_list("pk", flat=True))
    old.reminder_requests.update(resident=new)
    return {"requests": moved}


def _move_back(moved: Moved, old: Resident, new: Resident, by: User) -> str | None:
    """What was handed over, by the ways of the record that it goes back to.

    Here and not when the record counts as corrected: by then the parts that asked for it have planned it anew.
    """
    theirs = new.reminder_requests.filter(pk__in=moved["requests"])
    list(theirs.order_by("pk").select_for_update().values_list("pk"))
    theirs.update(resident=old)
    return _corrected(old, by=by)


def _erase(resident: Resident) -> int:
    """Blank the texts, and the numbers that nobody else stands behind."""
    outbox.withdraw_for(resident, by=None)
    numbers = _numbers_alone(resident)
    theirs = Request.objects.filter(resident=resident)
    messages = Message.objects.filter(requests__resident=resident).exclude(
        requests__in=Request.objects.exclude(resident=resident)
    )
    calls = CallTask.objects.filter(requests__resident=resident).exclude(
        requests__in=Request.objects.exclude(resident=resident)
    )
    message_ids, call_ids = set(messages.values_list("pk", flat=True)), set(calls.values_list("pk", flat=True))
    earlier = Message.objects.filter(retry__in=message_ids)
    message_ids |= set(earlier.values_list("pk", flat=True))
    tokens = list(Message.objects.filter(pk__in=message_ids).values_list("token", flat=True))
    return (
        theirs.update(body=FORGOTTEN)
        + Message.objects.filter(pk__in=message_ids).update(number="", body=FORGOTTEN)
        + CallTask.objects.filter(pk__in=call_ids).update(number="")
        + CarriedLine.objects.filter(message_token__in=tokens).update(number="", body=FORGOTTEN)
        + InboundText.objects.filter(number__in=numbers).update(number="", body=FORGOTTEN)
        + OptOut.objects.filter(number__in=numbers).delete()[0]
    )


def _corrected(resident: Resident, *, by: User | None) -> str | None:
    """Another number or another wish is another way for all that was not told yet."""
    return planned_anew(outbox.reroute(resident, by=by), resident)


def planned_anew(changed: int, resident: Resident) -> str | None:
    """How many reminders of somebody go another way than before, and which; nothing to say of none."""
    if not changed:
        return None
    said = ngettext(
        "%(number)d reminder or notice was planned anew. From now on: %(way)s.",
        "%(number)d reminders and notices were planned anew. From now on: %(way)s.",
        changed,
    )
    return said % {"number": changed, "way": each_in_words(Resident.objects.get(pk=resident.pk))}


REMINDERS_HOLDING = Holding(
    name="reminders",
    label=_("Reminders"),
    models=(Request,),
    summary=_summary,
    export=_export,
    move=_move,
    move_back=_move_back,
    erase=_erase,
    corrected=_corrected,
)
