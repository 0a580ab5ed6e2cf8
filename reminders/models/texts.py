"""A text to one number, and what was heard of it.

A message row is the queue and the ledger in one. Nothing may be sent twice, and nothing may be lost without standing on
the call list.
"""

import secrets
from datetime import datetime

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.phone import PhoneNumber


def new_token() -> str:
    """An unguessable mark by which a provider's receipt finds its message."""
    return secrets.token_urlsafe(24)


class MessageQuerySet(models.QuerySet["Message"]):
    """Questions about many messages."""

    def live(self) -> "MessageQuerySet":
        """Messages that another person of the household may share: planned, on their way or arrived."""
        return self.exclude(state__in=Message.NOT_SHARED)

    def on_their_way(self) -> "MessageQuerySet":
        """Messages of which nobody knows yet what becomes of them: with a worker, with the provider, or uncertain."""
        return self.filter(state__in=Message.ON_THEIR_WAY)

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
    # They may still come back: as never taken, or as lost, and then leave a second time.
    ON_THEIR_WAY = (State.CLAIMED, State.SENT, State.UNCERTAIN)

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
    def is_given_up(self) -> bool:
        """True when nobody could find out whether it left: its people are called, and so is whoever joins them."""
        return self.state == self.State.UNCERTAIN and self.settled_at is not None

    @property
    def is_unsent(self) -> bool:
        """True while it can still be withdrawn."""
        return self.state == self.State.PLANNED


class MessageEvent(models.Model):
    """What was heard of a message and when: a receipt, a refusal, a doubt, that it needs no more. Written once."""

    class Kind(models.TextChoices):
        RECEIPT = "receipt", _("Told by the provider")
        REFUSED = "refused", _("Refused by the provider")
        UNREACHABLE = "unreachable", _("The provider could not be reached")
        UNCLEAR = "unclear", _("No answer from the provider")
        CLAIM_DIED = "claim_died", _("The worker stopped in the middle")
        ADOPTED = "adopted", _("Found again at the provider")
        NOT_FOUND = "not_found", _("Not known at the provider")
        STRANGE = "strange", _("A receipt that does not fit")
        TOLD = "told", _("The person was told in another way")

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
