"""The letterbox: what is to be said to whom, by which way, and what became of it.

A message row is the queue and the ledger in one. Nothing may be sent twice, and nothing may be lost without standing on
the call list.
"""

import secrets
from datetime import datetime

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.phone import PhoneNumber
from reminders.about import About
from reminders.reasons import Reason
from residents.models import Resident


def new_token() -> str:
    """An unguessable mark by which a provider's receipt finds its message."""
    return secrets.token_urlsafe(24)


def new_line_token() -> str:
    """A mark of ten capitals that is read from paper as easily as by a machine."""
    return "".join(secrets.choice("ABCDFGHJKLMNPQRTUVWXYZ") for _letter in range(10))


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about many messages."""

    def live(self) -> "MessageQuerySet":
        """Messages that another person of the household may share: planned, on their way or arrived."""
        return self.exclude(state__in=Message.NOT_SHARED)

    def due(self, at: datetime) -> "MessageQuerySet":
        """Planned messages whose time has come, the longest waiting first."""
        return self.filter(state=Message.State.PLANNED, due_at__lte=at).order_by("due_at", "pk")

    def urgent(self) -> "MessageQuerySet":
        """Messages that go before all others."""
        return self.filter(is_urgent=True)

    def spent(self) -> "MessageQuerySet":
        """Messages the provider charges for, or may: a claim is counted before it is known to have failed."""
        return self.filter(
            Q(sent_at__isnull=False) | Q(state__in=[Message.State.CLAIMED, Message.State.UNCERTAIN]),
            claimed_at__isnull=False,
        )


class Message(models.Model):
    """One text to one number about one occasion; several people of a household may share it."""

    class State(models.TextChoices):
        PLANNED = "planned", _("Planned")
        CLAIMED = "claimed", _("Being sent")
        SENT = "sent", _("Sent, arrival not confirmed")
        DELIVERED = "delivered", _("Delivered")
        FAILED = "failed", _("Not delivered")
        UNCERTAIN = "uncertain", _("Unknown whether it was sent")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    # Nobody joins a text that did not reach the telephone.
    NOT_SHARED = (State.FAILED, State.WITHDRAWN)

    token = models.CharField(max_length=64, default=new_token, editable=False)
    purpose = models.CharField(_("purpose"), max_length=40)
    # What it is about, e.g. "lesson:31"; opaque to this application.
    occasion = models.CharField(_("occasion"), max_length=60)
    number = models.CharField(_("telephone number"), max_length=20)
    body = models.TextField(_("text"))
    parts = models.PositiveSmallIntegerField(_("parts"), default=1)
    # Number, purpose, occasion, time and text in one value: who asks for the same joins the same message.
    share_key = models.CharField(max_length=64, editable=False)
    due_at = models.DateTimeField(_("due"))
    useless_after = models.DateTimeField(_("useless after"))
    is_urgent = models.BooleanField(_("urgent"), default=False)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.PLANNED)
    gateway = models.CharField(_("sent through"), max_length=20, blank=True)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    claimed_by = models.CharField(_("claimed by"), max_length=80, blank=True)
    tries = models.PositiveSmallIntegerField(_("tries"), default=0)
    # A text that was told not to have arrived is tried again as a message of its own, so that late receipts of
    # the first cannot be taken for receipts of the second.
    retry_of = models.OneToOneField(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="retry",
        verbose_name=_("second try of"),
    )
    provider_id = models.CharField(_("number at the provider"), max_length=64, blank=True)
    provider_status = models.CharField(_("status at the provider"), max_length=24, blank=True)
    error_code = models.CharField(_("error code"), max_length=12, blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)
    # When the provider was last asked what became of it.
    asked_at = models.DateTimeField(_("provider asked"), null=True, blank=True)
    settled_at = models.DateTimeField(_("settled"), null=True, blank=True)
    # See reminders.redaction.
    words_removed_at = models.DateTimeField(_("words removed at the provider"), null=True, blank=True)
    created_at = models.DateTimeField(_("planned"), default=timezone.now, editable=False)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["due_at", "pk"]
        indexes = [
            # In the order in which they are claimed: a whole evening's texts are due at one moment.
            models.Index(fields=["due_at", "id"], condition=Q(state="planned"), name="messages_planned_in_turn"),
            # Mostly empty: what does not wait behind a whole evening's texts.
            models.Index(
                fields=["due_at", "id"], condition=Q(state="planned", is_urgent=True), name="urgent_messages_in_turn"
            ),
            models.Index(fields=["state", "due_at"], name="messages_by_state"),
            models.Index(fields=["claimed_at"], name="messages_by_claim"),
            models.Index(fields=["settled_at"], condition=Q(settled_at__isnull=False), name="messages_by_settling"),
        ]
        constraints = [
            # Not `unique=True`, which would write a second index for beginnings of tokens, that nobody looks for.
            models.UniqueConstraint(fields=["token"], name="a_token_names_one_message"),
            models.UniqueConstraint(
                fields=["share_key"],
                condition=~Q(state__in=("failed", "withdrawn")),
                name="a_household_is_texted_once",
            ),
            models.UniqueConstraint(
                fields=["provider_id"], condition=~Q(provider_id=""), name="a_receipt_belongs_to_one_message"
            ),
            models.CheckConstraint(
                condition=~Q(state="claimed") | Q(claimed_at__isnull=False), name="a_claim_has_its_time"
            ),
        ]

    def __str__(self) -> str:
        return f"Message {self.pk}"

    @property
    def phone(self) -> PhoneNumber:
        """The number as a value; raises ValueError once the person was forgotten and the number with them."""
        return PhoneNumber.from_e164(self.number)

    @property
    def is_carried(self) -> bool:
        """True when somebody carries it out in a file, and its result back."""
        return self.gateway == "file"

    @property
    def is_unsent(self) -> bool:
        """True while it can still be withdrawn."""
        return self.state == self.State.PLANNED


class MessageEvent(models.Model):
    """What was heard of a message and when: a receipt, a refusal, a doubt. Written once."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Told by the provider")
        REFUSED = "refused", _("Refused by the provider")
        UNREACHABLE = "unreachable", _("The provider could not be reached")
        UNCLEAR = "unclear", _("No answer from the provider")
        CLAIM_DIED = "claim_died", _("The worker stopped in the middle")
        ADOPTED = "adopted", _("Found again at the provider")
        NOT_FOUND = "not_found", _("Not known at the provider")
        STRANGE = "strange", _("A receipt that does not fit")

    message = models.ForeignKey(Message, on_delete=models.CASCADE, related_name="events", verbose_name=_("message"))
    kind = models.CharField(_("what"), max_length=12, choices=Kind)
    status = models.CharField(_("status at the provider"), max_length=24, blank=True)
    code = models.CharField(_("error code"), max_length=12, blank=True)
    at = models.DateTimeField(_("when"), default=timezone.now)

    class Meta:
        verbose_name = _("event of a message")
        verbose_name_plural = _("events of messages")
        ordering = ["at", "pk"]

    def __str__(self) -> str:
        return f"{self.message_id} {self.kind} {self.status}{self.code}"


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
        """Open calls whose day has come."""
        return self.open().filter(due_at__lt=end_of_day)

    def resting(self, now: datetime) -> "CallTaskQuerySet":
        """Those of whom nobody was reached, and who are called again at another time of day."""
        return self.filter(again_at__gt=now)

    def awake(self, now: datetime) -> "CallTaskQuerySet":
        """Those to be called at this time of day."""
        return self.exclude(again_at__gt=now)


