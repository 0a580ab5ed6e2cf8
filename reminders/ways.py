"""Which way one request goes, all things considered: the wish, the words of the text, and the time that is left.

What must never happen: a text that may not be sent as it is, or paper that arrives after the lesson.
"""

from datetime import datetime
from typing import cast

from django.utils import timezone

from city.models import CityProfile
from reminders import timing
from reminders.models import Request
from reminders.purposes import about_of, is_only_written
from reminders.reasons import Reason
from reminders.routing import Channel, Route, Stopped, in_time, route
from reminders.wording import lint


def way_of(
    request: Request,
    *,
    why: str = "",
    city: CityProfile | None = None,
    stopped: Stopped | None = None,
    now: datetime | None = None,
) -> Route:
    """How the person of a request is told, all things considered; `why` (a value of Reason) rules out a text.

    `now` is told by the worker, whose machine may be ahead: a card that can still be posted is no call.
    """
    way = _best_way(request, why=why, city=city, stopped=stopped, now=now or timezone.now())
    return Route(Channel.NONE) if way.channel == Channel.CALL and is_only_written(request.purpose) else way


def _best_way(request: Request, *, why: str, city: CityProfile | None, stopped: Stopped | None, now: datetime) -> Route:
    about = about_of(request.purpose)
    way = route(request.resident, by_call_only=request.by_call_only, about=about, stopped=stopped)
    if way.channel == Channel.POSTCARD:
        return _posted_in_time(request, way, city=city or CityProfile.current(), now=now)
    if way.channel != Channel.SMS:
        return way
    if why:
        return Route(Channel.CALL, way.phone, why)
    city = city or CityProfile.current()
    if _is_late(request, city=city):
        return Route(Channel.CALL, way.phone, Reason.LATE)
    if lint(request.body, office_phone=city.office_phone):
        # A booking must not fail because of the words of a text, so the person is called instead.
        return Route(Channel.CALL, way.phone, Reason.WORDING)
    return way


def _is_late(request: Request, *, city: CityProfile) -> bool:
    """Whether a request is planned for when no text can be sent any more; one without a time is only thought about."""
    due_at = cast("datetime | None", request.due_at)
    return due_at is not None and due_at > timing.text_deadline(
        request.useless_after, timing.window(city), is_urgent=request.is_urgent
    )


def _posted_in_time(request: Request, way: Route, *, city: CityProfile, now: datetime) -> Route:
    return in_time(
        request.resident,
        way,
        request.useless_after,
        hours=timing.calling_hours(city),
        closing=city.closing_days_to_come,
        now=now,
    )
