"""What the pages about held seats take from the clerk: a reason for going past those in line, and what came of a
call.
"""

from datetime import datetime, time

from django import forms
from django.db import models
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from classes.models import Offer
from core.fields import ReasonField, TimeField
from core.wareki import TOKYO, local_date


class OutOfTurnForm(forms.Form):
    """Why somebody is asked, or seated, before those who wait longer."""

    reason = ReasonField(
        label=_("Reason"),
        help_text=_("For example: needs somebody beside them who has a seat that day. Write no names."),
        error_messages={"required": _("Write the reason. It stays on record with the registration.")},
    )


class Answer(models.TextChoices):
    """What came of a call about a seat that is held."""

    ACCEPTED = "accepted", _("Comes")
    DECLINED = "declined", _("Not this time, keeps waiting")
    NOT_REACHED = "not_reached", _("Nobody answered")
    PROMISED = "promised", _("Reached, will answer by then")
    PASSED = "passed", _("Ask the next in line")


class AnswerForm(forms.Form):
    """What came of a call: the answer, or who heard of the seat and will answer; and when it was, if it was earlier."""

    answer = forms.ChoiceField(
        label=_("What came of it"),
        choices=Answer.choices,
        error_messages=dict.fromkeys(["required", "invalid_choice"], _("Please press one of the answers.")),
    )
    reached = forms.ChoiceField(
        label=_("Who was reached"),
        choices=Offer.Reached.choices,
        initial=Offer.Reached.PERSON,
        error_messages={"required": _("Choose who was reached.")},
    )
    made_at = TimeField(
        label=_("Time of the call, if it was earlier"),
        required=False,
        help_text=_("Only for a call written down from paper; about when is enough."),
    )

    def __init__(self, data: QueryDict | None = None, *, offer: Offer, now: datetime) -> None:
        super().__init__(data)
        self.offer, self.now = offer, now
        # The other answers say it themselves.
        self.fields["reached"].required = data is None or data.get("answer") == Answer.PROMISED

    def clean_made_at(self) -> datetime | None:
        """The moment today, or else on the day of the sheet; no such call was made before the seat was held."""
        hour = self.cleaned_data["made_at"]
        return time_of_call(hour, offer=self.offer, now=self.now) if hour is not None else None


def time_of_call(hour: time, *, offer: Offer, now: datetime) -> datetime:
    """The moment of a call at this hour: today, or else on the day of the sheet. Raises ValidationError."""
    for day in (now, offer.printed_at or now):
        moment = datetime.combine(local_date(day), hour, TOKYO)
        if offer.made_at.replace(second=0, microsecond=0) <= moment <= now:
            return moment
    raise forms.ValidationError(_("Write a time between the moment at which the seat was held and now."))
