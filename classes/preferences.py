"""Who is preferred where seats are drawn or decided at the counter: rules that stand on the flyer, and nothing else.

What must never happen: somebody preferred for a reason that was not printed, or a rule that two clerks read in two
ways. So each rule is a yes or no that follows from what the office holds, and counts as much as every other one.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import BooleanField, Exists, ExpressionWrapper, F, OuterRef, Q
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from city.models import District
from classes.attendance import CAME
from classes.models import Attendance, CourseRun, Offer, Registration
from core.wareki import era_year, fiscal_year, local_date
from residents.models import Resident

FROM_AGE = 75
# Bands that begin at the age; "70s" does not, and whoever told no more than that is asked for the year of birth.
_BANDS_ABOVE, BAND_BELOW = {"80s", "90up"}, "70s"
LOSERS_ARE_PREFERRED_FOR = timedelta(days=365)


@dataclass(frozen=True)
class Case:
    """For which run it is asked who is preferred, and when."""

    run: CourseRun
    at: datetime
    year: int

    @property
    def last_birth_year(self) -> int:
        """Whoever was born in this year or before has the age by the end of December of the fiscal year."""
        return self.year - FROM_AGE


@dataclass(frozen=True)
class Preference:
    """One rule: its name beside a person, its words on paper, and whom of some residents it fits."""

    name: str | Promise
    rule: str | Promise
    fitting: Callable[[Case, Collection[Resident]], set[int]]


@dataclass(frozen=True)
class ToAsk:
    """Somebody who has not told what decides whether a rule fits them, and what that is, in words."""

    resident: Resident
    missing: list[str]


def that_fit(run: CourseRun, residents: Collection[Resident], *, at: datetime) -> dict[int, list[str]]:
    """The keys of the run's preferences that fit each of these people, in the order of the rules.

    One question a rule at most, however many people. Reads the run's lessons, prefetched or not.
    """
    found: dict[int, list[str]] = {resident.pk: [] for resident in residents}
    case = _case(run, at=at)
    for key in _keys(run):
        for number in PREFERENCES[key].fitting(case, residents):
            found[number].append(key)
    return found


def names(keys: Iterable[str]) -> list[str]:
    """What fits somebody, in words."""
    return [str(PREFERENCES[key].name) for key in keys]


def choices() -> list[tuple[str, str | Promise]]:
    """What may be chosen for a run, as (key, words)."""
    return [(key, preference.name) for key, preference in PREFERENCES.items()]


def rules_in_words(run: CourseRun) -> list[str]:
    """The rules by which the seats of a run are given, as they are printed; none where whoever comes first has a seat.

    Reads the run's lessons, prefetched or not.
    """
    if run.selection == CourseRun.Selection.FIRST_COME:
        return []
    case = _case(run, at=timezone.now())
    facts = {
        "age": FROM_AGE,
        "by_the_end_of": era_year(date(case.year, 12, 31)),
        "year": case.last_birth_year,
        "era": era_year(date(case.last_birth_year, 1, 1)),
    }
    rules = [str(PREFERENCES[key].rule) % facts for key in _keys(run)]
    return [*rules, *(_how_lots_are_drawn(run) if run.selection == CourseRun.Selection.LOTTERY else _how_one_decides())]


def what_to_ask(run: CourseRun, residents: Iterable[Resident]) -> list[ToAsk]:
    """What is to be asked of whom before the seats are given: the year of birth, the district.

    A district is told or not as people like; whoever was never asked for it would lose in silence.
    """
    asked = [ToAsk(each, list(_missing(run, each))) for each in residents]
    return [each for each in asked if each.missing]


def _missing(run: CourseRun, resident: Resident) -> Iterator[str]:
    if "age_75" in run.preferences and resident.birth_year is None and resident.age_band == BAND_BELOW:
        yield _("year of birth")
    if "resident" in run.preferences and resident.district_id is None:
        yield _("district")


def _how_lots_are_drawn(run: CourseRun) -> list[str]:
    if _keys(run):
        first = _("Lots that more of these rules fit are drawn first. Among equals the order is drawn.")
    else:
        first = _("The order of all lots is drawn; every one has the same chance.")
    told = [
        first,
        _("People who come together are one lot, with the rules of whichever of them more rules fit."),
        _("A lot for more people than there are seats left loses, and waits in the order drawn."),
    ]
    if run.loan_devices:
        told.append(_("So does a lot that asks for more devices to borrow than are left."))
    return told


def _how_one_decides() -> list[str]:
    return [_("The office decides after reception has closed, looking at these rules and at what people told it.")]


def _case(run: CourseRun, *, at: datetime) -> Case:
    starts = [lesson.starts_at for lesson in run.lessons_not_cancelled()]
    return Case(run, at, fiscal_year(local_date(min(starts, default=at))))


def _keys(run: CourseRun) -> list[str]:
    """The run's preferences in the order of the rules; a key that no rule has any more fits nobody."""
    return [key for key in PREFERENCES if key in run.preferences]