class CallTask(models.Model):
    """A call that a person at the office must make (電話連絡リスト), or a postcard to write."""

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

    def out(self, since: datetime) -> "CallSheetLineQuerySet":
        """Lines of sheets printed since then that nobody has typed back, of calls that are still to be made."""
        return self.filter(sheet__printed_at__gte=since, typed_at__isnull=True, task__state=CallTask.State.OPEN)


class CallSheetLine(models.Model):
    """One call on a printed sheet, and what was ticked there once somebody has typed it in."""

    sheet = models.ForeignKey(CallSheet, on_delete=models.CASCADE, related_name="lines", verbose_name=_("sheet"))
    number = models.PositiveSmallIntegerField(_("number on the sheet"))
    task = models.ForeignKey(
        CallTask, on_delete=models.CASCADE, related_name="sheet_lines", verbose_name=_("call")
    )
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


class RequestQuerySet(models.QuerySet["Request"]):
    """Questions about many requests."""

    def current(self) -> "RequestQuerySet":
        """Without those that a later one under the same key replaced."""
        return self.filter(replaced_at__isnull=True)

    def standing(self) -> "RequestQuerySet":
        """Current and not withdrawn."""
        return self.current().filter(withdrawn_at__isnull=True)


class Request(models.Model):
    """That one person is to be told one thing. Requests to one number about one occasion share a message or a call."""

    key = models.CharField(_("key"), max_length=120)
    resident = models.ForeignKey(
        Resident, on_delete=models.PROTECT, related_name="reminder_requests", verbose_name=_("resident")
    )
    purpose = models.CharField(_("purpose"), max_length=40)
    occasion = models.CharField(_("occasion"), max_length=60)
    # The text as it would be sent; kept also for people who are called, because their wish may change.
    body = models.TextField(_("text"))
    by_call_only = models.BooleanField(_("never by text"), default=False)
    # Goes before everything else, and is called about sooner when it does not arrive.
    is_urgent = models.BooleanField(_("urgent"), default=False)
    due_at = models.DateTimeField(_("due"))
    useless_after = models.DateTimeField(_("useless after"))
    message = models.ForeignKey(
        Message, null=True, blank=True, on_delete=models.PROTECT, related_name="requests", verbose_name=_("message")
    )
    call = models.ForeignKey(
        CallTask, null=True, blank=True, on_delete=models.PROTECT, related_name="requests", verbose_name=_("call")
    )
    withdrawn_at = models.DateTimeField(_("withdrawn"), null=True, blank=True)
    replaced_at = models.DateTimeField(_("replaced"), null=True, blank=True)
    created_at = models.DateTimeField(_("asked for"), default=timezone.now)

    objects = RequestQuerySet.as_manager()

    class Meta:
        verbose_name = _("request for a reminder")
        verbose_name_plural = _("requests for reminders")
        ordering = ["due_at", "pk"]
        indexes = [models.Index(fields=["purpose", "occasion"], name="requests_by_occasion")]
        constraints = [
            models.UniqueConstraint(
                fields=["key"], condition=Q(replaced_at__isnull=True), name="a_key_is_asked_for_once"
            ),
            models.CheckConstraint(
                condition=Q(useless_after__gt=F("due_at")), name="a_reminder_is_due_while_it_is_useful"
            ),
        ]

    def __str__(self) -> str:
        return self.key

    @property
    def was_tried(self) -> bool:
        """True once a text was tried or somebody was called: planning it anew might tell the person twice."""
        untouched = (Message.State.PLANNED, Message.State.WITHDRAWN)
        texted = self.message is not None and self.message.state not in untouched
        called = self.call is not None and self.call.state not in (CallTask.State.OPEN, CallTask.State.WITHDRAWN)
        return texted or called


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


