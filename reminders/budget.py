"""What texts may cost: so many a minute and a day, so many yen a month, and then a full stop.

Counted in parts, as the provider charges, and before sending: a text of two parts may not hop over the limit. What is
claimed or uncertain counts as spent. What must never happen: a text beyond the month's money or the day's number,
because two workers read the same sum (reminders.claiming).
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any

from django.db import connection

from city.models import CityProfile
from core.wareki import TOKYO, local_date
from reminders import clock

# What `MessageQuerySet.spent` means, counted anew before each few texts: by hand, as Django needs three times as long.
_SPENT = """
    SELECT COALESCE(SUM(parts), 0), COUNT(*) FILTER (WHERE claimed_at >= %(today)s),
           COUNT(*) FILTER (WHERE claimed_at > %(minute)s AND claimed_at <= %(ahead)s)
    FROM reminders_message
    WHERE claimed_at >= %(month)s AND (sent_at IS NOT NULL OR state IN ('claimed', 'uncertain'))
"""


_SPENT_AND_PLANNED = f"""
    SELECT spent.*, (
        SELECT COALESCE(SUM(parts), 0) FROM reminders_message WHERE state = 'planned' AND due_at < %(month_after)s
    ) FROM ({_SPENT}) AS spent
"""  # noqa: S608  (ours)
_SPENT_AND_HALT = f"SELECT spent.*, (SELECT code FROM reminders_halt WHERE id = 1) FROM ({_SPENT}) AS spent"  # noqa: S608  (both are ours)

# What others may claim while one worker claims: eight workers, ten texts each, of two parts, and some to spare. Whoever
# has claimed a longer text looks again (reminders.claiming).
PARTS_RECKONED_WITH = 2
OTHERS_MAY_CLAIM = 200


@dataclass(frozen=True)
class Spending:
    """What was spent this month, today and in the last minute, and what the city allows."""

    parts_this_month: int
    texts_today: int
    texts_this_minute: int
    yen_per_part: Decimal
    monthly_yen: int
    daily_limit: int
    limit_a_minute: int

    @property
    def yen_this_month(self) -> Decimal:
        return self.parts_this_month * self.yen_per_part

    @property
    def is_month_used_up(self) -> bool:
        """True when not even a text of one part fits any more."""
        return not self.fits_month(1)

    @property
    def is_day_used_up(self) -> bool:
        return self.texts_today >= self.daily_limit

    @property
    def lasts_for_others(self) -> bool:
        """True while so much is left that others may claim at the same moment without anybody passing the end."""
        return self.fits_month(OTHERS_MAY_CLAIM) and self.texts_today + OTHERS_MAY_CLAIM <= self.daily_limit

    @property
    def is_within_limits(self) -> bool:
        """True when what is spent and claimed passes neither the month's money nor the day's number."""
        return self.fits_month(0) and self.texts_today <= self.daily_limit

    @property
    def texts_left(self) -> int:
        """How many texts may leave at this moment."""
        return max(0, min(self.texts_left_today, self.limit_a_minute - self.texts_this_minute))

    @property
    def texts_left_today(self) -> int:
        """How many texts may still leave today, however many a minute a provider takes."""
        return max(0, self.daily_limit - self.texts_today)

    def fits_month(self, parts: int) -> bool:
        """Whether so many parts more stay inside the month's money."""
        return (self.parts_this_month + parts) * self.yen_per_part <= self.monthly_yen

    def with_parts(self, parts: int) -> "Spending":
        """The same after one more text of so many parts."""
        return replace(
            self,
            parts_this_month=self.parts_this_month + parts,
            texts_today=self.texts_today + 1,
            texts_this_minute=self.texts_this_minute + 1,
        )


def spending(city: CityProfile, *, now: datetime) -> Spending:
    """What texts have cost up to now, by the months and days of Tokyo."""
    return _spending(city, *_read(_SPENT, now=now))


def spending_and_halt(city: CityProfile, *, now: datetime) -> tuple[Spending, str | None]:
    """The same, and under which code sending is halted: in one statement, as a caller is on the line."""
    *spent, code = _read(_SPENT_AND_HALT, now=now)
    return _spending(city, *spent), code


def spending_and_planned(city: CityProfile, *, now: datetime) -> tuple[Spending, int]:
    """The same, and in how many parts the texts are that are planned until the month ends; in one statement."""
    *spent, planned = _read(_SPENT_AND_PLANNED, now=now)
    return _spending(city, *spent), planned


def month_after(moment: datetime) -> datetime:
    """When the next month begins in Tokyo, and with it its money."""
    first = local_date(moment).replace(day=1)
    return datetime.combine((first + timedelta(days=32)).replace(day=1), time.min, TOKYO)


def _read(statement: str, *, now: datetime) -> Sequence[Any]:
    local = now.astimezone(TOKYO)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0)
    month = today.replace(day=1)
    moments = {
        "month": month,
        "today": today,
        "minute": now - timedelta(minutes=1),
        "ahead": now + clock.AHEAD_AT_MOST,
        "month_after": month_after(now),
    }
    written = {name: connection.ops.adapt_datetimefield_value(moment) for name, moment in moments.items()}
    with connection.cursor() as cursor:
        cursor.execute(statement, written)
        row: Sequence[Any] = cursor.fetchone()
    return row


def _spending(city: CityProfile, parts: int, texts_today: int, texts_this_minute: int) -> Spending:
    return Spending(
        parts_this_month=parts,
        texts_today=texts_today,
        texts_this_minute=texts_this_minute,
        yen_per_part=city.sms_yen_per_part,
        monthly_yen=city.sms_monthly_yen,
        daily_limit=city.sms_daily_limit,
        limit_a_minute=city.sms_minute_limit,
    )
