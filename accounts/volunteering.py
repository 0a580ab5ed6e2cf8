"""The people who teach and help, entered and changed.

What must never happen: somebody vanishing from the lessons they taught; whoever stops is no longer offered instead.
"""

from django.db import transaction

from accounts.models import User, Volunteer
from core import audit
from core.stale import refuse_overwriting


@transaction.atomic
def keep_volunteer(volunteer: Volunteer, *, by: User, seen: str | None = None) -> Volunteer:
    """A new volunteer, or one who is known with other details. The same new one twice is once.

    `seen` is the fingerprint of the record as the page showed it (core.stale). Raises ChangedMeanwhile.
    """
    User.objects.one_press_at_a_time(by)
    is_new = volunteer.pk is None
    same = Volunteer.objects.filter(name=volunteer.name, kana=volunteer.kana, user=volunteer.user)
    if is_new and (standing := same.first()) is not None:
        return standing
    if not is_new:
        refuse_overwriting(Volunteer.objects.select_for_update(no_key=True).get(pk=volunteer.pk), volunteer, seen=seen)

    volunteer.save()

    audit.record("volunteer.made" if is_new else "volunteer.changed", volunteer, by=by, user=volunteer.user)
    return volunteer
