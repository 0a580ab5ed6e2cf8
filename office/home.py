"""What today asks of each role: the lessons, the calls, what failed, what was promised, what was not written down.

Every section ends in something to do. Each is a few queries, however much there is.
"""

from collections.abc import Callable
from datetime import datetime
from typing import TypeVar

from django.conf import settings
from django.db.models import Count, Model, QuerySet, Window
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
from office import short_notice
from office.day import MOST, Day, Item, Section
from reminders import carrying, conditions
from reminders.budget import spending
from reminders.call_list import open_calls
from reminders.inbound import waiting
from reminders.ledger import failed_lately, standing
from reminders.models import Message
from reminders.rounds import SILENT_AFTER, last_beat
from residents.doubts import to_check

Row = TypeVar("Row", bound=Model)


def sections(user: User, *, city: CityProfile, now: datetime | None = None) -> list[Section]:
    """The sections for the roles this person holds, alarms first, then as the day goes."""
    day = Day(user, city, now or timezone.now())
    built = [build(day) for permission, build in BUILDERS if user.may(permission)]
    return sorted((section for section in built if section is not None), key=lambda section: not section.is_alarm)


def _worker_is_silent(day: Day) -> Section | None:
    beat = last_beat()
    if beat is not None and day.now - beat <= SILENT_AFTER:
        return None
    return Section(
        title=_("Reminders are not running"),
        count=1,
        url=reverse("message_list"),
        action=_("See the messages"),
        empty="",
        items=[Item(str(_("Last seen: %(when)s") % {"when": wareki.wareki(beat)}), reverse("message_list"))]
        if beat
        else [],
        is_alarm=True,
    )


def _hindered(day: Day) -> Section | None:
    """What keeps texts from leaving, in the words of the letterbox."""
    troubles = conditions.of_sending(spending(day.city, now=day.now))
    if not troubles:
        return None
    page = reverse("message_list")
    return Section(
        title=_("Texts are not leaving"),
        count=1,
        url=page,
        action=_("See the messages"),
        empty="",
        items=[Item(str(trouble.what), page, str(trouble.next_step)) for trouble in troubles],
        is_alarm=True,
    )


def _to_put_right(day: Day) -> Section | None:
    """The same for whoever looks after the system and not after the calls: the settings are what they can change."""
    if day.user.may(Permission.CALL):
        return None
    alarms = [section for section in (_worker_is_silent(day), _hindered(day)) if section is not None]
    page = reverse("city_edit")
    if not alarms:
        return None
    return Section(
        title=alarms[0].title,
        count=1,
        url=page,
        action=_("City settings"),
        empty="",
        items=[Item(item.text, page, item.remark) for section in alarms for item in section.items],
        is_alarm=True,
    )


def _failed(day: Day) -> Section:
    count, lost = _counted(failed_lately(day.city, day.now))
    return Section(
        title=_("Messages that did not arrive"),
        count=count,
        url=reverse("message_list"),
        action=_("See what to do"),
        empty=_("Every message since the office last closed arrived or is on its way."),
        items=[_lost_item(message, day) for message in lost],
        is_alarm=bool(count),
    )


def _lost_item(message: Message, day: Day) -> Item:
    """Until when somebody has to be told, what happened, and what to do next; no name, which would be a look."""
    told = standing(message, now=day.now)
    until = f"{wareki.short_date(message.useless_after)} {wareki.clock(message.useless_after)}"
    words = _("until %(when)s: %(what)s") % {"when": until, "what": told.what}
    return Item(str(words), reverse("message_detail", args=[message.pk]), str(told.next_step))


def _calls(day: Day) -> Section:
    return Section(
        title=_("Calls to make"),
        count=open_calls(day.now),
        url=reverse("call_list"),
        action=_("Open the call list"),
        empty=_("Nobody has to be called now."),
    )


def _inbox(day: Day) -> Section | None:
    """Texts that residents wrote; not shown by an office whose number receives none."""
    count = waiting().count()
    if not count and not settings.SMS_RECEIVES:
        return None
    return Section(
        title=_("Texts from residents"),
        count=count,
        url=reverse("inbox"),
        action=_("Read and call back"),
        empty=_("Every text has been looked at."),
    )


def _numbers(day: Day) -> Section | None:
    """Numbers at which nobody, or somebody else, was reached; not shown when all are right."""
    count = to_check().count()
    if not count:
        return None
    return Section(
        title=_("Numbers to be checked"),
        count=count,
        url=reverse("number_list"),
        action=_("Correct the numbers"),
        empty="",
    )


