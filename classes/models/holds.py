"""Seats held while a clerk is still typing, for a few minutes and no longer."""

from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from classes.seats import Held


class SeatHoldQuerySet(models.QuerySet["SeatHold"]):
    """Questions about many holds."""

    def standing(self, at: datetime) -> "SeatHoldQuerySet":
        """Those that have not run out at a moment; nobody has to clear away the others for a seat to be free again."""
        return self.filter(expires_at__gt=at)

    def of_others(self, clerk: User | None, *, at: datetime) -> "SeatHoldQuerySet":
        """Those standing at a moment that are not this clerk's own."""
        standing = self.standing(at)
        return standing if clerk is None else standing.exclude(held_by=clerk)

    def seats_in(self, run: "int | models.OuterRef") -> "models.QuerySet[SeatHold, Any]":
        """How many seats of one run these hold, as a question to stand within another; without an answer for none."""
        return self._held_in(run, "seats")

    def devices_in(self, run: "int | models.OuterRef") -> "models.QuerySet[SeatHold, Any]":
        """How many devices of one run these hold, as `seats_in` says it of seats."""
        return self._held_in(run, "devices")

    def _held_in(self, run: "int | models.OuterRef", what: str) -> "models.QuerySet[SeatHold, Any]":
        return self.filter(run=run).order_by().values("run").annotate(held=models.Sum(what)).values("held")


class SeatHold(models.Model):
    """A seat read out to a caller and not given to anybody else while the clerk types (仮押さえ)."""

    run = models.ForeignKey("CourseRun", on_delete=models.CASCADE, related_name="holds", verbose_name=_("course run"))
    seats = models.PositiveSmallIntegerField(_("seats"), default=1)
    # How many of those who get the seats use a device of the office.
    devices = models.PositiveSmallIntegerField(_("devices to borrow"), default=0)
    held_by = models.OneToOneField(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="seat_hold", verbose_name=_("held by")
    )
    held_at = models.DateTimeField(_("held since"), default=timezone.now)
    expires_at = models.DateTimeField(_("held until"))

    objects = SeatHoldQuerySet.as_manager()

    class Meta:
        verbose_name = _("seat held while a clerk types")
        verbose_name_plural = _("seats held while a clerk types")
        constraints = [
            models.CheckConstraint(condition=Q(seats__gte=1), name="a_hold_holds_a_seat"),
            models.CheckConstraint(
                condition=Q(devices__lte=models.F("seats")), name="a_hold_has_a_device_for_each_seat_at_most"
            ),
        ]
        indexes = [models.Index(fields=["run", "expires_at"], name="seat_holds_by_run")]

    def __str__(self) -> str:
        return f"{self.run_id} {self.seats}"

    @property
    def held(self) -> Held:
        """What it holds, in numbers."""
        return Held(self.seats, self.devices)
