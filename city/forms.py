"""Forms about the city and its places."""

from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from city.models import CityProfile, ClosingDay, District, Venue
from city.reminder_rows import ReminderRows
from core.fields import FreeTextDateField, KanaField, TimeField
from core.officehours import Window
from core.phone import PhoneNumber, PhoneNumberError
from core.stale import SeenForm, as_it_stands


class CityProfileForm(SeenForm, forms.ModelForm, ReminderRows):
    """The city's own settings."""

    kana = KanaField(label=_("Kana"), max_length=60)
    sms_window_start = TimeField(label=_("Texts are sent from"))
    sms_window_end = TimeField(label=_("Texts are sent until"), help_text=_("Outside these hours no text is sent."))
    calls_from = TimeField(label=_("The office calls from"))
    calls_until = TimeField(
        label=_("The office calls until"),
        help_text=_(
            "Calls are planned on working days inside these hours. Shortly before they end, whoever no text has "
            "reached is put on the call list. An answer about a seat in an evening class is due until then."
        ),
    )

    class Meta:
        model = CityProfile
        fields = [
            "name",
            "kana",
            "municipal_code",
            "office_name",
            "office_phone",
            "office_phone_confirmed",
            "office_hours_text",
            "calls_from",
            "calls_until",
            "sms_sender",
            "sms_window_start",
            "sms_window_end",
            "sms_yen_per_part",
            "sms_monthly_yen",
            "sms_daily_limit",
            "sms_minute_limit",
            "confirms_by_text",
            "purpose_notice",
            "purpose_notice_version",
            "learners_per_helper",
        ]
        labels = {
            "name": _("Name of the city"),
            "municipal_code": _("Municipal code"),
            "office_name": _("Office in charge"),
            "office_phone": _("Office telephone"),
            "office_phone_confirmed": _("The telephone number has been checked"),
            "office_hours_text": _("Office hours"),
            "sms_sender": _("Number the texts come from"),
            "sms_yen_per_part": _("Price of one part of a text"),
            "sms_monthly_yen": _("Texts in a month, at most"),
            "sms_daily_limit": _("Texts in a day, at most"),
            "sms_minute_limit": _("Texts in a minute, at most"),
            "confirms_by_text": _("Confirm by a text what was booked by telephone"),
            "purpose_notice": _("Purpose notice"),
            "purpose_notice_version": _("Version of the purpose notice"),
            "learners_per_helper": _("Learners per helper, at most"),
        }
        help_texts = {
            "municipal_code": _("Six digits, as in the national list."),
            "office_phone": _("It stands on every slip, text and page. Residents call it."),
            "office_phone_confirmed": _("Until it is ticked, every page says that the number is to be confirmed."),
            "sms_sender": _("Printed in the leaflet about how to recognise a text from the city."),
            "sms_minute_limit": _("One number sends about one text a second; more at once only wait at the provider."),
            "confirms_by_text": _(
                "Whoever is texted has the day, the place and the number in writing, for one text each. At the counter "
                "there is the slip; nobody is called for it."
            ),
            "purpose_notice": _("Read out when somebody is taken down, and printed on the slip."),
            "purpose_notice_version": _("Change it whenever the words above change: it is kept with every person."),
            "learners_per_helper": _("A course run with more learners for each helper shows a caution."),
        }
        widgets = {
            "municipal_code": forms.TextInput(attrs={"class": "short", "inputmode": "numeric"}),
            "office_phone": forms.TextInput(attrs={"class": "medium", "inputmode": "tel"}),
            "sms_sender": forms.TextInput(attrs={"class": "medium"}),
            "sms_yen_per_part": forms.NumberInput(attrs={"class": "short", "data-unit": _("yen")}),
            "sms_monthly_yen": forms.NumberInput(attrs={"class": "short", "data-unit": _("yen")}),
            "sms_daily_limit": forms.NumberInput(attrs={"class": "short", "data-unit": _("texts")}),
            "sms_minute_limit": forms.NumberInput(attrs={"class": "short", "data-unit": _("texts")}),
            "purpose_notice": forms.Textarea(attrs={"rows": 3, "class": "full"}),
            "purpose_notice_version": forms.TextInput(attrs={"class": "short"}),
            "learners_per_helper": forms.NumberInput(attrs={"class": "short", "data-unit": _("people")}),
        }

    def __init__(self, data: Any = None, *, instance: CityProfile) -> None:
        rows = self.rows_of(instance.reminder_rules)
        super().__init__(data, instance=instance, initial=rows, stands=as_it_stands(instance))

    def clean_municipal_code(self) -> str:
        code = PhoneNumber.digits_of(self.cleaned_data["municipal_code"])
        if len(code) != 6:
            raise forms.ValidationError(_("The municipal code has six digits, for example 292117."))
        return code

    def clean_office_phone(self) -> str:
        typed = self.cleaned_data["office_phone"]
        if "office_phone" not in self.changed_data:
            return typed
        try:
            return PhoneNumber.parse(typed).national
        except PhoneNumberError as error:
            raise forms.ValidationError(str(error)) from error

    def clean_learners_per_helper(self) -> int:
        most = self.cleaned_data["learners_per_helper"]
        if most < 1:
            raise forms.ValidationError(_("Enter 1 or more."))
        return most

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start, end = data.get("sms_window_start"), data.get("sms_window_end")
        if start and end and start >= end:
            self.add_error("sms_window_end", _("The end must be later than the beginning."))
        elif start and end:
            self.check_rows(Window(start, end))
        self.instance.reminder_rules = self.rules()
        calls_from, calls_until = data.get("calls_from"), data.get("calls_until")
        if calls_from and calls_until and calls_from >= calls_until:
            self.add_error("calls_until", _("The end must be later than the beginning."))
        return data


