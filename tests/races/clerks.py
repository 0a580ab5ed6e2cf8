"""Clerks at several counters at once: threads of this process, or a crew with processes of their own."""

import json
import os
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import django
import pytest
from django.db import connection, connections, transaction
from django.db.models import Model

from tests.make.patience import PATIENCE_SECONDS, wait_until
from tests.project.places import ROOT


def together(*deeds: Callable[[], Any]) -> list[Any]:
    """What came of deeds begun at the same moment, each with its own connection; an exception is an outcome too."""
    start = threading.Barrier(len(deeds))
    outcomes: list[Any] = [None] * len(deeds)

    def work(place: int, deed: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=PATIENCE_SECONDS)
            outcomes[place] = deed()
        except Exception as refused:  # noqa: BLE001  (whatever came of it is looked at by the test)
            outcomes[place] = refused
        finally:
            connections.close_all()

    threads = [threading.Thread(target=work, args=pair) for pair in enumerate(deeds)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=PATIENCE_SECONDS)
    return outcomes


def until_somebody_waits() -> None:
    """Come back when another connection waits for what this one has locked."""
    with connection.cursor() as cursor:

        def is_waited_for() -> bool:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            return cursor.fetchone() != (0,)

        wait_until(is_waited_for)


def until_they_wait(number: int) -> None:
    """Come back when so many other connections wait for locks, whoever has them."""
    with connection.cursor() as cursor:

        def do_wait() -> bool:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
            )
            return cursor.fetchone() == (number,)

        wait_until(do_wait)


def across(row: Model, *deeds: Callable[[], Any]) -> list[Any]:
    """What came of deeds that all need a row, which somebody else gives back when each of them waits.

    By then each holds whatever it locks before that row; two that come from opposite ends wait for each other for ever.
    """
    is_held = threading.Event()

    def hold() -> None:
        with transaction.atomic():
            type(row)._base_manager.select_for_update().get(pk=row.pk)
            is_held.set()
            until_they_wait(len(deeds))

    return together(hold, *[lambda deed=deed: is_held.wait(PATIENCE_SECONDS) and deed() for deed in deeds])[1:]


# What a clerk does, as it is told to a process: a word of `deeds` and its facts, all of them numbers of records.
Deed = tuple[str, dict[str, Any]]


# Enough for what one process writes in a race whose slips do not count on.
SLIPS_EACH = 1000


class Crew:
    """Eight processes that wait for work, so that each race begins at once and at the same moment for everybody."""

    SIZE = 8

    def __init__(self, database_url: str) -> None:
        environment = {**os.environ, "DATABASE_URL": database_url}
        self.processes = [
            subprocess.Popen(
                [sys.executable, "-m", "tests.races.clerks"],
                cwd=ROOT,
                env=environment,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            for _each in range(self.SIZE)
        ]
        for process in self.processes:
            assert _hear(process) == "ready"

    def work(self, *clerks: Sequence[Deed], careless: bool = False) -> Counter[str]:
        """How often each outcome came of what these clerks did, each one deed after the other, all at the same time.

        `careless` shows what would come of it if the lock had been forgotten.
        """
        begin = time.time() + (0.5 if len(clerks) > 1 else 0)
        shares = [clerks[number :: self.SIZE] for number in range(self.SIZE)]
        for number, (process, share) in enumerate(zip(self.processes, shares, strict=True)):
            first_slip = SLIPS_EACH * (number + 1) if careless else None
            _tell(process, {"begin": begin, "clerks": share, "careless_from": first_slip})
        outcomes: Counter[str] = Counter()
        for process in self.processes:
            outcomes.update(_hear(process))
        return outcomes

    def look(self, run: int) -> list[str]:
        """What is not as it must be in a run, in the database on which they have worked."""
        return list(self.work([("look", {"run": run})]))

    def count(self, run: int) -> dict[str, int]:
        """How many registrations of a run are in each state, and `offered`, in the database on which they worked."""
        [told] = self.work([("count", {"run": run})])
        counted: dict[str, int] = json.loads(told)
        return counted

    def go_home(self) -> None:
        """The end."""
        for process in self.processes:
            process.communicate(timeout=PATIENCE_SECONDS)


def _tell(process: subprocess.Popen[str], job: Any) -> None:
    assert process.stdin is not None
    process.stdin.write(json.dumps(job) + "\n")
    process.stdin.flush()


def _hear(process: subprocess.Popen[str]) -> Any:
    assert process.stdout is not None
    return json.loads(process.stdout.readline() or '"gone"')


def serve() -> None:
    """What each process of a crew does until it is sent home."""
    django.setup()
    deeds = known_deeds()
    sys.stdout.write('"ready"\n')
    sys.stdout.flush()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_do(json.loads(line), deeds)) + "\n")
        sys.stdout.flush()


