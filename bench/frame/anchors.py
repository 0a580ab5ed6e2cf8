"""What the machine can do at this moment: the least work that each scenario's result could cost.

An anchor is measured again for every scenario that asks for it. Its figures are for that scenario only.
"""

import base64
import http.client
import random
import sqlite3
import statistics
import subprocess
import sys
from collections.abc import Callable
from contextlib import ExitStack, closing
from functools import partial
from pathlib import Path
from urllib.parse import urlencode, urlsplit

import psycopg
from django.conf import settings
from django.test import RequestFactory
from django_tables2 import Column, Table

from bench.frame.client import Client
from bench.frame.databases import POSTGRES, SHOWN, path_of
from bench.frame.floor.page import FILL, SCHEMA
from bench.frame.registry import Anchor
from bench.frame.run import Run
from bench.frame.stopwatch import median_ms, together

ROOT = Path(__file__).resolve().parent.parent.parent


# Pages ---------------------------------------------------------------------------------------------------


def lay_floor(kind: str, url: str) -> None:
    """Make and fill the floor page's table."""
    rows = [(number, f"スマホ教室 {number}") for number in range(1, 1001)]
    if kind == POSTGRES:
        with psycopg.connect(url, autocommit=True) as server, server.cursor() as cursor:
            cursor.execute(SCHEMA.encode())
            cursor.executemany(FILL.encode(), rows)
    else:
        with closing(sqlite3.connect(path_of(url))) as embedded:
            embedded.execute("PRAGMA journal_mode=WAL")
            embedded.execute(SCHEMA)
            embedded.executemany(FILL.replace("%s", "?"), rows)
            embedded.commit()


def floor_page(run: Run, kind: str) -> Anchor:
    """One client's wall time for the floor page, in ms."""
    client = Client(run.floors[kind])
    return Anchor(f"floor page, {SHOWN[kind]}", median_ms(lambda: client.get("/"), times=200, warm=20))


def floor_rate(run: Run, kind: str, *, clients: int) -> Anchor:
    """Floor pages per second for so many clients at once."""
    visitors = [Client(run.floors[kind]) for _ in range(clients)]
    crowd = together([partial(visitor.get, "/") for visitor in visitors], seconds=3)
    return Anchor(f"floor page ×{clients}, {SHOWN[kind]}", crowd.per_second)


def table_rendering(rows: int = 40, columns: int = 8) -> Anchor:
    """django-tables2 as it comes, rendering a table of that size, in ms."""
    names = [f"column_{number}" for number in range(columns)]
    bare = type("Bare", (Table,), {name: Column() for name in names})
    data = [{name: f"{name} {number}" for name in names} for number in range(rows)]
    request = RequestFactory().get("/")

    def render() -> None:
        table = bare(data, template_name="django_tables2/table.html")
        assert len(table.as_html(request)) > rows * columns  # noqa: S101  (an empty table would be fast)

    return Anchor(f"bare table {rows}×{columns}", median_ms(render, times=25))


# Rows ----------------------------------------------------------------------------------------------------


def durable_insert(run: Run, kind: str) -> Anchor:
    """One row, committed so that it survives a power failure, in ms."""
    url = run.databases.empty(kind)
    if kind == POSTGRES:
        with psycopg.connect(url, autocommit=True) as server:
            server.execute("CREATE TABLE entry (id serial PRIMARY KEY, text text)")
            return Anchor("durable insert, PostgreSQL", median_ms(lambda: insert(server.execute), times=300))
    with closing(sqlite3.connect(path_of(url), isolation_level=None)) as embedded:
        embedded.execute("PRAGMA journal_mode=WAL")
        embedded.execute("PRAGMA synchronous=FULL")
        embedded.execute("CREATE TABLE entry (id integer PRIMARY KEY, text text)")
        return Anchor("durable insert, SQLite", median_ms(lambda: insert(embedded.execute), times=300))


def insert(execute: Callable[[str], object]) -> None:
    """A row of a hundred characters."""
    execute(f"INSERT INTO entry (text) VALUES ('{'申' * 100}')")


