"""What the letterbox asks about the notices of this app: is each still true, what to say, what came of the call.

What must never happen: somebody told of a day that is not the lesson's any more, of a seat they gave back, or of no
seat while one is held for them.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from accounts.models import User
from city.models import CityProfile
from classes import absence, noticing
from classes.broadcast_words import as_cause
from classes.models import CourseRun, Lesson, Move, Registration
from classes.notice_words import ADDED_FIELDS, BOOKING_FIELDS, MOVE_FIELDS, OFF_FIELDS, RESULT_FIELDS, longest_facts
from classes.noticing import NoticeKey
from core.wareki import spoken
from reminders.about import About
from reminders.models import Outcome
from reminders.purposes import Field, Sample

State = Registration.State


class Notice:
    """What all notices have in common; each says in which words it is told, and while what is true."""

    name: str
    label: str | Promise
    about = About.BOOKED
    fields: Sequence[Field]
    wordings: Sequence[str]

    def sample(self) -> Sample:
        """The longest facts of a notice in this database."""
        return longest_facts()

    def still_due(self, keys: Collection[str], *, now: datetime) -> set[str]:
        """Those that are true at this moment."""
        told = {key: NoticeKey.of(key) for key in keys}
        found = Registration.objects.filter(pk__in={about.registration for about in told.values()}).with_offers()
        registrations = found.select_related("run").prefetch_related("run__lessons").in_bulk()
        last_moves = _last_moves({about.lesson for about in told.values() if about.last_move})
        return {
            key
            for key, about in told.items()
            if about.registration in registrations
            and about.last_move in {None, last_moves.get(about.lesson or 0)}
            and self.is_true(registrations[about.registration], about, now=now)
        }

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        """Whether this is so for somebody; reads the run and its lessons."""
        raise NotImplementedError

    def script(self, key: str) -> str:
        """What the clerk reads out: who calls, for whom, and the matter."""
        about = NoticeKey.of(key)
        registration = (
            Registration.objects.with_place().select_related("resident", "run__course").get(pk=about.registration)
        )
        city = CityProfile.current()
        facts = {"city": city.name, "office": city.office_name, "name": registration.resident.name}
        said = [_("This is %(office)s of %(city)s. Is this %(name)s?") % facts]
        return "\n".join([*said, *self.matter(registration, about)])

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        """The sentences about the matter itself."""
        raise NotImplementedError

    def on_outcome(self, key: str, outcome: str, by: User) -> str:
        """Most notices only tell."""
        return ""

    def link(self, key: str) -> str:
        """The page of the run."""
        registration = Registration.objects.filter(pk=NoticeKey.of(key).registration).only("run_id").first()
        return reverse("run_detail", args=[registration.run_id]) if registration else ""


class Booked(Notice):
    """A notice about a place that the person may give back."""

    def cancel_link(self, key: str) -> str:
        """The page on which the registration is cancelled."""
        return reverse("registration_cancel", args=[NoticeKey.of(key).registration])


class Confirmed(Booked):
    """A seat in writing, for whoever was told of it on the telephone."""

    name = noticing.CONFIRMED
    is_only_written = True
    label = gettext_lazy("Confirmation of a registration")
    fields = BOOKING_FIELDS
    wordings = (
        "【{市名}】受付{受付番号}「{講座名}」{日付}{時刻}から{回数}{会場}。お問合せ{電話}",
        "【{市名}】受付{受付番号} {日付}{時刻}から{回数}{会場}。お問合せ{電話}",
        "【{市名}】受付{受付番号} {日付}{時刻}から{会場}。{電話}",
    )

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        return registration.state == State.CONFIRMED and _is_ahead(registration.run, at=now)

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        yield _("Your seat in “%(title)s” is confirmed. The slip number is %(slip)s.") % {
            "title": registration.run.course.title,
            "slip": registration.slip,
        }
        yield from _first_lesson(registration.run)


class GivenBack(Notice):
    """In writing that a place was given back, for whoever asked for it."""

    name = noticing.GIVEN_BACK
    is_only_written = True
    label = gettext_lazy("Confirmation of a cancellation")
    fields = BOOKING_FIELDS
    wordings = (
        "【{市名}】受付{受付番号}「{講座名}」{日付}の取消を承りました。お問合せ{電話}",
        "【{市名}】受付{受付番号} {日付}の取消を承りました。お問合せ{電話}",
    )

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        return registration.state == State.CANCELLED

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        yield _("Your registration for “%(title)s” (%(slip)s) is cancelled, as you asked.") % {
            "title": registration.run.course.title,
            "slip": registration.slip,
        }


class Moved(Booked):
    """A lesson is on another day, at another hour, perhaps elsewhere too."""

    name = noticing.MOVED
    label = gettext_lazy("Change of a lesson’s date or time")
    fields: Sequence[Field] = MOVE_FIELDS
    wordings = (
        "【{市名}】「{講座名}」{空き待ち}{前の日付}{前の時刻}は{日付}{時刻}から{会場}に変わりました。{電話}",
        "【{市名}】スマホ教室{空き待ち}{前の日付}{前の時刻}は{日付}{時刻}から{会場}に変更。{電話}",
        "【{市名}】教室{空き待ち}{前の日付}{前の時刻}は{日付}{時刻}{会場}に変更。{電話}",
    )

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        lesson = _lesson_of(registration.run, about)
        has_place = registration.state in Registration.ACTIVE
        return has_place and lesson is not None and _stands(registration.run, lesson, at=now)

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        told = Move.objects.select_related("venue").get(pk=about.first_move or 0)
        lesson = Lesson.objects.select_related("venue").get(pk=about.lesson or 0)
        yield from _waits(registration)
        yield self.change(told, lesson) % {
            "title": registration.run.course.title,
            "old": spoken(told.starts_at),
            "old_venue": str(told.venue),
            "new": spoken(lesson.starts_at),
            "venue": str(lesson.venue),
        }
        if registration.state == State.CONFIRMED:
            yield _("Will you be able to come?")

    def change(self, told: Move, lesson: Lesson) -> str:
        """The sentence that says what was and what is, to be filled in."""
        if told.venue_id == lesson.venue_id:
            return _("“%(title)s”, which was to be on %(old)s, is now on %(new)s. The place is the same: %(venue)s.")
        return _("“%(title)s”, which was to be on %(old)s at %(old_venue)s, is now on %(new)s at %(venue)s.")

    def on_outcome(self, key: str, outcome: str, by: User) -> str:
        """An absence that was told is written on the roster; where no other lesson is left, the place is given back."""
        if outcome != Outcome.ABSENCE:
            return ""
        about = NoticeKey.of(key)
        registration = Registration.objects.get(pk=about.registration)
        return absence.cannot_come(registration, Lesson.objects.get(pk=about.lesson or 0), by=by)


class Elsewhere(Moved):
    """A lesson is in another room, on the day and at the hour that it was to be."""

    name = noticing.ELSEWHERE
    label = gettext_lazy("Change of a lesson’s venue")
    wordings = (
        "【{市名}】「{講座名}」{空き待ち}{日付}{時刻}の会場は{会場}に変わりました。お問合せ{電話}",
        "【{市名}】スマホ教室{空き待ち}{日付}{時刻}の会場は{会場}に変更。{電話}",
        "【{市名}】教室{空き待ち}{日付}{時刻}の会場は{会場}に変更。{電話}",
    )

    def sample(self) -> Sample:
        """Its places have a room, which may be all that changed."""
        return longest_facts(with_room=True)

    def change(self, told: Move, lesson: Lesson) -> str:
        return _("“%(title)s” on %(new)s is not at %(old_venue)s but at %(venue)s. The time is the same.")


class Added(Moved):
    """A run has one lesson more."""

    name = noticing.ADDED
    label = gettext_lazy("One lesson more")
    fields = ADDED_FIELDS
    wordings = (
        "【{市名}】「{講座名}」{空き待ち}に{日付}{時刻}から{会場}の回が加わりました。お問合せ{電話}",
        "【{市名}】スマホ教室{空き待ち}に{日付}{時刻}から{会場}の回が加わりました。{電話}",
        "【{市名}】教室{空き待ち}に{日付}{時刻}{会場}の回が追加。{電話}",
    )

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        lesson = Lesson.objects.select_related("venue").get(pk=about.lesson or 0)
        facts = {"title": registration.run.course.title, "when": spoken(lesson.starts_at), "venue": str(lesson.venue)}
        yield from _waits(registration)
        yield _("“%(title)s” has one lesson more: on %(when)s, at %(venue)s.") % facts
        if registration.state == State.CONFIRMED:
            yield _("Will you be able to come?")


class LessonOff(Notice):
    """One lesson does not take place."""

    name = noticing.LESSON_OFF
    label = gettext_lazy("A lesson does not take place")
    fields = OFF_FIELDS
    wordings = (
        "【{市名}】「{講座名}」{空き待ち}{日付}{時刻}の回は中止になりました。お問合せ{電話}",
        "【{市名}】{日付}{時刻}のスマホ教室{空き待ち}は中止です。お問合せ{電話}",
        "【{市名}】{日付}{時刻}の教室{空き待ち}は中止です。{電話}",
    )

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        lesson = _lesson_of(registration.run, about)
        return registration.state in Registration.ACTIVE and lesson is not None and lesson.cancelled_at is not None

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        lesson = Lesson.objects.select_related("venue").get(pk=about.lesson or 0)
        facts = {
            "title": registration.run.course.title,
            "when": spoken(lesson.starts_at),
            "venue": str(lesson.venue),
            "reason": as_cause(lesson.cancelled_reason),
        }
        yield from _waits(registration)
        yield _("“%(title)s” on %(when)s at %(venue)s does not take place.") % facts
        if facts["reason"]:
            yield _("The reason: %(reason)s.") % facts
        if _is_ahead(registration.run, at=timezone.now()):
            yield _("The other lessons take place as planned.")


class RunOff(Notice):
    """A whole run does not take place."""

    name = noticing.RUN_OFF
    label = gettext_lazy("A course run is called off")
    fields = OFF_FIELDS
    wordings = (
        "【{市名}】「{講座名}」{空き待ち}{日付}{時刻}からの教室{回数}は中止になりました。お問合せ{電話}",
        "【{市名}】{日付}{時刻}からのスマホ教室{回数}{空き待ち}は中止です。お問合せ{電話}",
        "【{市名}】{日付}{時刻}からの教室{回数}{空き待ち}は中止です。{電話}",
    )

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        return registration.state in Registration.ACTIVE and registration.run.called_off_at is not None

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        run = registration.run
        first = next(iter(run.lessons_ahead(timezone.now())), None)
        facts = {"title": run.course.title, "when": spoken(first.starts_at) if first else "", "reason": ""}
        yield from _waits(registration)
        yield _("“%(title)s”, from %(when)s on, does not take place.") % facts
        if run.called_off_reason:
            yield _("The reason: %(reason)s.") % {"reason": as_cause(run.called_off_reason)}


class Result(Booked):
    """What the draw, or the counter's decision, gave somebody; by post it is a letter (classes.letters)."""

    fields = RESULT_FIELDS

    def letter_link(self, key: str) -> str:
        """The letter that tells the outcome."""
        return reverse("registration_letter", args=[NoticeKey.of(key).registration])

    def on_outcome(self, key: str, outcome: str, by: User) -> str:
        """Whoever does not want the seat gives it back, and it is offered to the first in line; or waits no longer."""
        if outcome != Outcome.ABSENCE:
            return ""
        return absence.give_back(Registration.objects.get(pk=NoticeKey.of(key).registration), by=by)


