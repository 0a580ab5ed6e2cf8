"""What the pages about held seats take from the clerk: a reason for going past those in line, and who was reached."""

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.models import Offer
from core.fields import ReasonField


class OutOfTurnForm(forms.Form):
    """Why somebody is asked, or seated, before those who wait longer."""

    reason = ReasonField(
        label=_("Reason"),
        help_text=_("For example: needs somebody beside them who has a seat that day. Write no names."),
        error_messages={"required": _("Write the reason. It stays on record with the registration.")},
    )


class PromiseForm(forms.Form):
    """Who heard of the seat and will answer."""

    reached = forms.ChoiceField(label=_("Who was reached"), choices=Offer.Reached.choices)
