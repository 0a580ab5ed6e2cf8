"""What the texts of this month will cost: what was sent and what is planned, against the month's money.

Planned texts reserve nothing: whoever is due first is texted, and whoever comes after the last yen is called. What must
never happen: an office that learns from a full call list that the money it could have raised is used up, or a day named
for calls on which nobody is there to make them.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from django.db.models import Count, F, Min, QuerySet, Sum, Window

from city.models import CityProfile
from reminders import timing
from reminders.budget import Spending, month_after, spending_and_planned
from reminders.models import Message, Request


@dataclass(frozen=True)
class Forecast:
    """What was spent and what is planned until the month ends; whom the money does not reach, and from when on.

    Whoever is due when nobody is at the office is called before.
    """

    money: Spending
    planned_parts: int
    people_to_call: int = 0
    called_from: datetime | None = None

    @property
    def planned_yen(self) -> Decimal:
        return self.planned_parts * self.money.yen_per_part

    @property
    def is_too_much(self) -> bool:
        """True when what is planned does not fit into what is left, while something is."""
        return not self.money.is_month_used_up and not self.money.fits_month(self.planned_parts)


def forecast(city: CityProfile, *, now: datetime) -> Forecast:
    """How the month looks now: one question, and two more when it does not last."""
    found = Forecast(*spending_and_planned(city, now=now))
    if not found.is_too_much:
        return found
    concerned = Request.objects.standing().filter(message__in=beyond(found.money, now=now).values("pk"))
    told = concerned.aggregate(people=Count("resident", distinct=True), first=Min("message__due_at"))
    first = told["first"]
    called_from = first and timing.call_slot(first, timing.calling_hours(city), timing.closing_days(first))
    return Forecast(found.money, found.planned_parts, told["people"], called_from)


def beyond(money: Spending, *, now: datetime) -> QuerySet[Message]:
    """The texts planned for this month that its money does not reach, if all that are due before them are sent."""
    parts_left = int((money.monthly_yen - money.yen_this_month) // money.yen_per_part)
    in_turn = Window(Sum("parts"), order_by=[F("due_at"), F("pk")])
    planned = Message.objects.filter(state=Message.State.PLANNED, due_at__lt=month_after(now)).order_by()
    return planned.annotate(parts_until_then=in_turn).filter(parts_until_then__gt=parts_left)
