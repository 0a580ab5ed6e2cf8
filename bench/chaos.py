"""A bad evening: five thousand texts, workers killed anywhere, clocks that jump, a provider that errs."""

import os
from collections.abc import Iterator

from bench.frame.databases import POSTGRES, SHOWN, SQLITE, connect_django, manage
from bench.frame.registry import Measurement, Of, at_least, at_most, exactly, scenario
from bench.frame.run import Run

TEXTS = 5000
# Of five thousand texts so many of a hundred go wrong in each way; every halt that follows is waited out.
RARER = {"slow": 3, "busy": 0.3, "broken": 0.5, "broken_after_taking": 0.5, "dropped": 0.5, "dropped_after_taking": 0.5}
RARER |= {"mumbled": 0.3, "reported": 10}
PATIENCE_SECONDS = 900
# Clocks of workers jump so many seconds either way. On the embedded database it is the only clock there is, and a
# provider's may differ from it by two minutes.
JUMPS = {POSTGRES: 3 * 24 * 3600, SQLITE: 60}
# Database, workers, kills while a text is handed over.
EVENINGS = [(POSTGRES, 2, 12), (POSTGRES, 4, 12), (POSTGRES, 8, 16), (SQLITE, 1, 8)]


@scenario("chaos")
def chaos(run: Run) -> Iterator[Measurement]:
    """Nobody lost and nobody texted twice, whatever dies: 2, 4 and 8 workers on PostgreSQL, one on SQLite."""
    from tests.make.evening import Chances, Evening  # noqa: PLC0415  (models need Django set up)
    from tests.make.troubled_worker import PLACES, WATCHING  # noqa: PLC0415  (as above)

    cities = {kind: city_of_an_evening(run, kind) for kind in (POSTGRES, SQLITE)}
    # Of one in ten receipts come, the others are not waited for: the test in little waits for what became of everybody.
    for seed, (kind, workers, kills) in enumerate(EVENINGS, start=1):
        url = run.databases.copy(kind, cities[kind])
        var = run.home / f"evening-{seed}"
        var.mkdir()
        evening = Evening(url, var, Chances(seed=seed, **RARER), workers=workers, kills=kills, waits_for_receipts=False)
        evening.patience_seconds = PATIENCE_SECONDS
        evening.dies_in = PLACES
        evening.clocks_jump = JUMPS[kind]
        tally = evening.play()
        run.databases.drop(kind, url)
        what = f"{workers} workers, {SHOWN[kind]}" if workers > 1 else f"1 worker, {SHOWN[kind]}"
        yield Measurement(f"texted once, {what}", tally.texted, "texts")
        yield Measurement(f"called instead, {what}", tally.called, "people")
        yield Measurement(f"uncertain for a while, {what}", tally.uncertain, "texts")
        yield Measurement(f"lost, {what}", len(tally.lost), "people", target=exactly(0))
        yield Measurement(f"doubled, {what}", len(tally.doubled), "people", target=exactly(0))
        yield Measurement(f"said otherwise by the ledger, {what}", len(tally.misread), "texts", target=exactly(0))
        yield Measurement(
            f"called for a crash alone, {what}",
            len(tally.needless),
            "people",
            target=at_most(10 * tally.kills, Of.VALUE),
        )
        fewest = kills - 2 + len(WATCHING)
        yield Measurement(f"kills, {what}", tally.kills, "workers", target=at_least(fewest, Of.VALUE))
        died_in = len(set(tally.died_in))
        yield Measurement(
            f"steps in which one died, {what}", died_in, "steps", target=at_least(len(WATCHING), Of.VALUE)
        )
        yield Measurement(f"it took, {what}", tally.seconds, "s")


def city_of_an_evening(run: Run, kind: str) -> str:
    """The DATABASE_URL of a real city in which so many texts are due."""
    from tests.make.evening import texts_due  # noqa: PLC0415  (models need Django set up)

    url = run.databases.empty(kind)
    for command in (["migrate", "--verbosity=0"], ["createcachetable"]):
        manage(command, url)
    connect_django(url)
    texts_due(TEXTS)
    connect_django(os.environ["DATABASE_URL"])
    return url
