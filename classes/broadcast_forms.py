"""What a clerk chooses and writes before everybody of some lessons is told at once."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from city.models import CityProfile, Venue
from classes.audience import Draft, ahead
from classes.broadcast_words import names_a_day, says_nothing
from classes.broadcasting import NothingIsSaid
from classes.models import Broadcast, Lesson, LessonQuerySet
from classes.seats import SeatCount
from core.fields import FreeTextDateField, ReasonField, RecordsField
from core.forms import FilterForm, IdempotencyKeyField
from core.wareki import local_date, span
from reminders.wording import Flaw, lint, normalise

# No number of a run or lesson is larger.
_LARGEST = 2**31 - 1


class LessonFilter(FilterForm):
    """Which lessons are shown to choose from: of a day, in one venue or the whole city; or of one run."""

    day = FreeTextDateField(label=_("Day"), coming=True, widget=forms.TextInput(attrs={"class": "medium"}))
    venue = forms.ModelChoiceField(Venue.objects.active(), label=_("Venue"), empty_label=_("The whole city"))
    run = forms.IntegerField(min_value=1, max_value=_LARGEST, widget=forms.HiddenInput)
    lesson = forms.IntegerField(min_value=1, max_value=_LARGEST, widget=forms.HiddenInput)

    @property
    def chosen(self) -> dict[str, Any]:
        """What was asked for and could be read."""
        self.is_valid()
        return {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}

    def lessons(self, now: datetime) -> LessonQuerySet:
        """The lessons asked for; without a question, all of the next day on which there are any."""
        chosen, lessons = self.chosen, ahead(now).with_confirmed()
        if "lesson" in chosen:
            return lessons.filter(run__lessons=chosen["lesson"])
        if "run" in chosen:
            return lessons.filter(run=chosen["run"])
        if "venue" in chosen:
            # Every room of it: a storm closes the house.
            lessons = lessons.filter(venue__name=chosen["venue"].name)
        day = chosen.get("day") or next_day(lessons)
        return lessons.on(day) if day else lessons.none()

    def ticked(self, lessons: Sequence[Lesson]) -> list[int]:
        """Which of them are meant, unless the clerk says otherwise."""
        only = self.chosen.get("lesson")
        return [lesson.pk for lesson in lessons if only in (None, lesson.pk)]


def next_day(lessons: LessonQuerySet) -> date | None:
    """The first day on which one of these lessons is held."""
    first = lessons.order_by("starts_at").values_list("starts_at", flat=True).first()
    return local_date(first) if first else None


class LessonsField(RecordsField):
    """Lessons to be ticked, each with its day, its course, its hall and how many have a seat; more than fit is said."""

    def label_from_instance(self, obj: Lesson) -> str:
        people = vars(obj).get("confirmed", 0)
        seats = SeatCount(obj.run.capacity, people, vars(obj).get("offered", 0), waiting=0, in_line=0)
        counted = ngettext("%(count)d person", "%(count)d people", people) % {"count": people}
        if seats.over:
            counted = seats.sentence
        return f"{span(obj.starts_at, obj.ends_at)}　{obj.run.course.title}　{obj.venue}　{counted}"


class ChoiceForm(forms.Form):
    """Which lessons, what happens to them, and why."""

    lessons = LessonsField(
        Lesson.objects.none(),
        label=_("Lessons"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={
            "required": _("Tick at least one lesson."),
            "invalid_choice": _("One of these lessons has begun or was called off meanwhile. Please choose again."),
        },
    )
    kind = forms.ChoiceField(
        label=_("What is to happen"),
        choices=Broadcast.Kind.choices,
        widget=forms.RadioSelect,
        initial=Broadcast.Kind.CALLED_OFF,
    )
    reason = ReasonField(
        label=_("Reason, or what is different"),
        help_text=_(
            "For example “approach of typhoon no. 10”, or “The entrance has changed. Please use the north door”. It "
            "stands in the text and on the door, and is read out on the telephone."
        ),
        error_messages={"required": NothingIsSaid.sentence},
    )

    def __init__(self, *args: Any, lessons: LessonQuerySet, city: CityProfile, **kwargs: Any) -> None:
        self.city = city
        super().__init__(*args, **kwargs)
        self.fields["lessons"].queryset = lessons  # type: ignore[attr-defined]  # declared above

    def clean_reason(self) -> str:
        """Words that can stand on the door and be read out; a link there would be trusted in a text."""
        reason = self.cleaned_data["reason"]
        if says_nothing(reason):
            self.add_error("reason", str(NothingIsSaid()))
        elif Flaw.URL in lint(reason, office_phone=self.city.office_phone):
            self.add_error("reason", str(Flaw.URL.sentence))
        return reason

    def draft(self, body: str, *, by_telephone: bool = False) -> Draft:
        """What was chosen, with these words."""
        data = self.cleaned_data
        return Draft(data["kind"], list(data["lessons"]), data["reason"], body, by_telephone)


class MessageForm(ChoiceForm):
    """The words, and whether everybody is to be called; what was chosen before goes along unseen.

    Only a reason that has to be mended is shown once more.
    """

    body = forms.CharField(
        label=_("Text"),
        max_length=600,
        widget=forms.Textarea(attrs={"rows": 4, "class": "full"}),
        error_messages={"required": _("Write the text.")},
    )
    by_telephone = forms.BooleanField(
        label=_("Call everybody at once, and send no text"),
        required=False,
        help_text=_("For example early in the morning, when a text would come too late."),
    )
    key = IdempotencyKeyField()

    def __init__(self, *args: Any, city: CityProfile, **kwargs: Any) -> None:
        super().__init__(*args, lessons=ahead(timezone.now()), city=city, **kwargs)
        self.fields["lessons"].widget = forms.MultipleHiddenInput()
        self.fields["kind"].widget = forms.HiddenInput()

    def clean_body(self) -> str:
        """Like every text of the city: whose it is, whom to ring, and nothing that looks like a fraud."""
        body = normalise(self.cleaned_data["body"])
        for flaw in lint(body, office_phone=self.city.office_phone):
            self.add_error("body", str(flaw.sentence))
        if not body.startswith(f"【{self.city.name}】"):
            self.add_error("body", _("Begin the text with 【%(city)s】.") % {"city": self.city.name})
        if self.city.office_phone not in body:
            self.add_error(
                "body", _("Write the office’s telephone number, %(phone)s.") % {"phone": self.city.office_phone}
            )
        return body

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("body") and data.get("lessons") and not names_a_day(data["body"], list(data["lessons"])):
            self.add_error("body", _("Write the date of the lesson, for example 12月3日: a text may be read later."))
        return data

    @property
    def as_chosen(self) -> Draft:
        """What is to be sent."""
        return self.draft(self.cleaned_data["body"], by_telephone=self.cleaned_data["by_telephone"])

    @property
    def as_written(self) -> Draft:
        """The same with reason and text as they stand in their boxes, to be looked at while they are mended."""
        data, reason, body = self.cleaned_data, self["reason"].value() or "", self["body"].value() or ""
        return Draft(data["kind"], list(data["lessons"]), reason, normalise(body), data["by_telephone"])
