"""Texts that are carried out in files, where nothing reaches the internet."""

import secrets

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


def new_line_token() -> str:
    """A mark of ten capitals that is read from paper as easily as by a machine."""
    return "".join(secrets.choice("ABCDFGHJKLMNPQRTUVWXYZ") for _letter in range(10))


class CarriedFile(models.Model):
    """Texts that somebody at the office carries out in a file, where no machine of ours reaches the internet."""

    made_at = models.DateTimeField(_("made"), default=timezone.now)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_files_made",
        verbose_name=_("made by"),
    )
    # Of what stands in it; empty while texts are still being put in.
    sha256 = models.CharField(_("digest"), max_length=64, blank=True)
    taken_at = models.DateTimeField(_("first taken"), null=True, blank=True)
    taken_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="carried_files_taken",
        verbose_name=_("first taken by"),
    )

    class Meta:
        verbose_name = _("file of texts")
        verbose_name_plural = _("files of texts")
        ordering = ["-pk"]
        constraints = [
            # So that two clerks who press at once fill one file.
            models.UniqueConstraint(fields=["sha256"], name="one_file_is_open_and_no_two_are_alike"),
            models.CheckConstraint(
                condition=Q(taken_at__isnull=True) | ~Q(sha256=""), name="an_open_file_is_not_taken"
            ),
        ]

    def __str__(self) -> str:
        return f"CarriedFile {self.pk}"


class CarriedLine(models.Model):
    """One text in a file, as it was put in, and what was told of it since."""

    file = models.ForeignKey(CarriedFile, on_delete=models.CASCADE, related_name="lines", verbose_name=_("file"))
    position = models.PositiveIntegerField(_("line"))
    # By which a result finds its line: letters only, which no spreadsheet takes for a number or a day.
    token = models.CharField(max_length=12, default=new_line_token, editable=False)
    message_token = models.CharField(max_length=64, editable=False)
    number = models.CharField(_("telephone number"), max_length=20, blank=True)
    body = models.TextField(_("text"))
    parts = models.PositiveSmallIntegerField(_("parts"))
    not_before = models.DateTimeField(_("not before"), null=True, blank=True)
    not_after = models.DateTimeField(_("not after"), null=True, blank=True)
    status = models.CharField(_("result"), max_length=24, default="accepted")
    error_code = models.CharField(_("error code"), max_length=12, blank=True)

    class Meta:
        verbose_name = _("line of a file of texts")
        verbose_name_plural = _("lines of files of texts")
        ordering = ["file", "position"]
        constraints = [
            models.UniqueConstraint(fields=["file", "position"], name="a_line_has_one_place_in_its_file"),
            models.UniqueConstraint(fields=["token"], name="a_result_belongs_to_one_line"),
            models.UniqueConstraint(fields=["message_token"], name="a_text_is_put_into_one_file"),
        ]

    def __str__(self) -> str:
        return f"CarriedLine {self.pk}"

    @property
    def provider_id(self) -> str:
        """The number of the text on this way of sending."""
        return f"file-{self.token}"
