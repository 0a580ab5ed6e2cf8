"""A bad evening: many texts due, workers that are killed, a provider that errs, receipts early, late and twice.

A worker dies while it hands a text over (`kills`), or in any other step of its rounds (`dies_in`); clocks may jump.

Everything is real but the provider: processes of `manage.py work`, HTTP in both directions, a database on a disk. At
the end every text is counted. Hours pass in it: whatever waits for minutes is made older in the database, what a living
worker holds excepted, so the evening needs no settings of its own that an installation could be left with.

    evening = Evening(url, var, Chances(seed=1), workers=2, kills=5)
    tally = evening.play()
"""

import http.client
import itertools
import os
import queue
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlencode, urlsplit

import psycopg
from django.db.models import Model
from django.utils import timezone

from classes.models import Lesson, Registration
from reminders.models import Message, Request
from reminders.rounds import POLL_OFTEN, POLL_OFTEN_FOR
from residents.models import Consent, PhoneLine, Resident
from tests.make import worker as make_worker
from tests.make.patience import wait_until
from tests.make.troubled_worker import SENDING
from tests.make.twilio_server import Mood, Receipt, TwilioServer
from tests.project.places import ROOT
from tools.check import PRODUCTION
from tools.postgres import free_port

# No evening in little lasts longer than this, however busy the machine.
PATIENCE_SECONDS = 300
TICK_SECONDS = 0.2
# After so long a text that a dead worker had begun to hand over has reached the provider or never will.
LAST_WORDS_SECONDS = 1.0


@dataclass(frozen=True)
class Chances:
    """How often what goes wrong, each of a hundred texts; the same seed is the same evening as far as threads allow."""

    seed: int = 1
    slow: float = 8
    busy: float = 1
    broken: float = 1.5
    broken_after_taking: float = 1.5
    dropped: float = 1.5
    dropped_after_taking: float = 1.5
    mumbled: float = 1
    undelivered: float = 5
    # Of so many the provider reports at all; the others have to be asked for.
    reported: float = 80

    def moods(self) -> list[tuple[Mood, float]]:
        """Each mood of the provider with its share of a hundred texts."""
        return [
            (Mood.SLOW, self.slow),
            (Mood.BUSY, self.busy),
            (Mood.BROKEN, self.broken),
            (Mood.BROKEN_AFTER_TAKING, self.broken_after_taking),
            (Mood.DROPS_BEFORE_TAKING, self.dropped),
            (Mood.DROPS_AFTER_TAKING, self.dropped_after_taking),
            (Mood.MUMBLES, self.mumbled),
        ]


@dataclass
class Tally:
    """What became of everybody."""

    due: int = 0
    texted: int = 0  # the provider took one text
    called: int = 0  # on the call list
    uncertain: int = 0  # nobody knew for a while whether it had left
    lost: list[str] = field(default_factory=list)  # neither
    doubled: list[str] = field(default_factory=list)  # more than one text
    needless: list[str] = field(default_factory=list)  # on the call list though nothing was wrong but a crash
    misread: list[str] = field(default_factory=list)  # the ledger says something else than the provider
    refused_receipts: list[int] = field(default_factory=list)  # receipts that were not answered with 204
    kills: int = 0
    died_in: list[str] = field(default_factory=list)  # steps of the worker in which some of these fell
    unconfirmed: int = 0  # somebody was to call because no receipt came in time, and perhaps need not after all
    seconds: float = 0

    @property
    def is_sound(self) -> bool:
        """Whether nobody was lost or texted twice, and no crash cost more than one batch."""
        wrong = self.lost or self.doubled or self.misread or self.refused_receipts
        return not wrong and len(self.needless) <= 10 * self.kills


