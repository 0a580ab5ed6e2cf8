"""What is asked where somebody says that they want no more texts, or texts again."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import choice_field
from reminders.about import About
from reminders.models import InboundText, OptOut
from residents.models import PhoneLine

TOLD = [OptOut.How.PHONE, OptOut.How.COUNTER]


class _NumberForm(forms.Form):
    """Which of a person's numbers, and how they said it."""

    line = forms.TypedChoiceField(label=_("Telephone number"), coerce=int, widget=forms.RadioSelect)
    how = forms.ChoiceField(
        label=_("How it was told"), choices=[(how.value, how.label) for how in TOLD], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, lines: Sequence[PhoneLine], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {line.pk: line for line in lines}
        choice_field(self, "line").choices = [(line.pk, line.phone.national) for line in lines]
        if len(lines) == 1:
            self.fields["line"].initial = lines[0].pk

    @property
    def number(self) -> str:
        """The number that was chosen."""
        return self.lines[self.cleaned_data["line"]].number


class StopForm(_NumberForm):
    """No more texts to a number."""

    about = forms.ChoiceField(
        label=_("No more texts about"), choices=About.choices, initial=About.EVERYTHING, widget=forms.RadioSelect
    )


class ResumeForm(_NumberForm):
    """Texts to a number again."""


class SettleForm(forms.Form):
    """What became of a text from a resident."""

    state = forms.ChoiceField(
        label=_("What came of it"),
        choices=[(state.value, state.label) for state in (InboundText.State.ANSWERED, InboundText.State.CLOSED)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Please press one of the answers.")),
    )
