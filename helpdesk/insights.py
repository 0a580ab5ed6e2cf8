"""Where residents struggle: counts by step and cause, with the denominator that makes them a rate.

Everything is counted by the database and given as frozen values; no consultation is loaded. A step's denominator is
the number of consultations of that edition that reached the step, so a step late in a guide is not made to look easy by
those who never got there.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Exists, OuterRef, Q

from helpdesk.models import Consultation, Difficulty
from helpdesk.tally import Scope, Tally, count_held, passed, reached_by_edition
from materials.models import Edition, Step

# A step is worth an author's and a planner's time from here on.
STAR_COUNT = 5
STAR_RATE = 0.2


@dataclass(frozen=True)
class Rate:
    """So many of so many."""

    count: int
    of: int

    @property
    def share(self) -> float:
        """Between 0 and 1; 0 when there is nothing to divide by."""
        return self.count / self.of if self.of else 0.0

    @property
    def percent(self) -> int:
        """Rounded to a whole number, a half upwards."""
        return int(self.share * 100 + 0.5)

    @property
    def is_high(self) -> bool:
        """True when so many got stuck that something should be done."""
        return self.count >= STAR_COUNT and self.share >= STAR_RATE


@dataclass(frozen=True)
class HeatRow:
    """One step: how many got stuck there, by cause, out of those who reached it."""

    step: Step
    causes: dict[str, int]
    stuck: Rate
    # Of how many of those who got stuck there is a note.
    notes: int

    @property
    def is_starred(self) -> bool:
        """True when so many got stuck that something should be done."""
        return self.stuck.is_high


@dataclass(frozen=True)
class Heat:
    """One edition's steps against the causes that occurred."""

    edition: Edition
    causes: list[str]
    rows: list[HeatRow]
    # By step of any edition of the guide, how many got stuck in any year.
    ever: dict[int, int]

    @property
    def most(self) -> int:
        """The largest count in a cell, by which cells are shaded."""
        return max((count for row in self.rows for count in row.causes.values()), default=0)

    @property
    def worst(self) -> HeatRow | None:
        """The step at which most people got stuck."""
        return max((row for row in self.rows if row.stuck.count), key=lambda row: row.stuck.count, default=None)


@dataclass(frozen=True)
class Struggle:
    """One line of the overview: procedure, guide, step, cause, count and denominator.

    Where no guide lay on the table there is neither guide nor step, and a matter that is no procedure gives its topic.
    """

    cause: str
    rate: Rate
    step: Step | None = None
    # Procedure or topic, where there is no step.
    matter: str = ""

    @property
    def procedure(self) -> str:
        """What it was about; empty for a guide to something that is no procedure."""
        if self.step is None:
            return self.matter
        procedure = self.step.edition.guide.procedure
        return procedure.name if procedure else ""

    @property
    def guide(self) -> str:
        """The title of the guide with its device."""
        return str(self.step.edition.guide) if self.step else ""

    @property
    def edition_number(self) -> int | None:
        """The number of the edition that lay on the table."""
        return self.step.edition.number if self.step else None

    @property
    def ordinal(self) -> int | None:
        """The number of the step."""
        return self.step.ordinal if self.step else None

    @property
    def step_title(self) -> str:
        """What the step says to do."""
        return self.step.title if self.step else ""


@dataclass(frozen=True)
class Total:
    """How many consultations there were and in how many somebody got stuck."""

    consultations: int
    stuck: int

    @classmethod
    def of(cls, months: "list[Month]") -> "Total":
        """What the months come to: a consultation is held in one of them."""
        return cls(sum(month.consultations for month in months), sum(month.stuck for month in months))


@dataclass(frozen=True)
class Month:
    """One month of the trend; the first day stands for it."""

    first_day: date
    consultations: int
    stuck: int


def heat(edition: Edition, counted: Tally) -> Heat:
    """The heat table of one edition."""
    by_cause: dict[int, dict[str, int]] = defaultdict(dict)
    causes: dict[str, int] = defaultdict(int)
    steps = [step for step in counted.steps.values() if step.edition_id == edition.pk]
    of_this = {step.pk for step in steps}
    for row in counted.stuck:
        if row.step in of_this:
            by_cause[row.step][row.cause] = row.number
            causes[row.cause] += row.number
    people, notes, ever = _people(edition, counted)
    rows = [
        HeatRow(
            step,
            by_cause.get(step.pk, {}),
            Rate(people.get(step.pk, 0), counted.reached_step(step)),
            notes.get(step.pk, 0),
        )
        for step in steps
    ]
    return Heat(edition, sorted(causes, key=lambda cause: -causes[cause]), rows, ever)