class ErringTwilio(TwilioServer):
    """A provider that errs by chance, settles every text it takes, and has an ear for the moment of a kill."""

    def __init__(self, chances: Chances) -> None:
        super().__init__(slowness=0.3)
        self.chance = Random(chances.seed)
        self.chances = chances
        self.tried: Counter[str] = Counter()
        self.receipts: queue.Queue[tuple[float, Receipt] | None] = queue.Queue()
        self.post: Callable[[Receipt], None] = lambda _receipt: None
        self.at_handing_over: Callable[[bool], None] = lambda _is_taken: None

    def mood_of(self, fields: dict[str, str]) -> Mood:
        """By chance; noted as tried, so that what was never tried is known at the end."""
        with self._lock:
            self.tried[fields.get("To", "")] += 1
            moods, weights = zip(*self.chances.moods(), strict=True)
            mood: Mood = self.chance.choices([*moods, Mood.WELL], [*weights, 100 - sum(weights)])[0]
        self.at_handing_over(False)
        return mood

    def create(self, fields: dict[str, str]) -> dict[str, Any]:
        """Take it, decide what becomes of it, and report that in one of the ways in which receipts come."""
        answer = dict(super().create(fields))
        sid = str(answer["sid"])
        with self._lock:
            is_lost = self.chance.random() * 100 < self.chances.undelivered
            is_reported = self.chance.random() * 100 < self.chances.reported
            manner = self.chance.choice(["early", "in order", "in order", "doubled", "reversed", "late"])
        code = 30004 if is_lost else None
        final = "undelivered" if is_lost else "delivered"
        told = [self.receipt(sid, "sent"), self.receipt(sid, final, code)]
        self.report(sid, final, code)
        if is_reported:
            self._send_out(told, manner)
        self.at_handing_over(True)
        return answer

    def _send_out(self, told: list[Receipt], manner: str) -> None:
        if manner == "early":
            # The receipt overtakes the answer.
            for receipt in told:
                self.post(receipt)
            return
        order = {"doubled": [*told, *told], "reversed": told[::-1]}.get(manner, told)
        for number, receipt in enumerate(order):
            self.receipts.put((time.monotonic() + number * 0.01 + (1.0 if manner == "late" else 0), receipt))


class Ledger:
    """The database as somebody sees it who is neither a page nor a worker."""

    def __init__(self, url: str) -> None:
        self.url = url

    def ask(self, sql: str, *values: Any) -> list[tuple[Any, ...]]:
        """The rows of a question."""
        return self._do(sql, values, is_question=True)

    def change(self, sql: str, *values: Any) -> None:
        """Change some rows."""
        self._do(sql, values, is_question=False)

    def _do(self, sql: str, values: Sequence[Any], *, is_question: bool) -> list[tuple[Any, ...]]:
        if self.url.startswith("sqlite"):
            # As Django writes a moment there.
            plain = [f"{v.astimezone(UTC):%Y-%m-%d %H:%M:%S.%f}" if isinstance(v, datetime) else v for v in values]
            with closing(sqlite3.connect(self.url.removeprefix("sqlite:///"), timeout=30)) as file, file:
                return file.execute(sql.replace("%s", "?"), plain).fetchall()
        with psycopg.connect(self.url) as server:
            cursor = server.execute(sql.encode(), values)
            return cursor.fetchall() if is_question else []

    def unsettled(self, *, also_sent: bool = True) -> int:
        """How many texts still wait for their turn, for an answer, or for what became of them."""
        [(number,)] = self.ask(
            "SELECT count(*) FROM reminders_message WHERE state IN ('planned', 'claimed', %s)"
            " OR (state = 'uncertain' AND settled_at IS NULL)",
            "sent" if also_sent else "claimed",
        )
        return int(number)

    def let_time_pass(self, dead: Sequence[int], *, waits_for_receipts: bool) -> None:
        """Make older whatever waits for minutes: claims of dead workers, doubts, halts, texts to be asked about.

        Of a few texts so much older that nobody waits for their receipt any more.
        """
        now = timezone.now()
        for pid in dead:
            self.change(
                "UPDATE reminders_message SET claimed_at = %s WHERE state = 'claimed' AND claimed_by LIKE %s",
                now - timedelta(minutes=11),
                f"%:{pid}:%",
            )
        old = now - timedelta(minutes=6)
        self.change(
            "UPDATE reminders_message SET claimed_at = %s"
            " WHERE state = 'uncertain' AND settled_at IS NULL AND claimed_at > %s",
            old,
            old,
        )
        recent = now - timedelta(minutes=2)
        self.change("UPDATE reminders_messageevent SET at = %s WHERE kind = 'unclear' AND at > %s", recent, recent)
        self.change("UPDATE reminders_halt SET until = %s WHERE until > %s", now, now)
        if waits_for_receipts:
            self.give_up_on_a_few(now)
        self.change(
            "UPDATE reminders_message SET sent_at = %s, asked_at = NULL"
            " WHERE state = 'sent' AND (sent_at > %s OR asked_at > %s)",
            recent,
            recent,
            recent,
        )

    def give_up_on_a_few(self, now: datetime) -> None:
        """Let hours pass for some texts, asked about in vain: their people are to be called. Then ask once more."""
        self.change(
            "UPDATE reminders_message SET asked_at = NULL WHERE state = 'sent' AND sent_at < %s AND EXISTS"
            " (SELECT 1 FROM reminders_request r WHERE r.message_id = reminders_message.id AND r.call_id IS NOT NULL)",
            now - POLL_OFTEN_FOR,
        )
        self.change(
            "UPDATE reminders_message SET sent_at = %s, asked_at = %s WHERE id IN"
            " (SELECT id FROM reminders_message WHERE state = 'sent' AND sent_at > %s ORDER BY id DESC LIMIT 3)",
            now - POLL_OFTEN_FOR - timedelta(hours=1),
            now - 2 * POLL_OFTEN,
            now - POLL_OFTEN_FOR,
        )


