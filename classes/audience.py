"""Whom a broadcast reaches, by which way, when, and what it costs: looked at before it is sent, and once more as it is.

What must never happen: a text that a household gets twice, somebody who is left out because the money has run out, or a
text promised for a time when nobody may be disturbed.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from django.db import models
from django.db.models import Count, Sum
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from city.models import CityProfile
from classes.broadcast_words import PURPOSES
from classes.models import Attendance, Broadcast, CourseRun, Lesson, LessonQuerySet, Registration
from reminders.budget import spending
from reminders.models import Message, Request
from reminders.outbox import Ask
from reminders.reasons import Reason
from reminders.routing import Channel, Route, Stopped, stopped_among
from reminders.timing import urgent_text_time, window
from reminders.ways import way_of
from reminders.wording import count_parts, normalise
from residents.models import Resident


@dataclass(frozen=True)
class Draft:
    """What a clerk is about to say to everybody of some lessons."""

    kind: str
    lessons: Sequence[Lesson]
    reason: str
    body: str
    by_telephone: bool = False

    @property
    def same_key(self) -> str:
        """Who says the same about the same lessons has the same."""
        numbers = ",".join(str(pk) for pk in sorted(lesson.pk for lesson in self.lessons))
        return hashlib.sha256("\n".join([self.kind, numbers, normalise(self.body)]).encode()).hexdigest()

    @property
    def is_called_off(self) -> bool:
        return self.kind == Broadcast.Kind.CALLED_OFF

    @property
    def runs(self) -> list[CourseRun]:
        """The runs of the lessons, each once."""
        return list({lesson.run_id: lesson.run for lesson in self.lessons}.values())

    def as_it_stands(self, now: datetime) -> "Draft":
        """The same about those lessons that still take place and have not begun, with their courses and venues."""
        numbers = [lesson.pk for lesson in self.lessons]
        return replace(self, lessons=list(ahead(now).filter(pk__in=numbers)))


class Why(models.TextChoices):
    """Why somebody is called although a text would be their way."""

    CHOSEN = "chosen", _("Everybody is called, as you chose")
    NO_TIME = "no_time", _("No time for a text before the lesson")
    MONEY = "money", _("Beyond what may be spent on texts")


@dataclass(frozen=True)
class Person:
    """Somebody who is to be told: for which places and lessons, and how."""

    resident: Resident
    registrations: Sequence[Registration]
    lessons: Sequence[Lesson]
    way: Route
    because: str = ""

    @property
    def starts_at(self) -> datetime:
        """When the first of their lessons begins; afterwards they know."""
        return min(lesson.starts_at for lesson in self.lessons)

    @property
    def is_waiting(self) -> bool:
        """Whether they have no seat yet and might have come all the same."""
        return all(each.state == Registration.State.WAITING for each in self.registrations)

    @property
    def why(self) -> str | Promise:
        """Why this way, in words; empty for a text."""
        if self.way.channel == Channel.NONE:
            return _("Wishes not to be told anything")
        code = self.because or self.way.reason
        return Why(code).label if code in Why.values else Reason(code).label if code else ""

    @property
    def address(self) -> str:
        """What they share with whoever is told by the same text or call."""
        number = self.way.phone.e164 if self.way.phone else f"resident:{self.resident.pk}"
        return f"{self.way.channel} {number}"


@dataclass(frozen=True)
class Audience:
    """Everybody who is to be told, at this moment."""

    draft: Draft
    now: datetime
    # When the texts leave: now, or when the hours begin.
    leaves_at: datetime
    people: Sequence[Person]
    # Said already that they will not come, so they are spared.
    absent: Sequence[Resident]
    parts: int
    yen_per_part: Decimal
    # What may still be spent, before these texts: yen of the month, texts of the day.
    yen_left: Decimal
    texts_left: int

    def by(self, *channels: Channel) -> list[Person]:
        """Those who are told one of these ways."""
        return [person for person in self.people if person.way.channel in channels]

    @property
    def texted(self) -> list[Person]:
        return self.by(Channel.SMS)

    @property
    def called(self) -> list[Person]:
        return self.by(Channel.CALL)

    @property
    def posted(self) -> list[Person]:
        return self.by(Channel.POSTCARD)

    @property
    def untold(self) -> list[Person]:
        return self.by(Channel.NONE)

    @property
    def beyond(self) -> list[Person]:
        """Those for whom the money is not enough."""
        return [person for person in self.people if person.because == Why.MONEY]

    @property
    def texts(self) -> int:
        """How many texts leave: one to each number."""
        return len({person.address for person in self.texted})

    @property
    def calls(self) -> int:
        """How many calls are to be made: one to each number."""
        return len({person.address for person in self.called})

    @property
    def yen(self) -> Decimal:
        """What the texts cost."""
        return self.texts * self.parts * self.yen_per_part

    @property
    def leaves_now(self) -> bool:
        return self.leaves_at <= self.now

    @property
    def fingerprint(self) -> str:
        """Changes when anything changes that the clerk has looked at."""
        when = "now" if self.leaves_now else self.leaves_at.isoformat()
        lines = [self.draft.same_key, self.draft.reason, str(self.draft.by_telephone), when]
        for person in self.people:
            places = ",".join(str(each.pk) for each in person.registrations)
            lines.append(f"{person.resident.pk} {places} {person.address} {person.because} {person.starts_at}")
        return hashlib.sha256("\n".join(lines).encode()).hexdigest()

    def asks(self, broadcast: Broadcast) -> list[Ask]:
        """What the letterbox is asked for: one request for each place, of which those at one number share a text."""
        firsts: dict[str, datetime] = {}
        for person in self.people:
            firsts[person.address] = min(person.starts_at, firsts.get(person.address, person.starts_at))
        return [
            Ask(
                key=key_of(registration, broadcast),
                purpose=PURPOSES[Broadcast.Kind(broadcast.kind)],
                resident=person.resident,
                occasion=broadcast.occasion,
                body=broadcast.body,
                due_at=self.leaves_at if person.way.channel == Channel.SMS else self.now,
                useless_after=firsts[person.address],
                by_call_only=bool(person.because),
                is_urgent=True,
            )
            for person in self.people
            for registration in person.registrations
        ]


def key_of(registration: Registration, broadcast: Broadcast) -> str:
    """The key under which one place's person is told."""
    return f"registration:{registration.pk}:{broadcast.occasion}"


