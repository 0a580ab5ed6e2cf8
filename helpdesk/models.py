"""Consultations at the help desk and the difficulties met in them.

No name is needed to record one. Those in which nobody got stuck are recorded too: without them no rate exists.
"""

from datetime import date

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from city.models import Venue
from materials.models import Edition, Procedure, Step, Topic
from residents.models import Resident


class ConsultationQuerySet(models.QuerySet["Consultation"]):
    """Questions about consultations."""

    def to_follow_up(self, *, on: date) -> "ConsultationQuerySet":
        """Those whose day of follow-up has come and which nobody has followed up yet, the oldest first."""
        return self.filter(follow_up_on__lte=on, followed_up_at__isnull=True).order_by("follow_up_on", "pk")


class Consultation(models.Model):
    """One person helped with one matter (相談)."""

    held_on = models.DateField(_("day"), default=timezone.localdate)
    # April to March; kept beside the day so that a year is counted without computing.
    fiscal_year = models.PositiveSmallIntegerField(_("fiscal year"), editable=False)
    channel = models.CharField(_("way"), max_length=32, default="counter")
    venue = models.ForeignKey(
        Venue,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
        verbose_name=_("place"),
    )
    minutes = models.PositiveSmallIntegerField(_("minutes"), default=15)
    age_band = models.CharField(_("age band"), max_length=32, default="unknown")
    device = models.CharField(_("device"), max_length=32, default="unknown")
    topic = models.ForeignKey(Topic, on_delete=models.PROTECT, related_name="consultations", verbose_name=_("topic"))
    procedure = models.ForeignKey(
        Procedure,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
        verbose_name=_("procedure"),
    )
    edition = models.ForeignKey(
        Edition,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
        verbose_name=_("guide used"),
    )
    # The last step of the edition that was reached; the denominator of every rate.
    reached_ordinal = models.PositiveSmallIntegerField(_("step reached"), null=True, blank=True)
    operator = models.CharField(_("who operated"), max_length=32)
    outcome = models.CharField(_("how far it got"), max_length=32)
    referred_to = models.CharField(_("referred to"), max_length=60, blank=True)
    follow_up_on = models.DateField(_("follow up on"), null=True, blank=True)
    followed_up_at = models.DateTimeField(_("followed up"), null=True, blank=True)
    note = models.CharField(_("note"), max_length=400, blank=True)
    resident = models.ForeignKey(
        Resident,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="consultations",
        verbose_name=_("resident"),
    )
    # What it happened at, e.g. "lesson:31"; opaque to this application.
    occasion = models.CharField(_("occasion"), max_length=60, blank=True)
    # Made by the page when the form is opened: pressing the button twice records once.
    form_key = models.UUIDField(unique=True, editable=False)
    recorded_at = models.DateTimeField(_("recorded"), default=timezone.now, editable=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="consultations_recorded",
        verbose_name=_("recorded by"),
        editable=False,
    )

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = _("consultation")
        verbose_name_plural = _("consultations")
        ordering = ["-held_on", "-pk"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(edition__isnull=True) | models.Q(reached_ordinal__gte=1),
                name="who_used_a_guide_reached_a_step",
            ),
        ]
        indexes = [
            # Answers "how many reached which step of which edition" in its own order, whatever else is asked, without
            # touching the table.
            models.Index(
                fields=[
                    "edition",
                    "reached_ordinal",
                    "topic",
                    "procedure",
                    "fiscal_year",
                    "age_band",
                    "device",
                    "venue",
                ],
                name="consultations_counted",
            ),
            models.Index(fields=["fiscal_year", "edition"], name="consultations_by_year"),
            models.Index(
                fields=["follow_up_on"],
                condition=models.Q(follow_up_on__isnull=False, followed_up_at__isnull=True),
                name="consultations_to_follow_up",
            ),
        ]

    def __str__(self) -> str:
        return f"Consultation {self.pk}"


class Difficulty(models.Model):
    """Where somebody got stuck, and why (つまずき)."""

    consultation = models.ForeignKey(
        Consultation, on_delete=models.CASCADE, related_name="difficulties", verbose_name=_("consultation")
    )
    step = models.ForeignKey(
        Step,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        # The index below begins with the step.
        db_index=False,
        related_name="difficulties",
        verbose_name=_("step"),
    )
    cause = models.CharField(_("cause"), max_length=32)

    class Meta:
        verbose_name = _("difficulty")
        verbose_name_plural = _("difficulties")
        # Answers "how many got stuck at which step, and why" without touching the table.
        indexes = [models.Index(fields=["step", "cause", "consultation"], name="difficulties_by_step")]
        constraints = [
            models.UniqueConstraint(fields=["consultation", "step", "cause"], name="a_difficulty_is_named_once"),
            models.UniqueConstraint(
                fields=["consultation", "cause"],
                condition=models.Q(step__isnull=True),
                name="a_difficulty_without_a_step_is_named_once",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.consultation_id} {self.cause}"