def _do(job: dict[str, Any], deeds: dict[str, Callable[..., Any]]) -> list[str]:
    """What came of the work of the clerks of one process, who are threads of it."""
    from tests.races.carelessness import be_careless  # noqa: PLC0415  (models exist only after setup)

    clerks = [lambda told=told: _one_after_the_other(deeds, told, job["begin"]) for told in job["clerks"]]
    with pytest.MonkeyPatch.context() as patch:
        if job["careless_from"] is not None:
            be_careless(patch, first_slip=job["careless_from"])
        done = together(*clerks) if clerks else []
    return [outcome for each in done for outcome in (each if isinstance(each, list) else [repr(each)])]


def _one_after_the_other(deeds: dict[str, Callable[..., Any]], told: Iterable[Deed], begin: float) -> list[str]:
    """One clerk: a word or several for each deed, or the refusal's name; whatever else goes wrong is told in full."""
    from core.refusal import Refusal  # noqa: PLC0415  (as below)

    time.sleep(max(0.0, begin - time.time()))
    outcomes: list[str] = []
    for word, facts in told:
        try:
            outcome = deeds[word](**facts)
        except Refusal as refused:
            outcome = refused.code
        except Exception as wrong:  # noqa: BLE001  (named in the outcome, and the test expects none)
            outcome = f"{type(wrong).__name__}: {wrong}"
        outcomes += outcome if isinstance(outcome, list) else [outcome]
    return outcomes


def known_deeds() -> dict[str, Callable[..., str | list[str]]]:
    """The deeds of the office by the words in which a crew is told to do them."""
    # Django is set up only in the process of its own.
    from accounts.models import User  # noqa: PLC0415  (models exist only after setup)
    from classes import cancellation, planning, registration, seat_hold  # noqa: PLC0415  (as above)
    from classes.models import CourseRun, Registration  # noqa: PLC0415  (as above)
    from reminders import call_list  # noqa: PLC0415  (as above)
    from reminders.models import CallTask  # noqa: PLC0415  (as above)
    from residents.models import Resident  # noqa: PLC0415  (as above)
    from tests.classes.truths import untrue_of  # noqa: PLC0415  (as above)

    def register(by: int, run: int, person: int, companions: Sequence[int] = (), *, promised: bool = False) -> str:
        others = [Resident(pk=each) for each in companions]
        made = registration.register(
            Resident(pk=person),
            CourseRun(pk=run),
            by=User(pk=by),
            channel="phone",
            companions=others,
            seat_was_promised=promised,
        )
        return made.state

    def cancel(by: int, which: int) -> str:
        return cancellation.cancel(Registration.objects.get(pk=which), by=User(pk=by), reason="health").state

    def change(by: int, run: int, **terms: int) -> str:
        planning.change_run(CourseRun(pk=run), by=User(pk=by), **terms)
        return "changed"

    def hold(by: int, run: int) -> str:
        return "held" if seat_hold.hold(CourseRun(pk=run), by=User(pk=by)) else "full"

    def release(by: int) -> str:
        seat_hold.release(by=User(pk=by))
        return "released"

    def take_call(by: int, call: int) -> str:
        call_list.take(CallTask(pk=call), by=User(pk=by))
        return "taken"

    def count(run: int) -> str:
        states = list(Registration.objects.filter(run=run).values_list("state", flat=True))
        return json.dumps({**Counter(states), "offered": CourseRun.objects.get(pk=run).seats.offered})

    def look(run: int) -> list[str]:
        return untrue_of(CourseRun(pk=run))

    deeds = (register, cancel, change, hold, release, take_call, count, look)
    return {each.__name__: each for each in deeds} | _deeds_about_records()


def _deeds_about_records() -> dict[str, Callable[..., str | list[str]]]:
    from accounts.models import User  # noqa: PLC0415  (as above)
    from classes.models import Registration  # noqa: PLC0415  (as above)
    from residents import merging  # noqa: PLC0415  (as above)
    from residents.models import Resident  # noqa: PLC0415  (as above)

    def merge(by: int, goes: int, stays: int) -> str:
        merging.merge(Resident(pk=goes), Resident(pk=stays), by=User(pk=by))
        return "merged"

    def left_behind() -> list[str]:
        there = Registration.objects.active().filter(resident__merged_into__isnull=False)
        return ["a place was left with a record that was merged away"] * there.count()

    return {"merge": merge, "left_behind": left_behind}


if __name__ == "__main__":
    serve()
