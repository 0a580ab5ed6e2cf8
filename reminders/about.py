"""What texts are about, as a person tells them apart who wants no more of one kind.

A word such as 停止 stops only the kind of text that it answered, and everything where the person says so or the
provider itself stops everything. Each purpose says of which kind its texts are.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class About(models.TextChoices):
    """What a number takes no texts about."""

    EVERYTHING = "everything", _("All texts")
    REMINDERS = "reminders", _("Reminders before the day")
    BOOKED = "booked", _("News of a registration: confirmed, changed, called off, the result")


# Of which one can be stopped and the other not.
KINDS = (About.REMINDERS, About.BOOKED)
