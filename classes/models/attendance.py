"""Who was at a lesson, and what the roster pages have sent in about it."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classes.models.courses import Lesson
from classes.models.registrations import Registration


class Attendance(models.Model):
    """Whether a registered person was at a lesson (出欠)."""

    class Mark(models.TextChoices):
        PRESENT = "present", _("Present")
        LATE = "late", _("Late")
        LEFT_EARLY = "left_early", _("Left early")
        ABSENT_TOLD = "absent_told", _("Absent, told us")
        ABSENT = "absent", _("Absent")

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("lesson"))
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="attendances", verbose_name=_("registration")
    )
    mark = models.CharField(_("mark"), max_length=12, choices=Mark)
    marked_at = models.DateTimeField(_("marked"), default=timezone.now)
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="attendances_marked",
        verbose_name=_("marked by"),
    )

    class Meta:
        verbose_name = _("attendance")
        verbose_name_plural = _("attendance")
        constraints = [
            models.UniqueConstraint(fields=["lesson", "registration"], name="one_attendance_per_person_and_lesson")
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.registration_id} {self.mark}"


class DisagreementQuerySet(models.QuerySet["Disagreement"]):
    """Questions about ticks that contradict each other."""

    def unsettled(self) -> "DisagreementQuerySet":
        """Those that nobody has decided yet."""
        return self.filter(settled_at__isnull=True)


class Disagreement(models.Model):
    """A tick that does not stand, because somebody who did not know of it ticked otherwise (食い違い).

    What stands is the attendance, as always; this is kept beside it until somebody says which of the two is right.
    """

    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="disagreements", verbose_name=_("lesson"))
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="disagreements", verbose_name=_("registration")
    )
    mark = models.CharField(_("mark"), max_length=12, choices=Attendance.Mark)
    marked_at = models.DateTimeField(_("marked"))
    marked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="disagreements_marked",
        verbose_name=_("marked by"),
    )
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        blank=True,
        related_name="disagreements_settled",
        verbose_name=_("settled by"),
    )

    objects = DisagreementQuerySet.as_manager()

    class Meta:
        verbose_name = _("disagreement")
        verbose_name_plural = _("disagreements")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(settled_at__isnull=True, settled_by__isnull=True)
                | models.Q(settled_at__isnull=False, settled_by__isnull=False),
                name="somebody_settled_a_disagreement_that_is_settled",
            )
        ]

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.registration_id} {self.mark}"


class Submission(models.Model):
    """Something a roster page has sent in. A page that sends it again, for want of an answer, changes nothing."""

    key = models.UUIDField(_("key"), unique=True)
    lesson = models.ForeignKey(Lesson, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("lesson"))
    registration = models.ForeignKey(
        Registration, on_delete=models.PROTECT, related_name="submissions", verbose_name=_("registration")
    )
    received_at = models.DateTimeField(_("received"), default=timezone.now)

    class Meta:
        verbose_name = _("submission")
        verbose_name_plural = _("submissions")

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.key}"
