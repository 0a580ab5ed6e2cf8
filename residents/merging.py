"""Two records of one person made one, and made two again from the record that was kept of it.

The record that was merged away is kept and leads to the one that stayed. What must never happen: anything lost that
stood in either, two people made one by a slip of the hand and no way back, or a booking made meanwhile that is
nobody's.
"""

from collections.abc import Mapping
from typing import Any

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from core import audit
from core.refusal import Refusal
from residents.access import RecordWasMerged
from residents.history import as_stored, put_back
from residents.holdings import Say, holdings, tell_of_correction
from residents.intake import NOTICE, OWN_COLUMNS, consents_of
from residents.models import Apart, Consent, Merge, Resident


class Side(models.TextChoices):
    """Whose value stays in a column."""

    KEPT = "kept", _("This record")
    OTHER = "other", _("The other record")


class SameRecord(Refusal):
    """Nothing to merge."""

    sentence = _("This is one and the same record.")


class PracticeAmongReal(Refusal):
    """A practice person is nobody."""

    sentence = _("One of the two is a practice person. Practice people and real people are not merged.")


class BookedMeanwhile(Refusal):
    """The page that the clerk compared the two on is a booking old."""

    sentence = _("A booking was made for one of the two a moment ago. Please look at both records once more.")


class LaterMergeStands(Refusal):
    """What was put on top is taken off first."""

    sentence = _("One of the two records was merged once more since then. Undo the later merge first.")


@transaction.atomic
def merge(
    duplicate: Resident,
    into: Resident,
    *,
    by: User,
    choices: Mapping[str, str] | None = None,
    say: Say | None = None,
) -> Merge:
    """Make two records one: `into` stays, with everything of both. Twice is once.

    `choices` says for a column whose value stays (a Side); where nothing is said, the one of `into` unless it is empty.
    `say` hears in sentences what followed. Raises a Refusal of this module, or RecordWasMerged.
    """
    if duplicate.pk == into.pk:
        raise SameRecord
    duplicate, into = _locked(duplicate, into)
    standing = Merge.objects.standing().filter(duplicate=duplicate, into=into).first()
    if standing is not None:
        return standing
    if duplicate.merged_into_id or into.merged_into_id:
        raise RecordWasMerged
    if duplicate.is_practice != into.is_practice:
        raise PracticeAmongReal

    moved = {holding.name: holding.move(duplicate, into, by) for holding in holdings()}
    columns = _replace(into, _wanted(duplicate, into, choices or {}))
    duplicate.merged_into = into
    duplicate.save(update_fields=["merged_into"])
    made = Merge.objects.create(duplicate=duplicate, into=into, by=by, record={"columns": columns, "moved": moved})

    audit.record("resident.merged", into, by=by, duplicate=duplicate, changed=list(columns))
    for holding in holdings():
        sentence = holding.moved_in_words(moved[holding.name])
        if sentence and say:
            say(sentence)
    tell_of_correction(into, by=by, say=say)
    return made


@transaction.atomic
def undo(merge: Merge, *, by: User, say: Say | None = None) -> Merge:
    """Make the two records again what they were; what came after the merge stays with the record that stayed.

    Twice is once. `say` hears in sentences what followed. Raises LaterMergeStands, or the refusal of a part that cannot
    give back what it took.
    """
    duplicate, into = _locked(merge.duplicate, merge.into)
    merge = Merge.objects.get(pk=merge.pk)
    if merge.undone_at is not None:
        return merge
    if _is_buried(merge, into):
        raise LaterMergeStands

    duplicate.merged_into = None
    duplicate.save(update_fields=["merged_into"])
    # A column that was corrected since is left as it is.
    columns = merge.record["columns"]
    _replace(into, {column: old for column, (old, new) in columns.items() if as_stored(into, column) == new})
    for holding in reversed(list(holdings())):
        if holding.name in merge.record["moved"]:
            sentence = holding.move_back(merge.record["moved"][holding.name], duplicate, into, by)
            if sentence and say:
                say(sentence)
    merge.undone_at, merge.undone_by = timezone.now(), by
    merge.save(update_fields=["undone_at", "undone_by"])

    audit.record("resident.merge_undone", into, by=by, duplicate=duplicate)
    for resident in (duplicate, into):
        tell_of_correction(resident, by=by, say=say)
    return merge


@transaction.atomic
def keep_apart(one: Resident, other: Resident, *, by: User) -> Apart:
    """Two people who look alike; they are not suggested as one any more. Twice is once. Raises SameRecord."""
    if one.pk == other.pk:
        raise SameRecord
    older, newer = sorted((one, other), key=lambda resident: resident.pk)
    apart, is_new = Apart.objects.get_or_create(one=older, other=newer, defaults={"by": by})

    if is_new:
        audit.record("resident.told_apart", older, by=by, other=newer)
    return apart


def can_be_undone(merge: Merge) -> bool:
    """Whether nothing was merged on top of it."""
    return merge.undone_at is None and not _is_buried(merge, merge.into)


def is_empty(resident: Resident, column: str) -> bool:
    """Whether a column says nothing."""
    return getattr(resident, column) in {None, "", "unknown"}


def _locked(*pair: Resident) -> tuple[Resident, Resident]:
    """Both as they stand, locked; first whatever must be locked before people. Raises BookedMeanwhile."""
    firsts = [holding.locked_first(*pair) for holding in holdings() if holding.locked_first]
    held = [set(_numbers(rows.order_by("pk").select_for_update(of=("self",), no_key=True))) for rows in firsts]
    numbers = [resident.pk for resident in pair]
    Resident.objects.filter(pk__in=numbers).lock()
    # Whoever was booked between the two locks is in a run that we do not hold.
    if held != [set(_numbers(rows)) for rows in firsts]:
        raise BookedMeanwhile
    found = Resident.objects.in_bulk(numbers)
    return found[numbers[0]], found[numbers[1]]


def _numbers(rows: models.QuerySet[Any]) -> models.QuerySet[Any, Any]:
    return rows.values_list("pk", flat=True)


def _is_buried(merge: Merge, into: Resident) -> bool:
    """Whether one of the two was merged with somebody after this merge."""
    if into.merged_into_id is not None:
        return True
    later = Merge.objects.standing().filter(Q(into=into) | Q(into=merge.duplicate_id))
    return later.filter(pk__gt=merge.pk).exists()


def _wanted(duplicate: Resident, into: Resident, choices: Mapping[str, str]) -> dict[str, Any]:
    """What the record that stays says from now on; the consents of both stand in it already."""
    sides = {column: Side.OTHER for column in OWN_COLUMNS if is_empty(into, column)} | dict(choices)
    columns = [column for column in OWN_COLUMNS if sides.get(column) == Side.OTHER]
    columns += NOTICE if duplicate.notice_at > into.notice_at else ()
    wanted = {column: as_stored(duplicate, column) for column in columns}
    # The newest consent of both counts, also when it takes back what the other record still says.
    if not consents_of(into).get(Consent.Kind.ACCOMMODATION):
        wanted["accommodation"] = ""
    return wanted


def _replace(resident: Resident, wanted: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Write these values into the record; gives what changed, as [old, new]."""
    changed = {}
    for column, value in wanted.items():
        old = as_stored(resident, column)
        if value != old:
            put_back(resident, column, value)
            changed[column] = [old, value]
    resident.save()
    return changed
