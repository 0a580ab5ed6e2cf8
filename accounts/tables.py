"""Lists of people and of what they did."""

from datetime import datetime

import django_tables2 as tables
from django.apps import apps
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from accounts.models import User, Volunteer
from core import wareki
from core.action_names import action_name
from core.models import AuditEntry
from core.tables import Table


class UserTable(Table):
    """Everybody who signs in."""

    name = tables.Column(verbose_name=_("Name"), linkify=("user_edit", {"pk": tables.A("pk")}))
    username = tables.Column(verbose_name=_("User name"))
    grants = tables.Column(verbose_name=_("Roles"))
    last_login = tables.Column(verbose_name=_("Last sign-in"), default=_("never"))
    is_active = tables.Column(verbose_name=_("State"))

    caption = _("People who sign in")
    empty_text = _("Nobody signs in yet.")

    class Meta:
        model = User
        fields = ("name", "username", "grants", "last_login", "is_active")

    def render_grants(self, value: object, record: User) -> str:
        return "・".join(str(grant.get_role_display()) for grant in record.grants.all()) or "—"

    def render_last_login(self, value: datetime) -> str:
        return f"{wareki.short_date(value)} {wareki.clock(value)}"

    def render_is_active(self, value: bool) -> str | Promise:  # noqa: FBT001  (the library passes the column's value)
        return _("May sign in") if value else _("Sign-in closed")


class VolunteerTable(Table):
    """The people who teach and help."""

    name = tables.Column(verbose_name=_("Name"), linkify=("volunteer_edit", {"pk": tables.A("pk")}))
    kana = tables.Column(verbose_name=_("Kana"), default="")
    user = tables.Column(verbose_name=_("User name"), accessor="user__username", default=_("does not sign in"))
    is_active = tables.Column(verbose_name=_("State"))

    caption = _("Volunteers")
    empty_text = _("No volunteer has been entered yet.")

    class Meta:
        model = Volunteer
        fields = ("name", "kana", "user", "is_active")
        row_attrs = {"class": lambda record: "" if record.is_active else "quiet-row"}

    def render_is_active(self, value: bool) -> str | Promise:  # noqa: FBT001  (the library passes the column's value)
        return _("Teaches or helps") if value else _("Has stopped")


class AuditTable(Table):
    """Who did or looked at what, the newest first."""

    # To the second, because the log is read to find out what came first.
    at = tables.Column(verbose_name=_("When"), attrs={"cell": {"class": "nobr"}})
    by = tables.Column(verbose_name=_("Who"), default=_("the worker"))
    action = tables.Column(verbose_name=_("Action"))
    subject = tables.Column(verbose_name=_("Concerning"), accessor="subject_id")
    facts = tables.Column(verbose_name=_("Facts"))

    caption = _("Entries")
    empty_text = _("No entry fits.")

    class Meta:
        model = AuditEntry
        fields = ("at", "by", "action", "subject", "facts")

    def render_at(self, value: datetime) -> str:
        return f"{wareki.wareki(value)} {value.astimezone(wareki.TOKYO):%H:%M:%S}"

    def render_action(self, value: str) -> SafeString:
        return format_html('{}<br><small class="soft">{}</small>', action_name(value), value)

    def render_subject(self, value: str, record: AuditEntry) -> str:
        return f"{_kind(record.subject_type)} {value}"

    def render_facts(self, value: dict[str, object]) -> str:
        return ", ".join(f"{name}={fact}" for name, fact in value.items()) or "—"


def _kind(model: str) -> str:
    """The kind of record in words; a model that is no more stands for itself."""
    try:
        return str(apps.get_model(model)._meta.verbose_name)
    except (LookupError, ValueError):
        return model
