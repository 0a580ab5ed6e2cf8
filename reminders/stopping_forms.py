"""What is asked where somebody says that they want no more texts, or texts again."""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from core.forms import choice_field
from reminders.about import About
from reminders.models import InboundText, OptOut
from residents.models import PhoneLine

TOLD = [OptOut.How.PHONE, OptOut.How.COUNTER]


class StopForm(forms.Form):
    """No more texts to one of a person's numbers, about something or at all, and how they said it."""

    line = forms.TypedChoiceField(label=_("Telephone number"), coerce=int, widget=forms.RadioSelect)
    about = forms.ChoiceField(
        label=_("No more texts about"), choices=About.choices, initial=About.EVERYTHING, widget=forms.RadioSelect
    )
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


class ResumeForm(forms.Form):
    """Texts again of what was stopped at a person's numbers, and how they said it."""

    stopped = forms.MultipleChoiceField(label=_("Texts again about"), widget=forms.CheckboxSelectMultiple)
    how = forms.ChoiceField(
        label=_("How it was told"), choices=[(how.value, how.label) for how in TOLD], widget=forms.RadioSelect
    )

    def __init__(self, *args: Any, lines: Sequence[PhoneLine], stopped: Iterable[OptOut], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.lines = {f"{line.pk}:{about}": (line, about) for line in lines for about in About}
        field = choice_field(self, "stopped")
        # Whoever presses twice hears that it is not stopped any more, and not that there is no such thing.
        field.choices = [(key, about.label) for key, (_line, about) in self.lines.items()]
        standing = {(each.number, each.about) for each in stopped}
        shown = {key: of for key, of in self.lines.items() if (of[0].number, of[1].value) in standing}
        field.widget.choices = [(key, f"{line.phone.national} {about.label}") for key, (line, about) in shown.items()]
        field.initial = list(shown)

    @property
    def by_number(self) -> dict[str, list[str]]:
        """What was ticked: of which number about what."""
        found: dict[str, list[str]] = {}
        for key in self.cleaned_data["stopped"]:
            line, about = self.lines[key]
            found.setdefault(line.number, []).append(about)
        return found


class SettleForm(forms.Form):
    """What became of a text from a resident."""

    state = forms.ChoiceField(
        label=_("What came of it"),
        choices=[(state.value, state.label) for state in (InboundText.State.ANSWERED, InboundText.State.CLOSED)],
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Please press one of the answers.")),
    )
