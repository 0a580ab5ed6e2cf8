"""Courses, their runs and lessons, and who teaches them."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Volunteer
from city.models import Venue
from classes.models.book import look_up
from classes.models.holds import SeatHold
from classes.models.registrations import Registration
from classes.seats import Book, SeatCount
from core.wareki import local_date
from materials.models import Guide, Topic
from residents.models import Resident


class Course(models.Model):
    """What is taught (講座)."""

    title = models.CharField(_("title"), max_length=60)
    summary = models.CharField(_("contents"), max_length=200, blank=True)
    level = models.CharField(_("level"), max_length=32, default="basic")
    device = models.CharField(_("device"), max_length=32, default="unknown")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="courses", verbose_name=_("topic"))
    bring = models.CharField(_("what to bring"), max_length=160, blank=True)
    guides = models.ManyToManyField(Guide, blank=True, related_name="courses", verbose_name=_("guides to hand out"))

    class Meta:
        verbose_name = _("course")
        verbose_name_plural = _("courses")
        ordering = ["title"]

    def __str__(self) -> str:
        return self.title


class CourseRunQuerySet(models.QuerySet["CourseRun"]):
    """Questions about many runs."""

    def locked(self, pk: int) -> "CourseRun":
        """The run, its row locked until the transaction ends; whatever takes or frees a seat begins here.

        `no_key`, because rows that point to the run may be written meanwhile; `of`, because the course is not changed
        and its other runs need not wait (docs/locking.md).
        """
        return self.select_related("course").select_for_update(no_key=True, of=("self",)).get(pk=pk)

    def all_locked(self, numbers: Iterable[int]) -> "list[CourseRun]":
        """Several runs, locked as `locked` does it, in the order of their numbers."""
        rows = self.select_related("course").select_for_update(no_key=True, of=("self",))
        return list(rows.filter(pk__in=set(numbers)).order_by("pk"))

    def with_seats(self, *, apart_from: User | None = None) -> "CourseRunQuerySet":
        """Annotated with the counts from which `run.seats` is made, a seat that this clerk holds not counted."""
        holds, run = SeatHold.objects.of_others(apart_from, at=timezone.now()), models.OuterRef("pk")
        return self.annotate(
            confirmed_count=_count_of(Registration.objects.confirmed()),
            offered_count=_count_of(Registration.objects.offered()),
            waiting_count=_count_of(Registration.objects.filter(state=Registration.State.WAITING)),
            in_line_count=_count_of(Registration.objects.in_line()),
            at_the_desk_count=Coalesce(models.Subquery(holds.seats_in(run)), 0),
            lent_count=_count_of(Registration.objects.lent()) + Coalesce(models.Subquery(holds.devices_in(run)), 0),
        )

    def seats_of_each(self) -> dict[int, SeatCount]:
        """The seats of each of these runs by its number; one query for all."""
        return {run.pk: run.seats for run in self.with_seats()}

    def soonest_first(self) -> "CourseRunQuerySet":
        """In the order of their first lessons."""
        return self.annotate(first_start=_first_start()).order_by("first_start", "pk")

    def latest_first(self) -> "CourseRunQuerySet":
        """In the order of their first lessons, the last to begin on top."""
        return self.annotate(first_start=_first_start()).order_by("-first_start", "-pk")

    def beginning(self, *, after: datetime, until: datetime) -> "CourseRunQuerySet":
        """Runs whose first lesson lies between two moments, the second one included; the first to begin on top."""
        begun = self.annotate(first_start=_first_start()).filter(first_start__gt=after, first_start__lte=until)
        return begun.order_by("first_start", "pk")

    def undersubscribed(self) -> "CourseRunQuerySet":
        """Runs with fewer `people` than they are held from; whoever waits for a draw or a decision counts."""
        is_decided = Q(selection=CourseRun.Selection.FIRST_COME) | Q(decided_at__isnull=False)
        people = models.Case(
            models.When(is_decided, then=_count_of(Registration.objects.confirmed())),
            default=_count_of(Registration.objects.active()),
        )
        return self.annotate(people=people).filter(people__lt=models.F("minimum"))

    def receiving(self, at: datetime) -> "CourseRunQuerySet":
        """Runs for which reception is open at a moment."""
        return self.filter(called_off_at__isnull=True, reception_opens_at__lte=at, reception_closes_at__gt=at)

    def to_decide(self, at: datetime) -> "CourseRunQuerySet":
        """Runs still ahead whose lots are to be drawn, or whose seats the counter decides, since reception closed.

        Where nobody waits there is nothing to decide.
        """
        undecided = self.exclude(selection=CourseRun.Selection.FIRST_COME).filter(decided_at__isnull=True)
        closed = undecided.filter(called_off_at__isnull=True, reception_closes_at__lte=at)
        awaited = models.Exists(Registration.objects.waiting().filter(run=models.OuterRef("pk")))
        return closed.ahead(at).filter(awaited).order_by("reception_closes_at", "pk")

    def ahead(self, at: datetime) -> "CourseRunQuerySet":
        """Runs that still have a lesson to come."""
        return self.filter(models.Exists(Lesson.objects.upcoming(at).filter(run=models.OuterRef("pk"))))

    def behind(self, at: datetime) -> "CourseRunQuerySet":
        """Runs that are over, or were called off."""
        return self.exclude(models.Exists(Lesson.objects.upcoming(at).filter(run=models.OuterRef("pk"))))


def _count_of(registrations: "models.QuerySet[Registration]", *, run: str = "pk") -> Coalesce:
    counted = registrations.filter(run=models.OuterRef(run)).order_by().values("run").annotate(n=models.Count("pk"))
    return Coalesce(models.Subquery(counted.values("n")), 0)


def _first_start() -> models.Subquery:
    """When the first lesson of a run that takes place begins."""
    lessons = Lesson.objects.filter(run=models.OuterRef("pk"), cancelled_at__isnull=True)
    return models.Subquery(lessons.order_by("starts_at").values("starts_at")[:1])


class CourseRun(models.Model):
    """One running of a course (開催): its seats, its dates of reception and its lessons."""

    class Selection(models.TextChoices):
        FIRST_COME = "first_come", _("First come, first served")
        LOTTERY = "lottery", _("Lottery")
        COUNTER = "counter", _("Decided at the counter")

    course = models.ForeignKey(Course, on_delete=models.PROTECT, related_name="runs", verbose_name=_("course"))
    capacity = models.PositiveSmallIntegerField(_("seats"))
    minimum = models.PositiveSmallIntegerField(_("held from"), default=1)
    # The second capacity: how many people can use a device of the office.
    loan_devices = models.PositiveSmallIntegerField(_("devices to borrow"), default=0)
    selection = models.CharField(_("selection"), max_length=12, choices=Selection, default=Selection.FIRST_COME)
    # Keys of classes.preferences: who is preferred where the seats are drawn or decided.
    preferences = models.JSONField(_("preferred"), default=list, blank=True)
    # When the seats of a lottery or of the counter's decision were given; none where whoever comes first has a seat.
    decided_at = models.DateTimeField(_("seats decided"), null=True, blank=True, editable=False)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="runs_decided",
        verbose_name=_("decided by"),
        editable=False,
    )
    # In which way the counter chose, in the words of whoever did; stays on record.
    decision_reason = models.CharField(_("reason of the decision"), max_length=160, blank=True, editable=False)
    reception_opens_at = models.DateTimeField(_("reception opens"))
    reception_closes_at = models.DateTimeField(_("reception closes"))
    bring = models.CharField(_("what to bring"), max_length=160, blank=True)
    is_public = models.BooleanField(_("shown in the public calendar"), default=True)
    # [[days before, "HH:MM"], ...]
    reminder_rules = models.JSONField(_("reminders"), default=list, blank=True)
    called_off_at = models.DateTimeField(_("called off"), null=True, blank=True, editable=False)
    called_off_reason = models.CharField(_("reason"), max_length=160, blank=True)
    created_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="runs_made",
        verbose_name=_("made by"),
        editable=False,
    )

    objects = CourseRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("course run")
        verbose_name_plural = _("course runs")
        ordering = ["-reception_opens_at", "-pk"]
        constraints = [
            models.CheckConstraint(condition=Q(capacity__gte=1), name="a_run_has_at_least_one_seat"),
            models.CheckConstraint(
                condition=Q(minimum__gte=1, minimum__lte=models.F("capacity")),
                name="a_run_is_held_from_a_number_it_can_seat",
            ),
            models.CheckConstraint(
                condition=Q(reception_closes_at__gt=models.F("reception_opens_at")),
                name="reception_closes_after_it_opens",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.course} #{self.pk}"

    @property
    def seats(self) -> SeatCount:
        """The seats at this moment: one query, or none for runs fetched `with_seats()`."""
        counted = vars(self)
        if "confirmed_count" not in counted:
            return self.book().seats
        names = ("confirmed", "offered", "waiting", "in_line", "at_the_desk", "lent")
        counts = {name: counted[f"{name}_count"] for name in names}
        return SeatCount(self.capacity, devices=self.loan_devices, is_undecided=not self.seats_go_by_line, **counts)

    def book(self, people: Sequence[Resident] = (), *, by: User | None = None, now: datetime | None = None) -> Book:
        """All that must be known before a clerk gives `people` a place, their own hold not in the way; one query."""
        return look_up(self, people, by=by, now=now)

    @property
    def seats_go_by_line(self) -> bool:
        """Whether a free seat goes to whoever is next: at once, or after the lots are drawn or the counter has decided.

        Until then everybody waits for the decision, however many seats are free.
        """
        return self.selection == self.Selection.FIRST_COME or self.decided_at is not None

    @property
    def to_bring(self) -> str:
        """What people bring: this run's own list, else the course's."""
        return self.bring or self.course.bring

    @property
    def is_off(self) -> bool:
        """Whether nothing of it takes place: it was called off, or each of its lessons was cancelled by itself.

        Reads the run's lessons, prefetched or not.
        """
        lessons = self.lessons.all()
        return self.called_off_at is not None or (bool(lessons) and not self.lessons_not_cancelled())

    def lessons_not_cancelled(self) -> "list[Lesson]":
        """The lessons that were not cancelled by themselves; reads the run's lessons, prefetched or not."""
        return [lesson for lesson in self.lessons.all() if lesson.cancelled_at is None]

    def lessons_ahead(self, at: datetime) -> "list[Lesson]":
        """Those of them that begin later than a moment; reads the run's lessons, prefetched or not."""
        return [lesson for lesson in self.lessons_not_cancelled() if lesson.starts_at > at]

    @property
    def last_day_of_reception(self) -> date:
        """The last day on which somebody can apply: where reception closes at midnight, the day that ends then."""
        return local_date(self.reception_closes_at - timedelta(microseconds=1))

    def lessons_to_tell(self) -> "list[Lesson]":
        """Those of them, or all where each was cancelled: people ask about what was to be; reads them as above."""
        return self.lessons_not_cancelled() or list(self.lessons.all())

    def lessons_not_over(self, at: datetime) -> "list[Lesson]":
        """Those to tell that end later than a moment: whoever is late asks about the one that is going on."""
        return [lesson for lesson in self.lessons_to_tell() if lesson.ends_at > at]

    def lesson_to_tell(self, at: datetime) -> "Lesson | None":
        """The one to tell where there is room for one: the next that is not over, else the last; None without any."""
        lessons = self.lessons_to_tell()
        return next(iter(self.lessons_not_over(at)), lessons[-1] if lessons else None)

    def reception_is_open(self, at: datetime) -> bool:
        """Whether registrations are taken at a moment."""
        return not self.called_off_at and self.reception_opens_at <= at < self.reception_closes_at


