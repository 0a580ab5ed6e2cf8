"""What the practice office writes to residents besides its reminders, and how some of its texts are lost."""

from random import Random
from uuid import UUID

from django.utils import timezone

from accounts.models import User
from city.models import CityProfile
from classes.audience import Draft, ahead, audience_of
from classes.broadcast_words import default_body
from classes.broadcasting import broadcast
from classes.models import Broadcast, CourseRun
from reminders.gateways import Answer
from reminders.gateways.practice import PracticeGateway

ANOTHER_WAY_IN = "正面の入口は工事中です。裏の入口からお入りください"


class UnevenGateway(PracticeGateway):
    """A practice gateway through which, as in life, a few texts never arrive."""

    def __init__(self, chance: Random) -> None:
        self.chance = chance
        # So many of the texts asked about next are lost for certain.
        self.to_lose = 0

    def status(self, provider_id: str) -> Answer | None:
        if self.to_lose:
            self.to_lose -= 1
            return Answer(provider_id, "undelivered", error_code="30006")
        if self.chance.random() < 0.04:
            return Answer(provider_id, "undelivered", error_code=self.chance.choice(["30003", "30005", "30006"]))
        return super().status(provider_id)


def tell_of_another_way_in(run: CourseRun, *, key: UUID, by: User) -> None:
    """Tell everybody at once that the hall of the run's first lesson is entered by another door."""
    city, now, kind = CityProfile.current(), timezone.now(), Broadcast.Kind.NOTICE
    lessons = list(ahead(now).filter(run=run, ordinal=1))
    draft = Draft(kind, lessons, ANOTHER_WAY_IN, default_body(kind, lessons, ANOTHER_WAY_IN, city=city))
    broadcast(draft, key=key, seen=audience_of(draft, city=city, now=now).fingerprint, by=by)
