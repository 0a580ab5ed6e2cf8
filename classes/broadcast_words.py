"""In which words many people are told at once, and what these words are filled with.

Residents read Japanese, whatever language the clerk's screen speaks.
"""

import unicodedata
from collections.abc import Sequence
from datetime import date

from django.db.models import Count
from django.utils.translation import gettext_lazy as _
from django.utils.translation import override

from city.models import CityProfile
from classes.lesson_words import DATE, TIME, TITLE, longest_of, sample
from classes.models import Broadcast, Lesson
from core.kana import has_a_word
from core.wareki import clock, local_date, short_date
from reminders.measuring import measure
from reminders.purposes import Field, Sample, purpose
from reminders.wording import normalise, units, words_of

# The names under which the letterbox knows the two kinds.
PURPOSES = {Broadcast.Kind.CALLED_OFF: "broadcast", Broadcast.Kind.NOTICE: "broadcast-notice"}

REASON = Field("reason", "理由", _("why the lessons do not take place"), may_be_cut=True)
MATTER = Field("matter", "用件", _("what is different"))

CALLED_OFF_FIELDS, NOTICE_FIELDS = (DATE, TIME, TITLE, REASON), (DATE, TIME, TITLE, MATTER)
CALLED_OFF_WORDINGS = (
    "【{市名}】{日付}{時刻}の「{講座名}」は{理由}のため休止します。お問合せ{電話}",
    "【{市名}】{日付}{時刻}のスマホ教室は{理由}のため休止します。お問合せ{電話}",
    "【{市名}】{日付}{時刻}のスマホ教室は休止します。お問合せ{電話}",
)
NOTICE_WORDINGS = (
    "【{市名}】{日付}{時刻}「{講座名}」{用件}。お問合せ{電話}",
    "【{市名}】{日付}{時刻}スマホ教室 {用件}。お問合せ{電話}",
    "【{市名}】{日付}{用件}。お問合せ{電話}",
)
# What several courses are called together.
ANY_COURSE = "スマホ教室"
# Of an office that has told nobody anything yet.
_USUAL_REASON, _USUAL_MATTER = "台風第10号の接近", "会場の入口が変わります。北側からお入りください"
# The broadcasts with the most lessons are looked at, and the longest of their days is taken.
_LOOKED_AT = 20
# More days than these are said as from when to when.
_MOST_DAYS = 3


def default_body(kind: str, lessons: Sequence[Lesson], reason: str, *, city: CityProfile) -> str:
    """The text as the city words it, filled with these lessons. Reads their runs' courses."""
    return words_of(purpose(PURPOSES[Broadcast.Kind(kind)]), city=city).say(facts_of(lessons, reason))


def facts_of(lessons: Sequence[Lesson], reason: str) -> dict[str, str]:
    """What a text about these lessons can name; the hour only where it is one."""
    titles = {lesson.run.course.title for lesson in lessons}
    with override("ja"):
        hours = {clock(lesson.starts_at) for lesson in lessons}
        days = _days(lessons)
    return {
        DATE.name: days,
        TIME.name: hours.pop() if len(hours) == 1 else "",
        TITLE.name: titles.pop() if len(titles) == 1 else ANY_COURSE,
        REASON.name: as_cause(reason),
        MATTER.name: as_matter(reason),
    }


@measure
def longest_facts(kind: str) -> Sample:
    """The longest title of this database, and the longest reason and days that were ever told at once."""
    usual, told = sample(), Broadcast.objects.filter(kind=kind)
    reason = longest_of(told, "reason")
    longest = told.annotate(lessons_told=Count("lessons")).order_by("-lessons_told", "-pk").prefetch_related("lessons")
    with override("ja"):
        days = [_days(list(broadcast.lessons.all())) for broadcast in longest[:_LOOKED_AT]]
    facts = {
        DATE.name: max(usual.facts[DATE.name], *days, key=units) if days else usual.facts[DATE.name],
        TITLE.name: max(usual.facts[TITLE.name], ANY_COURSE, key=units),
        REASON.name: as_cause(reason) or _USUAL_REASON,
        MATTER.name: as_matter(reason) or _USUAL_MATTER,
    }
    return Sample({**usual.facts, **facts}, people=usual.people)


def as_matter(reason: str) -> str:
    """What was written, as it stands before the end of a sentence, which many clerks have written already."""
    return reason.strip().rstrip("。．.")


def as_cause(reason: str) -> str:
    """A reason as it stands before のため or です; many clerks have written のため already."""
    return as_matter(reason).removesuffix("のため").removesuffix("の為")


def says_nothing(reason: str) -> bool:
    """Whether no word is left of a reason: signs alone, or a のため without a cause."""
    return not has_a_word(as_cause(reason))


def names_a_day(text: str, lessons: Sequence[Lesson]) -> bool:
    """Whether a text says the date of one of these lessons, in figures of any width."""
    plain = unicodedata.normalize("NFKC", normalise(text))
    return any(f"{day.month}月{day.day}日" in plain for day in _dates(lessons))


def _days(lessons: Sequence[Lesson]) -> str:
    dates = _dates(lessons)
    if len(dates) > _MOST_DAYS:
        return f"{short_date(dates[0])}から{short_date(dates[-1])}まで"
    return "・".join(short_date(day) for day in dates)


def _dates(lessons: Sequence[Lesson]) -> list[date]:
    return sorted({local_date(lesson.starts_at) for lesson in lessons})
