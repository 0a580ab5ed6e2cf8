"""One tap on the roster in the hall."""

import itertools
import uuid
from collections.abc import Callable, Iterator

from bench.frame import anchors
from bench.frame.client import Answer, Client
from bench.frame.databases import DATABASES, SHOWN
from bench.frame.office import open_run, people, seat
from bench.frame.registry import Measurement, at_most, scenario
from bench.frame.run import Run
from bench.frame.stopwatch import median_ms
from classes.models import CourseRun, Lesson

PEOPLE = 40


@scenario("attendance")
def attendance(run: Run) -> Iterator[Measurement]:
    """A mark on a roster of forty, as the page sends it and is answered, wall time."""
    for kind in DATABASES:
        with run.site(kind) as site:
            course_run = open_run(capacity=PEOPLE, days_ahead=0)
            seat(course_run, people(PEOPLE))
            tap = tapping(site.colleague("reception"), course_run)
            queries = max(tap().queries for _ in range(PEOPLE))
            taken = median_ms(tap, times=3 * PEOPLE)
            yield Measurement(f"one mark, {SHOWN[kind]}", taken, "ms", anchors.floor_page(run, kind), at_most(4))
            yield Measurement(f"queries of a first mark, {SHOWN[kind]}", queries, "queries")


def tapping(client: Client, course_run: CourseRun) -> Callable[[], Answer]:
    """The act of marking the next person, down the roster again and again, each time with another mark."""
    roster = f"/lessons/{Lesson.objects.get(run=course_run).pk}/roster/"
    client.get(roster)
    lines = itertools.cycle(course_run.registrations.values_list("pk", flat=True))
    marks = itertools.cycle(["present"] * PEOPLE + ["late"] * PEOPLE)

    def tap() -> Answer:
        data = {"mark": next(marks), "key": uuid.uuid4()}
        return client.post(f"{roster}{next(lines)}/mark/", data, expect=200, headers={"HX-Request": "true"})

    return tap
