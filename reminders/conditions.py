"""What hinders sending at this moment, said on every page of the letterbox."""

from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from city.models import CityProfile
from core.wareki import short_date
from reminders import halts
from reminders.budget import Spending
from reminders.forecast import Forecast, forecast
from reminders.rounds import is_silent


@dataclass(frozen=True)
class Trouble:
    """Something that hinders sending, and what to do about it."""

    kind: str
    what: str | Promise
    next_step: str | Promise


@dataclass(frozen=True)
class Conditions:
    """What hinders sending, the worst first, and what was spent and is planned this month."""

    troubles: list[Trouble]
    forecast: Forecast


def current(*, now: datetime) -> Conditions:
    """How it stands now."""
    troubles = []
    if is_silent(now):
        troubles.append(
            Trouble(
                "error",
                _("Reminders are not running."),
                _("Nothing is sent at the moment. Please tell the person who looks after the system."),
            )
        )
    month = forecast(CityProfile.current(), now=now)
    return Conditions([*troubles, *of_sending(month.money, halts.standing()), *of_the_month(month)], month)


def of_sending(money: Spending, halt: halts.Standing | None) -> list[Trouble]:
    """What hinders texts from leaving though the worker lives: a halt, or the money and the day's texts used up."""
    troubles = []
    if halt is not None:
        kind = "error" if halt.is_alarm else "warning"
        troubles.append(Trouble(kind, halt.meaning.what, halt.meaning.next_step))
    if money.is_month_used_up:
        troubles.append(
            Trouble(
                "warning",
                _("This month’s money for texts is used up."),
                _("Nobody is texted any more this month; everybody is put on the call list when it is their time."),
            )
        )
    elif money.is_day_used_up:
        troubles.append(
            Trouble(
                "warning",
                _("Today’s limit of texts is reached."),
                _("The rest is sent from tomorrow on; whoever cannot wait is put on the call list."),
            )
        )
    return troubles


def of_the_month(month: Forecast) -> list[Trouble]:
    """That what is planned will not leave for want of money, said while the money can still be raised."""
    if not month.is_too_much or month.called_from is None:
        return []
    whom = ngettext(
        "About %(number)d person will be put on the call list, from %(day)s on. Whoever looks after the city settings "
        "can raise the month’s money until then.",
        "About %(number)d people will be put on the call list, from %(day)s on. Whoever looks after the city settings "
        "can raise the month’s money until then.",
        month.people_to_call,
    )
    facts = {"number": month.people_to_call, "day": short_date(month.called_from)}
    return [Trouble("warning", _("The texts planned for this month cost more than its money."), whom % facts)]
