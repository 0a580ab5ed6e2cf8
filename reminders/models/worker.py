"""That the worker lives, and that sending stops for a while."""

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Heartbeat(models.Model):
    """When the worker last did its round."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Halt(models.Model):
    """That nothing is sent for a while, and why. One row; an old one is history that nobody needs."""

    code = models.CharField(_("error code"), max_length=12)
    at = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("halt of sending")
        verbose_name_plural = _("halts of sending")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_halt")]

    def __str__(self) -> str:
        return self.code