def ahead(now: datetime) -> LessonQuerySet:
    """The lessons about which something can still be said: they take place and have not begun."""
    return Lesson.objects.standing().filter(starts_at__gt=now).select_related("run__course", "venue")


def audience_of(draft: Draft, *, city: CityProfile, now: datetime) -> Audience:
    """Everybody who is to be told this, as they can be reached now. The same few questions for any number."""
    places = list(
        Registration.objects.active()
        .filter(run__in=draft.runs)
        .with_offers()
        .select_related("resident")
        .prefetch_related("resident__phone_lines", "resident__consents")
        .order_by("pk")
    )
    told = set(
        Attendance.objects.filter(lesson__in=draft.lessons, mark=Attendance.Mark.ABSENT_TOLD).values_list(
            "registration_id", "lesson_id"
        )
    )
    concerned = [each for each in places if _is_concerned(each, draft)]
    coming: dict[int, list[tuple[Registration, list[Lesson]]]] = defaultdict(list)
    absent: dict[int, Resident] = {}
    for each in concerned:
        lessons = [lesson for lesson in draft.lessons if lesson.run_id == each.run_id]
        expected = [lesson for lesson in lessons if (each.pk, lesson.pk) not in told]
        if expected:
            coming[each.resident_id].append((each, expected))
        else:
            absent[each.resident_id] = each.resident
    reaching = _Reaching(draft, city, now, stopped_among(each[0][0].resident for each in coming.values()))
    return _with_money(
        Audience(
            draft=draft,
            now=now,
            leaves_at=window(city).earliest_from(now),
            people=reaching.people(coming.values()),
            absent=[who for pk, who in absent.items() if pk not in coming],
            parts=count_parts(normalise(draft.body)),
            yen_per_part=city.sms_yen_per_part,
            yen_left=Decimal(0),
            texts_left=0,
        ),
        reaching=reaching,
    )


