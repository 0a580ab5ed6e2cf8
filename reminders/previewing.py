"""What a wording looks like with the longest facts of this database: how long it is, what it costs, what is amiss."""

from dataclasses import dataclass
from decimal import Decimal

from django.utils.translation import gettext as _

from city.models import CityProfile
from reminders.purposes import Purpose, Sample
from reminders.rewording import mistakes
from reminders.wording import (
    PART_UNITS,
    SINGLE_UNITS,
    Measure,
    NoSuchField,
    Words,
    city_facts,
    count_parts,
    fields_of,
    fill,
    measure,
)


@dataclass(frozen=True)
class Preview:
    """A wording as it would be sent at its longest; `text` is empty where it cannot be filled in."""

    text: str
    measure: Measure
    most_parts: int
    people: int
    yen_per_part: Decimal
    mistakes: list[str]
    sent_instead: str
    """The text that is sent where this one is too long or has a word that no text may have; empty where it is sent."""

    @property
    def most_units(self) -> int:
        """How many units the text may have."""
        return SINGLE_UNITS if self.most_parts == 1 else PART_UNITS * self.most_parts

    @property
    def arrives(self) -> str:
        """What is sent in the end."""
        return self.sent_instead or self.text

    @property
    def parts_sent(self) -> int:
        """In how many parts."""
        return count_parts(self.arrives)

    @property
    def yen(self) -> Decimal:
        """What one such text costs."""
        return self.measure.parts * self.yen_per_part

    @property
    def yen_for_all(self) -> Decimal:
        """What it costs to tell a usual class."""
        return self.yen * self.people

    @property
    def cautions(self) -> list[str]:
        """What the author should know and may leave as it is."""
        found, parts = [], self.measure.parts
        if parts > self.most_parts:
            found.append(
                _("With the longest names it is longer than you allow it to be. A built-in text is sent then.")
            )
        elif parts > 1:
            costs = _("With the longest names it is sent in %(parts)d parts and costs %(parts)d times as much.")
            found.append(costs % {"parts": parts})
        if self.measure.flaws and not self.mistakes:
            found.append(_("One of the longest names has a word that no text may have. A built-in text is sent then."))
        return found


def preview(text: str, purpose: Purpose, *, city: CityProfile, sample: Sample, most_parts: int = 1) -> Preview:
    """A wording measured; nothing is kept."""
    facts = {**sample.facts, **city_facts(city)}
    try:
        filled = fill(text, facts, fields_of(purpose))
    except NoSuchField:
        filled = ""
    said = Words(purpose, city, own=text, most_parts=most_parts).say(sample.facts) if filled else ""
    return Preview(
        text=filled,
        measure=measure(filled, office_phone=city.office_phone),
        most_parts=most_parts,
        people=sample.people,
        yen_per_part=city.sms_yen_per_part,
        mistakes=mistakes(text, purpose, city=city, most_parts=most_parts),
        sent_instead=said if said != filled else "",
    )
