"""The lists of the people who write."""

from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _
from django_tables2 import Column

from core import wareki
from core.tables import ActionColumn, NumberColumn, Table
from materials import notation
from materials.models import STALE_AFTER, Guide, Procedure, Term


class GuideTable(Table):
    """The guides, what is out of each, and what must be looked at again."""

    caption = _("Guides")
    empty_text = _("No guide has been written yet.")
    title = Column(_("Guide"))
    topic = Column(_("Topic"), accessor="topic__text")
    state = Column(_("State"), accessor="pk", empty_values=())
    steps = NumberColumn(_("Steps"), accessor="step_count")
    checked = Column(_("Compared with the real screens"), accessor="pk", empty_values=())
    do = ActionColumn()

    def render_title(self, record: Guide) -> SafeString:
        """The title, with the device."""
        return format_html(
            "{} <span class='tag blue'>{}</span>", notation.plain(record.title), record.get_system_display()
        )

    def render_state(self, record: Any) -> SafeString:
        """Which edition is out, and whether one is being written."""
        parts = []
        if record.current_number:
            words = _("Edition %(number)s is out") % {"number": record.current_number}
            parts.append(format_html("<span class='tag green'>{}</span>", words))
        if record.draft_id:
            parts.append(format_html("<span class='tag'>{}</span>", _("Draft begun")))
        return SafeString(" ".join(parts))

    def render_checked(self, record: Any) -> SafeString:
        """The day of the last comparison, marked when it is missing or more than 180 days ago."""
        if not record.current_number:
            return format_html("{}", "")
        if record.unchecked or record.checked_on is None:
            return format_html("<span class='tag amber'>{}</span>", _("to be confirmed"))
        day = wareki.wareki(record.checked_on)
        if record.checked_on < timezone.localdate() - STALE_AFTER:
            return format_html("{} <span class='tag amber'>{}</span>", day, _("more than 180 days ago"))
        return format_html("{}", day)

    def render_do(self, record: Any) -> SafeString:
        """To the guide's own page."""
        return format_html(
            "<a href='{}'>{}<span class='quiet'> {}</span></a>",
            reverse("guide_manage", args=[record.pk]),
            _("Open"),
            notation.plain(record.title),
        )


class ProcedureTable(Table):
    """The online procedures and whether their facts have been checked."""

    caption = _("Procedures")
    empty_text = _("No procedure has been entered yet.")
    name = Column(_("Procedure"))
    topic = Column(_("Topic"), accessor="topic__text")
    owner_office = Column(_("Office in charge"))
    is_confirmed = Column(_("Facts"))
    do = ActionColumn()

    def render_is_confirmed(self, value: bool) -> SafeString:  # noqa: FBT001 - django-tables2 passes it so
        """Checked, or still to be confirmed."""
        kind, words = ("green", _("checked")) if value else ("amber", _("to be confirmed"))
        return format_html("<span class='tag {}'>{}</span>", kind, words)

    def render_do(self, record: Procedure) -> SafeString:
        """To the form."""
        return format_html(
            "<a href='{}'>{}<span class='quiet'> {}</span></a>",
            reverse("procedure_edit", args=[record.pk]),
            _("Change"),
            record.name,
        )


class TermTable(Table):
    """The difficult words."""

    caption = _("Difficult words")
    empty_text = _("No word has been explained yet.")
    word = Column(_("Word"))
    reading = Column(_("Reading"))
    explanation = Column(_("What it means"))
    do = ActionColumn()

    def render_do(self, record: Term) -> SafeString:
        """To the form."""
        return format_html(
            "<a href='{}'>{}<span class='quiet'> {}</span></a>",
            reverse("term_edit", args=[record.pk]),
            _("Change"),
            record.word,
        )
