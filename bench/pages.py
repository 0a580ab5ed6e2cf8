"""The pages that stand open all day, in a city of scale 20: time in the server and queries."""

import statistics
from collections.abc import Iterator
from dataclasses import dataclass

from bench.frame import anchors
from bench.frame.databases import DATABASES, SHOWN
from bench.frame.office import open_run, people, seat
from bench.frame.registry import Anchor, Measurement, Of, at_most, scenario
from bench.frame.run import Run
from classes.models import Lesson
from materials.models import Edition

TIMES = 25
QUERIES = at_most(12, Of.VALUE)


@dataclass(frozen=True)
class Page:
    """A page, who looks at it, and the rows and columns of what it lists, whoever draws them."""

    name: str
    role: str
    path: str
    table: tuple[int, int] | None = None


@scenario("pages", target=at_most(1))
def pages(run: Run) -> Iterator[Measurement]:
    """The pages of the day, time in the server: beside five floor pages, and 1.2 bare tables for the rows they list."""
    for kind in DATABASES:
        with run.site(kind) as site:
            course_run = open_run(capacity=40)
            seat(course_run, people(40))
            # An instructor may open a roster only on its day; reception at any time.
            lesson = Lesson.objects.get(run=course_run)
            edition = Edition.objects.published().select_related("guide").order_by("guide__order")[0]
            floor = anchors.floor_page(run, kind)
            for page in [
                Page("home, reception", "reception", "/"),
                Page("home, analyst", "analyst", "/"),
                Page("desk, 40 runs", "reception", "/desk/", (40, 4)),
                Page("run, 40 people", "reception", f"/runs/{course_run.pk}/", (40, 6)),
                Page("roster, 40 people", "reception", f"/lessons/{lesson.pk}/roster/", (40, 5)),
                Page("consultation", "adviser", f"/consultations/new/?edition={edition.pk}"),
                Page("analysis", "analyst", "/insights/", (10, 6)),
                Page("guide", "", edition.guide.get_absolute_url()),
            ]:
                client = site.colleague(page.role) if page.role else site.visitor()
                answers = [client.get(page.path) for _ in range(TIMES)]
                # Both workers have drawn the page once before it counts.
                taken = statistics.median(answer.server_ms for answer in answers[5:])
                yield Measurement(f"{page.name}, {SHOWN[kind]}", taken, "ms", allowance(floor, page))
                queries = max(answer.queries for answer in answers[5:])
                yield Measurement(f"{page.name}, queries, {SHOWN[kind]}", queries, "queries", target=QUERIES)


def allowance(floor: Anchor, page: Page) -> Anchor:
    """What a page may cost: five floor pages, and for rows 1.2 times what django-tables2 takes for so many."""
    if page.table is None:
        return Anchor(f"5 × {floor.name}", 5 * floor.value)
    bare = anchors.table_rendering(*page.table)
    return Anchor(f"5 × floor page + 1.2 × {bare.name}", 5 * floor.value + 1.2 * bare.value)
