"""The words of a text do not stay with the provider: once it has come to its end, they are removed there.

Until then they are needed, because a text whose answer was lost is found again by its words. What must never happen: a
text that is still looked for and no longer recognised.
"""

from datetime import datetime, timedelta

from django.db.models import Q

from reminders.gateways import Gateway, Unclear
from reminders.models import Message, MessageQuerySet

# Twilio finishes its own work on a text some minutes after the last status, in rare cases after fourteen days
# (docs/api/errors/20009). Then it is no longer tried.
REMOVE_AFTER, TRY_AGAIN_AFTER, TRY_FOR = timedelta(minutes=5), timedelta(hours=1), timedelta(days=14)
# Of a text that is not reported on for so long nothing more will be heard.
SILENT_FOR = timedelta(hours=48)
AT_ONCE = 20


def remove_words(gateway: Gateway, *, now: datetime) -> int:
    """Have the words of some texts removed where the provider keeps them; how many were."""
    if not gateway.is_real or gateway.is_carried:
        return 0
    removed = 0
    for message in _waiting(gateway, now=now)[:AT_ONCE]:
        Message.objects.filter(pk=message.pk).update(asked_at=now)
        try:
            is_removed = gateway.remove_words(message.provider_id)
        except Unclear:
            # The provider is away; the others have their turn next time.
            break
        if is_removed:
            Message.objects.filter(pk=message.pk).update(words_removed_at=now)
            removed += 1
    return removed


def _waiting(gateway: Gateway, *, now: datetime) -> MessageQuerySet:
    ended = Q(
        state__in=[Message.State.DELIVERED, Message.State.FAILED],
        settled_at__gt=now - TRY_FOR,
        settled_at__lte=now - REMOVE_AFTER,
    )
    silent = Q(state=Message.State.SENT, sent_at__gt=now - SILENT_FOR - TRY_FOR, sent_at__lte=now - SILENT_FOR)
    kept = Message.objects.filter(ended | silent, gateway=gateway.name, words_removed_at__isnull=True)
    rested = kept.exclude(provider_id="").exclude(asked_at__gt=now - TRY_AGAIN_AFTER)
    return rested.only("provider_id").order_by("asked_at", "pk")
