"""What pages say, after a deed, of who is told of a change or a result, and of who comes together."""

from django.contrib import messages
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest
from classes.models import Party
from classes.waiting_list import place_of
from reminders.reach import Reach


def say_who_is_told(request: SignedInRequest, reach: Reach) -> None:
    """After a deed that tells people: how many are told by which way."""
    if not reach.people:
        messages.info(request, _("Nobody has to be told of it."))
        return
    messages.info(request, _("Told of it: %(reach)s.") % {"reach": reach.sentence})


def say_who_comes_together(request: SignedInRequest, party: Party) -> None:
    """After two were put together: where they stand now, and which slips tell of it no longer."""
    messages.success(request, _("These people come together now."))
    waiting = list(party.members.waiting())
    slips = {"slips": "・".join(each.slip for each in waiting)}
    if party.run.seats_go_by_line:
        # Whoever called first stands further back now.
        said = _("They wait together at place %(place)d. Please print their slips anew: %(slips)s.")
        messages.info(request, said % {"place": place_of(waiting[0]), **slips})
    else:
        messages.info(request, _("Please print their slips anew: %(slips)s.") % slips)
