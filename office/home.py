"""What today asks of each role: the lessons, the calls, what failed, what was promised, what was not written down.

Every section ends in something to do. Each is a few queries, however much there is.
"""

from collections.abc import Callable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from accounts.roles import Permission
from city.models import CityProfile, Venue
from classes.attendance import unrecorded_lessons
from classes.cautions import NEAR
from classes.models import CourseRun, Lesson, LessonQuerySet, Offer
from classes.seats import SeatCount
from core import wareki
from helpdesk.insights import starred_steps
from helpdesk.models import Consultation
from helpdesk.subjects import subject_words
from helpdesk.tally import Scope
from materials.models import Edition
from materials.notation import plain
from office import letterbox, short_notice
from office.day import MOST, Day, Item, Section, counted


def sections(user: User, *, city: CityProfile, now: datetime | None = None) -> list[Section]:
    """The sections for the roles this person holds, alarms first, then as the day goes."""
    day = Day(user, city, now or timezone.now())
    built = [build(day) for permission, build in BUILDERS if user.may(permission)]
    return sorted((section for section in built if section is not None), key=lambda section: not section.is_alarm)


def _offers(day: Day) -> Section:
    count, offers = counted(
        Offer.objects.to_ask(day.now)
        .select_related("registration__run__course")
        .only("answer_by", "registration__run__course__title")
        .in_order_of_calling(day.now)
    )
    return Section(
        title=_("Seats offered, answer awaited"),
        count=count,
        url=reverse("offer_list"),
        action=_("Ask and record the answers"),
        empty=_("No seat is waiting for an answer."),
        items=[
            Item(
                offer.registration.run.course.title,
                reverse("offer_list"),
                # Answers are wanted until an hour of the day, usually noon.
                str(
                    _("by %(day)s %(at)s")
                    % {"day": wareki.short_date(offer.answer_by), "at": wareki.clock(offer.answer_by)}
                ),
            )
            for offer in offers
        ],
    )


def _lessons(day: Day) -> Section:
    standing = Lesson.objects.standing().filter(starts_at__gte=day.midnight)
    count, coming = counted(_as_item(standing))
    return Section(
        title=_("Coming lessons"),
        count=count,
        url=reverse("run_list"),
        action=_("All course runs"),
        empty=_("No lesson is planned."),
        items=_lesson_items(coming, lambda lesson: reverse("run_detail", args=[lesson.run_id])),
    )


def _my_lessons(day: Day) -> Section:
    standing = Lesson.objects.standing().filter(starts_at__gte=day.midnight)
    count, mine = counted(_as_item(standing.filter(assignments__volunteer__user=day.user)))
    return Section(
        title=_("My lessons"),
        count=count,
        url=reverse("todays_lessons"),
        action=_("Today's roster"),
        empty=_("You have no lesson to come."),
        items=_lesson_items(mine, lambda lesson: _where_taught(lesson, day)),
    )


def _where_taught(lesson: Lesson, day: Day) -> str:
    """The roster of a lesson of today; an instructor has no other lesson's."""
    is_today = timezone.localdate(lesson.starts_at) == day.date
    return reverse("roster", args=[lesson.pk]) if is_today else reverse("todays_lessons")


def _unrecorded(day: Day) -> Section:
    count, lessons = counted(_as_item(unrecorded_lessons(now=day.now)))
    return Section(
        title=_("Attendance not written down or in question"),
        count=count,
        url=reverse("run_list"),
        action=_("All course runs"),
        empty=_("The attendance of every past lesson is recorded, and nothing about it is in question."),
        items=_lesson_items(lessons, lambda lesson: reverse("roster", args=[lesson.pk])),
    )


def _to_decide(day: Day) -> Section | None:
    """Runs whose reception has closed and where everybody waits for the draw or the counter; not shown when none."""
    if not day.waiting["undecided"]:
        return None
    count, runs = counted(
        CourseRun.objects.to_decide(day.now)
        .select_related("course")
        .only("selection", "reception_closes_at", "course__title")
    )
    return Section(
        title=_("Seats to be drawn or decided"),
        count=count,
        url=reverse("run_list"),
        action=_("All course runs"),
        empty="",
        items=[
            Item(
                run.course.title,
                reverse("run_detail", args=[run.pk]),
                str(
                    _("%(way)s, reception closed on %(day)s")
                    % {"way": run.get_selection_display(), "day": wareki.short_date(run.last_day_of_reception)}
                ),
            )
            for run in runs
        ],
    )


def _undersubscribed(day: Day) -> Section:
    count, few = counted(
        CourseRun.objects.undersubscribed()
        .beginning(after=day.now, until=day.now + NEAR)
        .filter(called_off_at__isnull=True)
        .select_related("course")
        .only("minimum", "course__title")
    )
    return Section(
        title=_("Within a week, and too few people"),
        count=count,
        url=reverse("run_list"),
        action=_("All course runs"),
        empty=_("Every run of the next seven days has enough people."),
        items=[
            Item(
                run.course.title,
                reverse("run_detail", args=[run.pk]),
                str(
                    _("%(confirmed)d of at least %(minimum)d") % {"confirmed": run.people, "minimum": run.minimum}  # type: ignore[attr-defined]  # annotated
                ),
            )
            for run in few
        ],
    )


def _follow_ups(day: Day) -> Section:
    due = Consultation.objects.to_follow_up(on=day.date)
    count, first = counted(due.select_related("edition__guide", "procedure", "topic"))
    return Section(
        title=_("To look into again"),
        count=count,
        url=reverse("consultation_list"),
        action=_("Open the list"),
        empty=_("Nothing is due today."),
        items=[
            Item(subject_words(row), reverse("consultation_list"), wareki.short_date(row.follow_up_on))
            for row in first
            if row.follow_up_on
        ],
    )


