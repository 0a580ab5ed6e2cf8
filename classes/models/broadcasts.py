"""What was said to everybody of some lessons at once, because it could not wait."""

from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classes.models.courses import Lesson


class BroadcastQuerySet(models.QuerySet["Broadcast"]):
    """Questions about many broadcasts."""

    def about_lessons_after(self, moment: datetime) -> "BroadcastQuerySet":
        """Those about a lesson that begins then or later."""
        return self.filter(lessons__starts_at__gte=moment).distinct()


class Broadcast(models.Model):
    """One thing told at once to all who are in some lessons (一斉連絡). Written once; what became of it is counted."""

    class Kind(models.TextChoices):
        CALLED_OFF = "called_off", _("The lessons do not take place")
        NOTICE = "notice", _("The lessons take place, but something is different")

    # Of the form it came with, so that a button pressed twice is one broadcast.
    key = models.UUIDField(_("key"), unique=True, editable=False)
    # Kind, lessons and text in one value.
    same_key = models.CharField(max_length=64, editable=False)
    kind = models.CharField(_("what happens"), max_length=12, choices=Kind)
    lessons = models.ManyToManyField(Lesson, related_name="broadcasts", verbose_name=_("lessons"))
    # Why they do not take place, or what is different; stands on the door and is read out.
    reason = models.CharField(_("reason"), max_length=160)
    body = models.TextField(_("text"))
    by_telephone = models.BooleanField(_("everybody by telephone"), default=False)
    at = models.DateTimeField(_("sent"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="broadcasts", verbose_name=_("by")
    )

    objects = BroadcastQuerySet.as_manager()

    class Meta:
        verbose_name = _("broadcast")
        verbose_name_plural = _("broadcasts")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(fields=["same_key"], name="the_same_is_broadcast_once"),
            models.CheckConstraint(condition=~Q(reason=""), name="a_broadcast_says_why"),
        ]

    def __str__(self) -> str:
        return f"Broadcast {self.pk}"

    @property
    def is_called_off(self) -> bool:
        """Whether the lessons do not take place."""
        return self.kind == self.Kind.CALLED_OFF

    @property
    def occasion(self) -> str:
        """How the letterbox knows it."""
        return f"broadcast:{self.pk}"
