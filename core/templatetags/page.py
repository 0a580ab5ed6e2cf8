"""The few tags that templates need for the look: notices, the error summary, hidden keys."""

from typing import Any

from django import forms, template
from django.template.loader import render_to_string
from django.utils.safestring import SafeString
from django.utils.translation import gettext_lazy as _

from core.forms import errors_anchor, summary_of

register = template.Library()

# Colour never speaks alone: each kind of notice has its word and its icon.
WORDS = {
    "info": _("Notice"),
    "success": _("Done"),
    "warning": _("Caution"),
    "error": _("Error"),
    "debug": _("Notice"),
}


@register.simple_block_tag
def notice(content: str, kind: str, *, title: str = "", live: bool = False) -> SafeString:
    """A notice of the kind info, success, warning or error; live=True announces it when the page opens."""
    kind = kind if kind in WORDS else "info"
    return render_to_string(
        "components/notice.html",
        {
            "kind": kind,
            "word": WORDS[kind],
            "title": title,
            "content": content,
            "live": live,
            "icon": f"components/icons/{'info' if kind == 'debug' else kind}.svg",
        },
    )


@register.inclusion_tag("components/error_summary.html")
def error_summary(*asked: Any) -> dict[str, Any]:
    """The error summary of these forms and formsets; nothing when there is no error."""
    return {"errors": list(summary_of(*asked))}


@register.simple_tag
def form_errors_anchor(form: forms.BaseForm) -> str:
    """The id under which the error summary finds the errors of the form as a whole."""
    return errors_anchor(form)
