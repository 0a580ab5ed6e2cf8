"""That one person is to be told one thing; several may share a text or a call."""

from django.db import models
from django.db.models import F, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reminders.models.calls import CallTask
from reminders.models.texts import Message
from residents.models import Resident


class RequestQuerySet(models.QuerySet["Request"]):
    """Questions about many requests."""

    def current(self) -> "RequestQuerySet":
        """Without those that a later one under the same key replaced."""
        return self.filter(replaced_at__isnull=True)

    def standing(self) -> "RequestQuerySet":
        """Current and not withdrawn."""
        return self.current().filter(withdrawn_at__isnull=True)

    def gone(self) -> "RequestQuerySet":
        """Withdrawn or replaced: these people have left the text or the call behind which they stood."""
        return self.exclude(withdrawn_at__isnull=True, replaced_at__isnull=True)


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
    def takes_other_words(self) -> bool:
        """True while its text is on its way and no call has told it: if it comes back, others may be right by then."""
        is_on_its_way = self.message is not None and self.message.state in Message.ON_THEIR_WAY
        return is_on_its_way and (self.call is None or not self.call.has_told)

    @property
    def was_tried(self) -> bool:
        """True once a text was tried or somebody was called: planning it anew might tell the person twice."""
        untouched = (Message.State.PLANNED, Message.State.WITHDRAWN)
        texted = self.message is not None and self.message.state not in untouched
        called = self.call is not None and self.call.state not in (CallTask.State.OPEN, CallTask.State.WITHDRAWN)
        return texted or called

    @property
    def is_untold(self) -> bool:
        """True when its text came to nothing and nobody was called or will be: a call withdrawn has told nobody."""
        if self.call is not None and self.call.state != CallTask.State.WITHDRAWN:
            return False
        if self.message is None or self.message.state == Message.State.DELIVERED:
            return False
        is_lost = self.message.state == Message.State.FAILED or self.message.is_given_up
        return is_lost or self.call is not None

    @property
    def is_still_to_be_told(self) -> bool:
        """True while its person may be planned for anew: nothing was tried, the call is open, or nobody was told."""
        is_called = self.call is not None and self.call.state == CallTask.State.OPEN
        return not self.was_tried or is_called or self.is_untold
