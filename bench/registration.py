"""Registering at the desk: one clerk, eight clerks at once, a rush for twenty seats, and five hundred seats freed."""

import itertools
import statistics
import threading
import time
from collections.abc import Callable, Iterator

from bench.frame import anchors
from bench.frame.client import Answer, Client
from bench.frame.databases import DATABASES, SHOWN
from bench.frame.office import clerk, open_run, people, seat
from bench.frame.registry import Measurement, Of, at_least, at_most, exactly, scenario
from bench.frame.run import Run, Site
from bench.frame.stopwatch import duration_ms, each_once, together
from classes.models import CourseRun, Registration
from classes.planning import change_run
from residents.models import Resident

CLERKS = 8
SECONDS = 5
FREED = 500


@scenario("register", target=at_most(5))
def register(run: Run) -> Iterator[Measurement]:
    """One registration after the other with a seat, the press of the button at the desk, wall time."""
    for kind in DATABASES:
        with run.site(kind) as site:
            course_run, callers = open_run(capacity=5000), people(120)
            desk = clerk_at_the_desk(site)
            acts = [registering(desk, caller, course_run) for caller in callers]
            times = [duration_ms(act) for act in acts][20:]
            floor = anchors.floor_page(run, kind)
            yield Measurement(f"one registration, {SHOWN[kind]}", statistics.median(times), "ms", floor)
            queries = [press(desk, caller, course_run).queries for caller in people(12, skip=120)]
            yield Measurement(f"queries at most, {SHOWN[kind]}", max(queries), "queries", target=at_most(14, Of.VALUE))
            assert course_run.registrations.confirmed().count() == len(callers) + len(queries)  # noqa: S101


@scenario("registrations", target=at_least(1 / 8))
def registrations(run: Run) -> Iterator[Measurement]:
    """Registrations a second by eight clerks at once, all for the same run."""
    for kind in DATABASES:
        with run.site(kind) as site:
            course_run = open_run(capacity=30_000)
            callers = iter(people(5000))
            desks = [clerk_at_the_desk(site) for _ in range(CLERKS)]
            crowd = together([next_caller(desk, callers, course_run) for desk in desks], seconds=SECONDS)
            floor = anchors.floor_rate(run, kind, clients=CLERKS)
            yield Measurement(f"{CLERKS} clerks, {SHOWN[kind]}", crowd.per_second, "/s", floor)
            lost = abs(course_run.registrations.confirmed().count() - crowd.done)
            yield Measurement(
                f"errors and lost ones, {SHOWN[kind]}", len(crowd.errors) + lost, "answers", target=exactly(0)
            )


@scenario("race")
def race(run: Run) -> Iterator[Measurement]:
    """Two hundred callers for twenty seats, forty clerks at once: nobody too many, nobody out of line."""
    for kind in DATABASES:
        with run.site(kind) as site:
            course_run = open_run(capacity=20)
            desks = itertools.cycle([clerk_at_the_desk(site) for _ in range(40)])
            queue: dict[Client, list[Resident]] = {}
            for caller in people(200):
                queue.setdefault(next(desks), []).append(caller)
            crowd = each_once([serving_all(desk, line, course_run) for desk, line in queue.items()], clients=40)
            seated, waiting = course_run.registrations.confirmed(), course_run.registrations.waiting()
            yield Measurement(f"seats given, {SHOWN[kind]}", seated.count(), "seats", target=exactly(20))
            yield Measurement(f"waiting, {SHOWN[kind]}", waiting.count(), "people", target=exactly(180))
            yield Measurement(f"errors, {SHOWN[kind]}", len(crowd.errors), "answers", target=exactly(0))
            yield Measurement(f"out of line, {SHOWN[kind]}", out_of_line(course_run), "people", target=exactly(0))
            floor = anchors.floor_rate(run, kind, clients=CLERKS)
            yield Measurement(f"answers, {SHOWN[kind]}", 200 / crowd.seconds, "/s", floor, at_least(1 / 8))


