"""Paper: a guide of twelve pages and the roster of forty people, beside the typesetter typst; a slip and a flyer."""

import json
import os
import statistics
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench.frame import anchors
from bench.frame.client import Client
from bench.frame.databases import SQLITE
from bench.frame.office import illustrated_guide, open_run, people, seat
from bench.frame.registry import Measurement, Of, at_most, scenario
from bench.frame.run import Run, Site
from classes.models import Lesson

ROOT = Path(__file__).resolve().parent.parent
STEPS, PICTURES, PEOPLE = 12, 8, 40


@dataclass(frozen=True)
class Paper:
    """What one fresh process says of the paper it drew."""

    ms: float
    bytes: int
    memory_mb: float


@scenario("paper")
def paper(run: Run) -> Iterator[Measurement]:
    """The guide and the roster as PDF, drawn in a fresh process as typst is, and as the pages hand them out."""
    with run.site(SQLITE) as site:
        edition = illustrated_guide(steps=STEPS, pictures=PICTURES, folder=run.home)
        guide = drawn(site, "guide", edition.pk)
        typst = anchors.typst_guide(run, pages=STEPS, pictures=PICTURES)
        yield Measurement(f"guide of {STEPS} steps, with readings", guide.ms, "ms", typst, at_most(2.5))
        yield Measurement("guide, size", guide.bytes / 1e6, "MB", target=at_most(1.3, Of.VALUE))
        yield Measurement("guide, peak memory", guide.memory_mb, "MB", target=at_most(200, Of.VALUE))
        reader = site.visitor()
        answers = [reader.get(f"{edition.guide.get_absolute_url()}guide.pdf") for _ in range(20)]
        kept = statistics.median(answer.server_ms for answer in answers[5:])
        yield Measurement("guide, drawn before", kept, "ms", target=at_most(10, Of.VALUE))

        course_run = open_run(capacity=PEOPLE)
        seat(course_run, people(PEOPLE))
        lesson = Lesson.objects.get(run=course_run)
        sheet = drawn(site, "roster", lesson.pk)
        typst = anchors.typst_roster(run, rows=PEOPLE)
        yield Measurement(f"roster of {PEOPLE}, in a fresh process", sheet.ms, "ms", typst)
        clerk = site.colleague("reception")
        taken = handed_out(clerk, f"/lessons/{lesson.pk}/roster.pdf")
        yield Measurement(f"roster of {PEOPLE}, as handed out", taken, "ms", typst, at_most(200, Of.VALUE))
        # A clerk waits for these with somebody on the line, or at the counter.
        registration = course_run.registrations.all()[0]
        taken = handed_out(clerk, f"/registrations/{registration.pk}/slip.pdf")
        yield Measurement("slip, as handed out", taken, "ms", target=at_most(200, Of.VALUE))
        taken = handed_out(clerk, f"/runs/{course_run.pk}/flyer.pdf")
        yield Measurement("flyer, as handed out", taken, "ms", target=at_most(200, Of.VALUE))


def handed_out(clerk: Client, address: str) -> float:
    """The median of what the server takes, once fonts and code are loaded."""
    answers = [clerk.get(address) for _ in range(20)]
    return statistics.median(answer.server_ms for answer in answers[5:])


def drawn(site: Site, document: str, pk: int) -> Paper:
    """The median of five fresh processes, each timing itself from before it loads what draws."""
    command = [sys.executable, "-m", "bench.frame.our_document", document, str(pk)]
    environment = os.environ | {"DATABASE_URL": site.url}
    papers = []
    for _ in range(5):
        done = subprocess.run(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, check=True)
        papers.append(Paper(**json.loads(done.stdout)))
    return sorted(papers, key=lambda paper: paper.ms)[2]