class Seat(Result):
    """The draw, or the counter's decision, gave somebody a seat."""

    name = noticing.SEAT
    label = gettext_lazy("Result: a seat")
    wordings = (
        "【{市名}】受付{受付番号} {決め方}の結果「{講座名}」にお席があります。{日付}{時刻}から{回数}{会場}。{電話}",
        "【{市名}】受付{受付番号} お席があります。{日付}{時刻}から{回数}{会場}。{電話}",
        "【{市名}】受付{受付番号} お席あり。{日付}{時刻}から{会場}。{電話}",
    )

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        return registration.state == State.CONFIRMED and _is_ahead(registration.run, at=now)

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        yield _decision(registration.run)
        yield _("You have a seat. The slip number is %(slip)s.") % {"slip": registration.slip}
        yield from _first_lesson(registration.run)
        if registration.run.to_bring:
            yield _("Please bring: %(bring)s.") % {"bring": registration.run.to_bring}
        yield _("Will you be able to come?")


class NoSeat(Result):
    """The draw, or the counter's decision, gave somebody no seat; they stand in line."""

    name = noticing.NO_SEAT
    label = gettext_lazy("Result: no seat")
    wordings = (
        "【{市名}】受付{受付番号} {決め方}の結果「{講座名}」{日付}はお席がありません。空き待ち{順番}番です。{電話}",
        "【{市名}】受付{受付番号} {日付}の教室は今回お席をご用意できません。空き待ち{順番}番です。{電話}",
        "【{市名}】受付{受付番号} {日付}の教室はお席がありません。空き待ち{順番}番。{電話}",
    )

    def is_true(self, registration: Registration, about: NoticeKey, *, now: datetime) -> bool:
        is_asked = bool(vars(registration)["has_open_offer"])
        return registration.state == State.WAITING and not is_asked and _is_ahead(registration.run, at=now)

    def matter(self, registration: Registration, about: NoticeKey) -> Iterable[str]:
        yield _decision(registration.run)
        yield _("This time there is no seat for you. You are number %(place)d on the waiting list.") % vars(
            registration
        )
        yield _("When a seat is freed, we call you.")


