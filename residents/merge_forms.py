"""What the clerk decides when two records are laid side by side: in each column that differs, which value stays."""

from typing import Any

from django import forms

from core.forms import choice_field
from residents.history import Words, as_stored, name_of
from residents.intake import OWN_COLUMNS
from residents.merging import Side, is_empty
from residents.models import Resident


class MergeForm(forms.Form):
    """One choice for each column that differs; the record that stays is right unless it says nothing."""

    use_required_attribute = False

    def __init__(self, *args: Any, into: Resident, duplicate: Resident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        words = Words()
        # What both records say, for the page: name of the column and its value in words.
        self.alike: list[tuple[str, str]] = []
        for column in OWN_COLUMNS:
            kept, other = as_stored(into, column), as_stored(duplicate, column)
            if kept != other:
                self.fields[column] = forms.ChoiceField(
                    label=str(name_of(column)),
                    widget=forms.RadioSelect,
                    initial=Side.OTHER if is_empty(into, column) else Side.KEPT,
                )
                choice_field(self, column).choices = [
                    (Side.KEPT, words.of(column, kept)),
                    (Side.OTHER, words.of(column, other)),
                ]
            elif not is_empty(into, column):
                self.alike.append((str(name_of(column)), words.of(column, kept)))
