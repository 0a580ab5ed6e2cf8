"""The texts as the city itself words them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class WordingQuerySet(models.QuerySet["Wording"]):
    """Questions about the city's own wordings."""

    def current(self) -> "WordingQuerySet":
        """Those that are in use."""
        return self.filter(ended_at__isnull=True)


class Wording(models.Model):
    """A text as the city itself words it, for one purpose; the rows of the past say what was sent when."""

    class Length(models.IntegerChoices):
        ONE = 1, _("One part (70 characters)")
        TWO = 2, _("Two parts (134 characters), at twice the price")

    purpose = models.CharField(_("purpose"), max_length=40)
    text = models.TextField(_("text"))
    # Where the facts make it longer, a built-in text is sent instead.
    most_parts = models.PositiveSmallIntegerField(_("length at most"), choices=Length, default=Length.ONE)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wordings_written", verbose_name=_("by")
    )
    ended_at = models.DateTimeField(_("in use until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wordings_ended",
        verbose_name=_("ended by"),
    )

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(ended_at__isnull=True), name="a_purpose_has_one_wording_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
