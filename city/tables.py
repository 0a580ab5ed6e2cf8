"""Lists about the city's places and days."""

import django_tables2
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from city.models import ClosingDay, District, Venue
from core import wareki
from core.tables import ActionColumn, NumberColumn, Table


class VenueTable(Table):
    """The places where lessons are held."""

    caption = _("Venues")
    empty_text = _("No venue has been entered yet.")

    name = django_tables2.Column(_("Venue"), linkify=("venue_edit", [django_tables2.A("pk")]), accessor="name")
    room = django_tables2.Column(_("Room"), default="")
    address = django_tables2.Column(_("Address"), default="")
    seats = NumberColumn(_("Chairs"))
    state = django_tables2.Column(_("State"), empty_values=(), accessor="is_active")

    class Meta:
        row_attrs = {"class": lambda record: "" if record.is_active else "quiet-row"}

    def render_state(self, record: Venue) -> SafeString | str | Promise:
        if not record.is_active:
            return _("Not in use")
        if not record.is_confirmed:
            return format_html('<span class="tag amber">{}</span>', _("To be confirmed"))
        return _("In use")


class DistrictTable(Table):
    """The parts of the city."""

    caption = _("Districts")
    empty_text = _("No district has been entered yet.")

    name = django_tables2.Column(_("District"), linkify=("district_edit", [django_tables2.A("pk")]))
    kana = django_tables2.Column(_("Kana"), default="")
    where = django_tables2.Column(_("Where"), empty_values=(), accessor="is_outside")

    class Meta:
        model = District
        fields = ["name", "kana", "where"]

    def render_where(self, record: District) -> str | Promise:
        return _("Outside the city") if record.is_outside else ""


class ClosingDayTable(Table):
    """The days on which the office is closed."""

    caption = _("Closing days")
    empty_text = _("No closing day is ahead besides weekends, national holidays and the turn of the year.")

    day = django_tables2.Column(_("Day"))
    reason = django_tables2.Column(_("Reason"), default="")
    do = ActionColumn()

    def render_day(self, record: ClosingDay) -> str:
        return wareki.wareki(record.day)

    def render_do(self, record: ClosingDay) -> SafeString:
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="button second small" type="submit" aria-label="{}">{}</button></form>',
            reverse("closing_day_delete", args=[record.pk]),
            get_token(self.request),
            _("Take %(day)s off the list") % {"day": wareki.wareki(record.day)},
            _("Take off the list"),
        )
