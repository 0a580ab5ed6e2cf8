"""Texts leaving the office: the outbox with a send that costs nothing, and the twilio package."""

import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from datetime import timedelta
from functools import partial
from pathlib import Path

from django.db.models import Count, Max, Min
from django.test import override_settings
from django.utils import timezone

from bench.frame import anchors
from bench.frame.databases import POSTGRES, SHOWN, SQLITE
from bench.frame.office import lift_limits, open_run, planned_texts
from bench.frame.provider import provider
from bench.frame.registry import Anchor, Measurement, at_least, exactly, scenario
from bench.frame.run import Run
from bench.frame.sender import TOKEN_SHOWN
from bench.frame.stopwatch import together
from reminders.delivery import BATCH
from reminders.gateways import Text
from reminders.gateways.twilio import TwilioGateway
from reminders.models import Message
from tools.trouble import Trouble

ROOT = Path(__file__).resolve().parent.parent
TEXTS = 3000
# How far away a provider is: a near one, and one across the ocean.
AWAY_SECONDS = (0.05, 0.1)


@scenario("outbox")
def outbox(run: Run) -> Iterator[Measurement]:
    """Texts a second, each claimed, checked and marked durably: two workers on PostgreSQL, one on SQLite."""
    for kind, workers in [(POSTGRES, 2), (SQLITE, 1)]:
        with run.site(kind) as site:
            lift_limits()
            planned_texts(open_run(capacity=TEXTS), TEXTS)
            due = set(Message.objects.due(timezone.now()).values_list("token", flat=True))
            sent = deliver(site.url, run.home / f"sent-{kind}", workers=workers)
            rate = rate_of_sending()
            what = f"{workers} workers, {SHOWN[kind]}" if workers > 1 else f"1 worker, {SHOWN[kind]}"
            floor = anchors.skip_locked_loop(run, processes=workers)
            yield Measurement(what, rate, "/s", floor, at_least(0.4) if kind == POSTGRES else None)
            wrong = lost_or_doubled(due, sent)
            yield Measurement(f"lost or doubled, {SHOWN[kind]}", wrong, "texts", target=exactly(0))


def deliver(url: str, folder: Path, *, workers: int) -> list[str]:
    """Let so many workers send until nothing is due; gives the beginning of the token of each text that left.

    Raises Trouble when one ended before: what it left planned would be counted as lost.
    """
    folder.mkdir()
    files = [folder / str(number) for number in range(workers)]
    environment = os.environ | {"DATABASE_URL": url}
    command = [sys.executable, "-m", "bench.frame.sender"]
    running = [subprocess.Popen([*command, str(file)], cwd=ROOT, env=environment) for file in files]
    ends = [worker.wait() for worker in running]
    if any(ends):
        raise Trouble(f"A worker ended early, so nothing can be said of its texts; they ended with {ends}.")
    return [token for file in files for token in file.read_text().split()]


def lost_or_doubled(due: Collection[str], sent: Sequence[str]) -> int:
    """How many due texts did not leave, and how often one left again; one error never makes up for the other.

    What became due only while the workers ran may be among those that left.
    """
    left = set(sent)
    return len({token[:TOKEN_SHOWN] for token in due} - left) + len(sent) - len(left)


def rate_of_sending() -> float:
    """Texts a second between the first mark and the last, as the anchor counts; the first batch ends with the first."""
    sent = Message.objects.filter(gateway="bench").aggregate(
        number=Count("sent_at"), took=Max("sent_at") - Min("sent_at")
    )
    return float((sent["number"] - BATCH) / sent["took"].total_seconds())


@scenario("texting")
def texting(_run: Run) -> Iterator[Measurement]:
    """Texts a second through the twilio package: a provider that takes 50 or 100 ms, and one that answers at once."""
    text = a_text()
    for away in AWAY_SECONDS:
        with provider(away=away) as installed, override_settings(**installed):
            gateway, far = TwilioGateway(), f"{away * 1000:.0f} ms"
            threads = gateway.concurrency
            limit = anchors.bare_posts(threads)
            rate = a_second([partial(gateway.send, text)] * threads)
            yield Measurement(f"{threads} threads, {far} away", rate, "/s", limit, at_least(0.9))
            # Where provider or machine are too slow themselves, both sink, and the ratio above would say nothing.
            calculated = Anchor(f"{threads} ÷ {far}", threads / away)
            yield Measurement(f"{limit.name}, {far} away", limit.value, "/s", calculated, at_least(0.9))
    with provider(away=0) as installed, override_settings(**installed):
        gateway = TwilioGateway()
        pooled = a_second([partial(gateway.send, text)])
        fresh = a_second([lambda: TwilioGateway().send(text)])
        yield Measurement("one by one, at once", pooled, "/s", Anchor("a new client per text", fresh))


def a_second(acts: Sequence[Callable[[], object]]) -> float:
    """How often a second all of them together are done; the first of each, which connects, is not counted."""
    together(acts, seconds=0.1)
    crowd = together(acts, seconds=4)
    assert not crowd.errors, crowd.errors[0]  # noqa: S101  (a text that was refused would be measured as speed)
    return crowd.per_second


def a_text() -> Text:
    """Any text, to a number that nobody owns."""
    body = "[かけはし市] スマホ教室 12月3日（水）10:00 中央公民館"
    return Text("t" * 32, "+817000000000", body, valid_seconds=3600, claimed_at=timezone.now() - timedelta(seconds=1))
