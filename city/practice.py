"""Practice is a whole installation: its database says so, and neither kind of installation starts on the other's.

A clerk who learns must never touch a real person, and a real person must never be lost among invented ones.
"""

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from city.models import CityProfile


def declare(*, practice: bool) -> CityProfile:
    """Say once and for all whether this database is for practice.

    Raises ImproperlyConfigured when it has already been said otherwise.
    """
    with transaction.atomic():
        city = CityProfile.objects.select_for_update().get_or_create(pk=1)[0]
        if city.practice is None:
            city.practice = practice
            city.save(update_fields=["practice"])
    _refuse_other_kind(city, practice=practice)
    return city


def refuse_other_installations_database() -> None:
    """Stop a web server or worker whose settings and database do not belong together.

    A database that has not been declared yet becomes what the settings say. Raises ImproperlyConfigured otherwise.
    """
    declare(practice=settings.PRACTICE)


def _refuse_other_kind(city: CityProfile, *, practice: bool) -> None:
    if city.practice is practice:
        return
    if city.practice:
        raise ImproperlyConfigured(
            "This is the database of a practice installation. "
            "Production does not start on it; give it a database of its own."
        )
    raise ImproperlyConfigured(
        "This is the database of a real installation. Practice does not start on it; give it a database of its own."
    )
