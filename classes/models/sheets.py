"""What opens a lesson's roster for whoever holds its sheet."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from classes.models.courses import Lesson


class SheetCode(models.Model):
    """What the code on the sheet of a lesson is made of (classes.sheet_code); the code itself is kept nowhere."""

    lesson = models.OneToOneField(Lesson, on_delete=models.PROTECT, related_name="sheet_code", verbose_name=_("lesson"))
    nonce = models.CharField(_("nonce"), max_length=32)
    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="sheet_codes_made",
        verbose_name=_("made by"),
    )

    class Meta:
        verbose_name = _("code of a sheet")
        verbose_name_plural = _("codes of sheets")

    def __str__(self) -> str:
        return f"{self.lesson_id} {self.made_at:%Y-%m-%d}"
