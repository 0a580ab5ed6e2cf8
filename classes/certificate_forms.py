"""Who gets a certificate, as it is ticked on its page."""

from collections.abc import Iterator
from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from classes.certificates import Attended, Certified
from classes.models import Registration
from core.fields import RecordsField


class CertificateForm(forms.Form):
    """The people of a run, whoever missed no lesson so far ticked."""

    who = RecordsField(
        Registration.objects.none(),
        label=_("Who gets a certificate"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": _("Nobody is ticked. Please tick who gets a certificate.")},
    )

    def __init__(self, *args: Any, certified: Certified, **kwargs: Any) -> None:
        self.certified = certified
        kwargs["initial"] = {"who": [each.registration.pk for each in certified.people if each.missed_none]}
        super().__init__(*args, **kwargs)
        cast("RecordsField", self.fields["who"]).queryset = certified.run.registrations.confirmed()

    def lines(self) -> Iterator[tuple[Attended, bool]]:
        """Each of the people, and whether the box is ticked."""
        ticked = {str(number) for number in self["who"].value() or ()}
        for each in self.certified.people:
            yield each, str(each.registration.pk) in ticked

    def chosen(self) -> list[Registration]:
        """Those who were ticked, in the order of the page."""
        ticked = set(self.cleaned_data["who"])
        return [each.registration for each in self.certified.people if each.registration in ticked]
