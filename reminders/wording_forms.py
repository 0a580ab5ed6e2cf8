"""What the page asks on which the city words its own texts."""

from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from city.models import CityProfile
from core.stale import SeenForm
from reminders.models import Wording
from reminders.purposes import Purpose
from reminders.rewording import mistakes, words_in_use


class WordingForm(SeenForm, forms.Form):
    """A text of the city's own, and how long it may become."""

    text = forms.CharField(
        label=_("Words of the text"),
        max_length=1000,
        help_text=_("It is sent as one line. Write the places to be filled in as they stand in the list below."),
        error_messages={"required": _("Write the text.")},
        widget=forms.Textarea(attrs={"rows": 4, "class": "full", "lang": "ja", "spellcheck": "false"}),
    )
    most_parts = forms.TypedChoiceField(
        label=_("How long it may become"),
        choices=Wording.Length.choices,
        coerce=int,
        initial=Wording.Length.ONE,
        help_text=_("Where names make it longer, a shorter built-in text is sent instead."),
        widget=forms.RadioSelect,
    )

    def __init__(
        self, data: QueryDict | None = None, *, purpose: Purpose, own: Wording | None, city: CityProfile, **kwargs: Any
    ) -> None:
        stands = words_in_use(purpose, own)
        super().__init__(data, stands=stands, **{"initial": stands, **kwargs})
        self.purpose, self.city = purpose, city
        self.typed = ""

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if "text" in data:
            self.typed = data["text"]
            for sentence in mistakes(self.typed, self.purpose, city=self.city, most_parts=self.length):
                self.add_error("text", sentence)
        return data

    @property
    def length(self) -> int:
        """The length that was chosen, or the shorter one."""
        return self.cleaned_data.get("most_parts") or Wording.Length.ONE
