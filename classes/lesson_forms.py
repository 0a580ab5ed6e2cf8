"""When and where a lesson is to be, and with whom, as a clerk types it.

Dates and times are taken as they are said and written. A row of a new run's lessons says only what differs from the row
above it, because a series is nearly always at one time in one room.
"""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any, Self, cast

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Volunteer
from city.models import Venue
from classes.broadcast_words import says_nothing
from classes.clashing import LessonPlan
from classes.models import Assignment, Lesson
from classes.rescheduling import ReasonIsMissing, place_of
from classes.terms import staff_of
from core.fields import FreeTextDateField, ReasonField, RecordsField, TimeField
from core.forms import choice_field
from core.stale import SeenForm
from core.wareki import TOKYO

ROWS = 4
MOST_ROWS = 30
# Nobody plans a class further ahead; a date beyond it is a slip in the year.
FURTHEST = timedelta(days=2 * 366)


class MayClash(forms.Form):
    """A form whose lessons may want a room or a volunteer that is taken; the tick appears only when they do."""

    despite_clashes = forms.BooleanField(
        label=_("Register it all the same"),
        required=False,
        help_text=_("Tick this only when you have spoken with the other course, or with these people."),
    )


class LessonRow(forms.Form):
    """One lesson of a new run."""

    day = FreeTextDateField(label=_("Day"), required=False, coming=True)
    starts = TimeField(label=_("Begins"), required=False)
    ends = TimeField(label=_("Ends"), required=False)
    venue = forms.ModelChoiceField(Venue.objects.active(), label=_("Venue"), required=False)
    lead = forms.ModelChoiceField(Volunteer.objects.active(), label=_("Instructor"), required=False)

    def __init__(self, *args: Any, offered: Mapping[str, list[tuple[Any, str]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        # One list for all rows, instead of one query for each.
        for name, options in offered.items():
            choice_field(self, name).choices = options
        for name in ("day", "starts", "ends"):
            self.fields[name].widget.attrs["class"] = "short" if name != "day" else "medium"

    @property
    def is_empty(self) -> bool:
        """True when nothing was typed and nothing chosen."""
        return not self.has_changed()


class BaseLessonRows(forms.BaseFormSet):
    """The lessons of a new run; empty rows do not count, an empty box repeats the row above."""

    def add_fields(self, form: forms.Form, index: int | None) -> None:
        """In the table the heading of a column stands far from its boxes, so each box is named in full."""
        super().add_fields(form, index)
        for name in LessonRow.base_fields:
            field = form.fields[name]
            field.label = _("Lesson %(number)d, %(what)s") % {"number": (index or 0) + 1, "what": field.label}
            field.widget.attrs["aria-label"] = field.label

    def clean(self) -> None:
        if any(form.errors for form in self.forms):
            return
        above: dict[str, Any] = {}
        told: set[str] = set()
        self.plans: list[LessonPlan] = []
        for form in self.forms:
            if form.is_empty:
                continue
            above = {**above, **{name: value for name, value in form.cleaned_data.items() if value is not None}}
            if self._is_whole(form, above, told=told):
                self.plans.append(
                    LessonPlan(
                        moment(above["day"], above["starts"]),
                        moment(above["day"], above["ends"]),
                        above["venue"],
                        above.get("lead"),
                    )
                )
        if not self.plans and not any(form.errors for form in self.forms) and self.forms:
            self.forms[0].add_error("day", _("Write the date of at least one lesson."))

    def is_valid(self) -> bool:
        # What clean() found at single rows counts as well.
        return super().is_valid() and not any(form.errors for form in self.forms)

    def _is_whole(self, form: LessonRow, row: Mapping[str, Any], *, told: set[str]) -> bool:
        """Whether the row, with what it repeats, makes a lesson; what all rows lack is told at the first of them."""
        if form.cleaned_data.get("day") is None:
            form.add_error("day", _("Write the date, for example R8.12.3."))
        missing = {
            "starts": _("Write the time, for example 10:00."),
            "ends": _("Write the time, for example 10:00."),
            "venue": _("Choose the venue."),
        }
        for name, sentence in missing.items():
            if row.get(name) is None and name not in told:
                form.add_error(name, sentence)
                told.add(name)
        if not form.errors and not told:
            _refuse_odd_times(form, row["day"], row["starts"], row["ends"])
        return not (form.errors or told)

    def with_helpers(self, helpers: tuple[Volunteer, ...]) -> list[LessonPlan]:
        """The lessons, with these people helping in each."""
        return [LessonPlan(p.starts_at, p.ends_at, p.venue, p.lead, helpers) for p in self.plans]


def _rows_of(extra: int) -> type[BaseLessonRows]:
    """The formset with so many rows to fill in."""
    made = forms.formset_factory(
        LessonRow, formset=BaseLessonRows, extra=extra, max_num=MOST_ROWS, absolute_max=MOST_ROWS
    )
    return cast("type[BaseLessonRows]", made)


def lesson_rows(data: Mapping[str, Any] | None = None) -> BaseLessonRows:
    """The rows for a new run: empty, or as they were sent."""
    return _rows_of(ROWS)(data, **_row_kwargs())


def rows_showing(values: Iterable[Mapping[str, Any]]) -> BaseLessonRows:
    """Rows in which these values stand, and empty ones up to the usual number; nothing is judged yet."""
    standing = list(values)[:MOST_ROWS]
    rows = _rows_of(max(len(standing), ROWS))(**_row_kwargs())
    for form, initial in zip(rows.forms, standing, strict=False):
        form.initial = dict(initial)
    return rows


def _row_kwargs() -> dict[str, Any]:
    offered = {
        "venue": [("", "―"), *((venue.pk, str(venue)) for venue in Venue.objects.active())],
        "lead": [("", "―"), *((person.pk, person.name) for person in Volunteer.objects.active())],
    }
    return {"prefix": "lessons", "form_kwargs": {"offered": offered}}


def typed_rows(data: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    """What was sent in each row, as it was typed."""
    total = str(data.get("lessons-TOTAL_FORMS", ""))
    counted = total.isascii() and total.isdigit() and len(total) < 4
    for number in range(min(int(total), MOST_ROWS) if counted else ROWS):
        yield {name: data.get(f"lessons-{number}-{name}", "") for name in LessonRow.base_fields}


def first_start(rows: Iterable[Mapping[str, Any]]) -> datetime | None:
    """When the first lesson begins, as far as it stands in the rows; None while its day or hour cannot be read."""
    found, at = [], None
    for row in rows:
        day = _read("day", row.get("day"))
        at = _read("starts", row.get("starts")) or at
        if day and at:
            found.append(moment(day, at))
    return min(found, default=None)


def _read(name: str, typed: Any) -> Any:
    try:
        return LessonRow.base_fields[name].clean(typed)
    except forms.ValidationError:
        return None


class WeeklyForm(forms.Form):
    """A day of the week on which lessons are held; a press fills their days into the rows and saves nothing."""

    first = FreeTextDateField(
        label=_("First day"), required=False, coming=True, widget=forms.TextInput(attrs={"class": "medium"})
    )
    times = forms.IntegerField(
        label=_("How often"),
        required=False,
        min_value=1,
        max_value=MOST_ROWS,
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("times")}),
    )

    prefix = "weekly"

    def __init__(self, *args: Any, is_pressed: bool = False, **kwargs: Any) -> None:
        self.is_pressed = is_pressed
        super().__init__(*args, **kwargs)

    @classmethod
    def as_typed(cls, data: Mapping[str, Any]) -> "WeeklyForm":
        """What was sent, to be shown again without being judged."""
        return cls(initial={name: data.get(f"{cls.prefix}-{name}", "") for name in cls.base_fields})

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.is_pressed and self.has_changed() and not self.errors:
            # Whoever forgot the button would plan one lesson where a series was meant.
            self.add_error("first", _("Press “Fill in the days” first, or empty these two boxes."))
        for name in self.fields if self.is_pressed else ():
            if not data.get(name) and name not in self.errors:
                self.add_error(name, _("Write the first day and how often the class is held."))
        if data.get("first"):
            refuse_odd_day(self, "first", data["first"])
        return data


class CopyForm(forms.Form):
    """From when on a run is to be held again."""

    first = FreeTextDateField(
        label=_("First day of the new run"), coming=True, help_text=_("For example 12/3 or R9.1.4.")
    )
    times = forms.IntegerField(
        label=_("Every week, how often"),
        required=False,
        min_value=1,
        max_value=MOST_ROWS,
        help_text=_("Left empty: once. With more than 1, each day is a run of its own."),
        widget=forms.NumberInput(attrs={"class": "short", "data-unit": _("times")}),
    )

    def __init__(self, data: Mapping[str, Any] | None = None, *, lessons: int) -> None:
        super().__init__(data)
        # Several lessons every week would lie over those of the week before.
        if lessons > 1:
            del self.fields["times"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("first"):
            refuse_odd_day(self, "first", data["first"])
        return data


class LessonForm(MayClash):
    """When and where a lesson is."""

    day = FreeTextDateField(label=_("Day"), coming=True, help_text=_("For example 12/3 or R9.1.4."))
    starts = TimeField(label=_("Begins"))
    ends = TimeField(label=_("Ends"))
    venue = forms.ModelChoiceField(Venue.objects.active(), label=_("Venue"), empty_label=_("Please choose"))

    @staticmethod
    def initial_of(lesson: Lesson) -> dict[str, Any]:
        """The lesson as it is planned now."""
        starts, ends = timezone.localtime(lesson.starts_at), timezone.localtime(lesson.ends_at)
        return {"day": starts.date(), "starts": starts.time(), "ends": ends.time(), "venue": lesson.venue_id}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        kept = self.initial.get("venue")
        if kept:
            # A venue that went out of use meanwhile stays possible for the lesson that is in it.
            venue = cast("forms.ModelChoiceField[Venue]", self.fields["venue"])
            venue.queryset = Venue.objects.active() | Venue.objects.filter(pk=kept)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if not self.errors:
            _refuse_odd_times(self, data["day"], data["starts"], data["ends"])
        return data

    @property
    def starts_at(self) -> datetime:
        """When it begins."""
        return moment(self.cleaned_data["day"], self.cleaned_data["starts"])

    @property
    def ends_at(self) -> datetime:
        """When it ends."""
        return moment(self.cleaned_data["day"], self.cleaned_data["ends"])


class StaffForm(MayClash):
    """Who teaches and who helps in a lesson."""

    lead = forms.ModelChoiceField(
        Volunteer.objects.active(), label=_("Instructor"), required=False, empty_label=_("Not decided yet")
    )
    helpers = RecordsField(
        Volunteer.objects.active(), label=_("Helpers"), required=False, widget=forms.CheckboxSelectMultiple
    )

    @staticmethod
    def initial_of(lesson: Lesson) -> dict[str, Any]:
        """The people as they are planned now."""
        assigned = list(lesson.assignments.all())
        return {
            "lead": next((each.volunteer_id for each in assigned if each.part == Assignment.Part.LEAD), None),
            "helpers": [each.volunteer_id for each in assigned if each.part == Assignment.Part.HELP],
        }


class MoveForm(SeenForm, LessonForm):
    """Another time or room for a lesson."""

    @classmethod
    def of(cls, lesson: Lesson, data: QueryDict | None = None) -> Self:
        """As the lesson stands now, or as it was sent."""
        return cls(data, initial=cls.initial_of(lesson), stands=place_of(lesson))


class StaffChangeForm(SeenForm, StaffForm):
    """Other people in a lesson."""

    @classmethod
    def of(cls, lesson: Lesson, data: QueryDict | None = None) -> Self:
        """As the lesson stands now, or as it was sent."""
        return cls(data, initial=cls.initial_of(lesson), stands=staff_of(lesson))


class NewLessonForm(StaffForm, LessonForm):
    """One more lesson of a run."""

    field_order = ["day", "starts", "ends", "venue", "lead", "helpers"]


class ReasonForm(forms.Form):
    """Why something does not take place; people who call will ask."""

    reason = ReasonField(
        label=_("Reason"),
        help_text=_("Whoever calls will ask. Write it as you would say it."),
        error_messages={"required": ReasonIsMissing.sentence},
    )

    def clean_reason(self) -> str:
        """A reason that can be said to whoever calls."""
        reason = self.cleaned_data["reason"]
        if says_nothing(reason):
            self.add_error("reason", str(ReasonIsMissing()))
        return reason


def moment(day: date, at: time) -> datetime:
    """A time of day on a day, in Tokyo."""
    return datetime.combine(day, at, tzinfo=TOKYO)


def refuse_odd_day(form: forms.Form, name: str, day: date) -> None:
    """Say at a box that its day is over or too far ahead."""
    today = timezone.localdate()
    if day < today:
        form.add_error(name, _("This day is over. Please check the date."))
    elif day > today + FURTHEST:
        form.add_error(name, _("This is more than two years ahead. Please check the year."))


def _refuse_odd_times(form: forms.Form, day: date, starts: time, ends: time) -> None:
    now = timezone.now()
    if ends <= starts:
        form.add_error("ends", _("The lesson must end later than it begins."))
    elif moment(day, ends) <= now:
        form.add_error("day", _("This day is over. Please check the date."))
    elif moment(day, starts) > now + FURTHEST:
        form.add_error("day", _("This is more than two years ahead. Please check the year."))
