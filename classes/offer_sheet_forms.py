"""The sheet of calls about seats held, typed back: a line for each call, with the boxes and the time of the paper."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from city.codes import choices
from city.models import Code
from classes.models import Offer, Registration
from classes.offer_forms import time_of_call
from classes.offer_sheet import Ticked, Told
from core.fields import TimeField
from core.forms import FormError, choice_field, summary_of
from core.refusal import Refusal


class Box(models.TextChoices):
    """A box on the sheet, as it is printed."""

    COMES = Told.COMES, pgettext_lazy("box on a sheet", "Comes")
    NOT_NOW = Told.NOT_NOW, pgettext_lazy("box on a sheet", "Not now (keeps waiting)")
    GIVES_UP = Told.GIVES_UP, pgettext_lazy("box on a sheet", "Gives up (cancelled)")
    NOBODY_IN = Told.NOBODY_IN, pgettext_lazy("box on a sheet", "Nobody in")
    PERSON_TOLD = Told.PERSON_TOLD, pgettext_lazy("box on a sheet", "The person told (answers later)")
    FAMILY_TOLD = Told.FAMILY_TOLD, pgettext_lazy("box on a sheet", "The family told (answers later)")


# When nobody was in, and when somebody heard of the seat, says from when on to call again.
TIMED = frozenset({Box.NOBODY_IN, Box.PERSON_TOLD, Box.FAMILY_TOLD})


class LineForm(forms.Form):
    """One line: what is ticked, the time beside it, and the reason of whoever gives up."""

    box = forms.ChoiceField(
        choices=[*Box.choices, ("", pgettext_lazy("a line of a sheet", "Nothing ticked"))],
        required=False,
        widget=forms.RadioSelect,
        error_messages={"invalid_choice": _("Choose one of the boxes shown.")},
    )
    at = TimeField(label=pgettext_lazy("of a call", "Time"), required=False)
    reason = forms.ChoiceField(
        label=_("Reason, if somebody gives up"),
        required=False,
        error_messages={"invalid_choice": _("Choose one of the reasons shown.")},
    )

    def __init__(
        self,
        data: QueryDict | None,
        *,
        people: Sequence[Registration],
        offer: Offer,
        reasons: Sequence[tuple[str, str]],
        now: datetime,
    ) -> None:
        super().__init__(data, prefix=str(offer.pk))
        self.people, self.offer, self.now = people, offer, now
        self.fields["box"].label = "　".join(f"{each.slip} {each.resident.name}" for each in people)
        choice_field(self, "reason").choices = [("", "—"), *reasons]

    def clean_at(self) -> datetime | None:
        """The moment on the day of the sheet."""
        hour = self.cleaned_data["at"]
        return time_of_call(hour, offer=self.offer, now=self.now) if hour else None

    def clean(self) -> dict[str, Any]:
        """What is written on a line and would be lost is asked about."""
        told = super().clean() or self.cleaned_data
        if self.errors:
            return told
        box = told["box"]
        if not box and (told["at"] or told["reason"]):
            self.add_error("box", _("A time or a reason is written here. Tick what came of the call."))
        elif box in TIMED and not told["at"]:
            self.add_error("at", _("Write the time that stands on the sheet."))
        elif box == Box.GIVES_UP and not told["reason"]:
            self.add_error("reason", _("Choose the reason, so that the office can learn from it."))
        return told

    @property
    def ticked(self) -> Ticked | None:
        """What is to be recorded; None where nothing is ticked."""
        told = self.cleaned_data
        return Ticked(self.offer, told["box"], made_at=told["at"], reason=told["reason"]) if told["box"] else None


class OfferSheetForm:
    """All lines of a sheet, in the order in which they were printed."""

    def __init__(
        self,
        data: QueryDict | None,
        *,
        lines: Iterable[tuple[Offer, Sequence[Registration]]],
        now: datetime,
    ) -> None:
        self.is_bound = data is not None
        self.is_partly_recorded = False
        reasons = choices(Code.Kind.CANCEL_REASON)
        self.lines = [LineForm(data, people=people, offer=offer, reasons=reasons, now=now) for offer, people in lines]

    def is_valid(self) -> bool:
        """Whether every line is: nothing is recorded of a sheet of which a part cannot be."""
        # All of them are looked at, so that each says what is amiss.
        return self.is_bound and not [line for line in self.lines if not line.is_valid()]

    @property
    def errors(self) -> list[FormError]:
        """What is amiss on any line, for the summary over the page, which says that nothing was recorded yet."""
        return [] if self.is_partly_recorded else list(summary_of(*self.lines))

    def ticks(self) -> list[Ticked]:
        """What is ticked, line by line."""
        return [line.ticked for line in self.lines if line.ticked]

    def refuse(self, refused: dict[int, Refusal]) -> None:
        """Keep the lines that were refused, each with the reason beside it."""
        self.is_partly_recorded = True
        self.lines = [line for line in self.lines if line.offer.pk in refused]
        for line in self.lines:
            line.add_error("box", str(refused[line.offer.pk]))
