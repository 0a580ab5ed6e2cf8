"""Was it better after the step was rewritten? The step's rate in the edition before and in this one, side by side.

A difference between two small groups is easily chance. So the difference is given with the interval in which the real
one lies, and nothing is called an effect while that interval still holds zero.
"""

from dataclasses import dataclass
from math import sqrt

from helpdesk.insights import Heat, Rate
from helpdesk.tally import Tally
from materials.models import Edition, Step

# Nineteen times in twenty the real difference lies inside (quantile of the normal distribution for 95 %).
Z = 1.959964


@dataclass(frozen=True)
class Comparison:
    """One step in two editions, the earlier first."""

    step: Step
    earlier: Edition
    before: Rate
    later: Edition
    after: Rate

    @property
    def can_be_judged(self) -> bool:
        """True when in both editions somebody reached the step."""
        return bool(self.before.of and self.after.of)

    @property
    def difference(self) -> float:
        """The share after minus the share before; negative when fewer get stuck."""
        return self.after.share - self.before.share

    @property
    def interval(self) -> tuple[float, float]:
        """From where to where the real difference lies, with 95 % confidence.

        Source: R. G. Newcombe, Interval estimation for the difference between independent proportions,
        Statistics in Medicine 17 (1998), method 10: unlike the textbook formula it holds for small counts too.
        """
        if not self.can_be_judged:
            return (-1.0, 1.0)
        after_low, after_high = wilson(self.after)
        before_low, before_high = wilson(self.before)
        below = sqrt((self.after.share - after_low) ** 2 + (before_high - self.before.share) ** 2)
        above = sqrt((after_high - self.after.share) ** 2 + (self.before.share - before_low) ** 2)
        return (self.difference - below, self.difference + above)

    @property
    def points(self) -> str:
        """The difference in percentage points: −15."""
        return signed(self.difference)

    @property
    def low_points(self) -> str:
        """The lower end of the interval in percentage points."""
        return signed(self.interval[0])

    @property
    def high_points(self) -> str:
        """The upper end of the interval in percentage points."""
        return signed(self.interval[1])

    @property
    def is_better(self) -> bool:
        """True when chance hardly explains that fewer get stuck."""
        return self.interval[1] < 0

    @property
    def is_worse(self) -> bool:
        """True when chance hardly explains that more get stuck."""
        return self.interval[0] > 0


def signed(share: float) -> str:
    """A difference of shares in whole percentage points with its sign, a real minus sign for the reader: −15, +3, 0."""
    points = round(share * 100)
    return f"{points:+d}".replace("-", "−") if points else "0"


def wilson(rate: Rate) -> tuple[float, float]:
    """From where to where the real share lies, with 95 % confidence (E. B. Wilson, 1927)."""
    count, of, square = rate.count, rate.of, Z * Z
    centre = (count + square / 2) / (of + square)
    half = Z * sqrt(count * (of - count) / of + square / 4) / (of + square)
    return (centre - half, centre + half)


def before_and_after(step: Step, shown: Heat, counted: Tally) -> Comparison | None:
    """The step in the edition before and in its own; None when it is new.

    The year is left out of the scope: the earlier edition may belong to the year before.
    """
    earlier = max(
        (
            each
            for each in counted.steps.values()
            if each.lineage == step.lineage
            and each.edition.guide_id == shown.edition.guide_id
            and each.edition.number < shown.edition.number
        ),
        key=lambda each: each.edition.number,
        default=None,
    )
    if earlier is None:
        return None
    before, after = (Rate(shown.ever.get(each.pk, 0), counted.ever_reached(each)) for each in (earlier, step))
    return Comparison(step, earlier.edition, before, shown.edition, after)
