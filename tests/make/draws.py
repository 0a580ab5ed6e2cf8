"""Builders of runs whose seats are drawn by lot or decided at the counter."""

from typing import Any

from django.utils import timezone

from accounts.models import User
from city.models import District
from classes.lottery import draw_lots, list_lots, prepare
from classes.models import CourseRun, Draw, Party, Registration
from residents.models import PhoneLine, Resident
from tests.make import classes as make
from tests.make import residents as make_residents

DICE = "352614"


def lottery(**fields: Any) -> CourseRun:
    """A run with a lottery, its seed sealed and its reception open."""
    run = make.run(selection=CourseRun.Selection.LOTTERY, **fields)
    prepare(run)
    return run


def counter(**fields: Any) -> CourseRun:
    """A run whose seats the counter decides, its reception open."""
    return make.run(selection=CourseRun.Selection.COUNTER, **fields)


def applicants(run: CourseRun, number: int, *, by: User | None = None, **person: Any) -> list[Registration]:
    """So many people who applied alone, one after the other."""
    who = by or make.clerk()
    return [make.registration(run, make_residents.resident(by=who, **person), by=who) for _each in range(number)]


def crowd(run: CourseRun, number: int) -> list[Registration]:
    """So many people who wait for a run, written at once; each has a telephone."""
    clerk, now = make.clerk(), timezone.now()
    pattern = make_residents.resident(by=clerk)
    people = Resident.objects.bulk_create(_copy(pattern) for _each in range(number))
    PhoneLine.objects.bulk_create(
        PhoneLine(resident=person, number=f"+81745{number:06}", last_four=f"{number:06}"[-4:])
        for number, person in enumerate(people)
    )
    waiting = {"state": Registration.State.WAITING, "waiting_since": now, "channel": Registration.Channel.PHONE}
    return Registration.objects.bulk_create(
        Registration(run=run, resident=person, slip_number=slip, taken_by=clerk, **waiting)
        for slip, person in enumerate(people, start=1)
    )


def _copy(person: Resident) -> Resident:
    fields = {field.attname: getattr(person, field.attname) for field in Resident._meta.concrete_fields}
    return Resident(**{**fields, "id": None})


def district(name: str = "忍海", **fields: Any) -> District:
    """A part of the city."""
    return District.objects.get_or_create(name=name, defaults=fields)[0]


def party(*registrations: Registration) -> Party:
    """People who come together, as the desk writes them down in one call."""
    made = Party.objects.create(run=registrations[0].run)
    for registration in registrations:
        registration.party = made
        registration.save(update_fields=["party"])
    return made


def closed(run: CourseRun) -> CourseRun:
    """The run with its reception closed a moment ago."""
    run.reception_closes_at = timezone.now()
    run.save(update_fields=["reception_closes_at"])
    return run


def listed(run: CourseRun, *, by: User | None = None) -> Draw:
    """Reception has closed and the lots are listed."""
    return list_lots(closed(run), by=by or make.clerk())


def drawn(run: CourseRun, *, number: str = DICE, by: User | None = None) -> Draw:
    """Everything until the lots are drawn."""
    who = by or make.clerk()
    listed(run, by=who)
    return draw_lots(run, number=number, by=who)
