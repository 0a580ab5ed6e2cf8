"""What was told to everybody at once and has not reached all of them yet, for the day's page."""

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from classes.broadcast_tally import tallies_of
from classes.models import Broadcast
from core.wareki import clock, short_date
from office.day import MOST, Day, Item, Section


def section(day: Day) -> Section:
    """How many people have not been told yet, of the broadcasts about lessons of today and later."""
    broadcasts = list(Broadcast.objects.about_lessons_after(day.midnight)) if day.waiting["broadcasts"] else []
    tallies = tallies_of(broadcasts)
    unfinished = [each for each in broadcasts if tallies[each.pk].still_open or tallies[each.pk].missed]
    return Section(
        title=_("At short notice"),
        count=sum(tallies[each.pk].still_open + tallies[each.pk].missed for each in unfinished),
        url=reverse("broadcast_create"),
        action=_("Tell everybody at once"),
        empty=_("Everybody has been told what was to be told at once."),
        items=[
            Item(
                f"{short_date(each.at)} {clock(each.at)} {each.reason}",
                reverse("broadcast_detail", args=[each.pk]),
                str(
                    _("%(open)d not yet told, %(missed)d not reached")
                    % {"open": tallies[each.pk].still_open, "missed": tallies[each.pk].missed}
                ),
            )
            for each in unfinished[:MOST]
        ],
    )
