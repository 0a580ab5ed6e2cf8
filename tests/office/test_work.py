"""`manage.py work` as a process of its own, texting through a local Twilio over real HTTP."""

import shutil
import signal
import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from classes.models import SeatHold
from classes.seat_hold import hold
from reminders.delivery import BATCH
from reminders.models import Message
from tests.make import classes as make_classes
from tests.make import worker as make
from tests.make.patience import PATIENCE_SECONDS, wait_until
from tests.make.twilio_server import Mood, TwilioServer

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(600)]

State = Message.State
Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def twilio() -> Iterator[TwilioServer]:
    with TwilioServer() as server:
        yield server


@pytest.fixture
def started(twilio: TwilioServer, tmp_path: Path) -> Iterator[Start]:
    """Starts workers, and leaves none behind."""
    working: list[subprocess.Popen[str]] = []

    def start(*arguments: str, database_url: str, command: str = "work") -> subprocess.Popen[str]:
        worker = make.start(*arguments, database_url=database_url, var=tmp_path, twilio=twilio, command=command)
        working.append(worker)
        return worker

    yield start
    for worker in working:
        worker.kill()
        worker.communicate()


def said(worker: subprocess.Popen[str]) -> str:
    """What a worker said that came to its end by itself."""
    out, err = worker.communicate(timeout=PATIENCE_SECONDS)
    assert worker.returncode == 0, err
    return out


def ask(file: Path, sql: str, *values: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(file)) as database, database:
        return database.execute(sql, values).fetchall()


def states(file: Path) -> dict[str, int]:
    return dict(ask(file, "select state, count(*) from reminders_message group by state"))


@pytest.mark.sqlite
def test_one_round_texts_everybody_once_and_ends(started: Start, twilio: TwilioServer, tmp_path: Path) -> None:
    numbers = make.real_texts_due(12)
    url = make.copied_to(tmp_path / "city.sqlite3")

    assert said(started("--once", database_url=url)) == "handled: 12\n"
    assert said(started("--once", database_url=url)) == "nothing to do\n"

    assert sorted(twilio.texted) == numbers
    assert states(tmp_path / "city.sqlite3") == {State.SENT: 12}
    assert all(
        form["StatusCallback"].startswith("https://kakehashi.example.jp/hooks/twilio/status/") for form in twilio.forms
    )


@pytest.mark.sqlite
def test_a_worker_told_to_stop_finishes_what_it_holds(started: Start, twilio: TwilioServer, tmp_path: Path) -> None:
    numbers = make.real_texts_due(BATCH + 2)
    file = tmp_path / "city.sqlite3"
    twilio.mood, twilio.slowness = Mood.SLOW, PATIENCE_SECONDS
    worker = started(database_url=make.copied_to(file))

    wait_until(lambda: len(twilio.texted) > 0)
    worker.send_signal(signal.SIGTERM)
    twilio.hurry.set()
    said(worker)

    assert len(set(twilio.texted)) == len(twilio.texted) == BATCH
    assert set(twilio.texted) < set(numbers)
    assert states(file) == {State.SENT: BATCH, State.PLANNED: 2}


@pytest.mark.sqlite
def test_a_worker_killed_in_the_middle_loses_nobody_and_texts_nobody_twice(
    started: Start, twilio: TwilioServer, tmp_path: Path
) -> None:
    numbers = make.real_texts_due(25)
    file = tmp_path / "city.sqlite3"
    url = make.copied_to(file)
    # One text of the second batch is not answered, so that is how far the worker gets.
    unanswered = numbers[BATCH + 2]
    twilio.moods[unanswered], twilio.slowness = Mood.SLOW, PATIENCE_SECONDS
    worker = started(database_url=url)

    wait_until(lambda: unanswered in twilio.texted)
    worker.kill()
    worker.wait()
    in_doubt = states(file)[State.CLAIMED]
    assert 1 <= in_doubt <= BATCH

    twilio.moods.clear()
    # Until a claim is ten minutes old nobody may touch it: the worker might only be slow.
    said(started("--once", database_url=url))
    assert states(file)[State.CLAIMED] == in_doubt
    ask(file, "update reminders_message set claimed_at = datetime(claimed_at, '-11 minutes') where state = 'claimed'")
    said(started("--once", database_url=url))

    called = [number for (number,) in ask(file, "select number from reminders_calltask where state = 'open'")]
    assert len(set(twilio.texted)) == len(twilio.texted)
    assert sorted([*twilio.texted, *called]) == numbers
    assert states(file).get(State.SENT, 0) == len(twilio.texted)


@pytest.mark.sqlite
def test_a_backup_that_is_put_back_texts_nobody_again(started: Start, twilio: TwilioServer, tmp_path: Path) -> None:
    texted, due_in_the_outage = make.real_texts_due(2)
    file, backup = tmp_path / "city.sqlite3", tmp_path / "backup.sqlite3"
    url = make.copied_to(file)
    half_an_hour_ago = "update reminders_message set due_at = datetime('now', '-30 minutes') where number = ?"
    ask(file, half_an_hour_ago, texted)
    ask(file, "update reminders_message set due_at = datetime('now', '+1 hour') where number = ?", due_in_the_outage)
    shutil.copy(file, backup)
    said(started("--once", database_url=url))
    assert twilio.texted == [texted]

    for left_behind in tmp_path.glob("city.sqlite3*"):
        left_behind.unlink()
    shutil.copy(backup, file)
    ask(file, half_an_hour_ago, due_in_the_outage)
    assert "texts to look for at the provider: 2" in said(started(command="restored", database_url=url))
    said(started("--once", database_url=url))

    assert twilio.texted == [texted]
    assert ask(file, "select number from reminders_calltask where state = 'open'") == [(due_in_the_outage,)]
    assert states(file) == {State.SENT: 1, State.UNCERTAIN: 1}


