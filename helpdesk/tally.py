"""The counts behind the analysis: how many got how far, and what stopped them where.

Each is one statement, however many consultations, guides and years there are, and each goes through an index that was
made for it. Every figure and every rate of `insights` is put together from them.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from functools import cached_property
from typing import NamedTuple

from django.db.models import Count, Prefetch, Q

from helpdesk.models import Consultation, Difficulty
from materials.models import Edition, Step, Topic


@dataclass(frozen=True)
class Scope:
    """Which consultations are counted. None means all."""

    fiscal_year: int | None = None
    venue: int | None = None
    age_band: str | None = None
    device: str | None = None

    def q(self, prefix: str = "") -> Q:
        """The scope as a condition on consultations reached by `prefix`."""
        wanted = {
            "fiscal_year": self.fiscal_year,
            "venue_id": self.venue,
            "age_band": self.age_band,
            "device": self.device,
        }
        return Q(**{f"{prefix}{name}": value for name, value in wanted.items() if value is not None})

    def in_every_year(self) -> "Scope":
        """The same question without the year."""
        return replace(self, fiscal_year=None)


class Held(NamedTuple):
    """How many consultations of a year were about a matter and, where a guide lay on the table, got to a step of it."""

    edition: int | None
    reached: int | None
    topic: int
    procedure: int | None
    fiscal_year: int
    number: int


class Stuck(NamedTuple):
    """In how many consultations a cause stopped people at a step."""

    step: int
    cause: str
    number: int


class Unguided(NamedTuple):
    """In how many consultations without a guide a cause stopped people in a matter."""

    topic: int
    procedure: int | None
    topic_name: str
    topic_name_en: str
    procedure_name: str | None
    cause: str
    number: int

    @property
    def matter(self) -> str:
        """The procedure, else the topic, in the language of the reader."""
        return self.procedure_name or Topic(name=self.topic_name, name_en=self.topic_name_en).text


@dataclass(frozen=True)
class Tally:
    """The counts behind all figures of a scope, and the guides they are about, each asked for once."""

    scope: Scope
    # In every year: an edition is compared with the one before it, which may belong to the year before.
    held: list[Held]
    # In the scope, what happens most often first.
    stuck: list[Stuck]
    unguided: list[Unguided]
    # All that are out, with their steps.
    editions: dict[int, Edition]

    @cached_property
    def reached(self) -> dict[int, dict[int, int]]:
        """How many reached which step last, by edition."""
        return reached_by_edition(self.held, self.scope.fiscal_year)

    @cached_property
    def steps(self) -> dict[int, Step]:
        """The steps of all editions by their key."""
        return {step.pk: step for edition in self.editions.values() for step in edition.steps.all()}

    def reached_step(self, step: Step) -> int:
        """How many reached a step."""
        return passed(self.reached, step.edition_id, step.ordinal)

    def ever_reached(self, step: Step) -> int:
        """How many reached a step in any year."""
        return passed(reached_by_edition(self.held, None), step.edition_id, step.ordinal)


def tally(scope: Scope, held: list[Held] | None = None) -> Tally:
    """Count a scope; `held` where that has been counted already."""
    held = count_held(scope) if held is None else held
    return Tally(scope, held, _count_stuck(scope), _count_unguided(scope), _editions())


def count_held(scope: Scope) -> list[Held]:
    """Count the consultations of a scope in every year.

    One pass through one index, whatever is asked. A count of 0 is given, too: it tells that the year has consultations,
    only none of this scope.
    """
    fits = scope.in_every_year().q()
    places = Consultation.objects.order_by().values_list(
        "edition", "reached_ordinal", "topic", "procedure", "fiscal_year"
    )
    return [Held(*row) for row in places.annotate(number=Count("fiscal_year", filter=fits or None))]


def fiscal_years(held: list[Held]) -> list[int]:
    """The years in which there were consultations, the newest first."""
    return sorted({row.fiscal_year for row in held}, reverse=True)


def _count_stuck(scope: Scope) -> list[Stuck]:
    counted = (
        Difficulty.objects.filter(scope.q("consultation__"), step__isnull=False)
        .values_list("step", "cause")
        .annotate(number=Count("pk"))
        .order_by("-number", "step", "cause")
    )
    return [Stuck(*row) for row in counted]


def _count_unguided(scope: Scope) -> list[Unguided]:
    matter = ("topic", "procedure", "topic__name", "topic__name_en", "procedure__name")
    counted = (
        Difficulty.objects.filter(scope.q("consultation__"), consultation__edition__isnull=True)
        .values_list(*(f"consultation__{name}" for name in matter), "cause")
        .annotate(number=Count("pk"))
        .order_by("-number", "consultation__topic", "consultation__procedure", "cause")
    )
    return [Unguided(*row) for row in counted]


def _editions() -> dict[int, Edition]:
    steps = Step.objects.only("edition", "lineage", "ordinal", "title").order_by("ordinal")
    out = Edition.objects.published().select_related("guide__procedure")
    return {edition.pk: edition for edition in out.prefetch_related(Prefetch("steps", steps))}


def reached_by_edition(held: list[Held], fiscal_year: int | None) -> dict[int, dict[int, int]]:
    """How many reached which step last, by the edition that lay on the table; in all years where none is named."""
    reached: dict[int, dict[int, int]] = defaultdict(lambda: defaultdict(int))
    for row in held:
        if row.edition and row.reached and row.number and fiscal_year in (None, row.fiscal_year):
            reached[row.edition][row.reached] += row.number
    return reached


def passed(reached: dict[int, dict[int, int]], edition: int, ordinal: int) -> int:
    """How many reached a step: whoever reached a later one passed the earlier ones."""
    return sum(number for last, number in reached.get(edition, {}).items() if last >= ordinal)
