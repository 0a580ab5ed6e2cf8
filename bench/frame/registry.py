"""What a scenario is, what it measures, and when its target holds.

A machine drifts by half within an hour and differs by ten from the next, so no figure stands alone: a measurement
carries the anchor that was taken beside it, and a target is a ratio to that, wherever it can be.
"""

import importlib
import pkgutil
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

import bench

if TYPE_CHECKING:
    from bench.frame.run import Run


class UnknownScenarioError(Exception):
    """There is no scenario of that name."""


class Of(StrEnum):
    """What a target limits: the value itself, or its ratio to the anchor."""

    VALUE = "value"
    RATIO = "ratio"


@dataclass(frozen=True)
class Anchor:
    """What the same machine does at the same time when it does as little as can be done; in the measurement's unit."""

    name: str
    value: float


@dataclass(frozen=True)
class Target:
    """A limit that a measurement has to keep."""

    sign: str
    amount: float
    of: Of

    def holds(self, measurement: "Measurement") -> bool:
        """Whether the measurement keeps it; a ratio without an anchor does not."""
        figure = measurement.value if self.of is Of.VALUE else measurement.ratio
        if figure is None:
            return False
        match self.sign:
            case "≤":
                return figure <= self.amount
            case "≥":
                return figure >= self.amount
        return figure == self.amount

    def __str__(self) -> str:
        return f"{self.sign} {self.amount:g}{' × anchor' if self.of is Of.RATIO else ''}"


def at_most(amount: float, of: Of = Of.RATIO) -> Target:
    """Smaller is better."""
    return Target("≤", amount, of)


def at_least(amount: float, of: Of = Of.RATIO) -> Target:
    """Larger is better."""
    return Target("≥", amount, of)


def exactly(amount: float) -> Target:
    """A count that must come out."""
    return Target("=", amount, Of.VALUE)


@dataclass(frozen=True)
class Measurement:
    """One figure of a scenario; `target` replaces the scenario's, and without either it only informs."""

    what: str
    value: float
    unit: str
    anchor: Anchor | None = None
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """How many times the anchor."""
        return self.value / self.anchor.value if self.anchor and self.anchor.value else None


Measuring = Callable[["Run"], Iterable[Measurement]]


@dataclass(frozen=True)
class Scenario:
    """Something the office does, measured."""

    name: str
    about: str
    target: Target | None
    measure: Measuring = field(repr=False)


_scenarios: dict[str, Scenario] = {}


def scenario(name: str, *, target: Target | None = None) -> Callable[[Measuring], Measuring]:
    """Register a function that measures; its docstring says what, its first line is shown in lists."""

    def register(measure: Measuring) -> Measuring:
        if name in _scenarios:
            raise ValueError(f"There are two scenarios named {name}.")
        about = (measure.__doc__ or "").strip().splitlines()[0]
        _scenarios[name] = Scenario(name, about, target, measure)
        return measure

    return register


def scenarios() -> list[Scenario]:
    """All scenarios of the modules bench/<subject>.py, the anchors first."""
    for module in pkgutil.iter_modules(bench.__path__):
        if not module.ispkg and not module.name.startswith("_"):
            importlib.import_module(f"bench.{module.name}")
    return sorted(_scenarios.values(), key=lambda scenario: (scenario.name != "anchors", scenario.name))


def chosen(names: list[str]) -> list[Scenario]:
    """The named scenarios, or all of them.

    Raises UnknownScenarioError.
    """
    known = {scenario.name: scenario for scenario in scenarios()}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise UnknownScenarioError(f"There is no scenario {', '.join(unknown)}. There are: {', '.join(known)}.")
    return [known[name] for name in names] or list(known.values())
