"""Write more of the same in bulk, for measuring and for cities larger than ours.

Every copy is a new person with a number of the practice band, every copied run has its own lessons and registrations;
the constraints of the database hold for them as for anything else.
"""

from datetime import datetime
from itertools import count
from random import Random

from classes.drawing import seal
from classes.models import Assignment, Attendance, CourseRun, Draw, Lesson, Offer, Party, Registration
from core.phone import PhoneKind, PhoneNumber
from helpdesk.models import Consultation, Difficulty
from office.demo.chance import any_key
from office.demo.names import somebody
from residents.models import Consent, PhoneLine, Resident

BATCH = 2000
# Behind the numbers that the first year used.
FIRST_MOBILE, FIRST_LANDLINE = 200_000, 4_000
LANDLINES = 5_000


def enlarge(scale: int, *, now: datetime) -> None:
    """Add (scale - 1) copies of the first year, with other people in them."""
    if scale <= 1:
        return
    source = _Source(now)
    for copy in range(1, scale):
        source.copy(copy)


class _Source:
    """The first year's rows, read once and written again as often as asked."""

    def __init__(self, now: datetime) -> None:
        self.chance = Random(now.year)
        self.mobiles = count(FIRST_MOBILE)
        self.landlines = count()
        self.residents = list(Resident.objects.order_by("pk"))
        self.phones = _grouped(PhoneLine.objects.order_by("pk"), "resident_id")
        self.consents = _grouped(Consent.objects.order_by("pk"), "resident_id")
        self.runs = [_undrawn(run) for run in CourseRun.objects.order_by("pk")]
        self.draws = list(Draw.objects.filter(listed_at__isnull=True).order_by("pk"))
        self.lessons = list(Lesson.objects.order_by("pk"))
        self.assignments = list(Assignment.objects.order_by("pk"))
        self.parties = list(Party.objects.order_by("pk"))
        self.registrations = list(Registration.objects.order_by("pk"))
        self.offers = list(Offer.objects.order_by("pk"))
        self.attendances = list(Attendance.objects.order_by("pk"))
        self.consultations = list(Consultation.objects.order_by("pk"))
        self.difficulties = list(Difficulty.objects.order_by("pk"))

    def copy(self, number: int) -> None:
        """One more year beside the first."""
        residents = self._copy_residents()
        runs = _copied(CourseRun, self.runs)
        lessons = _copied(Lesson, self.lessons, run_id=runs)
        _copied(Assignment, self.assignments, lesson_id=lessons)
        self._copy_draws(runs)
        parties = _copied(Party, self.parties, run_id=runs)
        belonging = {"run_id": runs, "resident_id": residents, "party_id": parties, "lot_id": {}}
        registrations = _copied(Registration, self.registrations, **belonging)
        _copied(Offer, self.offers, registration_id=registrations)
        _copied(Attendance, self.attendances, lesson_id=lessons, registration_id=registrations)
        self._copy_consultations()

    def _copy_residents(self) -> dict[int, int]:
        made = []
        for original in self.residents:
            (family_name, family_kana), (given_name, given_kana) = somebody(self.chance)
            resident = _twin(original)
            resident.family_name, resident.family_kana = family_name, family_kana
            resident.given_name, resident.given_kana = given_name, given_kana
            resident.refold()
            made.append(resident)
        Resident.objects.bulk_create(made, batch_size=BATCH)
        lines, consents = [], []
        for original, resident in zip(self.residents, made, strict=True):
            for phone in self.phones.get(original.pk, []):
                line = _twin(phone)
                line.resident = resident
                line.number = self._number(phone).e164
                line.last_four = line.number[-4:]
                lines.append(line)
            for consent in self.consents.get(original.pk, []):
                given = _twin(consent)
                given.resident = resident
                consents.append(given)
        PhoneLine.objects.bulk_create(lines, batch_size=BATCH)
        Consent.objects.bulk_create(consents, batch_size=BATCH)
        return {original.pk: resident.pk for original, resident in zip(self.residents, made, strict=True)}

    def _number(self, original: PhoneLine) -> PhoneNumber:
        if original.phone.kind is PhoneKind.MOBILE:
            return PhoneNumber.practice(next(self.mobiles), PhoneKind.MOBILE)
        # There are fewer landlines than people to share them.
        return PhoneNumber.practice(FIRST_LANDLINE + next(self.landlines) % LANDLINES, PhoneKind.LANDLINE)

    def _copy_draws(self, runs: dict[int, int]) -> None:
        """The draws still to come, each sealed for itself."""
        made = []
        for original in self.draws:
            draw = _twin(original)
            draw.run_id, draw.seed = runs[original.run_id], self.chance.randbytes(32).hex()
            draw.seed_digest = seal(draw.seed)
            made.append(draw)
        Draw.objects.bulk_create(made)

    def _copy_consultations(self) -> None:
        made = []
        for original in self.consultations:
            consultation = _twin(original)
            consultation.form_key = any_key(self.chance)
            made.append(consultation)
        Consultation.objects.bulk_create(made, batch_size=BATCH)
        new = {original.pk: copy.pk for original, copy in zip(self.consultations, made, strict=True)}
        _copied(Difficulty, self.difficulties, consultation_id=new)


def _undrawn(run: CourseRun) -> CourseRun:
    """The run as it is copied. Lots are drawn once: in a copy of the run, whoever won them came first."""
    if run.selection == CourseRun.Selection.LOTTERY and run.decided_at is not None:
        run.selection, run.preferences = CourseRun.Selection.FIRST_COME, []
        run.decided_at = run.decided_by = None
    return run


def _twin(row):  # type: ignore[no-untyped-def]  # any model's row
    """The same row, not written yet."""
    twin = type(row)(**{field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields})
    twin.pk = None
    return twin


def _copied(model, rows, **references: dict[int, int]) -> dict[int, int]:  # type: ignore[no-untyped-def]  # as above
    """Write copies of rows with their references renewed, or emptied without a copy; gives old number to new number."""
    made = []
    for row in rows:
        copy = _twin(row)
        for name, new in references.items():
            setattr(copy, name, new.get(getattr(row, name)))
        made.append(copy)
    model.objects.bulk_create(made, batch_size=BATCH)
    return {row.pk: copy.pk for row, copy in zip(rows, made, strict=True)}


def _grouped(rows, name: str):  # type: ignore[no-untyped-def]  # as above
    groups: dict[int, list] = {}
    for row in rows:
        groups.setdefault(getattr(row, name), []).append(row)
    return groups
