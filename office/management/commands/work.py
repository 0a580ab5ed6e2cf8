"""The worker: plans, sends, asks what became of it, and puts on the call list what did not arrive."""

import logging
import signal
import threading
from typing import Any

from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand, CommandParser
from django.db import InterfaceError, OperationalError, close_old_connections

from city.practice import refuse_other_installations_database
from classes.seat_hold import release_run_out
from reminders import clock
from reminders.rounds import round as one_round

logger = logging.getLogger("kakehashi.worker")


class Command(BaseCommand):
    """Does rounds until told to stop; --once does one, for a timer."""

    help = "Sends what is due and watches over what was sent, in rounds; --once does a single round, for a timer."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do one round and end")
        parser.add_argument("--every", type=float, default=15, metavar="SECONDS", help="pause between rounds")

    def handle(self, *args: Any, once: bool, every: float, **options: Any) -> None:
        refuse_other_installations_database()
        stop = threading.Event()
        for name in (signal.SIGTERM, signal.SIGINT):
            # The batch in hand is finished: what has been claimed gets its outcome.
            signal.signal(name, lambda *_received: stop.set())
        while not stop.is_set():
            try:
                self._do_round(stop, says_always=once)
            except (OperationalError, InterfaceError):
                if once:
                    raise
                # A database that restarts is back in a moment; what was claimed is asked for as after a crash.
                logger.exception("the database did not answer; the next round tries again")
            close_old_connections()
            if once:
                return
            stop.wait(every)

    def _do_round(self, stop: threading.Event, *, says_always: bool) -> None:
        result = one_round(is_told_to_stop=stop.is_set)
        # The machine's clock may be ahead of the one by which a seat is held and somebody is signed in.
        now = clock.now()
        release_run_out(now=now)
        # A sign-in keeps what the desk last searched for, names and numbers included; ended, it must not lie about.
        Session.objects.filter(expire_date__lte=now).delete()
        if result.did_something or says_always:
            self.stdout.write(str(result))