@pytest.mark.sqlite
def test_the_worker_refuses_a_practice_database(started: Start, tmp_path: Path) -> None:
    make.real_texts_due(1)
    file = tmp_path / "city.sqlite3"
    url = make.copied_to(file)
    ask(file, "update city_cityprofile set practice = 1")

    worker = started("--once", database_url=url)
    _out, err = worker.communicate(timeout=PATIENCE_SECONDS)

    assert worker.returncode != 0
    assert "This is the database of a practice installation." in err


@pytest.mark.postgres
def test_two_workers_share_the_texts_and_send_each_once(started: Start, twilio: TwilioServer) -> None:
    numbers = make.real_texts_due(60)
    twilio.mood, twilio.slowness = Mood.SLOW, PATIENCE_SECONDS
    at_work = Message.objects.exclude(claimed_by="").values("claimed_by").distinct()

    workers = [started("--once", database_url=make.shared()) for _worker in range(2)]
    # However long one of them takes to begin, the other is still at its first texts.
    wait_until(lambda: at_work.count() == 2)
    twilio.hurry.set()
    for worker in workers:
        said(worker)

    assert sorted(twilio.texted) == numbers
    assert set(Message.objects.values_list("state", flat=True)) == {State.SENT}
    assert at_work.count() == 2


@pytest.mark.postgres
def test_a_worker_outlives_its_database_and_goes_on_where_it_was(started: Start, twilio: TwilioServer) -> None:
    numbers = make.real_texts_due(BATCH + 5)
    # The first batch is at the provider, one text of it unanswered, when the database goes.
    unanswered = numbers[2]
    twilio.moods[unanswered], twilio.slowness = Mood.SLOW, PATIENCE_SECONDS
    with make.door_to_the_database() as door:
        worker = started("--every", "0.1", database_url=make.shared(door))
        wait_until(lambda: unanswered in twilio.texted)
        door.shut()
        twilio.hurry.set()

        # It comes again and again while nobody answers.
        wait_until(lambda: door.turned_away >= 3)
        assert worker.poll() is None
        door.open()
        wait_until(lambda: set(twilio.texted) == set(numbers))

        # What was in its hands is asked for as after a crash, and never sent again.
        in_doubt = Message.objects.filter(state=State.CLAIMED)
        wait_until(lambda: in_doubt.count() == BATCH)
        in_doubt.update(claimed_at=timezone.now() - timedelta(minutes=11))
        wait_until(lambda: not Message.objects.exclude(state=State.SENT).exists())
        worker.send_signal(signal.SIGTERM)
        said(worker)

    assert sorted(twilio.texted) == numbers


@pytest.fixture
def own_signals() -> Iterator[None]:
    """A worker in this process listens to the machine; afterwards the tests listen to the person at the terminal."""
    before = {name: signal.getsignal(name) for name in (signal.SIGTERM, signal.SIGINT)}
    yield
    for name, handler in before.items():
        signal.signal(name, handler)


@pytest.mark.usefixtures("own_signals")
def test_what_the_desk_searched_for_is_forgotten_when_the_sign_in_has_ended(client: Client, monkeypatch) -> None:
    client.force_login(make_classes.clerk())
    client.post(reverse("desk"), {"typed": "たかはし"})
    kept = Session.objects.get()

    call_command("work", once=True)
    assert Session.objects.get() == kept

    # The worker goes by the database's clock, and PostgreSQL's cannot be turned.
    monkeypatch.setattr("reminders.clock.now", timezone.now)
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        call_command("work", once=True)

    assert not Session.objects.exists()


@pytest.mark.usefixtures("own_signals")
def test_the_seat_of_a_page_that_was_left_open_goes_to_whoever_was_put_in_line(monkeypatch) -> None:
    monkeypatch.setattr("reminders.clock.now", timezone.now)
    clerk, run = make_classes.clerk(), make_classes.run(capacity=1)
    hold(run, by=clerk)
    waiting = make_classes.registration(run)

    with time_machine.travel(timezone.now() + timedelta(minutes=10)):
        call_command("work", once=True)

    assert not SeatHold.objects.exists()
    assert waiting.offers.open().exists()


@pytest.mark.usefixtures("own_signals")
def test_a_worker_whose_clock_is_ahead_frees_no_seat_that_is_held_and_signs_nobody_out(monkeypatch, client) -> None:
    clerk, run = make_classes.clerk(), make_classes.run(capacity=1)
    client.force_login(clerk)
    hold(run, by=clerk)
    waiting, told = make_classes.registration(run), timezone.now()
    monkeypatch.setattr("reminders.clock.now", lambda: told)

    with time_machine.travel(told + timedelta(days=1)):
        call_command("work", once=True)

    assert SeatHold.objects.get().held_by == clerk
    assert not waiting.offers.exists()
    assert Session.objects.exists()