def _to_carry(day: Day) -> Section | None:
    """Texts that somebody carries out in a file; only where none leave by themselves."""
    if settings.SMS_GATEWAY != "file":
        return None
    return Section(
        title=_("Texts to carry out today"),
        count=carrying.waiting(due_by=carrying.end_of_today(day.now)).count(),
        url=reverse("carried_files"),
        action=_("Make the file"),
        empty=_("No text is waiting to be carried out."),
    )


def _offers(day: Day) -> Section:
    count, offers = _counted(
        Offer.objects.to_ask(day.now)
        .select_related("registration__run__course")
        .only("answer_by", "registration__run__course__title")
        .order_by("answer_by", "pk")
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
                str(_("by %(when)s") % {"when": wareki.short_date(offer.answer_by)}),
            )
            for offer in offers
        ],
    )


def _lessons(day: Day) -> Section:
    standing = Lesson.objects.standing().filter(starts_at__gte=day.midnight)
    count, coming = _counted(_as_item(standing))
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
    count, mine = _counted(_as_item(standing.filter(assignments__volunteer__user=day.user)))
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
    count, lessons = _counted(_as_item(unrecorded_lessons(now=day.now)))
    return Section(
        title=_("Attendance not written down"),
        count=count,
        url=reverse("run_list"),
        action=_("All course runs"),
        empty=_("The attendance of every past lesson is recorded."),
        items=_lesson_items(lessons, lambda lesson: reverse("roster", args=[lesson.pk])),
    )


def _to_decide(day: Day) -> Section | None:
    """Runs whose reception has closed and where everybody waits for the draw or the counter; not shown when none."""
    count, runs = _counted(
        CourseRun.objects.to_decide(day.now)
        .select_related("course")
        .only("selection", "reception_closes_at", "course__title")
    )
    if not count:
        return None
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
                    % {"way": run.get_selection_display(), "day": wareki.short_date(run.reception_closes_at)}
                ),
            )
            for run in runs
        ],
    )


def _undersubscribed(day: Day) -> Section:
    count, few = _counted(
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
    count, first = _counted(due.select_related("edition__guide", "procedure", "topic"))
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
    count, stale = _counted(Edition.objects.stale(on=day.date).select_related("guide"))
    return Section(
        title=_("Guides to compare with the real screens"),
        count=count,
        url=reverse("guide_desk"),
        action=_("Open the guides"),
        empty=_("Every guide was checked within half a year."),
        items=[Item(str(edition.guide), reverse("guide_manage", args=[edition.guide_id])) for edition in stale],
    )


def _drafts(day: Day) -> Section:
    count, drafts = _counted(Edition.objects.drafts().select_related("guide").order_by("-created_at"))
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
    count, venues = _counted(Venue.objects.active().filter(is_confirmed=False))
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


def _counted(rows: QuerySet[Row]) -> tuple[int, list[Row]]:
    """How many there are and the first of them, asked at once."""
    first = list(rows.annotate(in_all=Window(Count("pk")))[:MOST])
    return (first[0].in_all if first else 0), first  # type: ignore[attr-defined]  # annotated a line above


def _as_item(lessons: LessonQuerySet) -> LessonQuerySet:
    """Lessons with no more than their line shows."""
    shown = ("starts_at", "ends_at", "run__capacity", "run__course__title", "venue__name", "venue__room")
    return lessons.with_confirmed().select_related("run__course", "venue").only(*shown)


def _lesson_items(lessons: list[Lesson], where: Callable[[Lesson], str]) -> list[Item]:
    """A line for each lesson, which says so when its run has more people than seats."""
    items = []
    for lesson in lessons:
        told = [wareki.span(lesson.starts_at, lesson.ends_at), str(lesson.venue)]
        seats = SeatCount(lesson.run.capacity, vars(lesson)["confirmed"], offered=0, waiting=0, in_line=0)
        if seats.over:
            told.append(seats.sentence)
        items.append(Item(lesson.run.course.title, where(lesson), " ".join(told)))
    return items


BUILDERS: list[tuple[Permission, Callable[[Day], Section | None]]] = [
    (Permission.CALL, _worker_is_silent),
    (Permission.CALL, _hindered),
    (Permission.ADMINISTER, _to_put_right),
    (Permission.CALL, _failed),
    (Permission.CALL, _inbox),
    (Permission.CALL, _to_carry),
    (Permission.CALL, _calls),
    (Permission.RECEIVE, _numbers),
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
