"""Where it happens and in which words: the city's profile, its venues, districts, closing days and code lists."""

from datetime import date, time
from decimal import Decimal
from typing import Any

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _


def usual_reminders() -> list[list[Any]]:
    """Three days before at ten, and the day before at three in the afternoon."""
    return [[3, "10:00"], [1, "15:00"]]


class CityProfile(models.Model):
    """The one row of settings that the city edits itself. Whatever nobody has confirmed yet says so."""

    name = models.CharField(_("name of the city"), max_length=30, default="葛城市")
    kana = models.CharField(_("kana"), max_length=60, default="カツラギシ")
    municipal_code = models.CharField(_("municipal code"), max_length=6, default="292117")
    office_name = models.CharField(_("office in charge"), max_length=60, default="情報推進課")
    # No real number is shipped: the city enters its own and confirms it.
    office_phone = models.CharField(_("office telephone"), max_length=20, default="0745-00-0000")
    office_phone_confirmed = models.BooleanField(_("the telephone number has been checked"), default=False)
    office_hours_text = models.CharField(
        _("office hours"), max_length=80, default="平日 午前8時30分から午後5時15分まで（要確認）"
    )
    sms_sender = models.CharField(_("number the texts come from"), max_length=40, blank=True)
    sms_window_start = models.TimeField(_("texts from"), default=time(9, 0))
    sms_window_end = models.TimeField(_("texts until"), default=time(17, 0))
    # Somebody has to be at the office for a call, whatever hours a text may have.
    calls_from = models.TimeField(_("calls from"), default=time(9, 0))
    calls_until = models.TimeField(_("calls until"), default=time(17, 0))
    # The default as the database gives it back: settings that were just made are compared with their row (core.stale).
    sms_yen_per_part = models.DecimalField(
        _("yen for one part of a text"), max_digits=6, decimal_places=2, default=Decimal("12.00")
    )
    sms_monthly_yen = models.PositiveIntegerField(_("yen for texts in a month"), default=10000)
    sms_daily_limit = models.PositiveIntegerField(_("texts in a day"), default=300)
    # A number of the provider's sends about one text a second; what is handed over faster waits there in a queue.
    sms_minute_limit = models.PositiveIntegerField(
        _("texts in a minute"), default=60, validators=[MinValueValidator(1)]
    )
    # What a new run begins with: days before a lesson and time of day. A run keeps its own from then on.
    reminder_rules = models.JSONField(_("reminders"), default=usual_reminders, blank=True)
    # Whoever books by telephone and is texted has the day, the place and the number in writing; at a text each.
    confirms_by_text = models.BooleanField(_("bookings by telephone are confirmed by a text"), default=True)
    purpose_notice = models.TextField(
        _("purpose notice"),
        default="お聞きしたことは、教室の準備とご連絡、統計のためだけに使います。",
    )
    purpose_notice_version = models.CharField(_("version of the notice"), max_length=20, default="1")
    learners_per_helper = models.PositiveSmallIntegerField(_("learners per helper at most"), default=5)
    # True for the whole of a practice installation, false for a real one; set once when the database is made.
    practice = models.BooleanField(_("practice installation"), null=True, editable=False)

    class Meta:
        verbose_name = _("city profile")
        verbose_name_plural = _("city profile")
        constraints = [
            models.CheckConstraint(condition=models.Q(pk=1), name="there_is_one_city"),
        ]

    def __str__(self) -> str:
        return self.name

    @classmethod
    def current(cls) -> "CityProfile":
        """The city of this installation, made with its defaults when there is none yet."""
        return cls.objects.get_or_create(pk=1)[0]

    @cached_property
    def closing_days_to_come(self) -> frozenset[date]:
        """The city's own closing days from today on; read once, however many people they are asked for."""
        return frozenset(ClosingDay.objects.filter(day__gte=timezone.localdate()).values_list("day", flat=True))


class DistrictQuerySet(models.QuerySet["District"]):
    """Questions about many districts."""

    def outside(self) -> "DistrictQuerySet":
        """Those whose people do not live in the city."""
        return self.filter(is_outside=True)


