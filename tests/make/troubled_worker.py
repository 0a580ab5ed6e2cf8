"""`manage.py work` in trouble of its own: it dies at a statement to the database, or its clock is set meanwhile.

Only the process is strange; what it runs is the worker as it is.

    python -m tests.make.troubled_worker --dies reminders.rounds:poll
    python -m tests.make.troubled_worker --clock 259200 --seed 7    # by so many seconds at most, forwards and backwards
"""

import argparse
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from random import Random
from types import FrameType
from typing import Any

import django
import time_machine
from django.core.management import execute_from_command_line
from django.db import connection

# The steps of a worker, and at which statement at most it dies in each; what one round has fewer of, the next goes on.
SENDING = {
    "reminders.claiming:claim_within_limits": 4,
    "reminders.delivery:_ask": 2,
    "reminders.delivery:_write": 2,
}
WATCHING = {
    "city.practice:refuse_other_installations_database": 1,
    "reminders.rounds:bury_dead_claims": 6,
    "reminders.rounds:sweep_late": 3,
    "reminders.opting_out:move_planned": 1,
    "reminders.rounds:settle_uncertain": 6,
    "reminders.rounds:poll": 12,
    "reminders.redaction:remove_words": 2,
    "reminders.rounds:give_up_on_receipts": 12,
    "reminders.call_list:tidy": 6,
    "classes.seat_hold:release_run_out": 1,
}
# Between which seconds of its life it dies, wherever it is by then.
MOMENTS = {"while it starts": (0.0, 1.0), "at any moment": (1.0, 4.0)}
PLACES = (*SENDING, *WATCHING, *MOMENTS)
# So often the clock is set.
SET_EVERY_SECONDS = 0.3


def main() -> None:
    """Run the worker in this trouble."""
    parser = argparse.ArgumentParser(prog="python -m tests.make.troubled_worker")
    parser.add_argument("--dies", choices=PLACES, help="where it is killed")
    parser.add_argument("--clock", type=int, metavar="SECONDS", help="how far its clock jumps at most")
    parser.add_argument("--seed", type=int, default=1, help="of its chances")
    told = parser.parse_args()
    chance = Random(told.seed)
    with ExitStack() as trouble:
        if told.clock:
            trouble.enter_context(clock_that_is_set(told.clock, Random(told.seed)))
        if told.dies:
            trouble.enter_context(dying(told.dies, chance))
        execute_from_command_line(["manage.py", "work", "--every", "0.1"])


@contextmanager
def dying(place: str, chance: Random) -> Iterator[None]:
    """Be killed in a step, just before or just after one of its statements, or at a moment."""
    if place in MOMENTS:
        begun = threading.Timer(chance.uniform(*MOMENTS[place]), die)
        begun.daemon = True
        begun.start()
        yield
        return
    left, is_before = chance.randint(1, (SENDING | WATCHING)[place]), chance.random() < 0.5
    module, _colon, function = place.partition(":")

    def perhaps_die(execute: Callable[..., Any], sql: str, params: Any, many: bool, context: Any) -> Any:
        nonlocal left
        left -= is_inside(module, function)
        if left == 0 and is_before:
            die()
        result = execute(sql, params, many, context)
        if left == 0:
            die()
        return result

    django.setup()
    with connection.execute_wrapper(perhaps_die):
        yield


def die() -> None:
    """End as by `kill -9`: nothing is tidied up."""
    os.kill(os.getpid(), signal.SIGKILL)


def is_inside(module: str, function: str) -> bool:
    """Whether this function is somewhere among the callers."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        if frame.f_code.co_name == function and frame.f_globals.get("__name__") == module:
            return True
        frame = frame.f_back
    return False


@contextmanager
def clock_that_is_set(seconds: int, chance: Random) -> Iterator[None]:
    """Have the clock of this process jump again and again, by up to so many seconds either way from the true time."""
    real = time_machine.escape_hatch.time.time

    def set_clock(clock: time_machine.Traveller) -> None:
        while True:
            time.sleep(SET_EVERY_SECONDS)
            clock.move_to(real() + chance.uniform(-seconds, seconds))

    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        threading.Thread(target=set_clock, args=[clock], daemon=True).start()
        yield


if __name__ == "__main__":
    main()
