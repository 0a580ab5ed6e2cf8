"""Texts leaving the office: the outbox with a send that costs nothing, and the twilio package."""

import itertools
import os
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
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
from bench.frame.stopwatch import duration_ms
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
            gateway = TwilioGateway()
            gateway.send(text)
            threads, far = gateway.concurrency, f"{away * 1000:.0f} ms"
            rate = per_second(partial(gateway.send, text), times=400, threads=threads)
            limit = Anchor(f"{threads} threads ÷ {far}", threads / away)
            yield Measurement(f"{threads} threads, {far} away", rate, "/s", limit, at_least(0.9))
    with provider(away=0) as installed, override_settings(**installed):
        gateway = TwilioGateway()
        pooled = per_second(partial(gateway.send, text), times=200)
        fresh = per_second(lambda: TwilioGateway().send(text), times=200)
        yield Measurement("one by one, at once", pooled, "/s", Anchor("a new client per text", fresh))


def a_text() -> Text:
    """Any text, to a number that nobody owns."""
    body = "[かけはし市] スマホ教室 12月3日（水）10:00 中央公民館"
    return Text("t" * 32, "+817000000000", body, valid_seconds=3600, claimed_at=timezone.now() - timedelta(seconds=1))


def per_second(act: Callable[[], object], *, times: int, threads: int = 1) -> float:
    """How often an act is done in a second by so many threads."""
    with ThreadPoolExecutor(threads) if threads > 1 else nullcontext() as pool:
        repeat = pool.map if pool else map

        def all_of_them() -> None:
            for _ in repeat(lambda _number: act(), itertools.repeat(None, times)):
                pass

        return times / duration_ms(all_of_them) * 1000
