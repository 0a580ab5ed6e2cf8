"""How residents recognise a text from the city (市からのSMSの見分け方): one content for the public page and the paper.

Everything comes from the settings and from the rules that every text is held to, so that it cannot differ from what is
really sent. What must never happen: a promise here that a text of ours breaks.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils.translation import gettext as _

from city.models import CityProfile
from reminders.purposes import texted
from reminders.rewording import BEGINNING
from reminders.routing import texts_leave
from reminders.wording import city_facts, fields_of, fill, render

# Consumer hotline and the police's line for advice, the same everywhere in Japan. The municipalities' own leaflets
# name both.
CONSUMER_HOTLINE, POLICE_ADVICE = "188", "#9110"


@dataclass(frozen=True)
class Leaflet:
    """What the leaflet says. A sender or a number that nobody has confirmed is marked so by whoever draws it."""

    city: CityProfile
    is_sending: bool
    begins: str
    example: str
    never: tuple[str, ...]
    address: str
    """Where it stands for everybody; empty when the installation does not know its address."""

    @property
    def sender(self) -> str:
        """The number the texts come from; empty while nobody has said it."""
        return self.city.sms_sender

    @property
    def says(self) -> str:
        """What stands in every text of ours; a reminder says the time and the place as well."""
        return _("The day it is about with its weekday, and the telephone number of the office.")

    @property
    def other_lines(self) -> tuple[tuple[str, str], ...]:
        """Whom to ask besides the office: who, and the number to press."""
        return (
            (_("Consumer hotline"), CONSUMER_HOTLINE),
            (_("Police, for advice"), POLICE_ADVICE),
        )


def leaflet(city: CityProfile) -> Leaflet:
    """The leaflet as it reads today."""
    reminder = next(iter(texted()), None)
    base = settings.PUBLIC_BASE_URL
    return Leaflet(
        city=city,
        is_sending=texts_leave(),
        begins=fill(BEGINNING, city_facts(city), fields_of(reminder)) if reminder else "",
        example=render(reminder, reminder.sample().facts, city=city) if reminder else "",
        never=_never(),
        address=f"{base}{reverse('text_leaflet')}" if base else "",
    )


def _never() -> tuple[str, ...]:
    """What no text of ours does: each line is a flaw for which a text is refused, except that it asks for no answer."""
    return (
        _("It carries no link to tap."),
        _("It asks for no PIN, no password and no bank account."),
        _("It asks nobody to press a key."),
        _("It names no other telephone number than that of the office."),
        _("It asks for no answer."),
    )