NOTICES: tuple[Callable[[], Notice], ...] = (
    Confirmed,
    Moved,
    Elsewhere,
    Added,
    LessonOff,
    RunOff,
    Seat,
    NoSeat,
    GivenBack,
)


def _last_moves(lessons: Collection[int | None]) -> dict[int, int]:
    """The last move of each of these lessons."""
    if not lessons:
        return {}
    moves = Move.objects.filter(lesson__in=lessons).order_by().values("lesson").annotate(last=Max("pk"))
    return dict(moves.values_list("lesson", "last"))


def _lesson_of(run: CourseRun, about: NoticeKey) -> Lesson | None:
    return next((lesson for lesson in run.lessons.all() if lesson.pk == about.lesson), None)


def _stands(run: CourseRun, lesson: Lesson, *, at: datetime) -> bool:
    return run.called_off_at is None and lesson.cancelled_at is None and lesson.starts_at > at


def _is_ahead(run: CourseRun, *, at: datetime) -> bool:
    """Whether a run takes place and one of its lessons is to come."""
    return run.called_off_at is None and bool(run.lessons_ahead(at))


def _waits(registration: Registration) -> Iterable[str]:
    """Whoever waits must not take a notice for a seat."""
    if registration.state == State.WAITING:
        yield _("You are waiting for a seat in this class.")


def _decision(run: CourseRun) -> str:
    facts = {"title": run.course.title}
    if run.selection == CourseRun.Selection.LOTTERY:
        return _("The lots for “%(title)s” are drawn.") % facts
    return _("The seats in “%(title)s” are given.") % facts


def _first_lesson(run: CourseRun) -> Iterable[str]:
    lessons = list(run.lessons.standing().filter(starts_at__gt=timezone.now()).select_related("venue"))
    if len(lessons) > 1:
        yield _("It is %(count)d lessons.") % {"count": len(lessons)}
    if lessons:
        facts = {"when": spoken(lessons[0].starts_at), "venue": str(lessons[0].venue)}
        yield _("It begins on %(when)s, at %(venue)s.") % facts
