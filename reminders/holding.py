"""What the letterbox holds of a person: what was to be said, by which way, and what became of it.

What must never happen: a text to the old number after a correction, or a number that outlives the person's record.
"""

from typing import Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core.wareki import wareki
from reminders import outbox
from reminders.models import CallTask, Message, Request
from residents.holdings import Holding, Line, Moved
from residents.models import Resident

# What stands where a number or a text was, after a person was forgotten: the row stays for the counts.
FORGOTTEN = "-"


def _requests(resident: Resident) -> QuerySet[Request]:
    return Request.objects.filter(resident=resident).select_related("message", "call").order_by("-due_at", "-pk")


def state_of(request: Request) -> str:
    """How a request stands, in the words of the person's page."""
    if request.call is not None and request.call.state != CallTask.State.WITHDRAWN:
        return str(request.call.get_outcome_display() or request.call.get_state_display())
    if request.message is not None:
        return str(request.message.get_state_display())
    return str(_("Withdrawn") if request.withdrawn_at else _("No reminder"))


def _summary(resident: Resident) -> list[Line]:
    return [
        Line(
            text=str(_("Reminder by telephone") if request.call_id else _("Reminder by text message")),
            at=request.due_at,
            state=state_of(request),
            url=reverse("message_detail", args=[request.message_id]) if request.message_id else "",
        )
        for request in _requests(resident)
        if request.message_id or request.call_id
    ]


def _export(resident: Resident) -> list[dict[str, Any]]:
    return [
        {
            "due": wareki(request.due_at),
            "text": request.body,
            "sent_to": request.message.phone.national if request.message and request.message.number else "",
            "called": request.call.phone.national if request.call and request.call.phone else "",
            "state": state_of(request),
        }
        for request in _requests(resident)
    ]


def _move(old: Resident, new: Resident, _by: User) -> Moved:
    """Everything asked for; what was not said yet goes by the ways of the record that stays (`corrected`)."""
    moved = list(old.reminder_requests.order_by("pk").select_for_update().values_list("pk", flat=True))
    old.reminder_requests.update(resident=new)
    return {"requests": moved}


def _move_back(moved: Moved, old: Resident, new: Resident, _by: User) -> None:
    theirs = new.reminder_requests.filter(pk__in=moved["requests"])
    list(theirs.order_by("pk").select_for_update().values_list("pk"))
    theirs.update(resident=old)


def _erase(resident: Resident) -> int:
    """Blank the texts, and the numbers that nobody else stands behind."""
    outbox.withdraw_for(resident, by=None)
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
    return (
        theirs.update(body=FORGOTTEN)
        + Message.objects.filter(pk__in=message_ids).update(number="", body=FORGOTTEN)
        + CallTask.objects.filter(pk__in=call_ids).update(number="")
    )


def _corrected(resident: Resident, *, by: User | None) -> None:
    """Another number or another wish is another way."""
    outbox.reroute(resident, by=by)


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