def _is_concerned(registration: Registration, draft: Draft) -> bool:
    """Whoever has a seat, or may be given one before the lesson; that it is called off, all who wait have to hear."""
    if registration.state == Registration.State.CONFIRMED or vars(registration)["has_open_offer"]:
        return True
    return draft.is_called_off


@dataclass(frozen=True)
class _Reaching:
    """Finds the way to each person, the next lesson first."""

    draft: Draft
    city: CityProfile
    now: datetime
    stopped: Stopped

    def people(self, places: Iterable[list[tuple[Registration, list[Lesson]]]]) -> list[Person]:
        people = [self._person(of_one) for of_one in places]
        return sorted(people, key=lambda person: (person.starts_at, person.resident.kana, person.resident.pk))

    def _person(self, places: list[tuple[Registration, list[Lesson]]]) -> Person:
        resident = places[0][0].resident
        lessons = [lesson for _registration, lessons in places for lesson in lessons]
        person = Person(
            resident=resident,
            registrations=[registration for registration, _lessons in places],
            lessons=lessons,
            way=self.way(resident, until=min(lesson.starts_at for lesson in lessons)),
        )
        because = self._because(person)
        return self.called(person, because) if because else person

    def called(self, person: Person, because: str) -> Person:
        """The same person, called for some reason instead of texted."""
        way = self.way(person.resident, until=person.starts_at, by_call_only=True)
        return replace(person, because=because, way=way)

    def way(self, resident: Resident, *, until: datetime, by_call_only: bool = False) -> Route:
        """As the letterbox will find it, but for the time that is left for a text, of which `_because` knows."""
        request = Request(
            resident=resident,
            purpose=PURPOSES[Broadcast.Kind(self.draft.kind)],
            body=normalise(self.draft.body),
            by_call_only=by_call_only,
            useless_after=until,
            is_urgent=True,
        )
        return way_of(request, city=self.city, stopped=self.stopped)

    def _because(self, person: Person) -> str:
        """Why somebody who could be texted is called all the same; empty when they are not."""
        if person.way.channel != Channel.SMS:
            return ""
        if self.draft.by_telephone:
            return Why.CHOSEN
        can_be_texted = urgent_text_time(self.now, person.starts_at, window(self.city)) is not None
        return "" if can_be_texted else Why.NO_TIME


def _with_money(audience: Audience, *, reaching: _Reaching) -> Audience:
    """The same with what it may cost: whoever is beyond the month's money or the day's texts is called at once."""
    money = spending(reaching.city, now=audience.leaves_at)
    waiting = Message.objects.urgent().filter(state=Message.State.PLANNED)
    promised = waiting.aggregate(texts=Count("pk"), parts=Sum("parts"))
    yen_left = money.monthly_yen - money.yen_this_month - (promised["parts"] or 0) * money.yen_per_part
    texts_left = money.daily_limit - money.texts_today - promised["texts"]
    a_text = audience.parts * money.yen_per_part
    room = max(0, texts_left if not a_text else min(texts_left, int(yen_left // a_text)))
    people = list(_within(audience.people, room, reaching))
    return replace(audience, people=people, yen_left=max(Decimal(0), yen_left), texts_left=max(0, texts_left))


def _within(people: Iterable[Person], room: int, reaching: _Reaching) -> Iterator[Person]:
    """The first numbers are texted, the others called."""
    numbers: set[str] = set()
    for person in people:
        if person.way.channel != Channel.SMS or person.address in numbers:
            yield person
        elif len(numbers) < room:
            numbers.add(person.address)
            yield person
        else:
            yield reaching.called(person, Why.MONEY)
