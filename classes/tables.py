"""Lists of courses, runs, lessons and the people of a run."""

from typing import Any

import django_tables2
from django.middleware.csrf import get_token
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext, ngettext, pgettext
from django.utils.translation import gettext_lazy as _

from classes.models import CourseRun, Registration
from core import wareki
from core.tables import ActionColumn, NumberColumn, Table


def tag(words: Any, tone: str = "") -> SafeString:
    """A state in a word or two."""
    return format_html('<span class="tag {}">{}</span>', tone, words)


class CourseTable(Table):
    """What is taught."""

    caption = _("Courses")
    empty_text = _("No course has been made yet.")

    title = django_tables2.Column(_("Course"), linkify=("course_detail", [django_tables2.A("pk")]), orderable=True)
    level = django_tables2.Column(_("Level"))
    device = django_tables2.Column(_("Device"))
    topic = django_tables2.Column(_("Topic"))
    runs = NumberColumn(_("Course runs"), accessor="run_count")

    def __init__(self, *args: Any, words: dict[str, dict[str, str]], **kwargs: Any) -> None:
        self.words = words
        super().__init__(*args, **kwargs)

    def render_level(self, value: str) -> str:
        return self.words["level"].get(value, value)

    def render_device(self, value: str) -> str:
        return self.words["device"].get(value, value)


class RunTable(Table):
    """Runs, each with its first date and its seats. Rows come with seats and their lessons prefetched."""

    caption = _("Course runs")
    empty_text = _("No course run is planned.")
    row_header = "course"

    when = django_tables2.Column(_("Date and time"), empty_values=(), accessor="pk")
    course = django_tables2.Column(_("Course"), linkify=("run_detail", [django_tables2.A("pk")]))
    venue = django_tables2.Column(_("Venue"), empty_values=(), accessor="pk")
    reception = django_tables2.Column(_("Reception"), empty_values=(), accessor="pk")
    seats = django_tables2.Column(_("Seats"), empty_values=(), accessor="pk")

    class Meta:
        row_attrs = {"class": lambda record: "quiet-row" if record.called_off_at else ""}

    def render_when(self, record: CourseRun) -> SafeString | str:
        lessons = record.lessons_to_tell()
        if not lessons:
            return gettext("No lesson is planned yet")
        first = wareki.span(lessons[0].starts_at, lessons[0].ends_at)
        if len(lessons) == 1:
            return first
        more = ngettext("%(count)d lesson", "%(count)d lessons", len(lessons)) % {"count": len(lessons)}
        return format_html('{} <span class="soft nobr">{}</span>', first, more)

    def render_venue(self, record: CourseRun) -> str:
        names = dict.fromkeys(str(lesson.venue) for lesson in record.lessons_to_tell())
        return pgettext("between two venues", ", ").join(names)

    def render_reception(self, record: CourseRun) -> SafeString:
        """Until when, and what sets the run apart from one that is public and whose seats go to whoever comes first."""
        words = [] if record.selection == CourseRun.Selection.FIRST_COME else [record.get_selection_display()]
        if not record.is_public:
            words.append(gettext("staff only"))
        return format_html(
            "{}{}", self._reception(record), format_html_join("", " {}", ((tag(each),) for each in words))
        )

    @staticmethod
    def _reception(run: CourseRun) -> SafeString | str:
        now = timezone.now()
        if run.called_off_at:
            return tag(gettext("Called off"), "red")
        if run.reception_is_open(now):
            return gettext("open until %(day)s") % {"day": wareki.short_date(run.last_day_of_reception)}
        if now < run.reception_opens_at:
            return gettext("opens on %(day)s") % {"day": wareki.short_date(run.reception_opens_at)}
        return gettext("closed")

    def render_seats(self, record: CourseRun) -> SafeString:
        return tag(record.seats.short, record.seats.tone)


