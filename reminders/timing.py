"""When a person is told: texts on any day inside their hours, calls on working days inside the office's own.

Nothing is said after the lesson. A slot outside the hours, and a call's slot on a closing day, moves earlier, never
later: whoever is told too late was not told. What must never happen: a telephone that rings at night, or a call that is
planned for when nobody is at the office.
"""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from city.models import CityProfile, ClosingDay
from core.officehours import Window, is_working_day, next_working_day, previous_working_day
from core.wareki import TOKYO, local_date

# A text that may be read hours later is of no use right before the lesson; a call still is.
TEXT_MARGIN = timedelta(hours=2)
# What is urgent is texted until shortly before: whoever reads it on the way can still turn round.
URGENT_MARGIN = timedelta(minutes=30)
# An urgent text that has not left, or whose arrival nobody confirmed, after so long is called about.
URGENT_PATIENCE = timedelta(minutes=20)
# Carriers report within minutes. After this the office stops believing.
RECEIPT_WITHIN = timedelta(minutes=90)
RECEIPT_AT_LEAST = timedelta(minutes=10)
# So that the clerk still has time to call before going home.
BEFORE_CLOSING = timedelta(minutes=30)
# A file is carried to another machine, and its results are carried back, when somebody has time for it.
CARRIED_BEFORE_CLOSING, CARRIED_AT_LEAST = timedelta(hours=2), timedelta(hours=1)
RETRY_AFTER = timedelta(hours=3)
# A slot at the end of the hours is moved so far before it: an evening's texts leave one after the other, and each has
# to arrive inside the hours.
BEFORE_THE_END = timedelta(minutes=30)
# Working days before the lesson. Ordinary mail takes two or three days and does not come at weekends, and a card that
# has lain on the table for a day or two is read.
POST_BEFORE, POST_AT_LATEST = 5, 3
# Nobody who was out comes home within the hour, and a call so close to the lesson finds them on their way.
REST_AT_LEAST = timedelta(hours=1)
# The parts of a day, each from its hour to the next one's: who was out in the morning may be in later. Over lunch
# nobody is disturbed, so the afternoon's calls begin at one.
_NOON, _AFTERNOON, _EVENING = time(12, 0), time(13, 0), time(16, 0)
# Seconds. Twilio's ValidityPeriod may be 1 to 36,000 (docs/api/errors/90007); in less than a minute nothing arrives.
SHORTEST_VALIDITY, LONGEST_VALIDITY = 60, 36_000


class Slot(NamedTuple):
    """From when a person is to be told, and until when it is of any use."""

    due_at: datetime
    useless_after: datetime


def window(city: CityProfile) -> Window:
    """The hours of a day in which texts may arrive."""
    return Window(city.sms_window_start, city.sms_window_end)


def calling_hours(city: CityProfile) -> Window:
    """The hours of a working day in which somebody is at the office to call."""
    return Window(city.calls_from, city.calls_until)


def texts_leave(city: CityProfile, now: datetime) -> bool:
    """Whether a text that leaves now can still arrive inside the hours."""
    hours = window(city)
    return hours.contains(now) and hours.contains(now + timedelta(seconds=SHORTEST_VALIDITY))


def closing_days(*moments: datetime) -> frozenset[date]:
    """The city's own closing days in the weeks around some moments."""
    first, last = local_date(min(moments)), local_date(max(moments))
    near = ClosingDay.objects.filter(day__gte=first - timedelta(days=60), day__lte=last + timedelta(days=60))
    return frozenset(near.values_list("day", flat=True))


def due_time(lesson_start: datetime, *, days_before: int, at: time, now: datetime, hours: Window) -> Slot | None:
    """The slot of a rule such as "the day before at 15:00", moved earlier into the hours.

    None when the moment has passed or leaves no time: whoever registers after it was just told by the clerk.
    """
    day = local_date(lesson_start) - timedelta(days=days_before)
    due_at = _for_slots(hours).latest_until(datetime.combine(day, at, TOKYO))
    if due_at < now or due_at > text_deadline(lesson_start, hours):
        return None
    return Slot(due_at, lesson_start)


def call_slot(due_at: datetime, hours: Window, closing: Collection[date]) -> datetime:
    """When the office calls for a slot: then, or at the same hour of the working day before."""
    return hours.latest_working_until(due_at, closing)


