"""Numbers to be checked (要確認の電話番号): found out by a call or a text, worked off by whoever finds the right one.

What must never happen: a stranger called a second time, or a person nobody can reach and nobody asks for.
"""

from django.db import transaction
from django.db.models import QuerySet

from accounts.models import User
from core import audit
from residents.holdings import Say, tell_of_correction
from residents.models import PhoneLine, Resident


def to_check() -> QuerySet[PhoneLine]:
    """The numbers in doubt, those at which a stranger answered first, each with its person."""
    lines = PhoneLine.objects.filter(is_doubtful=True, resident__merged_into__isnull=True)
    return lines.select_related("resident").order_by("-is_strangers", "resident__kana_key", "order", "pk")


def strangers(number: str) -> None:
    """Somebody else answered there: the number is in doubt wherever it stands, and is called for nobody any more."""
    PhoneLine.objects.filter(number=number).update(is_doubtful=True, is_strangers=True)


@transaction.atomic
def confirm(line: PhoneLine, *, by: User, say: Say | None = None) -> PhoneLine:
    """The number is right after all; what is still to be said goes by it again. Twice is once.

    `say` hears in sentences what followed.
    """
    resident = Resident.objects.select_for_update(no_key=True).get(pk=line.resident_id)
    line = PhoneLine.objects.select_for_update().get(pk=line.pk)
    if not line.is_doubtful:
        return line

    line.is_doubtful = line.is_strangers = False
    line.save(update_fields=["is_doubtful", "is_strangers"])

    audit.record("number.confirmed", resident, by=by)
    tell_of_correction(resident, by=by, say=say)
    return line
