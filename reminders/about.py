"""What texts are about, as a person tells them apart who wants no more of one kind.

A word such as 停止 stops only what it answered, and everything where the person says so or the provider itself stops
everything.
"""

from django.db import models
from django.utils.translation import gettext_lazy as _


class About(models.TextChoices):
    """What a number takes no texts about."""

    EVERYTHING = "everything", _("All texts")
    BOOKED = "booked", _("What was booked")
