"""The table on the terminal and the list in var/bench.json, from the same rows."""

import json
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from bench.frame.registry import Measurement, Scenario, Target

ROOT = Path(__file__).resolve().parent.parent.parent
FILE = ROOT / "var" / "bench.json"
HEADINGS = ("measurement", "value", "unit", "anchor", "ratio", "target", "holds")
WIDTHS = (54, 10, 9, 44, 8, 16, 5)


@dataclass(frozen=True)
class Row:
    """One figure beside its anchor; `target` and `holds` are None where a figure only informs."""

    name: str
    value: float
    unit: str
    anchor: float | None
    ratio: float | None
    target: str | None
    holds: bool | None
    anchor_name: str | None


def row(scenario: Scenario, measurement: Measurement) -> Row:
    """What is reported of a measurement."""
    target: Target | None = measurement.target or scenario.target
    anchor = measurement.anchor
    return Row(
        name=f"{scenario.name}: {measurement.what}",
        value=significant(measurement.value),
        unit=measurement.unit,
        anchor=significant(anchor.value) if anchor else None,
        ratio=significant(measurement.ratio) if measurement.ratio is not None else None,
        target=str(target) if target else None,
        holds=target.holds(measurement) if target else None,
        anchor_name=anchor.name if anchor else None,
    )


def significant(figure: float) -> float:
    """Three digits: the fourth is noise on any machine."""
    return float(f"{figure:.3g}") if abs(figure) < 1000 else round(figure)


class Report:
    """Prints a row as soon as it is measured, and keeps all for the file."""

    def __init__(self) -> None:
        self.rows: list[Row] = []

    @property
    def holds(self) -> bool:
        """Whether no target is missed."""
        return all(entry.holds is not False for entry in self.rows)

    def add(self, scenario: Scenario, measurements: Iterable[Measurement]) -> None:
        """Report a scenario while it runs."""
        if not self.rows:
            print(line(HEADINGS))
            print(line(["-" * width for width in WIDTHS]))
        begun = time.monotonic()
        for measurement in measurements:
            entry = row(scenario, measurement)
            self.rows.append(entry)
            print(line(cells(entry)), flush=True)
        print(f"{'':<4}{scenario.name} took {time.monotonic() - begun:.0f} s", flush=True)

    def write(self) -> None:
        """Write var/bench.json and say where."""
        FILE.parent.mkdir(parents=True, exist_ok=True)
        FILE.write_text(json.dumps([asdict(entry) for entry in self.rows], ensure_ascii=False, indent=1) + "\n")
        judged = [entry for entry in self.rows if entry.holds is not None]
        missed = [entry.name for entry in judged if not entry.holds]
        print(f"\n{len(judged) - len(missed)} of {len(judged)} targets hold. Written to {FILE.relative_to(ROOT)}.")
        for name in missed:
            print(f"  missed: {name}")


def cells(entry: Row) -> list[str]:
    """A row in words."""
    anchor = f"{entry.anchor_name} {entry.anchor:g}" if entry.anchor is not None else ""
    ratio = f"{entry.ratio:g}" if entry.ratio is not None else ""
    holds = {True: "yes", False: "NO", None: ""}[entry.holds]
    return [entry.name, f"{entry.value:g}", entry.unit, anchor, ratio, entry.target or "", holds]


def line(texts: Iterable[str]) -> str:
    """Texts in columns; a long one pushes the rest on rather than losing its end."""
    return "  ".join(f"{text:<{width}}" for text, width in zip(texts, WIDTHS, strict=True)).rstrip()