@dataclass
class Evening:
    """One evening on one database, in which texts are due (see `texts_due`)."""

    url: str
    var: Path
    chances: Chances = field(default_factory=Chances)
    workers: int = 1
    kills: int = 5
    # In which steps a worker dies besides, one after the other (see tests.make.troubled_worker.PLACES).
    dies_in: Sequence[str] = ()
    # By how many seconds at most the clocks of these workers jump, and that of one which dies of nothing.
    clocks_jump: int = 0
    # Whether it lasts until it is known of every text what became of it, asked for where nothing was reported.
    waits_for_receipts: bool = True
    patience_seconds: float = PATIENCE_SECONDS
    # How workers are started, one after the other and again from the first.
    commands: Sequence[Sequence[str]] = ((sys.executable, "manage.py", "work", "--every", "0.1"),)

    def play(self) -> Tally:
        """Let it happen, and count; raises AssertionError when it does not come to an end or a worker gives up."""
        self.ledger = Ledger(self.url)
        numbers = [number for (number,) in self.ledger.ask("SELECT number FROM reminders_message")]
        self.chance = Random(self.chances.seed)
        self.killed: dict[int, float] = {}
        self.died_in: list[str] = []
        self.dooms = deque(self.dies_in)
        self.doomed: dict[int, str] = {}
        self.tried = 0
        jumping = [self._troubled()] if self.clocks_jump else []
        self.starts = itertools.cycle([*jumping, *self.commands])
        self._lock = threading.Lock()
        self.running: list[subprocess.Popen[bytes]] = []
        self.kill_at = sorted(self.chance.sample(range(len(numbers) // 10, len(numbers) * 8 // 10), self.kills))
        begun = time.monotonic()
        with ExitStack() as ending:
            twilio = ending.enter_context(ErringTwilio(self.chances))
            web = ending.enter_context(self._web(twilio))
            ending.enter_context(posting(twilio, web))
            ending.callback(self._stop)
            twilio.at_handing_over = self._perhaps_kill
            self._go_on(twilio)
            seconds = time.monotonic() - begun
            self._stop()
        return self._count(numbers, twilio, web, seconds)

    def _go_on(self, twilio: ErringTwilio) -> None:
        """Until everything is settled: start whoever is missing and let time pass."""
        end = time.monotonic() + self.patience_seconds
        while self.ledger.unsettled(also_sent=self.waits_for_receipts) or self._is_anybody_to_die():
            assert time.monotonic() < end, f"unsettled: {self.ledger.unsettled()}, kills to come: {self.kill_at}"
            with self._lock:
                gone = [worker for worker in self.running if worker.poll() is not None]
                self.running = [worker for worker in self.running if worker not in gone]
            for worker in gone:
                self._see_how_it_ended(worker)
            while len(self.running) < self.workers:
                self._start(twilio)
            heard = time.monotonic() - LAST_WORDS_SECONDS
            dead = [pid for pid, at in list(self.killed.items()) if at < heard]
            self.ledger.let_time_pass(dead, waits_for_receipts=self.waits_for_receipts)
            time.sleep(TICK_SECONDS)

    def _is_anybody_to_die(self) -> bool:
        """Whether somebody is still to die in a step that comes again when nothing is left to send."""
        return any(place not in SENDING for place in (*self.dooms, *self.doomed.values()))

    def _see_how_it_ended(self, worker: subprocess.Popen[bytes]) -> None:
        place = self.doomed.pop(worker.pid, None)
        if place is not None and worker.pid in self.killed:
            # It was killed before it came to where it was to die: another will.
            self.dooms.appendleft(place)
        elif place is not None and worker.returncode == -signal.SIGKILL:
            self.killed[worker.pid] = time.monotonic()
            self.died_in.append(place)
        assert worker.pid in self.killed, f"a worker gave up: {self._said(worker.pid)}"

    def _start(self, twilio: ErringTwilio) -> None:
        # Where there are several, one at least is well.
        is_alone = self.workers > 1 and all(each.pid in self.doomed for each in self.running)
        doom = self.dooms.popleft() if self.dooms and not is_alone else None
        command = [*self._troubled(), "--dies", doom] if doom else next(self.starts)
        with (self.var / f"worker-{len(self.killed)}-{len(self.running)}.log").open("wb") as said:
            worker = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(twilio), stdout=said, stderr=subprocess.STDOUT
            )
        if doom:
            self.doomed[worker.pid] = doom
        with self._lock:
            self.running.append(worker)

    def _troubled(self) -> list[str]:
        seed = str(self.chance.randrange(1_000_000))
        return [sys.executable, "-m", "tests.make.troubled_worker", "--clock", str(self.clocks_jump), "--seed", seed]

    def _environment(self, twilio: ErringTwilio) -> dict[str, str]:
        settings = {"DATABASE_URL": self.url, "VAR_DIR": str(self.var), "TWILIO_TIMEOUT_SECONDS": "5"}
        return {"PATH": os.environ["PATH"], **PRODUCTION, **twilio.settings, **settings}

    def _said(self, pid: int) -> str:
        return "\n".join(file.read_text()[-2000:] for file in sorted(self.var.glob("worker-*.log"))) + f"\n({pid})"

    def _perhaps_kill(self, is_taken: bool) -> None:
        """In the middle of a text: before the provider took it, after, or within the next tenth of a second."""
        with self._lock:
            self.tried += not is_taken
            if not self.kill_at or self.tried < self.kill_at[0]:
                return
            moment = self.chance.choice(["before", "after", "later"])
            if moment == ("before" if is_taken else "after"):
                return
            self.kill_at.pop(0)
        if moment == "later":
            threading.Timer(self.chance.random() / 10, self._kill).start()
        else:
            self._kill()

    def _kill(self) -> None:
        with self._lock:
            alive = [worker for worker in self.running if worker.poll() is None and worker.pid not in self.killed]
            if not alive:
                # The one before has not been replaced yet: the next text's worker it is.
                self.kill_at.insert(0, 0)
                return
            worker = self.chance.choice(alive)
            worker.kill()
            self.killed[worker.pid] = time.monotonic()

    def _stop(self) -> None:
        for worker in self.running:
            worker.terminate()
        for worker in self.running:
            try:
                worker.wait(timeout=30)
            except subprocess.TimeoutExpired:
                worker.kill()
                worker.wait()
        self.running = []

    @contextmanager
    def _web(self, twilio: ErringTwilio) -> Iterator["Web"]:
        """The web server of the office, where receipts arrive."""
        port = free_port()
        command = [sys.executable, "-m", "gunicorn", "config.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "1"]
        command += ["--threads", "2", "--worker-tmp-dir", "/dev/shm", "--no-control-socket", "--log-level", "error"]  # noqa: S108  (a heartbeat file)
        with (self.var / "web.log").open("wb") as said:
            server = subprocess.Popen(
                command, cwd=ROOT, env=self._environment(twilio), stdout=said, stderr=subprocess.STDOUT
            )
        try:
            web = Web(port)
            wait_until(web.answers, seconds=60)
            yield web
        finally:
            server.terminate()
            server.wait()

    def _count(self, numbers: Sequence[str], twilio: ErringTwilio, web: "Web", seconds: float) -> Tally:
        taken = Counter(twilio.texted)
        called = {number for (number,) in self.ledger.ask("SELECT number FROM reminders_calltask WHERE state = 'open'")}
        states = dict(self.ledger.ask("SELECT number, state FROM reminders_message"))
        ((doubts,),) = self.ledger.ask(
            "SELECT COUNT(DISTINCT message_id) FROM reminders_messageevent WHERE kind IN ('unclear', 'claim_died')"
        )
        ((unconfirmed,),) = self.ledger.ask("SELECT COUNT(*) FROM reminders_calltask WHERE reason = 'no_receipt'")
        told = {message["to"]: message["status"] for message in twilio.messages.values()}
        ends = {"delivered": {"delivered"}, "undelivered": {"failed"}}
        if not self.waits_for_receipts:
            ends = {status: {*states_of, "sent"} for status, states_of in ends.items()}
        return Tally(
            due=len(numbers),
            texted=sum(taken[number] == 1 for number in numbers),
            called=len(called),
            uncertain=doubts,
            lost=[number for number in numbers if not taken[number] and number not in called],
            doubled=[number for number in numbers if taken[number] > 1],
            needless=[number for number in called if told.get(number) == "delivered" or not twilio.tried[number]],
            misread=[number for number in taken if states[number] not in ends[told[number]]],
            refused_receipts=[status for status in web.answers_heard if status != 204],
            kills=len(self.killed),
            died_in=self.died_in,
            unconfirmed=unconfirmed,
            seconds=seconds,
        )


class Web:
    """The office's web server as Twilio sees it, through a proxy that ends TLS."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.answers_heard: list[int] = []

    def answers(self) -> bool:
        """Whether it is up."""
        with suppress(OSError):
            self._post("/hooks/twilio/status/nobody/", {})
            return True
        return False

    def post(self, receipt: Receipt) -> None:
        """Bring a receipt."""
        signed = {"X-Twilio-Signature": receipt.signature}
        self.answers_heard.append(self._post(urlsplit(receipt.url).path, receipt.fields, signed))

    def _post(self, path: str, fields: dict[str, str], headers: dict[str, str] | None = None) -> int:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)
        as_proxy = {"Host": "kakehashi.example.jp", "X-Forwarded-Proto": "https", "X-Forwarded-For": "192.0.2.1"}
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        with closing(connection):
            connection.request("POST", path, urlencode(fields), as_proxy | form | (headers or {}))
            return connection.getresponse().status


@contextmanager
def posting(twilio: ErringTwilio, web: Web) -> Iterator[None]:
    """Bring receipts while the block runs, each not before its time; those still to come then are brought."""

    def bring() -> None:
        while (waiting := twilio.receipts.get()) is not None:
            at, receipt = waiting
            time.sleep(max(0.0, at - time.monotonic()))
            web.post(receipt)

    twilio.post = web.post
    carrier = threading.Thread(target=bring)
    carrier.start()
    try:
        yield
    finally:
        twilio.receipts.put(None)
        carrier.join()


# The texts -------------------------------------------------------------------------------------------------


def texts_due(number: int) -> None:
    """So many texts due now in a real city, each to somebody else: the first by the deeds, the others as its copies."""
    make_worker.real_texts_due(1)
    # Nearer than clocks jump, so that whoever goes by such a clock finds the lesson over.
    Lesson.objects.update(starts_at=timezone.now() + timedelta(days=1))
    first = Registration.objects.select_related("resident").get()
    request, message = Request.objects.get(), Message.objects.get()
    people = Resident.objects.bulk_create(_copies(first.resident, number - 1))
    facts = {"relation": "self", "order": 0}
    PhoneLine.objects.bulk_create(
        PhoneLine(resident=who, number=f"+8190123{each:05}", last_four=f"{each % 10_000:04}", **facts)
        for each, who in enumerate(people, start=1)
    )
    consent = Consent.objects.get()
    Consent.objects.bulk_create(_copies(consent, number - 1, lambda each: {"resident": people[each]}))
    seats = Registration.objects.bulk_create(
        _copies(first, number - 1, lambda each: {"resident": people[each], "slip_number": first.slip_number + 1 + each})
    )
    messages = Message.objects.bulk_create(
        _copies(
            message,
            number - 1,
            lambda each: {
                "number": f"+8190123{each + 1:05}",
                "share_key": f"{each}",
                "token": Message().token,
            },
        )
    )
    Request.objects.bulk_create(
        _copies(
            request,
            number - 1,
            lambda each: {
                "resident": people[each],
                "message": messages[each],
                "key": request.key.replace(f"registration:{first.pk}:", f"registration:{seats[each].pk}:"),
            },
        )
    )


def _copies(row: Model, number: int, differing: Callable[[int], dict[str, Any]] = lambda _each: {}) -> list[Any]:
    """Rows like this one, to be written, each with what differs."""
    same = {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields if not field.primary_key}
    made = []
    for each in itertools.islice(itertools.count(), number):
        copy = type(row)(**same)
        for name, value in differing(each).items():
            setattr(copy, name, value)
        made.append(copy)
    return made