def _is_new(case: Case, residents: Collection[Resident]) -> set[int]:
    numbers = {resident.pk for resident in residents}
    came = Attendance.objects.filter(registration__resident__in=numbers, mark__in=CAME).exclude(lesson__run=case.run)
    return numbers - set(came.values_list("registration__resident", flat=True))


def _is_old(case: Case, residents: Collection[Resident]) -> set[int]:
    return {
        resident.pk
        for resident in residents
        if (
            resident.birth_year <= case.last_birth_year
            if resident.birth_year
            else resident.current_age_band in _BANDS_ABOVE
        )
    }


def _lives_here(_case: Case, residents: Collection[Resident]) -> set[int]:
    elsewhere = {None, *District.objects.outside().values_list("pk", flat=True)}
    return {resident.pk for resident in residents if resident.district_id not in elsewhere}


def _lost_before(case: Case, residents: Collection[Resident]) -> set[int]:
    """Those whose last drawn run of the past year gave them no seat, neither by lot nor afterwards.

    A run that was called off gave nobody a seat, and took none from anybody.
    """
    since = case.at - LOSERS_ARE_PREFERRED_FOR
    accepted = Offer.objects.filter(registration=OuterRef("pk"), state=Offer.State.ACCEPTED)
    had_cancelled = ExpressionWrapper(
        Q(cancelled_at__isnull=False, cancelled_at__lte=F("run__draw__drawn_at")), BooleanField()
    )
    told = (
        Registration.objects.filter(resident__in=[resident.pk for resident in residents])
        .filter(run__draw__drawn_at__gt=since, run__draw__drawn_at__lte=case.at, run__called_off_at__isnull=True)
        .exclude(run=case.run)
        .annotate(has_accepted=Exists(accepted), had_cancelled=had_cancelled)
        .select_related("lot")
        .order_by("run__draw__drawn_at", "pk")
    )
    lost: set[int] = set()
    for registration in told:
        lot = registration.lot
        is_seated = registration.state == Registration.State.CONFIRMED or vars(registration)["has_accepted"]
        if is_seated or (lot is not None and lot.is_won):
            lost.discard(registration.resident_id)
        elif lot is not None and not vars(registration)["had_cancelled"]:
            lost.add(registration.resident_id)
    return lost


# In the order in which they are printed. Keys stand with runs and are never given another meaning.
PREFERENCES: dict[str, Preference] = {
    "first_time": Preference(
        gettext_lazy("comes for the first time"), gettext_lazy("People who have not been to a class yet"), _is_new
    ),
    "age_75": Preference(
        gettext_lazy("75 or older"),
        gettext_lazy(
            "People who are %(age)d or older by the end of %(by_the_end_of)s (born in %(year)d, %(era)s, or before)"
        ),
        _is_old,
    ),
    "resident": Preference(gettext_lazy("lives in the city"), gettext_lazy("People who live in the city"), _lives_here),
    "lost_before": Preference(
        gettext_lazy("lost a draw before"),
        gettext_lazy(
            "People who had no luck in a draw of the past year and have had no seat in a drawn class since; "
            "classes that were called off do not count"
        ),
        _lost_before,
    ),
}
