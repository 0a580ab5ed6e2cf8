"""Whether a text that is promised now will leave: asked while the person is still on the line.

What must never happen: a text promised at the desk in a month whose money is used up.
"""

from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from city.models import CityProfile
from core.wareki import local_date
from reminders.budget import Spending, month_after, spending_and_halt
from reminders.codes import Meaning, meaning
from reminders.reasons import Reason
from reminders.routing import Channel, Route


@dataclass(frozen=True)
class Outlook:
    """How sending stands at a moment: what is left of the money, and what a standing halt means."""

    at: datetime
    money: Spending
    halt: Meaning | None = None

    def way(self, way: Route, *, due_at: datetime) -> Route:
        """The way by which somebody is told then: a call, where a text would find no money."""
        if way.channel == Channel.SMS and self._is_this_month(due_at) and self.money.is_month_used_up:
            return Route(Channel.CALL, way.phone, Reason.BUDGET)
        return way

    def is_unsure(self, way: Route, *, due_at: datetime) -> bool:
        """Whether it may be a call instead of a text: nothing leaves at present, or nothing more today."""
        is_late_today = local_date(due_at) <= local_date(self.at) and self.money.is_day_used_up
        return way.channel == Channel.SMS and (self.halt is not None or is_late_today)

    def caution(self, way: Route, *, due_at: datetime) -> str:
        """What the clerk should know before a text is promised; empty when it will leave."""
        if self.way(way, due_at=due_at) != way:
            return _("This month’s money for texts is used up, so the office will call. Please do not promise a text.")
        if not self.is_unsure(way, due_at=due_at):
            return ""
        if self.halt is not None:
            facts = {"why": self.halt.what}
            return _("No text leaves at present: %(why)s Please say that it may be a call instead.") % facts
        return _("Today’s limit of texts is reached. Please say that it may be a call instead.")

    def _is_this_month(self, due_at: datetime) -> bool:
        # What is due earlier than now is due now.
        return due_at < month_after(self.at)


def outlook(city: CityProfile, *, now: datetime) -> Outlook:
    """How it stands now, in one look."""
    money, halted = spending_and_halt(city, now=now)
    return Outlook(now, money, meaning(halted) if halted is not None else None)
