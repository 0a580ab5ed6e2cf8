"""Calls about seats held, as the call list points to them."""

from collections.abc import Mapping
from datetime import datetime

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.roles import Permission
from classes.models import Offer


class SeatCalls:
    """Whom to call about a freed seat; people who come together are one call."""

    name = "seats"
    permission = Permission.RECEIVE
    beside_a_name: str | Promise = _("also about a free seat")

    def in_words(self, number: int) -> str:
        """So many calls, as a line that leads to them."""
        return ngettext("%(number)s call about a free seat", "%(number)s calls about free seats", number) % {
            "number": number
        }

    def page(self) -> str:
        """The address of the list."""
        return reverse("offer_list")

    def to_make(self, now: datetime) -> Mapping[int, str]:
        """Who is to be called now, at the address of the call; one query."""
        offers = Offer.objects.to_ask(now).in_order_of_calling(now).select_related("registration")
        calls: dict[tuple[str, int], str] = {}
        people: dict[int, str] = {}
        for offer in (each for each in offers if not each.is_promised(now)):
            registration = offer.registration
            party = ("party", registration.party_id) if registration.party_id else ("alone", registration.pk)
            page = calls.setdefault(party, reverse("offer_detail", args=[offer.pk]))
            people.setdefault(registration.resident_id, page)
        return people
