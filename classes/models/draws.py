"""The lottery of a run: a promise made before reception opens, a number made in public, and what came of both."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _


class Draw(models.Model):
    """The lottery of one run (抽選).

    The digest of the seed is printed when reception opens; the seed itself is shown to nobody before the lots are
    drawn, and to everybody afterwards.
    """

    run = models.OneToOneField("CourseRun", on_delete=models.PROTECT, related_name="draw", verbose_name=_("course run"))
    seed = models.CharField(_("seed"), max_length=64, editable=False)
    # SHA-256 of the seed, in hexadecimal.
    seed_digest = models.CharField(_("digest of the seed"), max_length=64, editable=False)
    made_at = models.DateTimeField(_("made"), default=timezone.now, editable=False)
    # From here on the lots are fixed, and the list of them can be printed and handed round.
    listed_at = models.DateTimeField(_("lots listed"), null=True, blank=True)
    # Made in public after the list: dice.
    public_number = models.CharField(_("number made in public"), max_length=20, blank=True)
    drawn_at = models.DateTimeField(_("drawn"), null=True, blank=True)
    # What there was to give when the lots were listed: so many are drawn for, whatever happens to the run.
    seats = models.PositiveSmallIntegerField(_("seats to give"), null=True, blank=True)
    devices = models.PositiveSmallIntegerField(_("devices to lend"), null=True, blank=True)
    drawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="draws",
        verbose_name=_("drawn by"),
    )

    class Meta:
        verbose_name = _("draw")
        verbose_name_plural = _("draws")
        constraints = [
            models.CheckConstraint(
                condition=Q(drawn_at__isnull=True) | (Q(listed_at__isnull=False) & ~Q(public_number="")),
                name="lots_are_drawn_from_a_list_with_a_number",
            )
        ]

    def __str__(self) -> str:
        return f"Draw {self.pk}"

    @property
    def waits_for_dice(self) -> bool:
        """Whether the list is out and the lots are not drawn."""
        return self.listed_at is not None and self.drawn_at is None


class Lot(models.Model):
    """One lot of a draw: a person who comes alone, or a party that is drawn as one."""

    draw = models.ForeignKey(Draw, on_delete=models.PROTECT, related_name="lots", verbose_name=_("draw"))
    # The slip number of whoever registered first; people find their lot by it.
    label = models.CharField(_("lot"), max_length=20)
    size = models.PositiveSmallIntegerField(_("people"), default=1)
    # How many of the run's preferences fit; lots with more come first.
    points = models.PositiveSmallIntegerField(_("preferences that fit"), default=0)
    # What it asked for when the lots were drawn: less than its people when some had cancelled, nothing when all had.
    seats = models.PositiveSmallIntegerField(_("seats asked for"), null=True, blank=True)
    devices = models.PositiveSmallIntegerField(_("devices asked for"), null=True, blank=True)
    # SHA-256 of seed, number and label; the order of the lots with as many points.
    ticket = models.CharField(_("ticket"), max_length=64, blank=True)
    rank = models.PositiveSmallIntegerField(_("place in the draw"), null=True, blank=True)
    is_won = models.BooleanField(_("won"), null=True)

    class Meta:
        verbose_name = _("lot")
        verbose_name_plural = _("lots")
        ordering = ["draw", "rank", "pk"]
        constraints = [
            models.UniqueConstraint(fields=["draw", "label"], name="a_lot_is_in_a_draw_once"),
            models.UniqueConstraint(fields=["draw", "rank"], name="a_place_in_a_draw_is_given_once"),
            models.CheckConstraint(condition=Q(size__gte=1), name="a_lot_stands_for_somebody"),
        ]

    def __str__(self) -> str:
        return self.label
