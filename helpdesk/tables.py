"""Lists of consultations and of what stopped people."""

from datetime import date
from typing import Any

import django_tables2 as tables
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from city.codes import word_lists
from city.models import Code
from core import wareki
from core.tables import ActionColumn, NumberColumn, Table
from helpdesk.insights import Rate, Struggle
from helpdesk.models import Consultation, Difficulty
from helpdesk.subjects import subject_words
from materials.notation import plain


class ConsultationTable(Table):
    """Consultations of the last days."""

    caption = _("Consultations of the last 30 days")
    empty_text = _("No consultation has been recorded in the last 30 days.")

    held_on = tables.Column(verbose_name=_("Day"), attrs={"cell": {"class": "nobr"}})
    topic = tables.Column(verbose_name=_("About"))
    difficulties = tables.Column(verbose_name=_("Where it stopped"), empty_values=())
    outcome = tables.Column(verbose_name=_("How far it got"))
    minutes = NumberColumn(verbose_name=_("Minutes"))
    recorded_by = tables.Column(verbose_name=_("Recorded by"))

    class Meta:
        model = Consultation
        fields = ("held_on", "topic", "difficulties", "outcome", "minutes", "recorded_by")

    def before_render(self, request: Any) -> None:
        words = word_lists(Code.Kind.OUTCOME, Code.Kind.CAUSE)
        self.outcomes, self.causes = words[Code.Kind.OUTCOME], words[Code.Kind.CAUSE]

    def render_held_on(self, value: date) -> str:
        return wareki.short_date(value)

    def render_topic(self, record: Consultation) -> str:
        return subject_words(record)

    def render_difficulties(self, record: Consultation) -> str:
        return ", ".join(self._difficulty(difficulty) for difficulty in record.difficulties.all()) or "—"

    def render_outcome(self, value: str) -> str:
        return self.outcomes.get(value, value)

    def _difficulty(self, difficulty: Difficulty) -> str:
        cause = self.causes.get(difficulty.cause, difficulty.cause)
        if difficulty.step is None:
            return cause
        return _("step %(number)s: %(cause)s") % {"number": difficulty.step.ordinal, "cause": cause}


class FollowUpTable(Table):
    """What was promised and is due."""

    caption = _("To look into again")
    empty_text = _("Nothing is due today.")
    row_header = "topic"

    follow_up_on = tables.Column(verbose_name=_("Due"), attrs={"cell": {"class": "nobr"}})
    topic = tables.Column(verbose_name=_("About"))
    held_on = tables.Column(verbose_name=_("Consultation"), attrs={"cell": {"class": "nobr"}})
    referred_to = tables.Column(verbose_name=_("Sent where"), default="—")
    note = tables.Column(verbose_name=_("Note"), default="—")
    do = ActionColumn()

    class Meta:
        model = Consultation
        fields = ("follow_up_on", "topic", "held_on", "referred_to", "note", "do")

    def render_follow_up_on(self, value: date) -> str:
        return wareki.short_date(value)

    def render_held_on(self, value: date) -> str:
        return wareki.short_date(value)

    def render_topic(self, record: Consultation) -> str:
        return subject_words(record)

    def render_do(self, record: Consultation) -> SafeString:
        return format_html(
            '<form method="post" action="{}"><input type="hidden" name="csrfmiddlewaretoken" value="{}">'
            '<button class="button second small" type="submit">{}</button></form>',
            reverse("consultation_followed_up", args=[record.pk]),
            get_token(self.request),
            _("Looked into"),
        )


class StruggleTable(Table):
    """Procedure × step × cause, what happens most often first."""

    caption = _("Where people got stuck in all guides, most often first")
    empty_text = _("Nobody got stuck in these consultations.")
    row_header = "step_title"

    procedure = tables.Column(verbose_name=_("Procedure"), default="—")
    guide = tables.Column(verbose_name=_("Guide"), default="—")
    step_title = tables.Column(verbose_name=_("Step"), default=_("without a guide"))
    cause = tables.Column(verbose_name=_("Cause"))
    count = NumberColumn(verbose_name=_("Stuck / reached"), accessor="rate", attrs={"cell": {"class": "n nobr"}})
    percent = NumberColumn(verbose_name=_("Rate"), accessor="rate__percent", attrs={"cell": {"class": "n nobr"}})

    class Meta:
        fields = ("procedure", "guide", "step_title", "cause", "count", "percent")

    def __init__(self, rows: list[Struggle], *, causes: dict[str, str], **kwargs: Any) -> None:
        super().__init__(rows, **kwargs)
        self.causes = causes

    def render_guide(self, record: Struggle) -> Any:
        return _("%(guide)s, edition %(number)s") % {"guide": plain(record.guide), "number": record.edition_number}

    def render_step_title(self, record: Struggle) -> str:
        return f"{record.ordinal} {plain(record.step_title)}"

    def render_cause(self, value: str) -> str:
        return self.causes.get(value, value)

    def render_count(self, value: Rate) -> str:
        return f"{value.count:,} / {value.of:,}"

    def render_percent(self, value: int) -> str:
        return f"{value}%"
