"""The boxes for "so many days before, at a time of day": in the city's settings and in the terms of a run.

A text outside the hours is never sent; it would leave earlier than somebody wrote. So a time outside them is refused
where it is written.
"""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import TimeField
from core.officehours import Window

# A rule as it is kept: days before and time of day, e.g. [3, "10:00"].
Rules = list[list[Any]]
ROWS = (("early_days", "early_at"), ("late_days", "late_at"))


class ReminderRows(forms.Form):
    """Two reminders before each lesson; either may be left out."""

    early_days = forms.IntegerField(
        label=_("First reminder"),
        required=False,
        min_value=1,
        max_value=30,
        help_text=_("Left empty: none."),
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("days before")}),
    )
    early_at = TimeField(
        label=_("at (first reminder)"), required=False, widget=forms.TextInput(attrs={"class": "short"})
    )
    late_days = forms.IntegerField(
        label=_("Second reminder"),
        required=False,
        min_value=1,
        max_value=30,
        help_text=_("Left empty: none."),
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("days before")}),
    )
    late_at = TimeField(
        label=_("at (second reminder)"), required=False, widget=forms.TextInput(attrs={"class": "short"})
    )

    @staticmethod
    def rows_of(rules: Sequence[Sequence[Any]]) -> dict[str, Any]:
        """What stands in the boxes at first."""
        filled = [*rules, ("", ""), ("", "")]
        return {
            name: value
            for names, rule in zip(ROWS, filled, strict=False)
            for name, value in zip(names, rule, strict=True)
        }

    def rules(self) -> Rules:
        """What was typed, as it is kept; rows without days are none."""
        data = self.cleaned_data
        return [[data[days], f"{data[at]:%H:%M}"] for days, at in ROWS if data.get(days) and data.get(at)]

    def check_rows(self, hours: Window) -> None:
        """Say at the boxes what is missing, and what lies outside the hours in which texts are sent."""
        data = self.cleaned_data
        for days, at in ROWS:
            if not data.get(days) or at in self.errors:
                continue
            if not data.get(at):
                self.add_error(at, _("Write the time, for example 10:00."))
            elif not hours.start <= data[at] <= hours.end:
                facts = {"start": f"{hours.start:%H:%M}", "end": f"{hours.end:%H:%M}"}
                self.add_error(at, _("Texts are sent from %(start)s to %(end)s. Write a time between them.") % facts)
        if data.get("early_days") and data.get("early_days") == data.get("late_days"):
            self.add_error("late_days", _("The first reminder is on this day already. Write another day or none."))
