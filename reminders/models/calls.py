"""A call that a person at the office makes, its attempts, and the list of calls on paper."""

from datetime import datetime, time

from django.conf import settings
from django.db import models
from django.db.models import Case, Q, When
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.phone import PhoneNumber
from core.wareki import TOKYO, local_date
from reminders.reasons import Reason


class Outcome(models.TextChoices):
    """What came of a call."""

    SELF = "self", _("Spoke to the person")
    FAMILY = "family", _("Spoke to the family")
    VOICEMAIL = "voicemail", _("Answering machine")
    NO_ANSWER = "no_answer", _("No answer")
    WRONG_NUMBER = "wrong_number", _("Wrong number")
    ABSENCE = "absence", _("Will not come")


class CallTaskQuerySet(models.QuerySet["CallTask"]):
    """Questions about many calls."""

    def open(self) -> "CallTaskQuerySet":
        """Calls still to be made, urgent ones first, then the next lesson."""
        return self.filter(state=CallTask.State.OPEN).order_by("-is_urgent", "useless_after", "pk")

    def for_day(self, end_of_day: datetime) -> "CallTaskQuerySet":
        """Open calls whose day has come: whose lesson is today first, then what is urgent, then the next lesson."""
        # A change of Thursday can still be told tomorrow; whoever stands before the hall today cannot.
        turn = Case(When(useless_after__lt=end_of_day, then=0), When(is_urgent=True, then=1), default=2)
        return self.open().filter(due_at__lt=end_of_day).order_by(turn, "useless_after", "pk")

    def resting(self, now: datetime) -> "CallTaskQuerySet":
        """Those of whom nobody was reached, and who are called again at another time of day."""
        return self.filter(again_at__gt=now)

    def awake(self, now: datetime) -> "CallTaskQuerySet":
        """Those to be called at this time of day."""
        return self.exclude(again_at__gt=now)

    def in_nobodys_hand(self, now: datetime) -> "CallTaskQuerySet":
        """Those that no clerk is making, neither from the screen nor from a sheet that is out."""
        return self.exclude(held_until__gt=now).exclude(sheet_lines__in=CallSheetLine.objects.out(now))


class CallTask(models.Model):
    """A call that a person at the office must make (電話連絡の一覧), or a postcard to write."""

    class State(models.TextChoices):
        OPEN = "open", _("To call")
        DONE = "done", _("Done")
        WITHDRAWN = "withdrawn", _("Withdrawn")
        TOO_LATE = "too_late", _("Too late")

    purpose = models.CharField(_("purpose"), max_length=40)
    occasion = models.CharField(_("occasion"), max_length=60)
    number = models.CharField(_("telephone number"), max_length=20, blank=True)
    reason = models.CharField(_("why by telephone"), max_length=24, choices=Reason)
    share_key = models.CharField(max_length=64, editable=False)
    due_at = models.DateTimeField(_("call from"))
    useless_after = models.DateTimeField(_("useless after"))
    is_urgent = models.BooleanField(_("urgent"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.OPEN)
    # The clerk who is on the telephone right now.
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="calls_held",
        verbose_name=_("being called by"),
    )
    held_until = models.DateTimeField(_("held until"), null=True, blank=True)
    # Nobody was reached: from when it is called again, at another time of day.
    again_at = models.DateTimeField(_("call again from"), null=True, blank=True)
    # Whether the road was looked at again once the day had come: wishes and numbers change between.
    rechecked_at = models.DateTimeField(null=True, blank=True, editable=False)
    outcome = models.CharField(_("outcome"), max_length=24, blank=True, choices=Outcome)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        on_delete=models.PROTECT,
        related_name="calls_settled",
        verbose_name=_("settled by"),
    )
    created_at = models.DateTimeField(_("planned"), default=timezone.now, editable=False)

    objects = CallTaskQuerySet.as_manager()

    class Meta:
        verbose_name = _("call")
        verbose_name_plural = _("calls")
        ordering = ["useless_after", "pk"]
        indexes = [models.Index(fields=["state", "due_at"], name="calls_by_state")]
        constraints = [
            models.UniqueConstraint(fields=["share_key"], condition=Q(state="open"), name="a_household_is_called_once"),
            models.CheckConstraint(
                condition=Q(held_by__isnull=True) | Q(held_until__isnull=False), name="a_held_call_is_let_go_in_time"
            ),
        ]

    def __str__(self) -> str:
        return f"CallTask {self.pk}"

    @property
    def phone(self) -> PhoneNumber | None:
        """The number to dial, None when there is none."""
        return PhoneNumber.from_e164(self.number) if self.number else None

    @property
    def is_postcard(self) -> bool:
        """True when it is written and posted instead of called."""
        return self.reason == Reason.POSTCARD

    @property
    def has_told(self) -> bool:
        """True when it was made or posted and somebody heard; whoever answers at a wrong number does not count."""
        return self.state == self.State.DONE and self.outcome != Outcome.WRONG_NUMBER

    def is_in_hand(self, at: datetime) -> bool:
        """True while some clerk is making this call, or has it on a sheet that is out."""
        if self.state != self.State.OPEN:
            return False
        is_held = self.held_until is not None and self.held_until > at
        return is_held or CallSheetLine.objects.out(at).filter(task=self).exists()

    def is_held_from(self, user: models.Model, at: datetime) -> bool:
        """True when another clerk is making this call."""
        return self.held_by_id not in (None, user.pk) and self.held_until is not None and self.held_until > at