class LessonQuerySet(models.QuerySet["Lesson"]):
    """Questions about many lessons."""

    def standing(self) -> "LessonQuerySet":
        """Lessons that take place."""
        return self.filter(cancelled_at__isnull=True, run__called_off_at__isnull=True)

    def with_confirmed(self) -> "LessonQuerySet":
        """Annotated with how many hold a seat in the lesson's run, as `confirmed`, and are `offered` one."""
        return self.annotate(
            confirmed=_count_of(Registration.objects.confirmed(), run="run"),
            offered=_count_of(Registration.objects.offered(), run="run"),
        )

    def on(self, day: date) -> "LessonQuerySet":
        """Lessons of one day."""
        begins = timezone.make_aware(datetime.combine(day, time.min))
        return self.filter(starts_at__gte=begins, starts_at__lt=begins + timedelta(days=1))

    def attended_by(self, residents: Iterable[Resident], *, at: datetime) -> "LessonQuerySet":
        """Lessons not over yet of the runs in which one of these people has a place, whoever has it."""
        places = Registration.objects.active().filter(resident__in=residents)
        return self.upcoming(at).filter(run__in=places.values("run"))

    def upcoming(self, now: datetime) -> "LessonQuerySet":
        """Lessons that take place and are not over yet."""
        return self.standing().filter(ends_at__gt=now)