class Heartbeat(models.Model):
    """When the worker last did its round."""

    name = models.CharField(max_length=40, unique=True)
    beat_at = models.DateTimeField(default=timezone.now)

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self) -> str:
        return self.name


class Halt(models.Model):
    """That nothing is sent for a while, and why. One row; an old one is history that nobody needs."""

    code = models.CharField(_("error code"), max_length=12)
    at = models.DateTimeField(_("since"), default=timezone.now)
    until = models.DateTimeField(_("until"))

    class Meta:
        verbose_name = _("halt of sending")
        verbose_name_plural = _("halts of sending")
        constraints = [models.CheckConstraint(condition=Q(pk=1), name="there_is_one_halt")]

    def __str__(self) -> str:
        return self.code


class WordingQuerySet(models.QuerySet["Wording"]):
    """Questions about the city's own wordings."""

    def current(self) -> "WordingQuerySet":
        """Those that are in use."""
        return self.filter(ended_at__isnull=True)


class Wording(models.Model):
    """A text as the city itself words it, for one purpose; the rows of the past say what was sent when."""

    class Length(models.IntegerChoices):
        ONE = 1, _("One part (70 characters)")
        TWO = 2, _("Two parts (134 characters), at twice the price")

    purpose = models.CharField(_("purpose"), max_length=40)
    text = models.TextField(_("text"))
    # Where the facts make it longer, a built-in text is sent instead.
    most_parts = models.PositiveSmallIntegerField(_("length at most"), choices=Length, default=Length.ONE)
    written_at = models.DateTimeField(_("written"), default=timezone.now)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="wordings_written", verbose_name=_("by")
    )
    ended_at = models.DateTimeField(_("in use until"), null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="wordings_ended",
        verbose_name=_("ended by"),
    )

    objects = WordingQuerySet.as_manager()

    class Meta:
        verbose_name = _("wording")
        verbose_name_plural = _("wordings")
        ordering = ["-written_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["purpose"], condition=Q(ended_at__isnull=True), name="a_purpose_has_one_wording_at_a_time"
            )
        ]

    def __str__(self) -> str:
        return f"{self.purpose} {self.pk}"
