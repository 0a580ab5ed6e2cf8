"""What the pages of the letterbox ask."""

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.fields import FreeTextDateField
from core.forms import FilterForm, choice_field
from reminders.models import Message, Outcome, Request


class LedgerFilter(FilterForm):
    """Which texts to show."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Message.State.choices])
    day = FreeTextDateField(label=_("Due on"), coming=True)


class OutcomeForm(forms.Form):
    """What came of a call, and who of a household will not come."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=Outcome.choices,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Please press one of the answers.")),
    )
    absent = forms.TypedMultipleChoiceField(
        label=_("Who will not come?"), coerce=int, required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, data: QueryDict | None = None, *, people: list[Request]) -> None:
        super().__init__(data)
        choice_field(self, "absent").choices = [(person.pk, person.resident.name) for person in people]
