"""What the pages of the letterbox ask."""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.fields import FreeTextDateField, TimeField
from core.forms import FilterForm, choice_field
from core.wareki import TOKYO, local_date
from reminders import ledger, told_together
from reminders.models import CallSheet, CallSheetLine, CallTask, Message, Outcome, Request
from reminders.postcards import cards_of, letter_of
from reminders.purposes import label_of, names_with_labels
from reminders.sheets import Tick

# Beside a box of somebody whom the page showed and who has left since.
_GONE = _("One of these is no longer on the list. Please look again.")


class LedgerFilter(FilterForm):
    """Which texts to show."""

    state = forms.ChoiceField(label=_("State"), choices=[("", _("All")), *Message.State.choices])
    purpose = forms.ChoiceField(label=_("What for"))
    reason = forms.ChoiceField(label=_("Why not delivered"))
    day = FreeTextDateField(label=_("Due on"), coming=True)
    # Led to from a text, never typed: what it is about says nothing to a reader.
    occasion = forms.CharField(max_length=60, widget=forms.HiddenInput)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "purpose").choices = [("", _("All")), *names_with_labels()]
        choice_field(self, "reason").choices = [("", _("All")), *ledger.reasons_seen()]


class CostFilter(FilterForm):
    """Of which fiscal year."""

    fiscal_year = forms.TypedChoiceField(label=_("Fiscal year"), coerce=int, empty_value=None)

    def __init__(self, *args: Any, years: Sequence[tuple[int, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "fiscal_year").choices = years


class OutcomeForm(forms.Form):
    """What came of a call, what else was told in it, and who of a household will not come."""

    outcome = forms.ChoiceField(
        label=_("What came of it"),
        choices=Outcome.choices,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Please press one of the answers.")),
    )
    absent = forms.TypedMultipleChoiceField(
        label=_("Who will not come?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _GONE},
    )

    also = forms.TypedMultipleChoiceField(
        label=_("What else did you tell in this call?"),
        coerce=int,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"invalid_choice": _GONE},
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        people: Sequence[Request],
        left: Sequence[Request] = (),
        others: Sequence[CallTask] = (),
        calls_to_them: Iterable[int] = (),
    ) -> None:
        super().__init__(data)
        _ask_who(choice_field(self, "absent"), people, left)
        also = choice_field(self, "also")
        # What was told a moment ago is no mistake: the button was pressed twice, or a colleague was faster.
        also.choices = [(number, number) for number in calls_to_them]
        also.widget.choices = [(other.pk, label_of(other.purpose)) for other in others]


def _ask_who(absent: forms.ChoiceField, people: Sequence[Request], left: Sequence[Request]) -> None:
    """Ask about those who are to be called; who left the call since the page was opened may still be named there."""
    absent.choices = [(person.pk, person.resident.name) for person in (*people, *left)]
    absent.widget.choices = [(person.pk, person.resident.name) for person in people]


def _left(line: CallSheetLine) -> list[Request]:
    """Who stands on the paper and is not to be called any more; read by the page."""
    return told_together.who_left(line.task.requests.all(), line.task.left)  # type: ignore[attr-defined]


@dataclass(frozen=True)
class SheetRow:
    """One line of a sheet on the page: as it was typed in, or with its boxes."""

    line: CallSheetLine
    people: list[Request]
    left: list[Request]
    outcome: forms.BoundField | None
    absent: forms.BoundField | None


class SheetForm(forms.Form):
    """A whole sheet at once, in the order in which it was printed; lines typed in before are not asked again."""

    made_at = TimeField(
        label=_("When the calls were made"),
        help_text=_("About when is enough: who was not reached is called again at another time of day."),
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        sheet: CallSheet,
        lines: Sequence[CallSheetLine],
        now: datetime,
        **kwargs: Any,
    ) -> None:
        super().__init__(data, **kwargs)
        self.sheet, self.lines, self.now = sheet, lines, now
        if local_date(sheet.printed_at) == local_date(now):
            self.fields["made_at"].initial = now.astimezone(TOKYO).time().replace(second=0, microsecond=0)
        for line in lines:
            if line.typed_at is None:
                self._ask(line)

    def _ask(self, line: CallSheetLine) -> None:
        people, left = told_together.each_once(line.task.requests.all()), _left(line)
        names = "　".join(person.resident.name for person in people)
        self.fields[f"outcome-{line.number}"] = forms.ChoiceField(
            choices=[*Outcome.choices, ("", pgettext_lazy("a line of a sheet", "Nothing ticked"))],
            label=f"{line.number} {names}",
            required=False,
            widget=forms.RadioSelect,
        )
        if len(people) > 1 or left:
            self.fields[f"absent-{line.number}"] = forms.TypedMultipleChoiceField(
                label=_("Who will not come?"),
                coerce=int,
                required=False,
                widget=forms.CheckboxSelectMultiple,
                error_messages={"invalid_choice": _GONE},
            )
            _ask_who(choice_field(self, f"absent-{line.number}"), people, left)

    def rows(self) -> Iterator[SheetRow]:
        """Each line with its people and its boxes."""
        for line in self.lines:
            outcome, absent = f"outcome-{line.number}", f"absent-{line.number}"
            yield SheetRow(
                line,
                told_together.each_once(line.task.requests.all()),
                _left(line),
                self[outcome] if outcome in self.fields else None,
                self[absent] if absent in self.fields else None,
            )

    def clean_made_at(self) -> datetime:
        """The moment on the day of the sheet: no call from it was made before it was printed, and none is to come."""
        made = datetime.combine(local_date(self.sheet.printed_at), self.cleaned_data["made_at"], TOKYO)
        if made < self.sheet.printed_at.replace(second=0, microsecond=0) or made > self.now:
            raise forms.ValidationError(_("Write a time between the printing of the sheet and now."))
        return made

    def ticks(self) -> dict[int, Tick]:
        """What was ticked, by the number of the line."""
        return {
            line.number: Tick(
                self.cleaned_data[f"outcome-{line.number}"],
                frozenset(self.cleaned_data.get(f"absent-{line.number}", ())),
            )
            for line in self.lines
            if self.cleaned_data.get(f"outcome-{line.number}")
        }

    def refuse(self, refused: dict[int, Any]) -> None:
        """Say beside each line why it was not recorded."""
        for number, refusal in refused.items():
            is_who = refusal.code in {"NobodyIsAbsent", "HasLeftTheCall"}
            at = "absent" if f"absent-{number}" in self.fields and is_who else "outcome"
            self.add_error(f"{at}-{number}", str(refusal))


@dataclass(frozen=True)
class CardRow:
    """A postcard on the page with its box; or a letter, with the address under which it is printed."""

    card: CallTask
    id: str
    is_ticked: bool
    letter: str
    # The class of which it tells, or all that it says where it is no card of a class.
    about: str


class PostedForm(forms.Form):
    """Which of the postcards of the day have been posted; those that were printed are ticked beforehand."""

    posted = forms.TypedMultipleChoiceField(
        label=_("What has been put into the letterbox?"),
        coerce=int,
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick what has been posted."),
            "invalid_choice": _GONE,
        },
    )

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        cards: Sequence[CallTask],
        posted_today: Iterable[int],
        printed: Collection[int],
    ) -> None:
        super().__init__(data, initial={"posted": printed})
        self.cards = cards
        # What was posted a moment ago is no mistake: the button was pressed twice.
        known = [*(card.pk for card in cards), *posted_today]
        choice_field(self, "posted").choices = [(number, number) for number in known]

    def rows(self) -> Iterator[CardRow]:
        """Each postcard with its box."""
        ticked = {str(number) for number in self["posted"].value() or ()}
        # Two reminders of one lesson are one card.
        told = {card.pk: next(iter(card.requests.all()), None) for card in self.cards}
        words = cards_of([request for request in told.values() if request])
        for place, card in enumerate(self.cards):
            letter, about = "", ""
            if request := told[card.pk]:
                letter, about = letter_of(request), words[request.pk].title if request.pk in words else request.body
            yield CardRow(card, f"id_posted_{place}", str(card.pk) in ticked, letter, about)
