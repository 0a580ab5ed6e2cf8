"""What the page takes from the clerk who goes past those in line: a reason, always."""

from django import forms
from django.utils.translation import gettext_lazy as _

from core.fields import ReasonField


class OutOfTurnForm(forms.Form):
    """Why somebody is asked, or seated, before those who wait longer."""

    reason = ReasonField(
        label=_("Reason"),
        help_text=_("For example: needs somebody beside them who has a seat that day. Write no names."),
        error_messages={"required": _("Write the reason. It stays on record with the registration.")},
    )