def called_by_today(now: datetime, hours: Window, closing: Collection[date]) -> datetime:
    """Whoever is to be told before this moment is called today at the latest; see `call_slot`."""
    return datetime.combine(next_working_day(local_date(now), closing), hours.start, TOKYO)


def call_again_time(
    now: datetime, useless_after: datetime, hours: Window, closing: Collection[date]
) -> datetime | None:
    """When to call again whom nobody reached now: at another time of day, on a working day, inside the hours.

    In an hour where only this part of the day is left before the lesson, and None (at once) where not even that is.
    """
    latest, soonest = useless_after - REST_AT_LEAST, now + REST_AT_LEAST
    today = local_date(now)
    day = today if is_working_day(today, closing) else next_working_day(today, closing)
    while day <= local_date(latest):
        for begin, end in _parts_of(day, hours):
            is_this_part = day == today and _part_of(now) == _part_of(begin)
            at = max(begin, soonest)
            if not is_this_part and at < end and at <= latest:
                return at
        day = next_working_day(day, closing)
    is_left = is_working_day(today, closing) and hours.contains(soonest) and soonest <= latest
    return soonest if is_left else None


def _part_of(moment: datetime) -> int:
    clock = moment.astimezone(TOKYO).time()
    return (clock >= _NOON) + (clock >= _EVENING)


def _parts_of(day: date, hours: Window) -> list[tuple[datetime, datetime]]:
    """When a day's calls are made, from and until, part by part; those outside the hours are left out."""
    parts = [(hours.start, _NOON), (_AFTERNOON, _EVENING), (_EVENING, hours.end)]
    inside = [(max(begin, hours.start), min(end, hours.end)) for begin, end in parts]
    return [
        (datetime.combine(day, begin, TOKYO), datetime.combine(day, end, TOKYO)) for begin, end in inside if begin < end
    ]


def at_once(now: datetime, useless_after: datetime, hours: Window, *, is_urgent: bool = False) -> datetime:
    """When something is due that has just happened: now, or when the hours begin.

    Now as well where the hours begin too late for a text; it is then called about at once.
    """
    opens = hours.earliest_from(now)
    return opens if opens <= text_deadline(useless_after, hours, is_urgent=is_urgent) else now


def urgent_text_time(now: datetime, useless_after: datetime, hours: Window) -> datetime | None:
    """When something urgent can be texted: now, or when the hours begin; None when somebody must call at once.

    A text is of use only while there is time to call whoever it does not reach.
    """
    opens = hours.earliest_from(now)
    return opens if opens + URGENT_PATIENCE <= text_deadline(useless_after, hours, is_urgent=True) else None


def posting_time(due_at: datetime, useless_after: datetime, hours: Window, closing: Collection[date]) -> datetime:
    """When a postcard is posted: as a call would be made, but early enough to arrive in good time."""
    early = datetime.combine(_working_days_before(useless_after, POST_BEFORE, closing), hours.start, TOKYO)
    return min(call_slot(due_at, hours, closing), early)


def is_time_to_post(now: datetime, useless_after: datetime, hours: Window, closing: Collection[date]) -> bool:
    """Whether a postcard that is posted now would arrive; after that somebody has to call."""
    last_day = _working_days_before(useless_after, POST_AT_LATEST, closing)
    return now <= datetime.combine(last_day, hours.end, TOKYO)


def _working_days_before(moment: datetime, days: int, closing: Collection[date]) -> date:
    day = local_date(moment)
    for _day in range(days):
        day = previous_working_day(day, closing)
    return day


def text_deadline(useless_after: datetime, hours: Window, *, is_urgent: bool = False) -> datetime:
    """The last moment at which a text about it may still be sent."""
    return hours.latest_until(useless_after - (URGENT_MARGIN if is_urgent else TEXT_MARGIN))