class RegistrationTable(Table):
    """The people of one run, in the order of their slips; rows are made by `classes.views.runs`."""

    caption = _("Registrations")
    empty_text = _("Nobody is registered yet.")
    row_header = "name"

    slip = django_tables2.Column(_("Slip number"), attrs={"cell": {"class": "nobr"}})
    name = django_tables2.Column(_("Name"), accessor="resident__name")
    kana = django_tables2.Column(_("Kana"), accessor="resident__kana")
    reached = django_tables2.Column(_("How reached"), empty_values=(), accessor="pk")
    state = django_tables2.Column(_("State"))
    device = django_tables2.Column(_("Device to borrow"), empty_values=(), accessor="borrows")
    do = ActionColumn()

    class Meta:
        row_attrs = {"class": lambda record: "quiet-row" if record.state == Registration.State.CANCELLED else ""}

    def __init__(
        self,
        *args: Any,
        ways: dict[int, Any],
        reasons: dict[str, str],
        beside: dict[int, str],
        lends: bool,
        may_change: bool,
        **kwargs: Any,
    ) -> None:
        """`beside` are the slips of whoever comes together with somebody, by that registration.

        `lends` where the run has devices to borrow, `may_change` where this page may say who borrows one.
        """
        self.ways, self.reasons, self.beside, self.may_change = ways, reasons, beside, may_change
        super().__init__(*args, exclude=() if lends else ("device",), **kwargs)

    def render_name(self, record: Registration, value: str) -> SafeString:
        beside = self.beside.get(record.pk)
        words = gettext("with slip %(slips)s") % {"slips": beside} if beside else ""
        others = format_html(' <span class="soft nobr">{}</span>', words) if words else ""
        return format_html('<a href="{}">{}</a>{}', reverse("person", args=[record.resident_id]), value, others)

    def render_reached(self, record: Registration) -> Any:
        return self.ways.get(record.pk, "")

    def render_state(self, record: Any) -> SafeString:
        """In words; a row says more than a registration does: `place`, `has_open_offer` and `out_of_turn`."""
        if record.state == Registration.State.CANCELLED:
            reason = self.reasons.get(record.cancel_reason, record.cancel_reason)
            return format_html("{} <span class='soft'>{}</span>", gettext("Cancelled"), reason)
        if record.state == Registration.State.CONFIRMED:
            how = gettext("over capacity") if record.is_over_capacity else gettext("out of turn")
            beyond = _with_reason(how, record.override_reason)
            ahead = _with_reason(gettext("out of turn"), record.out_of_turn)
            return format_html("{}{}{}", tag(gettext("Confirmed"), "green"), beyond, ahead)
        if not record.run.seats_go_by_line and not record.has_open_offer:
            return tag(gettext("Waits for the decision"), "blue")
        place = tag(gettext("Waiting: number %(place)d") % {"place": record.place}, "blue")
        held = format_html(" {}", tag(gettext("a seat is held"), "amber")) if record.has_open_offer else ""
        return format_html("{}{}{}", place, held, _with_reason(gettext("out of turn"), record.out_of_turn))

    def render_device(self, record: Registration, value: bool) -> SafeString | str:  # noqa: FBT001 (django-tables2)
        """Who uses one, and the button for whoever has bought one meanwhile, or has none after all."""
        if record.state == Registration.State.CANCELLED:
            return ""
        borrows = tag(gettext("borrows one")) if value else ""
        if not self.may_change:
            return borrows
        device, words = ("own", _("Gives it back")) if value else ("lent", _("Borrows one"))
        return format_html(
            '<form class="cluster" method="post" action="{}">{}'
            '<input type="hidden" name="csrfmiddlewaretoken" value="{}"><input type="hidden" name="back" value="run">'
            '<button class="button second small" type="submit" name="device" value="{}">{}'
            '<span class="quiet"> {}</span></button></form>',
            reverse("registration_device", args=[record.pk]),
            borrows,
            get_token(self.request),
            device,
            words,
            record.slip,
        )

    def render_do(self, record: Registration) -> SafeString | str:
        if record.state == Registration.State.CANCELLED:
            return ""
        return format_html(
            '<a href="{}" target="_blank" aria-label="{}">{}</a><a href="{}" aria-label="{}">{}</a>',
            reverse("registration_slip", args=[record.pk]),
            gettext("Print slip %(slip)s") % {"slip": record.slip},
            gettext("Slip"),
            reverse("registration_cancel", args=[record.pk]),
            gettext("Cancel registration %(slip)s") % {"slip": record.slip},
            pgettext("registration", "Cancel"),
        )


def _with_reason(words: str, reason: str) -> SafeString | str:
    """What is out of the ordinary, with the reason on record; nothing where there is none."""
    return format_html(' {} <span class="soft">{}</span>', tag(words, "amber"), reason) if reason else ""


class CourseRunTable(RunTable):
    """The runs of one course."""

    row_header = "when"

    when = django_tables2.Column(
        _("Date and time"), empty_values=(), accessor="pk", linkify=("run_detail", [django_tables2.A("pk")])
    )

    class Meta(RunTable.Meta):
        exclude = ["course"]
        sequence = ["when", "venue", "reception", "seats"]