class CallAttempt(models.Model):
    """One try to reach somebody by telephone."""

    task = models.ForeignKey(CallTask, on_delete=models.CASCADE, related_name="attempts", verbose_name=_("call"))
    outcome = models.CharField(_("outcome"), max_length=24, choices=Outcome)
    at = models.DateTimeField(_("when"), default=timezone.now)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="call_attempts", verbose_name=_("by")
    )

    class Meta:
        verbose_name = _("attempt to call")
        verbose_name_plural = _("attempts to call")
        ordering = ["-at", "-pk"]

    def __str__(self) -> str:
        return f"{self.task_id} {self.outcome}"


class CallSheet(models.Model):
    """The call list as it was printed once: which calls, in which order, and what was typed back from it."""

    printed_at = models.DateTimeField(_("printed"), default=timezone.now)
    printed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="call_sheets", verbose_name=_("printed by")
    )

    class Meta:
        verbose_name = _("sheet of calls")
        verbose_name_plural = _("sheets of calls")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"CallSheet {self.pk}"


class CallSheetLineQuerySet(models.QuerySet["CallSheetLine"]):
    """Questions about the lines of many sheets."""

    def out(self, at: datetime) -> "CallSheetLineQuerySet":
        """Lines of that day's sheets that nobody has typed back, of calls that are still to be made.

        A sheet that was not typed back on its day is lost.
        """
        since = datetime.combine(local_date(at), time.min, TOKYO)
        return self.filter(sheet__printed_at__gte=since, typed_at__isnull=True, task__state=CallTask.State.OPEN)


class CallSheetLine(models.Model):
    """One call on a printed sheet, and what was ticked there once somebody has typed it in."""

    sheet = models.ForeignKey(CallSheet, on_delete=models.CASCADE, related_name="lines", verbose_name=_("sheet"))
    number = models.PositiveSmallIntegerField(_("number on the sheet"))
    task = models.ForeignKey(CallTask, on_delete=models.CASCADE, related_name="sheet_lines", verbose_name=_("call"))
    outcome = models.CharField(_("outcome"), max_length=24, blank=True, choices=Outcome)
    typed_at = models.DateTimeField(_("typed in"), null=True, blank=True)
    typed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="call_sheet_lines_typed",
        verbose_name=_("typed in by"),
    )

    objects = CallSheetLineQuerySet.as_manager()

    class Meta:
        verbose_name = _("line of a sheet of calls")
        verbose_name_plural = _("lines of sheets of calls")
        ordering = ["sheet", "number"]
        constraints = [
            models.UniqueConstraint(fields=["sheet", "number"], name="a_number_stands_once_on_a_sheet"),
            models.UniqueConstraint(fields=["sheet", "task"], name="a_call_stands_once_on_a_sheet"),
            models.CheckConstraint(
                condition=Q(typed_at__isnull=True, outcome="") | (Q(typed_at__isnull=False) & ~Q(outcome="")),
                name="what_was_typed_in_has_its_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.sheet_id}-{self.number}"