class Lesson(models.Model):
    """One date of a run (回): when and where."""

    run = models.ForeignKey(CourseRun, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("course run"))
    ordinal = models.PositiveSmallIntegerField(_("number"))
    starts_at = models.DateTimeField(_("begins"), db_index=True)
    ends_at = models.DateTimeField(_("ends"))
    venue = models.ForeignKey(Venue, on_delete=models.PROTECT, related_name="lessons", verbose_name=_("venue"))
    cancelled_at = models.DateTimeField(_("cancelled"), null=True, blank=True, editable=False)
    cancelled_reason = models.CharField(_("reason"), max_length=160, blank=True)

    objects = LessonQuerySet.as_manager()

    class Meta:
        verbose_name = _("lesson")
        verbose_name_plural = _("lessons")
        ordering = ["starts_at", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["run", "ordinal"], name="a_lesson_number_is_used_once"),
            models.CheckConstraint(
                condition=Q(ends_at__gt=models.F("starts_at")), name="a_lesson_ends_after_it_begins"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.run_id}/{self.ordinal}"

    @property
    def place(self) -> tuple[datetime, int]:
        """When and where, as people are told it."""
        return (self.starts_at, self.venue_id)

    def overlaps(self, other: "Lesson") -> bool:
        """Whether nobody could be in both; one that begins when the other ends is no hindrance."""
        return self.starts_at < other.ends_at and other.starts_at < self.ends_at