@scenario("freed")
def freed(run: Run) -> Iterator[Measurement]:
    """Five hundred seats more in a run for which five hundred wait, while eight clerks register for it."""
    for kind in DATABASES:
        with run.site(kind) as site:
            course_run, callers = open_run(capacity=1), iter(people(3000, skip=501))
            seat(course_run, people(1))
            seat(course_run, people(FREED, skip=1), state=Registration.State.WAITING)
            desks = [clerk_at_the_desk(site) for _ in range(CLERKS)]
            durations: list[tuple[float, float]] = []
            acts = [timed(next_caller(desk, callers, course_run), durations) for desk in desks]
            planner = clerk()
            spans: list[tuple[float, float]] = []
            freeing = timed(lambda: change_run(course_run, by=planner, capacity=1 + FREED), spans)  # noqa: B023  (called before the next round)
            once = threading.Timer(1, freeing)
            once.start()
            crowd = together(acts, seconds=SECONDS)
            once.join()
            begun, ended = spans[0]
            # As long as the peer needs for a thirtieth of them, and it refuses everybody else meanwhile.
            yield Measurement(f"{FREED} offers, {SHOWN[kind]}", ended - begun, "s", target=at_most(1.1, Of.VALUE))
            meanwhile = [end - start for start, end in durations if start < ended and end > begun]
            yield Measurement(f"longest registration meanwhile, {SHOWN[kind]}", max(meanwhile) * 1000, "ms")
            yield Measurement(
                f"registrations meanwhile, {SHOWN[kind]}", len(meanwhile), "answers", target=at_least(1, Of.VALUE)
            )
            yield Measurement(f"refused, {SHOWN[kind]}", len(crowd.errors), "answers", target=exactly(0))
            waiting = course_run.registrations.waiting()
            lost = abs(waiting.count() - FREED - crowd.done) + abs(waiting.offered().count() - FREED)
            lost += abs(waiting.values("resident").distinct().count() - waiting.count())
            yield Measurement(f"lost or doubled, {SHOWN[kind]}", lost, "people", target=exactly(0))


def timed(act: Callable[[], object], spans: list[tuple[float, float]]) -> Callable[[], object]:
    """The act, from when to when it lasted kept in a list."""

    def measured() -> None:
        begun = time.perf_counter()
        act()
        spans.append((begun, time.perf_counter()))

    return measured


def clerk_at_the_desk(site: Site) -> Client:
    """A clerk whose browser shows the desk."""
    client = site.colleague("reception")
    client.get("/desk/")
    return client


def press(desk: Client, caller: Resident, course_run: CourseRun) -> Answer:
    """The press of the button."""
    return desk.post("/desk/register/", {"person": caller.pk, "run": course_run.pk, "channel": "phone"})


def registering(desk: Client, caller: Resident, course_run: CourseRun) -> Callable[[], object]:
    """The act of registering one caller."""
    return lambda: press(desk, caller, course_run)


def next_caller(desk: Client, callers: Iterator[Resident], course_run: CourseRun) -> Callable[[], object]:
    """The act of registering whoever calls next."""
    return lambda: press(desk, next(callers), course_run)


def serving_all(desk: Client, line: list[Resident], course_run: CourseRun) -> Callable[[], object]:
    """The act of registering a line of callers, one after the other."""

    def serve() -> None:
        for caller in line:
            press(desk, caller, course_run)

    return serve


def out_of_line(course_run: CourseRun) -> int:
    """How many have another place in line than the order of their slips, or a slip before somebody with a seat."""
    slips = list(course_run.registrations.confirmed().order_by("slip_number").values_list("slip_number", flat=True))
    slips += course_run.registrations.waiting().values_list("slip_number", flat=True)
    return sum(slip != place for place, slip in enumerate(slips, start=1))
