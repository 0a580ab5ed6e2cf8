"""What the letterbox asks of the day: whether texts leave, what did not arrive, and who is to be called."""

from dataclasses import replace

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.roles import Permission
from core import wareki
from office.day import Day, Item, Section, counted
from reminders import carrying, conditions, halts
from reminders.ledger import failed_lately, standing
from reminders.models import Message
from reminders.rounds import last_beat


def worker_is_silent(day: Day) -> Section | None:
    """That nothing is sent at all; not shown while the worker lives."""
    if day.waiting["beats"]:
        return None
    beat = last_beat()
    return Section(
        title=_("Reminders are not running"),
        count=1,
        url=reverse("message_list"),
        action=_("See the messages"),
        empty="",
        items=[Item(str(_("Last seen: %(when)s") % {"when": wareki.wareki(beat)}), reverse("message_list"))]
        if beat
        else [],
        is_alarm=True,
    )


def hindered(day: Day) -> Section | None:
    """What keeps texts from leaving, in the words of the letterbox."""
    halt = halts.standing() if day.waiting["halts"] else None
    troubles = conditions.of_sending(day.month.money, halt)
    if not troubles:
        return None
    page = reverse("message_list")
    return Section(
        title=_("Texts are not leaving"),
        count=1,
        url=page,
        action=_("See the messages"),
        empty="",
        items=[Item(str(trouble.what), page, str(trouble.next_step)) for trouble in troubles],
        is_alarm=True,
    )


def money_runs_out(day: Day) -> Section | None:
    """That what is planned this month costs more than its money; not shown while it lasts."""
    troubles = conditions.of_the_month(day.month)
    if not troubles:
        return None
    page = reverse("message_costs")
    return Section(
        title=_("The month’s money for texts"),
        count=day.month.people_to_call,
        url=page,
        action=_("See what texts cost"),
        empty="",
        items=[Item(str(trouble.what), page, str(trouble.next_step)) for trouble in troubles],
    )


def money_to_raise(day: Day) -> Section | None:
    """The same for whoever can raise it and does not look after the calls."""
    section = None if day.user.may(Permission.CALL) else money_runs_out(day)
    return section and replace(section, url=reverse("city_edit"), action=_("City settings"))


def to_put_right(day: Day) -> Section | None:
    """The same for whoever looks after the system and not after the calls: the settings are what they can change."""
    if day.user.may(Permission.CALL):
        return None
    alarms = [section for section in (worker_is_silent(day), hindered(day)) if section is not None]
    page = reverse("city_edit")
    if not alarms:
        return None
    return Section(
        title=alarms[0].title,
        count=1,
        url=page,
        action=_("City settings"),
        empty="",
        items=[Item(item.text, page, item.remark) for section in alarms for item in section.items],
        is_alarm=True,
    )


def failed(day: Day) -> Section:
    """What did not arrive since the office last closed, whoever has to be told soonest first."""
    count, lost = counted(failed_lately(day.city, day.now))
    return Section(
        title=_("Messages that did not arrive"),
        count=count,
        url=reverse("message_list"),
        action=_("See what to do"),
        empty=_("Every message since the office last closed arrived or is on its way."),
        items=[_lost_item(message, day) for message in lost],
        is_alarm=bool(count),
    )


def _lost_item(message: Message, day: Day) -> Item:
    """Until when somebody has to be told, what happened, and what to do next; no name, which would be a look."""
    told = standing(message, now=day.now)
    until = f"{wareki.short_date(message.useless_after)} {wareki.clock(message.useless_after)}"
    words = _("until %(when)s: %(what)s") % {"when": until, "what": told.what}
    return Item(str(words), reverse("message_detail", args=[message.pk]), str(told.next_step))


def calls(day: Day) -> Section:
    """Whom to call at this time of day."""
    return Section(
        title=_("Calls to make"),
        count=day.waiting["calls"],
        url=reverse("call_list"),
        action=_("Open the call list"),
        empty=_("Nobody has to be called now."),
    )


def inbox(day: Day) -> Section | None:
    """Texts that residents wrote; not shown by an office whose number receives none."""
    count = day.waiting["texts_in"]
    if not count and not settings.SMS_RECEIVES:
        return None
    return Section(
        title=_("Texts from residents"),
        count=count,
        url=reverse("inbox"),
        action=_("Read and call back"),
        empty=_("Every text has been looked at."),
    )


def numbers(day: Day) -> Section | None:
    """Numbers at which nobody, or somebody else, was reached; not shown when all are right."""
    count = day.waiting["numbers"]
    if not count:
        return None
    return Section(
        title=_("Numbers to be checked"),
        count=count,
        url=reverse("number_list"),
        action=_("Correct the numbers"),
        empty="",
    )


def to_carry(day: Day) -> Section | None:
    """Texts that somebody carries out in a file; only where none leave by themselves."""
    if settings.SMS_GATEWAY != "file":
        return None
    return Section(
        title=_("Texts to carry out today"),
        count=carrying.waiting(due_by=carrying.end_of_today(day.now)).count(),
        url=reverse("carried_files"),
        action=_("Make the file"),
        empty=_("No text is waiting to be carried out."),
    )