def receipt_deadline(
    sent_at: datetime, useless_after: datetime, hours: Window, closing: Collection[date], *, is_urgent: bool = False
) -> datetime:
    """When a text without a receipt is taken for not delivered.

    Ninety minutes after sending, or half an hour before the office closes on the last working day before the lesson,
    whichever comes first, but never at once; what is urgent, after twenty minutes. Of a text that leaves when nobody is
    there any more, the ninety minutes: until the next morning nobody calls.
    """
    if is_urgent:
        return sent_at + URGENT_PATIENCE
    last_day = previous_working_day(local_date(useless_after), closing)
    closes = datetime.combine(last_day, hours.end, TOKYO)
    deadline = sent_at + RECEIPT_WITHIN
    if sent_at >= closes:
        return deadline
    return min(deadline, max(closes - BEFORE_CLOSING, sent_at + RECEIPT_AT_LEAST))


def waiting_deadline(
    due_at: datetime, useless_after: datetime, hours: Window, *, calls: Window, closing: Collection[date]
) -> datetime:
    """Until when the office waits for a text that cannot leave, for a halt or a limit; then it calls.

    Half an hour before it closes on the last working day before the lesson; one that falls due later waits as long as a
    text may still be sent, since nobody is there to call.
    """
    last_day = previous_working_day(local_date(useless_after), closing)
    goes_home = datetime.combine(last_day, calls.end, TOKYO) - BEFORE_CLOSING
    return goes_home if due_at < goes_home else text_deadline(useless_after, hours)


def carried_deadline(since: datetime, useless_after: datetime, hours: Window, closing: Collection[date]) -> datetime:
    """Until when the office waits for a text that somebody carries out, and for its result; then it calls.

    Two hours before the office closes on the last working day before the lesson, but at least an hour: results may come
    back with the next day's file, and never after the last moment at which somebody could still call.
    """
    last_day = previous_working_day(local_date(useless_after), closing)
    goes_home = datetime.combine(last_day, hours.end, TOKYO)
    return max(goes_home - CARRIED_BEFORE_CLOSING, since + CARRIED_AT_LEAST)


def carried_span(now: datetime, slot: Slot, hours: Window, *, is_urgent: bool = False) -> Slot:
    """From when until when a text that is carried out may arrive: inside one day, as a machine may send all night.

    On the first day on which there is time to carry it, and where no later one is of use, in what is left of this.
    """
    last = text_deadline(slot.useless_after, hours, is_urgent=is_urgent)
    begins = hours.earliest_from(max(now, slot.due_at))
    ends = _end_of(begins, hours)
    tomorrow = datetime.combine(local_date(begins) + timedelta(days=1), hours.start, TOKYO)
    if ends - begins < CARRIED_AT_LEAST and not is_urgent and tomorrow + CARRIED_AT_LEAST <= last:
        begins, ends = tomorrow, _end_of(tomorrow, hours)
    return Slot(begins, min(ends, last))


def retry_time(
    now: datetime, useless_after: datetime, hours: Window, *, calls: Window, closing: Collection[date]
) -> datetime | None:
    """When to try once more on the same day; None when the day or the time is over.

    And where somebody could still call now, but not whom the second text does not reach either: before the lesson the
    office would not be open again.
    """
    again = now + RETRY_AFTER
    last_day = previous_working_day(local_date(useless_after), closing)
    closes = datetime.combine(last_day, calls.end, TOKYO)
    if now < closes < again + RECEIPT_AT_LEAST + BEFORE_CLOSING:
        return None
    inside = _for_slots(hours).contains(again) and local_date(again) == local_date(now)
    return again if inside and again <= text_deadline(useless_after, hours) else None


def validity_seconds(now: datetime, useless_after: datetime, hours: Window) -> int:
    """How long the provider may try, in seconds: to the end of the day's hours, and never beyond its use.

    A text that waited for a telephone to be switched on must not make it ring at night.
    """
    seconds = int((min(_end_of(now, hours), useless_after) - now).total_seconds())
    return max(SHORTEST_VALIDITY, min(LONGEST_VALIDITY, seconds))


def _end_of(moment: datetime, hours: Window) -> datetime:
    return datetime.combine(local_date(moment), hours.end, TOKYO)


def _for_slots(hours: Window) -> Window:
    """The hours in which texts are planned to leave; of short ones, the first half."""
    start, end = (datetime.combine(date.min, moment) for moment in (hours.start, hours.end))
    return Window(hours.start, max(end - BEFORE_THE_END, start + (end - start) / 2).time())
