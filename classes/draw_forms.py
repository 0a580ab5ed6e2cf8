"""What is typed and ticked where seats are drawn or decided: the dice, the people chosen, the slips of two friends."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from classes import preferences
from classes.drawing import FEWEST_FIGURES, figures
from classes.line import together
from classes.lottery import NoNumberThrown
from classes.models import CourseRun, Registration
from core.fields import OneLineField, ReasonField, RecordsField


class DiceForm(forms.Form):
    """The number thrown, typed twice, because it cannot be taken back."""

    number = OneLineField(
        label=_("Number thrown"),
        max_length=40,
        help_text=_("All throws one after the other, for example 3 5 2 6 1 4."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "medium"}),
    )
    again = OneLineField(
        label=_("The same number again"),
        max_length=40,
        help_text=_("Read from the dice once more, best by a second person."),
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off", "class": "medium"}),
    )

    def clean_number(self) -> str:
        number = figures(self.cleaned_data["number"])
        if not number:
            raise forms.ValidationError(str(NoNumberThrown(fewest=FEWEST_FIGURES)))
        return number

    def clean(self) -> dict[str, Any]:
        data = self.cleaned_data
        if "number" in data and "again" in data and figures(data["again"]) != data["number"]:
            self.add_error("again", _("The two numbers differ. Please read the dice again."))
        return data


@dataclass(frozen=True)
class Candidate:
    """One person who may be chosen, as the page shows them."""

    registration: Registration
    is_ticked: bool
    # Names of the preferences that fit.
    fits: Sequence[str]
    # The slips of those who come with them.
    others: Sequence[str]


class ChoiceForm(forms.Form):
    """Who has a seat, ticked on one page, and the reason."""

    # Whoever stands in the run's book is known; whether they still wait, the deed says by their slip.
    chosen = RecordsField(
        Registration.objects.none(), label=_("Who has a seat"), required=False, widget=forms.CheckboxSelectMultiple
    )
    reason = ReasonField(
        label=_("In which way you chose"),
        help_text=_("For example: first-timers, then those who have no smartphone yet. Write no names."),
        error_messages={"required": _("Write the reason. It stays on record with the course run.")},
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("RecordsField", self.fields["chosen"]).queryset = run.registrations.all()

    def candidates(self, waiting: Sequence[Registration], fitting: dict[int, list[str]]) -> list[Candidate]:
        """Those who wait, people who come together side by side, whoever more preferences fit on top."""

        def first_the_preferred(members: Sequence[Registration]) -> tuple[int, int]:
            return -max(len(fitting[each.resident_id]) for each in members), members[0].slip_number

        ticked = {str(number) for number in self["chosen"].value() or ()}
        return [
            Candidate(
                registration=each,
                is_ticked=str(each.pk) in ticked,
                fits=preferences.names(fitting[each.resident_id]),
                others=[other.slip for other in members if other != each],
            )
            for members in sorted((each.registrations for each in together(waiting)), key=first_the_preferred)
            for each in members
        ]


class PairForm(forms.Form):
    """The slips of two people who want to come together."""

    first = OneLineField(
        label=_("Slip of the one"), max_length=20, widget=forms.TextInput({"class": "medium", "autocomplete": "off"})
    )
    second = OneLineField(
        label=_("Slip of the other"), max_length=20, widget=forms.TextInput({"class": "medium", "autocomplete": "off"})
    )

    def __init__(self, *args: Any, run: CourseRun, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.run = run
        for name in ("first", "second"):
            self.fields[name].help_text = _("For example %(run)s-3.") % {"run": run.pk}

    def clean_first(self) -> Registration:
        return self._registration("first")

    def clean_second(self) -> Registration:
        return self._registration("second")

    def _registration(self, name: str) -> Registration:
        found = self.run.registrations.of_slip(self.cleaned_data[name])
        if found is None:
            raise forms.ValidationError(_("No slip of this course run has that number."))
        return found
