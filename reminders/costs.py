"""What texts have cost, month by month of a fiscal year and by what they were for.

Counted as the budget counts: in parts, from the moment a text is handed over, at the price of today's settings. The
provider's bill is the truth; this says beforehand what it will be.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal

from django.db.models import Count, Min, Sum
from django.db.models.functions import TruncMonth
from django.utils.functional import Promise

from city.models import CityProfile
from core.wareki import TOKYO, fiscal_year, fiscal_year_days, local_date
from reminders.models import Message
from reminders.purposes import label_of


@dataclass(frozen=True)
class Cost:
    """So many texts in so many parts, and what they cost."""

    texts: int
    parts: int
    yen_per_part: Decimal

    @property
    def yen(self) -> Decimal:
        return self.parts * self.yen_per_part


@dataclass(frozen=True)
class ForPurpose:
    """What the texts of one purpose cost in a month."""

    label: str | Promise
    cost: Cost


@dataclass(frozen=True)
class Month:
    """A month with its costs, those of each purpose, and what was allowed."""

    first: date
    cost: Cost
    purposes: tuple[ForPurpose, ...]
    most_yen: int

    @property
    def percent(self) -> int:
        """How much of the month's money is used, in percent."""
        return int(self.cost.yen * 100 / self.most_yen) if self.most_yen else 0

    @property
    def is_over(self) -> bool:
        return self.cost.yen > self.most_yen


@dataclass(frozen=True)
class Year:
    """A fiscal year, month by month, the months to come left out."""

    year: int
    months: tuple[Month, ...]
    cost: Cost


def years(*, today: date) -> list[int]:
    """The fiscal years of which there is something to say, the newest first."""
    first = Message.objects.spent().aggregate(first=Min("claimed_at"))["first"]
    return list(range(fiscal_year(today), fiscal_year(local_date(first) if first else today) - 1, -1))


def year_of(year: int, *, city: CityProfile, today: date) -> Year:
    """What the texts of a fiscal year have cost."""
    begin, end = fiscal_year_days(year)
    handed_over = Message.objects.spent().filter(claimed_at__gte=_midnight(begin))
    counted = (
        handed_over.filter(claimed_at__lt=_midnight(end + timedelta(days=1)))
        .annotate(month=TruncMonth("claimed_at", tzinfo=TOKYO))
        .order_by("month", "purpose")
        .values_list("month", "purpose")
        .annotate(texts=Count("pk"), parts=Sum("parts"))
    )
    by_month: dict[date, list[ForPurpose]] = {}
    for month, purpose, texts, parts in counted:
        cost = Cost(texts, parts, city.sms_yen_per_part)
        by_month.setdefault(local_date(month), []).append(ForPurpose(label_of(purpose), cost))
    months = tuple(
        Month(first, _sum(by_month.get(first, []), city), tuple(by_month.get(first, [])), city.sms_monthly_yen)
        for first in _firsts(begin, min(end, today))
    )
    return Year(year, months, _sum([each for month in months for each in month.purposes], city))


def _sum(told: list[ForPurpose], city: CityProfile) -> Cost:
    texts, parts = sum(each.cost.texts for each in told), sum(each.cost.parts for each in told)
    return Cost(texts, parts, city.sms_yen_per_part)


def _firsts(begin: date, end: date) -> Iterator[date]:
    first = begin
    while first <= end:
        yield first
        first = (first + timedelta(days=31)).replace(day=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min, TOKYO)