class District(models.Model):
    """A part of the city in which residents live (地区), or a place outside it: 市外, or the next town by its name."""

    name = models.CharField(_("name"), max_length=30, unique=True)
    kana = models.CharField(_("kana"), max_length=60, blank=True)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    is_outside = models.BooleanField(_("outside the city"), default=False)

    objects = DistrictQuerySet.as_manager()

    class Meta:
        verbose_name = _("district")
        verbose_name_plural = _("districts")
        ordering = ["order", "kana"]

    def __str__(self) -> str:
        return self.name


class VenueQuerySet(models.QuerySet["Venue"]):
    """Questions about many venues."""

    def active(self) -> "VenueQuerySet":
        """Those that a lesson may be planned in."""
        return self.filter(is_active=True)


class Venue(models.Model):
    """A place where lessons and consultations are held."""

    name = models.CharField(_("name"), max_length=60)
    kana = models.CharField(_("kana"), max_length=120, blank=True)
    room = models.CharField(_("room"), max_length=60, blank=True)
    address = models.CharField(_("address"), max_length=120, blank=True)
    directions = models.CharField(_("how to find it"), max_length=200, blank=True)
    seats = models.PositiveSmallIntegerField(
        _("seats"), default=20, validators=[MinValueValidator(1), MaxValueValidator(500)]
    )
    district = models.ForeignKey(
        District,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="venues",
        verbose_name=_("district"),
    )
    is_confirmed = models.BooleanField(_("the details have been checked"), default=False)
    is_active = models.BooleanField(_("in use"), default=True)

    objects = VenueQuerySet.as_manager()

    class Meta:
        verbose_name = _("venue")
        verbose_name_plural = _("venues")
        ordering = ["kana", "name", "room"]
        constraints = [
            models.UniqueConstraint(fields=["name", "room"], name="a_room_of_a_venue_stands_once_in_the_list"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.room}".strip()


class ClosingDay(models.Model):
    """A day on which the office is closed besides weekends, national holidays and the turn of the year."""

    day = models.DateField(_("day"), unique=True)
    reason = models.CharField(_("reason"), max_length=60, blank=True)

    class Meta:
        verbose_name = _("closing day")
        verbose_name_plural = _("closing days")
        ordering = ["day"]

    def __str__(self) -> str:
        return f"{self.day:%Y-%m-%d}"


class CodeQuerySet(models.QuerySet["Code"]):
    """Questions about the code lists."""

    def of(self, *kinds: str) -> "CodeQuerySet":
        """The whole lists of these kinds, in their order, including entries no longer offered."""
        return self.filter(kind__in=kinds).order_by("order", "key")

    def offered(self, *kinds: str, on: date) -> "CodeQuerySet":
        """What may be chosen on a day."""
        return self.of(*kinds).filter(
            models.Q(valid_from__isnull=True) | models.Q(valid_from__lte=on),
            models.Q(valid_until__isnull=True) | models.Q(valid_until__gte=on),
        )


class Code(models.Model):
    """One entry of a list that the city may extend: an age band, a device, a cause, an outcome."""

    class Kind(models.TextChoices):
        AGE_BAND = "age_band", _("Age band")
        DEVICE = "device", _("Device")
        CAUSE = "cause", _("Cause of a difficulty")
        OUTCOME = "outcome", _("How far it got")
        OPERATOR = "operator", _("Who operated")
        CHANNEL = "channel", _("Way of the consultation")
        CANCEL_REASON = "cancel_reason", _("Reason of a cancellation")
        RELATION = "relation", _("Whose telephone it is")
        LEVEL = "level", _("Level")

    kind = models.CharField(_("list"), max_length=20, choices=Kind)
    key = models.SlugField(_("key"), max_length=32)
    label = models.CharField(_("Japanese"), max_length=60)
    label_en = models.CharField(_("English"), max_length=60)
    order = models.PositiveSmallIntegerField(_("order"), default=0)
    # An entry is ended rather than deleted, so that old records keep their words.
    valid_from = models.DateField(_("offered from"), null=True, blank=True)
    valid_until = models.DateField(_("offered until"), null=True, blank=True)

    objects = CodeQuerySet.as_manager()

    class Meta:
        verbose_name = _("code")
        verbose_name_plural = _("codes")
        ordering = ["kind", "order", "key"]
        constraints = [models.UniqueConstraint(fields=["kind", "key"], name="a_key_stands_once_in_its_list")]

    def __str__(self) -> str:
        return self.text

    @property
    def text(self) -> str:
        """The words in the language of the reader."""
        return self.label if (get_language() or "ja").startswith("ja") else self.label_en
