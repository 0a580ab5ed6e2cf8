"""The code on a lesson's sheet, with which whoever holds it opens this one roster on the day, without signing in.

Volunteers often have no sign-in; they have the sheet. It must be possible to print the sheet again with the same code,
so the code is kept nowhere: it is made anew each time of the installation's secret, the lesson and a nonce, and whoever
reads the database cannot tell it. Another nonce is another code, and ends what the earlier one has opened. What must
never happen: a code that opens another lesson, another day, or a lesson that does not take place.
"""

import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes.models import Lesson, LessonQuerySet, SheetCode
from core import audit
from core.refusal import Refusal

# Digits are the one kind of sign that every telephone offers in large keys, whatever language it types in.
DIGITS = 8
GROUP = 4
# The numbers of runs and lessons have fewer; more is no sheet's number.
LONGEST_NUMBER = 12


class SheetNotOpened(Refusal):
    """The number or the code is not right, or not on this day; which of them is not said to a stranger."""

    sentence = _(
        "This number and this code do not open a roster today. Check both against the sheet; if they are right, call "
        "the office."
    )


@dataclass(frozen=True)
class Opened:
    """A roster that was opened with its code: which lesson's, and by which nonce."""

    lesson_pk: int
    nonce: str


def code_for_print(lesson: Lesson, *, by: User, now: datetime | None = None) -> str:
    """The code to stand on the sheet, the same until a new one is made; empty when there is nothing left to open."""
    if not can_still_open(lesson, now=now):
        return ""
    with transaction.atomic():
        made, is_new = SheetCode.objects.get_or_create(lesson=lesson, defaults={"nonce": _nonce(), "made_by": by})
        if is_new:
            audit.record("sheet_code.made", lesson, by=by)
    return written(_code(made))


@transaction.atomic
def make_new_code(lesson: Lesson, *, by: User) -> None:
    """End the code that stands, and whatever it has opened: a sheet was left lying somewhere."""
    told = {"nonce": _nonce(), "made_at": timezone.now(), "made_by": by}
    SheetCode.objects.update_or_create(lesson=lesson, defaults=told)

    audit.record("sheet_code.renewed", lesson, by=by)


def open_sheet(number: str, code: str, *, by: User, now: datetime | None = None) -> Opened:
    """The roster that this number and this code open at this moment; each try is recorded, without what was typed.

    Raises SheetNotOpened.
    """
    typed, lessons = _digits(code), list(_open_today(now).filter(_is_numbered(number)))
    for lesson in lessons:
        if constant_time_compare(typed, _code(lesson.sheet_code)):
            audit.record("sheet.opened", lesson, by=by)
            return Opened(lesson.pk, lesson.sheet_code.nonce)
    audit.record("sheet.refused", lessons[0] if len(lessons) == 1 else None, by=by)
    raise SheetNotOpened


def still_opens(opened: Opened, *, now: datetime | None = None) -> bool:
    """Whether what was opened is open at a moment: on its day, while the lesson and the code stand."""
    return _open_today(now).filter(pk=opened.lesson_pk, sheet_code__nonce=opened.nonce).exists()


def code_stands(lesson: Lesson, *, now: datetime | None = None) -> bool:
    """Whether a sheet was printed with a code that opens the roster, now or on the day."""
    return can_still_open(lesson, now=now) and SheetCode.objects.filter(lesson=lesson).exists()


def can_still_open(lesson: Lesson, *, now: datetime | None = None) -> bool:
    """Whether the sheet of a lesson has a day before it on which it opens."""
    stands = lesson.cancelled_at is None and lesson.run.called_off_at is None
    return stands and timezone.localdate(lesson.starts_at) >= timezone.localdate(now)


def written(code: str) -> str:
    """The code in groups, as it is printed."""
    return "-".join(code[start : start + GROUP] for start in range(0, len(code), GROUP))


def numbers_of(typed: str) -> Iterator[tuple[int, int]]:
    """Run and lesson of a sheet's number, in any width; every way to read it when it was typed without its hyphen."""
    groups = _groups(typed)
    whole = "".join(groups)
    if len(whole) > LONGEST_NUMBER or len(groups) > 2:
        return
    for cut in [len(groups[0])] if len(groups) > 1 else range(1, len(whole)):
        yield int(whole[:cut]), int(whole[cut:])


def sheet_meant(typed: str, *, now: datetime | None = None) -> str:
    """Which of today's sheets a number means, so that tries at one count together however it was written."""
    meant = Lesson.objects.on(timezone.localdate(now)).filter(_is_numbered(typed)).order_by("pk")
    return ",".join(str(pk) for pk in meant.values_list("pk", flat=True)) or "none"


def _is_numbered(typed: str) -> Q:
    """The condition that a lesson has this number, in any way to read it."""
    return reduce(or_, (Q(run=run, ordinal=ordinal) for run, ordinal in numbers_of(typed)), Q(pk__in=()))


def _groups(typed: str) -> list[str]:
    return re.findall("[0-9]+", unicodedata.normalize("NFKC", typed))


def _digits(typed: str) -> str:
    return "".join(_groups(typed))


def _nonce() -> str:
    return secrets.token_hex(16)


def _code(made: SheetCode) -> str:
    digest = salted_hmac("classes.sheet_code", f"{made.lesson_id}:{made.nonce}", algorithm="sha256").digest()
    return f"{int.from_bytes(digest) % 10**DIGITS:0{DIGITS}}"


def _open_today(now: datetime | None) -> LessonQuerySet:
    """The lessons of a day that have a code and take place."""
    today = Lesson.objects.standing().on(timezone.localdate(now))
    return today.filter(sheet_code__isnull=False).select_related("sheet_code")
