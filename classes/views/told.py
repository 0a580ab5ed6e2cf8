"""What pages say, after a deed, of who is told of a change or a result."""

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest
from reminders.reach import Reach


def say_who_is_told(request: SignedInRequest, reach: Reach) -> None:
    """After a deed that tells people: how many are told by which way."""
    if not reach.people:
        messages.info(request, _("Nobody has to be told of it."))
        return
    messages.info(request, _("Told of it: %(reach)s.") % {"reach": reach.sentence})
