"""What the audit log calls what is done at the help desk."""

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "consultation.recorded": _("Recorded a consultation"),
    "consultation.followed_up": _("Looked into a consultation again"),
    "insights.exported": _("Saved the figures as a file"),
    "notes.opened": _("Opened the notes on a step"),
}
