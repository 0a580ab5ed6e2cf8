"""What residents write to the office's number, and which numbers take no texts."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.phone import PhoneNumber
from reminders.about import About


class InboundText(models.Model):
    """A text that somebody sent to the office's number, as it came."""

    class Reading(models.TextChoices):
        STOP = "stop", _("Wants no more texts")
        START = "start", _("Wants texts again")
        OTHER = "other", _("To be read by somebody")

    class State(models.TextChoices):
        NEW = "new", _("To be looked at")
        ANSWERED = "answered", _("Called back")
        CLOSED = "closed", _("No answer needed")

    # The provider's number of it; what comes twice is kept once.
    sid = models.CharField(_("number at the provider"), max_length=64)
    # As the provider gave it; empty when the sender's number was not shown, or after the person was forgotten.
    number = models.CharField(_("telephone number"), max_length=20, blank=True)
    body = models.TextField(_("text"), blank=True)
    at = models.DateTimeField(_("came in"), default=timezone.now)
    reading = models.CharField(_("taken for"), max_length=8, choices=Reading, default=Reading.OTHER)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.NEW)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # Nobody, when it was a word that stops texts and nothing is left to do.
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="inbound_texts_settled",
        verbose_name=_("settled by"),
    )

    class Meta:
        verbose_name = _("text from a resident")
        verbose_name_plural = _("texts from residents")
        ordering = ["-at", "-pk"]
        indexes = [
            models.Index(fields=["state", "at"], name="inbound_texts_by_state"),
            models.Index(fields=["number"], name="inbound_texts_by_number"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["sid"], name="a_text_comes_in_once"),
            models.CheckConstraint(
                condition=Q(state="new", settled_at__isnull=True) | (~Q(state="new") & Q(settled_at__isnull=False)),
                name="a_settled_text_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"InboundText {self.pk}"

    @property
    def phone(self) -> PhoneNumber | None:
        """The number to call back, None when it is not one of ours: a short code, or none at all."""
        try:
            return PhoneNumber.from_e164(self.number)
        except ValueError:
            return None


class OptOutQuerySet(models.QuerySet["OptOut"]):
    """Questions about many numbers."""

    def standing(self) -> "OptOutQuerySet":
        """Those whose person has not asked for texts again."""
        return self.filter(ended_at__isnull=True)


class OptOut(models.Model):
    """That a number takes no texts, about something or at all, since when and who said so. What ended stays on record.

    It belongs to the number and not to a person: a household that shares a telephone shares what arrives there.
    """

    class How(models.TextChoices):
        TEXT = "text", _("By a text to the office")
        PHONE = "phone", _("Told on the telephone")
        COUNTER = "counter", _("Told at the counter")
        PROVIDER = "provider", _("Told by the provider")

    number = models.CharField(_("telephone number"), max_length=20)
    about = models.CharField(_("takes no texts about"), max_length=16, choices=About)
    at = models.DateTimeField(_("since"), default=timezone.now)
    how = models.CharField(_("how"), max_length=10, choices=How)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opt_outs_recorded",
        verbose_name=_("recorded by"),
    )
    # The words of the person, where they were written.
    text = models.ForeignKey(
        InboundText,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opt_outs",
        verbose_name=_("text"),
    )
    ended_at = models.DateTimeField(_("until"), null=True, blank=True)
    ended_how = models.CharField(_("how it ended"), max_length=10, blank=True, choices=How)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="opt_outs_ended",
        verbose_name=_("ended by"),
    )

    objects = OptOutQuerySet.as_manager()

    class Meta:
        verbose_name = _("number without texts")
        verbose_name_plural = _("numbers without texts")
        ordering = ["-at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["number", "about"],
                condition=Q(ended_at__isnull=True),
                name="a_number_opts_out_of_one_thing_once",
            ),
            models.CheckConstraint(
                condition=Q(ended_at__isnull=True, ended_how="") | (Q(ended_at__isnull=False) & ~Q(ended_how="")),
                name="an_ended_opt_out_says_how",
            ),
        ]

    def __str__(self) -> str:
        return f"OptOut {self.pk}"
