"""What the reminders of a run mean for its next lesson: the day of a text, the day of a call, and why they differ.

"Three days before" is a Saturday as often as not. The clerk sees it while writing the rule, and not when somebody asks
why they were called on Friday.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime

from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from city.models import CityProfile, ClosingDay
from classes.reminding import Rule, is_over
from core.officehours import holiday_name, is_turn_of_the_year
from core.wareki import clock, local_date, short_date
from reminders.timing import call_slot, calling_hours, due_time, window


@dataclass(frozen=True)
class Meaning:
    """One rule, and when it tells the people of one lesson; no day where its moment is past."""

    rule: Rule
    text_at: datetime | None
    call_at: datetime | None = None
    closed_on: date | None = None
    why: str = ""
    # Of the calls: whether they are those of an earlier rule as well, or were made before anybody could be told now.
    is_same_call: bool = False
    is_call_over: bool = False

    @property
    def name(self) -> str:
        """The rule in words."""
        days = self.rule.days_before
        return ngettext("%(days)d day before", "%(days)d days before", days) % {"days": days}

    @property
    def sentence(self) -> str:
        """When people are told by it, as the page says it under the rule's name."""
        if self.text_at is None or self.call_at is None:
            return _("already over: nobody is told then")
        facts = {"text": _said(self.text_at), "call": _said(self.call_at), "reason": self.reason}
        if self.is_call_over:
            return _("Texts: %(text)s; calls: over since %(call)s") % facts
        if self.is_same_call:
            return _("Texts: %(text)s; no second call, because both are on %(day)s") % {
                **facts,
                "day": short_date(self.call_at),
            }
        if self.call_at == self.text_at:
            return _("Texts and calls: %(text)s") % facts
        return _("Texts: %(text)s, calls: %(call)s, %(reason)s") % facts

    @property
    def reason(self) -> str:
        """Why the call is made earlier; empty when it is not."""
        if self.closed_on is None:
            return ""
        facts = {"day": short_date(self.closed_on), "why": self.why}
        if self.why:
            return _("because the office is closed on %(day)s (%(why)s)") % facts
        return _("because the office is closed on %(day)s") % facts


def foretell(starts_at: datetime, rules: Iterable[Rule], *, city: CityProfile) -> list[Meaning]:
    """What each rule means for a lesson that begins then, the earliest first."""
    now, hours = timezone.now(), window(city)
    ordered = sorted(rules, key=lambda rule: (-rule.days_before, rule.at))
    slots = [due_time(starts_at, days_before=rule.days_before, at=rule.at, now=now, hours=hours) for rule in ordered]
    near = ClosingDay.objects.filter(day__lte=local_date(starts_at), day__gte=local_date(now))
    closing = dict(near.values_list("day", "reason"))
    meanings = [
        _meaning(rule, slot.due_at if slot else None, closing, city) for rule, slot in zip(ordered, slots, strict=True)
    ]
    return [_beside(meaning, meanings[:place], now=now) for place, meaning in enumerate(meanings)]


def _meaning(rule: Rule, text_at: datetime | None, closing: dict[date, str], city: CityProfile) -> Meaning:
    if text_at is None:
        return Meaning(rule, None)
    call_at = call_slot(text_at, calling_hours(city), closing)
    if local_date(call_at) == local_date(text_at):
        return Meaning(rule, text_at, call_at)
    day = local_date(text_at)
    return Meaning(rule, text_at, call_at, closed_on=day, why=_name_of_rest(day, closing))


def _beside(meaning: Meaning, earlier: Iterable[Meaning], *, now: datetime) -> Meaning:
    """The same, knowing the rules before it: nobody is called twice on one day, and nobody on a day that is over."""
    if meaning.call_at is None:
        return meaning
    days = {local_date(other.call_at) for other in earlier if other.call_at is not None}
    return replace(
        meaning, is_same_call=local_date(meaning.call_at) in days, is_call_over=is_over(meaning.call_at, now=now)
    )


def _name_of_rest(day: date, closing: dict[date, str]) -> str:
    """What a day is called on which nobody is at the office; empty for a weekend, whose name the date has."""
    return holiday_name(day) or closing.get(day, "") or (_("the turn of the year") if is_turn_of_the_year(day) else "")


def _said(moment: datetime) -> str:
    return f"{short_date(moment)} {clock(moment)}"