class Move(models.Model):
    """When and where a lesson was to be, before it was moved; where it is now stands in the lesson."""

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="moves", verbose_name=_("lesson"))
    starts_at = models.DateTimeField(_("was to begin"))
    ends_at = models.DateTimeField(_("was to end"))
    venue = models.ForeignKey(
        Venue, on_delete=models.PROTECT, related_name="lessons_moved_away", verbose_name=_("was to be at")
    )
    moved_at = models.DateTimeField(_("moved"), default=timezone.now)
    moved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="lessons_moved", verbose_name=_("moved by")
    )

    class Meta:
        verbose_name = _("move of a lesson")
        verbose_name_plural = _("moves of lessons")
        ordering = ["pk"]

    def __str__(self) -> str:
        return f"Move {self.pk}"

    @property
    def place(self) -> tuple[datetime, int]:
        """When and where, as people are told it."""
        return (self.starts_at, self.venue_id)


class Assignment(models.Model):
    """A volunteer who teaches or helps in a lesson."""

    class Part(models.TextChoices):
        LEAD = "lead", _("Instructor")
        HELP = "help", _("Helper")

    lesson = models.ForeignKey(Lesson, on_delete=models.CASCADE, related_name="assignments", verbose_name=_("lesson"))
    volunteer = models.ForeignKey(
        Volunteer, on_delete=models.PROTECT, related_name="assignments", verbose_name=_("volunteer")
    )
    part = models.CharField(_("part"), max_length=4, choices=Part, default=Part.LEAD)

    class Meta:
        verbose_name = _("assignment")
        verbose_name_plural = _("assignments")
        constraints = [
            models.UniqueConstraint(fields=["lesson", "volunteer"], name="a_volunteer_is_in_a_lesson_once"),
            models.UniqueConstraint(
                fields=["lesson"], condition=Q(part="lead"), name="a_lesson_has_one_instructor_at_most"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.volunteer_id}"
