"""Make a practice installation believable, and never touch a real one."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

import time_machine
from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from city.models import CityProfile
from city.practice import declare
from classes.models import CourseRun, Registration
from core.refusal import Refusal
from helpdesk.models import Consultation
from materials.starter import load_library
from office.demo.enlarging import enlarge
from office.demo.town import build_town
from office.demo.year import Extent, Year
from residents.models import Resident

FULL = Extent()
SEED = 29211


class RealPeopleInside(Refusal):
    """The database holds somebody who exists."""

    sentence = _("This database holds %(count)d real people. Practice data is never mixed with them.")


class RealInstallation(Refusal):
    """The settings are those of a real installation, or the database has been declared one."""

    sentence = _("This is the database of a real installation. Practice data is never put into it.")


@dataclass(frozen=True)
class Loaded:
    """How much there is."""

    residents: int
    runs: int
    registrations: int
    consultations: int


def load_demo(*, scale: int = 1, now: datetime | None = None, extent: Extent = FULL) -> Loaded:
    """Fill an empty practice installation; `scale` 1 is a year of a city of 37,800, less of which is an `extent`.

    The first year is made by the deeds; what goes beyond it is written in bulk. A database that has its people already
    stays as it is. Raises RealPeopleInside or RealInstallation.
    """
    refuse_real_installation()
    declare(practice=True)
    now = now or timezone.now().replace(second=0, microsecond=0)
    if not Resident.objects.exists():
        _live_through_a_year(now, extent)
        enlarge(scale, now=now)
    return Loaded(
        residents=Resident.objects.count(),
        runs=CourseRun.objects.count(),
        registrations=Registration.objects.count(),
        consultations=Consultation.objects.count(),
    )


def refuse_real_installation() -> None:
    """Raise RealPeopleInside or RealInstallation unless this may become or is a practice installation."""
    real = Resident.objects.real().count()
    if real:
        raise RealPeopleInside(count=real)
    if not settings.PRACTICE or CityProfile.current().practice is False:
        raise RealInstallation


def _live_through_a_year(now: datetime, extent: Extent) -> None:
    begin = now - timedelta(days=extent.days)
    with time_machine.travel(begin, tick=False) as clock:
        set_clock: Callable[[datetime], None] = clock.move_to
        town = build_town()
        load_library(by=town.author)
        Year(town, extent=extent, seed=SEED, now=now).live(set_clock)