def _consult(day: Day) -> Section:
    today = Consultation.objects.filter(held_on=day.date, recorded_by=day.user)
    return Section(
        title=_("My consultations today"),
        count=today.count(),
        url=reverse("consultation_create"),
        action=_("Record a consultation"),
        empty=_("None has been recorded yet."),
    )


def _guides_to_check(day: Day) -> Section:
    count, stale = counted(Edition.objects.stale(on=day.date).select_related("guide"))
    return Section(
        title=_("Guides to compare with the real screens"),
        count=count,
        url=reverse("guide_desk"),
        action=_("Open the guides"),
        empty=_("Every guide was checked within half a year."),
        items=[Item(str(edition.guide), reverse("guide_manage", args=[edition.guide_id])) for edition in stale],
    )


def _drafts(day: Day) -> Section:
    count, drafts = counted(Edition.objects.drafts().select_related("guide").order_by("-created_at"))
    return Section(
        title=_("Guides being written"),
        count=count,
        url=reverse("guide_desk"),
        action=_("Open the guides"),
        empty=_("No draft is open."),
        items=[Item(str(edition.guide), reverse("edition_edit", args=[edition.pk])) for edition in drafts],
    )


def _difficulties(day: Day) -> Section:
    """The steps over the threshold this year, those with most difficulties first; in a year still young, the last."""
    this_year = wareki.fiscal_year(day.date)
    year, starred = this_year, starred_steps(Scope(fiscal_year=this_year))
    if not starred:
        year, starred = this_year - 1, starred_steps(Scope(fiscal_year=this_year - 1))
    page = f"{reverse('insights')}?fiscal_year={year}"
    return Section(
        title=_("Steps at which many get stuck"),
        count=len(starred),
        url=page,
        action=_("See where and why"),
        empty=_("No step is over the threshold this year."),
        items=[
            Item(
                f"{step.ordinal} {plain(step.title)}",
                f"{page}&edition={step.edition_id}&step={step.ordinal}",
                f"{step.edition.guide.title} {wareki.fiscal_year_label(year)} {stuck.percent}%",
            )
            for step, stuck in starred[:MOST]
        ],
    )


def _unconfirmed(day: Day) -> Section:
    """What stands on slips and pages as 要確認 until somebody at the city has checked it."""
    count, venues = counted(Venue.objects.active().filter(is_confirmed=False))
    items = [Item(str(venue), reverse("venue_edit", args=[venue.pk])) for venue in venues]
    if not day.city.office_phone_confirmed:
        items.insert(0, Item(str(_("The office’s telephone number")), reverse("city_edit"), day.city.office_phone))
    return Section(
        title=_("Still to be checked by the city"),
        count=count + (not day.city.office_phone_confirmed),
        url=reverse("city_edit"),
        action=_("City settings"),
        empty=_("Telephone number and venues have been checked."),
        items=items[:MOST],
    )


def _without_role(day: Day) -> Section:
    unassigned = User.objects.filter(is_active=True, grants__isnull=True)
    return Section(
        title=_("People without a role"),
        count=unassigned.count(),
        url=reverse("user_list"),
        action=_("People and roles"),
        empty=_("Everybody who signs in has a role."),
    )


def _as_item(lessons: LessonQuerySet) -> LessonQuerySet:
    """Lessons with no more than their line shows."""
    shown = ("starts_at", "ends_at", "run__capacity", "run__course__title", "venue__name", "venue__room")
    return lessons.with_confirmed().select_related("run__course", "venue").only(*shown)


def _lesson_items(lessons: list[Lesson], where: Callable[[Lesson], str]) -> list[Item]:
    """A line for each lesson, which says so when its run has more people than seats."""
    items = []
    for lesson in lessons:
        told = [wareki.span(lesson.starts_at, lesson.ends_at), str(lesson.venue)]
        counted = vars(lesson)
        seats = SeatCount(lesson.run.capacity, counted["confirmed"], counted["offered"], waiting=0, in_line=0)
        if seats.over:
            told.append(seats.sentence)
        items.append(Item(lesson.run.course.title, where(lesson), " ".join(told)))
    return items


BUILDERS: list[tuple[Permission, Callable[[Day], Section | None]]] = [
    (Permission.CALL, letterbox.worker_is_silent),
    (Permission.CALL, letterbox.hindered),
    (Permission.ADMINISTER, letterbox.to_put_right),
    (Permission.CALL, letterbox.money_runs_out),
    (Permission.ADMINISTER, letterbox.money_to_raise),
    (Permission.CALL, letterbox.failed),
    (Permission.CALL, letterbox.inbox),
    (Permission.CALL, letterbox.to_carry),
    (Permission.CALL, letterbox.calls),
    (Permission.RECEIVE, letterbox.numbers),
    (Permission.RECEIVE, _offers),
    (Permission.TEACH, _my_lessons),
    (Permission.PLAN, short_notice.section),
    (Permission.PLAN, _lessons),
    (Permission.RECEIVE, _to_decide),
    (Permission.PLAN, _undersubscribed),
    (Permission.KEEP_ROSTERS, _unrecorded),
    (Permission.ADVISE, _consult),
    (Permission.ADVISE, _follow_ups),
    (Permission.WRITE, _drafts),
    (Permission.WRITE, _guides_to_check),
    (Permission.ANALYSE, _difficulties),
    (Permission.ADMINISTER, _unconfirmed),
    (Permission.ADMINISTER, _without_role),
]
