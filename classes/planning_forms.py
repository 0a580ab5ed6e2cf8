"""What a clerk types about a course and the terms of a run: seats, reception, reminders."""

from datetime import datetime, time
from typing import Any, Self

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Volunteer
from city.codes import choices
from city.models import CityProfile, Code
from city.reminder_rows import ReminderRows
from classes.devices import ANY_DEVICE, taught_devices
from classes.lesson_forms import MayClash, moment
from classes.models import Course, CourseRun
from classes.preferences import choices as preference_choices
from classes.terms import CourseDetails, RunTerms, terms_of
from core.fields import FreeTextDateField, OneLineField, RecordsField, TimeField
from core.forms import choice_field
from core.stale import SeenForm
from materials.models import Guide, Topic
from reminders.timing import window

# The hours at which reception opens and closes when only a day is named.
OPENS, CLOSES = time(9), time(17)


class CourseForm(forms.ModelForm):
    """What a course is."""

    title = OneLineField(label=_("Title"), max_length=60, widget=forms.TextInput(attrs={"class": "full"}))
    summary = OneLineField(
        label=_("Contents"), max_length=200, required=False, widget=forms.Textarea(attrs={"rows": 2, "class": "full"})
    )
    level = forms.ChoiceField(label=_("Level"))
    device = forms.ChoiceField(label=_("Device"), help_text=_("Which device the lessons are about."))
    topic = forms.ModelChoiceField(Topic.objects.all(), label=_("Topic"), empty_label=_("Please choose"))
    bring = OneLineField(
        label=_("What to bring"),
        max_length=160,
        required=False,
        help_text=_("Read out on the telephone and printed on the slip."),
        widget=forms.TextInput(attrs={"class": "full"}),
    )

    guides = RecordsField(
        Guide.objects.select_related("topic").order_by("topic__order", "order", "title"),
        label=_("Guides to hand out"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta:
        model = Course
        fields = ["title", "summary", "level", "device", "topic", "bring", "guides"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "level").choices = choices(Code.Kind.LEVEL)
        choice_field(self, "device").choices = [*taught_devices(), (ANY_DEVICE, _("any device"))]

    def details(self) -> CourseDetails:
        """What was typed, as the deeds take it; the guides are apart."""
        told = CourseDetails.__annotations__
        return {name: self.cleaned_data[name] for name in told}  # type: ignore[return-value]  # the fields are those of CourseDetails


class CourseChangeForm(SeenForm, CourseForm):
    """A course that exists."""


class RunTermsForm(ReminderRows):
    """Seats, how they are given, reception and reminders of a run."""

    capacity = forms.IntegerField(
        label=_("Capacity"),
        min_value=1,
        max_value=500,
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("people")}),
    )
    minimum = forms.IntegerField(
        label=_("Held from"),
        min_value=1,
        max_value=500,
        initial=1,
        help_text=_("With fewer people you decide whether it is held."),
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("people")}),
    )
    loan_devices = forms.IntegerField(
        label=_("Devices to borrow"),
        required=False,
        min_value=0,
        max_value=500,
        help_text=_("How many people can use a device of the office. Left empty: none."),
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("devices")}),
    )
    selection = forms.ChoiceField(
        label=_("Selection"),
        choices=CourseRun.Selection.choices,
        initial=CourseRun.Selection.FIRST_COME,
        help_text=_("In a lottery, and where the counter decides, everybody waits until it is decided."),
        widget=forms.RadioSelect,
    )
    preferences = forms.MultipleChoiceField(
        label=_("Preferred"),
        choices=preference_choices,
        required=False,
        help_text=_("Only where seats are drawn or decided. The rules are printed on the flyer."),
        widget=forms.CheckboxSelectMultiple,
    )
    opens_on = FreeTextDateField(
        label=_("Reception opens on"), required=False, help_text=_("Left empty: at once. For example R8.12.3."),
        coming=True,
    )  # fmt: skip
    opens_at = TimeField(
        label=_("at (opening)"),
        required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
        help_text=_("Left empty: 9:00."),
    )
    closes_on = FreeTextDateField(
        label=_("Reception closes on"),
        required=False,
        help_text=_("Left empty: the day before the first lesson."),
        coming=True,
    )
    closes_at = TimeField(
        label=_("at (closing)"),
        required=False,
        widget=forms.TextInput(attrs={"class": "short"}),
        help_text=_("Left empty: 17:00."),
    )
    bring = OneLineField(
        label=_("What to bring"),
        max_length=160,
        required=False,
        help_text=_("Only when it differs from the course."),
        widget=forms.TextInput(attrs={"class": "full"}),
    )
    is_public = forms.BooleanField(label=_("Show it in the public calendar"), required=False, initial=True)

    def __init__(self, *args: Any, is_settled: bool = False, **kwargs: Any) -> None:
        """`is_settled`: people have registered, so that the page only says how seats are given."""
        super().__init__(*args, **kwargs)
        # An older page may still send the choice; then the deed judges it.
        if is_settled and "selection" not in self.data:
            del self.fields["selection"], self.fields["preferences"]

    @staticmethod
    def initial_of(run: CourseRun | None = None) -> dict[str, Any]:
        """What stands in the boxes at first: the run as it is, or what is usual."""
        initial = ReminderRows.rows_of(run.reminder_rules if run else CityProfile.current().reminder_rules)
        if run is None:
            return {**initial, "minimum": 1, "selection": CourseRun.Selection.FIRST_COME, "is_public": True}
        opens, closes = timezone.localtime(run.reception_opens_at), timezone.localtime(run.reception_closes_at)
        return {
            **initial,
            "capacity": run.capacity,
            "minimum": run.minimum,
            "loan_devices": run.loan_devices or "",
            "selection": run.selection,
            "preferences": run.preferences,
            "opens_on": opens.date(),
            "opens_at": opens.time(),
            "closes_on": closes.date(),
            "closes_at": closes.time(),
            "bring": run.bring,
            "is_public": run.is_public,
        }

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        capacity, minimum = data.get("capacity"), data.get("minimum")
        if capacity and minimum and minimum > capacity:
            self.add_error("minimum", _("This is more than the capacity."))
        if capacity and (data.get("loan_devices") or 0) > capacity:
            self.add_error("loan_devices", _("This is more than the capacity."))
        if data.get("preferences") and data.get("selection") == CourseRun.Selection.FIRST_COME:
            self.add_error("preferences", _("Where seats go to whoever comes first, nobody is preferred."))
        data["opens"] = self._moment("opens_on", "opens_at", usual=OPENS)
        data["closes"] = self._moment("closes_on", "closes_at", usual=CLOSES)
        if data["opens"] and data["closes"] and data["closes"] <= data["opens"]:
            self.add_error("closes_on", _("Reception must close later than it opens."))
        self.check_rows(window(CityProfile.current()))
        return data

    def _moment(self, day_name: str, time_name: str, *, usual: time) -> datetime | None:
        day, at = self.cleaned_data.get(day_name), self.cleaned_data.get(time_name)
        if at and not day and day_name not in self.errors:
            self.add_error(day_name, _("Write the day as well."))
        return moment(day, at or usual) if day else None

    def terms(self) -> RunTerms:
        """What was typed, as the deeds take it."""
        data = self.cleaned_data
        terms: RunTerms = {
            "capacity": data["capacity"],
            "minimum": data["minimum"],
            "loan_devices": data["loan_devices"] or 0,
            "bring": data["bring"],
            "is_public": data["is_public"],
            "reminder_rules": self.rules(),
        }
        if "selection" in data:
            terms["selection"], terms["preferences"] = data["selection"], data["preferences"]
        if data["opens"]:
            terms["reception_opens_at"] = data["opens"]
        if data["closes"]:
            terms["reception_closes_at"] = data["closes"]
        return terms


class RunChangeForm(SeenForm, RunTermsForm):
    """The terms of a run that exists."""

    @classmethod
    def of(cls, run: CourseRun, data: QueryDict | None = None) -> Self:
        """As the run stands now, or as it was sent."""
        settled = run.registrations.exists()
        return cls(data, initial=cls.initial_of(run), stands=terms_of(run), is_settled=settled)


class RunForm(MayClash, RunTermsForm):
    """A new run; its lessons are rows beside it."""

    course = forms.ModelChoiceField(Course.objects.all(), label=_("Course"), empty_label=_("Please choose"))
    helpers = RecordsField(
        Volunteer.objects.active(),
        label=_("Helpers"),
        required=False,
        help_text=_("They help in every lesson. A single lesson can be changed later."),
        widget=forms.CheckboxSelectMultiple,
    )
    single_days = forms.BooleanField(
        label=_("Each day is a class of its own"),
        required=False,
        help_text=_(
            "A course run is planned for each of them, and people register for one day. Reception opens for all at "
            "once, and closes as long before each day as before the first."
        ),
    )
    field_order = ["course", "single_days", "capacity", "minimum"]