def _people(edition: Edition, counted: Tally) -> tuple[dict[int, int], dict[int, int], dict[int, int]]:
    """By step of any edition of the guide: how many got stuck, of how many there is a note, how many in every year.

    Whoever got stuck for two causes is one person, so the causes cannot simply be added up.
    """
    steps = [step.pk for step in counted.steps.values() if step.edition.guide_id == edition.guide_id]
    rows = (
        Difficulty.objects.filter(counted.scope.in_every_year().q("consultation__"), step__in=steps)
        .values_list("step", "consultation__fiscal_year")
        .annotate(
            number=Count("consultation", distinct=True),
            noted=Count("consultation", distinct=True, filter=~Q(consultation__note="")),
        )
    )
    people: dict[int, int] = defaultdict(int)
    notes: dict[int, int] = defaultdict(int)
    ever: dict[int, int] = defaultdict(int)
    for step, year, number, noted in rows:
        ever[step] += number
        if counted.scope.fiscal_year in (None, year):
            people[step] += number
            notes[step] += noted
    return people, notes, ever


def struggles(counted: Tally, *, limit: int | None = None) -> list[Struggle]:
    """Procedure × step × cause over all editions, what happens most often first.

    Counts are of consultations. The denominator is the consultations of that edition that reached that step; where no
    guide lay on the table, all about that matter without one.
    """
    of: dict[tuple[int, int | None], int] = defaultdict(int)
    for held in counted.held:
        if held.edition is None and counted.scope.fiscal_year in (None, held.fiscal_year):
            of[held.topic, held.procedure] += held.number
    at_steps = [
        Struggle(row.cause, Rate(row.number, counted.reached_step(counted.steps[row.step])), counted.steps[row.step])
        for row in counted.stuck[:limit]
    ]
    unguided = [
        Struggle(row.cause, Rate(row.number, of[row.topic, row.procedure]), matter=row.matter)
        for row in counted.unguided[:limit]
    ]
    return sorted([*at_steps, *unguided], key=lambda row: -row.rate.count)[:limit]


def starred_steps(scope: Scope) -> list[tuple[Step, Rate]]:
    """The steps of all guides at which many got stuck, most first. Three questions, however many guides there are."""
    many = (
        Difficulty.objects.filter(scope.q("consultation__"), step__isnull=False)
        .values_list("step")
        .annotate(number=Count("consultation", distinct=True))
        .filter(number__gte=STAR_COUNT)
        .order_by("-number", "step")
    )
    people = dict(many)
    if not people:
        return []
    reached = reached_by_edition(count_held(scope), scope.fiscal_year)
    steps = Step.objects.select_related("edition__guide").in_bulk(people)
    rates = [
        (steps[step], Rate(number, passed(reached, steps[step].edition_id, steps[step].ordinal)))
        for step, number in people.items()
    ]
    return [(step, rate) for step, rate in rates if rate.is_high]


def months(scope: Scope, edition: Edition | None = None) -> list[Month]:
    """Consultations and those in which somebody got stuck, month by month; months without any are left out."""
    held = Consultation.objects.filter(scope.q()).order_by()
    if edition is not None:
        held = held.filter(edition=edition)
    got_stuck = Exists(Difficulty.objects.filter(consultation=OuterRef("pk")))
    days = held.values_list("held_on").annotate(number=Count("pk"), stuck=Count("pk", filter=got_stuck))
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0])
    # There are few days; one database would have to ask Python for the month of every single consultation.
    for day, number, stuck in days:
        month = found[day.replace(day=1)]
        month[0] += number
        month[1] += stuck
    return [Month(first, number, stuck) for first, (number, stuck) in sorted(found.items())]


def used_editions(counted: Tally) -> list[Edition]:
    """Editions that lay on the table, those with most difficulties first."""
    stuck: dict[int, int] = defaultdict(int)
    for row in counted.stuck:
        stuck[counted.steps[row.step].edition_id] += row.number
    editions = [counted.editions[edition] for edition in counted.reached]
    return sorted(editions, key=lambda edition: (-stuck[edition.pk], edition.guide.order, edition.pk))
