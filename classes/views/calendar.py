"""The public calendar: which classes there are, whether seats are left, and how to apply by telephone."""

from collections import Counter
from collections.abc import Iterable

from django import forms
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.cache import cache_control

from accounts.access import ANYONE, allow
from city.context import city_of
from city.models import Venue
from classes.calendar_feed import feed
from classes.devices import taught_devices
from classes.models import Lesson, Move
from classes.public_calendar import announced, announced_run, cards
from core.downloads import file
from core.forms import FilterForm, choice_field

# Seats are given by telephone meanwhile; a page older than this would promise what is gone. It is for one reader only,
# because the form in its foot carries a key of theirs.
page_cache = cache_control(private=True, max_age=60)
file_cache = cache_control(public=True, max_age=900)


class CalendarFilter(FilterForm):
    """Which classes the calendar shows."""

    device = forms.ChoiceField(label=_("Device"))
    venue = forms.ModelChoiceField(Venue.objects.active(), label=_("Venue"), empty_label=_("All venues"))

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)
        choice_field(self, "device").choices = [("", _("All devices")), *taught_devices()]


@allow(ANYONE)
@page_cache
def calendar(request: HttpRequest) -> HttpResponse:
    """The runs that are ahead; nothing about a person, and nobody signs in for it."""
    now = timezone.now()
    asked = CalendarFilter(request.GET)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    runs = announced(at=now, device=chosen.get("device", ""), venue=chosen.get("venue"))
    context = {"cards": cards(list(runs), at=now), "filter": asked, "is_narrowed": any(chosen.values())}
    return render(request, "classes/calendar.html", context)


@allow(ANYONE)
@page_cache
def calendar_run(request: HttpRequest, pk: int) -> HttpResponse:
    """One run, as its address stands on the flyer; also when it is over or called off."""
    (card,) = cards([announced_run(pk)], at=timezone.now())
    return render(request, "classes/calendar_run.html", {"card": card})


@allow(ANYONE)
@file_cache
def calendar_ics(request: HttpRequest) -> HttpResponse:
    """The dates that are ahead as a file for a calendar program; a cancelled lesson stays in it and says so."""
    ahead = Lesson.objects.filter(run__is_public=True, ends_at__gt=timezone.now())
    lessons = ahead.select_related("run__course", "venue").order_by("starts_at", "pk")
    return _file(request, lessons, name="classes.ics")


@allow(ANYONE)
@file_cache
def calendar_run_ics(request: HttpRequest, pk: int) -> HttpResponse:
    """The dates of one run as a file for a calendar program."""
    run = announced_run(pk)
    lessons = list(run.lessons.all())
    for lesson in lessons:
        lesson.run = run
    return _file(request, lessons, name=f"class-{pk}.ics")


def _file(request: HttpRequest, lessons: Iterable[Lesson], *, name: str) -> HttpResponse:
    site = settings.PUBLIC_BASE_URL or request.build_absolute_uri("/").rstrip("/")
    those = list(lessons)
    moves = Counter(Move.objects.filter(lesson__in=those).values_list("lesson", flat=True))
    content = feed(those, moves=moves, city=city_of(request), site=site, made_at=timezone.now())
    return file(content, name=name, content_type="text/calendar; charset=utf-8")