class VenueForm(forms.ModelForm):
    """A place where lessons are held."""

    kana = KanaField(label=_("Kana"), max_length=120)

    class Meta:
        model = Venue
        fields = ["name", "kana", "room", "address", "directions", "seats", "district", "is_confirmed", "is_active"]
        labels = {
            "name": _("Name of the venue"),
            "room": _("Room"),
            "address": _("Address"),
            "directions": _("How to find it"),
            "seats": _("Chairs"),
            "district": _("District"),
            "is_confirmed": _("The details have been checked on the spot"),
            "is_active": _("In use"),
        }
        help_texts = {
            "room": _("Rooms of one house are listed each by itself, so that two courses can be there at once."),
            "directions": _("Printed on the slip: bus stop, car park, which floor."),
            "is_active": _("A venue that is not in use is no longer offered for new lessons."),
        }
        widgets = {"seats": forms.NumberInput(attrs={"class": "short", "data-unit": _("chairs")})}


class VenueChangeForm(SeenForm, VenueForm):
    """A venue that exists."""

    @classmethod
    def of(cls, venue: Venue, data: QueryDict | None = None) -> Self:
        """As the venue stands now, or as it was sent."""
        return cls(data, instance=venue, stands=as_it_stands(venue))


class DistrictForm(forms.ModelForm):
    """A part of the city."""

    kana = KanaField(label=_("Kana"), max_length=60, required=False)

    class Meta:
        model = District
        fields = ["name", "kana", "order", "is_outside"]
        labels = {
            "name": _("Name of the district"),
            "order": _("Place in the list"),
            "is_outside": _("Outside the city"),
        }
        help_texts = {"is_outside": _("Who lives there is no resident of the city where a rule prefers residents.")}
        widgets = {"order": forms.NumberInput(attrs={"class": "short"})}


class DistrictChangeForm(SeenForm, DistrictForm):
    """A district that exists."""

    @classmethod
    def of(cls, district: District, data: QueryDict | None = None) -> Self:
        """As the district stands now, or as it was sent."""
        return cls(data, instance=district, stands=as_it_stands(district))


class ClosingDayForm(forms.Form):
    """A day on which the office is closed."""

    day = FreeTextDateField(label=_("Day"), coming=True, help_text=_("For example 12/3 or R9.1.4."))
    reason = forms.CharField(label=_("Reason"), max_length=60, required=False)

    def closing_day(self) -> ClosingDay:
        """The day as it is to be kept."""
        return ClosingDay(day=self.cleaned_data["day"], reason=self.cleaned_data["reason"])
