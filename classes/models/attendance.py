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