def bare_posts(connections: int) -> Anchor:
    """Texts per second that so many open connections hand to the configured provider without any package."""
    address = urlsplit(settings.TWILIO_API_BASE_URL)
    path = f"/2010-04-01/Accounts/{settings.TWILIO_ACCOUNT_SID}/Messages.json"
    body = urlencode(
        {
            "To": "+817000000000",
            "From": settings.TWILIO_FROM,
            "Body": "申" * 60,
            "ValidityPeriod": 3600,
            "StatusCallback": f"{settings.PUBLIC_BASE_URL}/{'t' * 32}/",
        }
    )
    key = base64.b64encode(f"{settings.TWILIO_ACCOUNT_SID}:{settings.TWILIO_AUTH_TOKEN}".encode()).decode()
    headers = {"Authorization": f"Basic {key}", "Content-Type": "application/x-www-form-urlencoded"}

    def post(door: http.client.HTTPConnection) -> None:
        door.request("POST", path, body, headers)
        answer = door.getresponse()
        answer.read()
        if answer.status != http.HTTPStatus.CREATED:
            raise ValueError(answer.status)

    with ExitStack() as doors:
        opened = (http.client.HTTPConnection(address.netloc) for _ in range(connections))
        acts = [partial(post, doors.enter_context(closing(door))) for door in opened]
        together(acts, seconds=0.1)  # they are open then
        crowd = together(acts, seconds=3)
    assert not crowd.errors, crowd.errors[0]  # noqa: S101  (a refusal is no anchor)
    return Anchor(f"{connections} bare connections", crowd.per_second)


def skip_locked_loop(run: Run, *, processes: int = 2, rows: int = 3000) -> Anchor:
    """Rows per second that processes claim, act on and mark, one by one, on PostgreSQL."""
    url = run.databases.empty(POSTGRES)
    with psycopg.connect(url, autocommit=True) as server:
        server.execute("CREATE TABLE outbox (id serial PRIMARY KEY, due timestamptz, state text, done timestamptz)")
        server.execute("CREATE INDEX ON outbox (due) WHERE state = 'planned'")
        server.execute("INSERT INTO outbox (due, state) SELECT now(), 'planned' FROM generate_series(1, %s)", (rows,))
        server.execute("ANALYZE outbox")
    command = [sys.executable, "-m", "bench.frame.skip_locked", url, str(run.home / "sent")]
    workers = [subprocess.Popen(command, cwd=ROOT) for _ in range(processes)]
    for worker in workers:
        worker.wait()
    with psycopg.connect(url) as server:
        done, seconds = server.execute(
            "SELECT count(done), extract(epoch FROM max(done) - min(done))::float FROM outbox"
        ).fetchone() or (0, 1.0)
    assert done == rows  # noqa: S101  (a loop that loses rows is no anchor)
    return Anchor(f"bare skip-locked loop ×{processes}", (rows - 1) / seconds)


def group_by(run: Run, kind: str, *, rows: int = 50_000) -> Anchor:
    """Counting so many rows by three codes, in ms."""
    url = run.databases.empty(kind)
    lots = random.Random(7)
    data = [(n, lots.randrange(120), lots.randrange(9), lots.randrange(8)) for n in range(rows)]
    schema = "CREATE TABLE stumble (id integer PRIMARY KEY, step integer, cause integer, age integer)"
    count = "SELECT step, cause, age, count(*) FROM stumble GROUP BY step, cause, age"
    if kind == POSTGRES:
        with psycopg.connect(url, autocommit=True) as server, server.cursor() as cursor:
            cursor.execute(schema.encode())
            with cursor.copy("COPY stumble FROM STDIN") as copy:
                for entry in data:
                    copy.write_row(entry)
            cursor.execute("VACUUM ANALYZE stumble")
            taken = median_ms(lambda: cursor.execute(count.encode()).fetchall(), times=15)
    else:
        with closing(sqlite3.connect(path_of(url))) as embedded:
            embedded.execute(schema)
            embedded.executemany("INSERT INTO stumble VALUES (?, ?, ?, ?)", data)
            embedded.commit()
            taken = median_ms(lambda: embedded.execute(count).fetchall(), times=15)
    return Anchor(f"bare GROUP BY of {rows}, {SHOWN[kind]}", taken)


# Paper ---------------------------------------------------------------------------------------------------


def typst_guide(run: Run, *, pages: int, pictures: int = 8) -> Anchor:
    """A guide typeset by typst, one step and one picture a page, in a fresh process with its import, in ms."""
    return Anchor(f"typst, guide of {pages} pages", typeset(run, "guide", pages, pictures))


def typst_roster(run: Run, *, rows: int) -> Anchor:
    """A roster of so many people typeset by typst, in a fresh process with its import, in ms."""
    return Anchor(f"typst, roster of {rows}", typeset(run, "roster", rows, 0))


def typeset(run: Run, document: str, size: int, pictures: int) -> float:
    """The median of five fresh processes, each timing itself from before its import."""
    command = [sys.executable, "-m", "bench.frame.typst_document", document, str(size), str(pictures), str(run.home)]
    times = []
    for _ in range(5):
        done = subprocess.run(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, check=True)
        times.append(float(done.stdout))
    return statistics.median(times)
