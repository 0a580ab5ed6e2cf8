"""The web server itself: how soon it answers after it was started, and how much memory a process takes."""

import statistics
import time
from collections.abc import Iterator

from bench.frame.client import Client
from bench.frame.databases import POSTGRES, SHOWN, SQLITE
from bench.frame.registry import Anchor, Measurement, Of, at_most, scenario
from bench.frame.run import Run
from bench.frame.servers import floor_server, our_server

PAGES = {"reception": ["/", "/desk/", "/runs/", "/calls/", "/messages/"], "analyst": ["/", "/insights/"]}


@scenario("server")
def server(run: Run) -> Iterator[Measurement]:
    """From the start of the web server to its first page, and the memory of a process after a day's pages."""
    for kind in (POSTGRES, SQLITE):
        with run.site(kind) as site:
            starts = []
            for _ in range(3):
                begun = time.perf_counter()
                with our_server(site.url) as port:
                    Client(port).get("/guides/")
                    starts.append(time.perf_counter() - begun)
            begun = time.perf_counter()
            with floor_server(run.floor_urls[kind]) as port:
                Client(port).get("/")
                floor = Anchor(f"floor's start, {SHOWN[kind]}", time.perf_counter() - begun)
            taken = statistics.median(starts)
            yield Measurement(f"start to first page, {SHOWN[kind]}", taken, "s", floor, at_most(1.5, Of.VALUE))
            memory = [
                client.get(path).memory_mb
                for client, paths in [(site.colleague(role), paths) for role, paths in PAGES.items()]
                for path in paths * 4
            ]
            yield Measurement(f"memory of a process, {SHOWN[kind]}", max(memory), "MB", target=at_most(110, Of.VALUE))
