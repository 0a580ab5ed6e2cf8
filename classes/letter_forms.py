"""Which letters with the outcome have been posted: those that the page counted when they were printed."""

from collections.abc import Iterable

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core.forms import choice_field


class LettersPostedForm(forms.Form):
    """Letters by their numbers on the call list; nothing is ticked, as they are posted in one bundle."""

    posted = forms.TypedMultipleChoiceField(
        coerce=int,
        widget=forms.MultipleHiddenInput,
        error_messages=dict.fromkeys(
            ["required", "invalid_choice"], _("These letters are no longer the same. Please look again.")
        ),
    )

    def __init__(self, data: QueryDict, *, letters: Iterable[int]) -> None:
        super().__init__(data)
        choice_field(self, "posted").choices = [(number, number) for number in letters]
