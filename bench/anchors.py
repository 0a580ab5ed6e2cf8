"""The anchors by themselves: how fast this machine is right now."""

from collections.abc import Iterator

from bench.frame import anchors
from bench.frame.databases import DATABASES
from bench.frame.registry import Anchor, Measurement, scenario
from bench.frame.run import Run


@scenario("anchors")
def all_anchors(run: Run) -> Iterator[Measurement]:
    """How fast this machine is right now; informs, judges nothing."""
    for kind in DATABASES:
        yield shown(anchors.floor_page(run, kind), "ms")
        yield shown(anchors.floor_rate(run, kind, clients=8), "/s")
        yield shown(anchors.durable_insert(run, kind), "ms")
        yield shown(anchors.group_by(run, kind), "ms")
    yield shown(anchors.skip_locked_loop(run), "/s")
    yield shown(anchors.table_rendering(), "ms")
    yield shown(anchors.typst_guide(run, pages=12), "ms")
    yield shown(anchors.typst_roster(run, rows=40), "ms")


def shown(anchor: Anchor, unit: str) -> Measurement:
    """An anchor as a figure of its own."""
    return Measurement(anchor.name, anchor.value, unit)
