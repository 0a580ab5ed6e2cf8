"""The list of texts."""

from typing import Any

import django_tables2
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from core import wareki
from core.tables import ActionColumn, Table
from reminders import ledger
from reminders.models import Message


def state_tag(message: Message) -> SafeString:
    """The state in a word or two."""
    tone = ledger.TONES[Message.State(message.state)]
    return format_html('<span class="tag {}">{}</span>', tone, message.get_state_display())


class MessageTable(Table):
    """Texts, those that failed first, each with what the clerk does next."""

    caption = _("Texts")
    empty_text = _("There is no such text.")
    row_header = "people"

    due_at = django_tables2.Column(_("Due"))
    people = django_tables2.Column(_("To"), empty_values=(), accessor="pk")
    state = django_tables2.Column(_("State"))
    standing = django_tables2.Column(_("What happened and what to do"), empty_values=(), accessor="pk")
    do = ActionColumn()

    def render_due_at(self, record: Message) -> SafeString:
        return format_html(
            '<span class="nobr">{}</span> <span class="nobr">{}</span>',
            wareki.short_date(record.due_at),
            wareki.clock(record.due_at),
        )

    def render_people(self, record: Message) -> SafeString:
        names = dict.fromkeys(request.resident.name for request in ledger.people(record))
        gap = pgettext("between two people", ", ")
        said = format_html_join(gap, '<span class="nobr">{}</span>', ((name,) for name in names))
        return format_html('{}<br><span class="soft num nobr">{}</span>', said or "—", number_of(record))

    def render_state(self, record: Message) -> SafeString:
        return state_tag(record)

    def render_standing(self, record: Message) -> SafeString:
        standing = ledger.standing(record)
        if not standing.next_step:
            return format_html("{}", standing.what)
        return format_html("{}<br><strong>{}</strong>", standing.what, standing.next_step)

    def render_do(self, record: Message) -> SafeString:
        url = reverse("message_detail", args=[record.pk])
        return format_html('<a href="{}">{}<span class="quiet"> {}</span></a>', url, _("Details"), record.pk)

    class Meta:
        row_attrs: dict[str, Any] = {}


def number_of(message: Message) -> str:
    """The number as it is written, or a dash when it was erased with the person's record."""
    return message.phone.national if message.number else "—"
