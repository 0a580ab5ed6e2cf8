"""The boxes for "so many days before, at a time of day": in the city's settings and in the terms of a run.

A text outside the hours is never sent; it would leave earlier than somebody wrote. So a time outside them is refused
where it is written.
"""

from collections.abc import Iterator, Sequence
from itertools import chain, count, islice, takewhile
from typing import Any, cast

from django import forms
from django.forms import BoundField
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from core.fields import TimeField
from core.officehours import Window

# A rule as it is kept: days before and time of day, e.g. [3, "10:00"].
Rules = list[list[Any]]
# The rows that are always there; a rule beyond them has boxes of its own, so that saving loses none.
ROWS = (("early_days", "early_at"), ("late_days", "late_at"))


def _names() -> Iterator[tuple[str, str]]:
    """The names of the boxes, row after row without end."""
    return chain(ROWS, ((f"days_{number}", f"at_{number}") for number in count(len(ROWS) + 1)))


def _days_field(label: str | Promise) -> forms.IntegerField:
    return forms.IntegerField(
        label=cast("str", label),
        required=False,
        min_value=1,
        max_value=30,
        help_text=_("Left empty: none."),
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("days before")}),
    )


def _at_field(label: str | Promise) -> TimeField:
    return TimeField(label=label, required=False, widget=forms.TextInput(attrs={"class": "short"}))


class ReminderRows(forms.Form):
    """Two reminders before each lesson, and as many more as are kept; each may be left out."""

    early_days = _days_field(_("First reminder"))
    early_at = _at_field(_("at (first reminder)"))
    late_days = _days_field(_("Second reminder"))
    late_at = _at_field(_("at (second reminder)"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        more = takewhile(self._is_known, islice(_names(), len(ROWS), None))
        self._rows = [*ROWS, *more]
        for number, (days, at) in enumerate(self._rows[len(ROWS) :], start=len(ROWS) + 1):
            self.fields[days] = _days_field(_("Reminder %(number)d") % {"number": number})
            self.fields[at] = _at_field(_("at (reminder %(number)d)") % {"number": number})

    def _is_known(self, names: tuple[str, str]) -> bool:
        """Whether a row was filled in at first, or sent from a page that showed it."""
        return any(name in self.initial or self.add_prefix(name) in self.data for name in names)

    @property
    def reminder_rows(self) -> list[tuple[BoundField, BoundField]]:
        """The boxes as the page shows them, two and two."""
        return [(self[days], self[at]) for days, at in self._rows]

    @staticmethod
    def rows_of(rules: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """What stands in the boxes at first."""
        filled = [*rules, *[("", "")] * (len(ROWS) - len(rules))]
        return {
            name: value
            for names, rule in zip(_names(), filled, strict=False)
            for name, value in zip(names, rule, strict=True)
        }

    def rules(self) -> Rules:
        """What was typed, as it is kept; rows without days are none, and rows that were not sent stay as they stood."""
        self._keep_what_was_not_sent()
        data = self.cleaned_data
        return [[data[days], f"{data[at]:%H:%M}"] for days, at in self._rows if data.get(days) and data.get(at)]

    def _keep_what_was_not_sent(self) -> None:
        """A page that shows fewer rows, as one opened before somebody added one, takes none away."""
        for names in self._rows:
            if any(self.add_prefix(name) in self.data for name in names):
                continue
            for name in names:
                self.cleaned_data[name] = self.fields[name].to_python(self.initial.get(name))

    def check_rows(self, hours: Window) -> None:
        """Say at the boxes what is missing, and what lies outside the hours in which texts are sent."""
        self._keep_what_was_not_sent()
        data = self.cleaned_data
        for days, at in self._rows:
            if not data.get(days) or at in self.errors:
                continue
            if not data.get(at):
                self.add_error(at, _("Write the time, for example 10:00."))
            elif not hours.start <= data[at] <= hours.end:
                facts = {"start": f"{hours.start:%H:%M}", "end": f"{hours.end:%H:%M}"}
                self.add_error(at, _("Texts are sent from %(start)s to %(end)s. Write a time between them.") % facts)
        taken: set[int] = set()
        for days, _at in self._rows:
            if data.get(days) in taken:
                self.add_error(days, _("Another reminder is on this day already. Write another day or none."))
            elif data.get(days):
                taken.add(data[days])
