"""Words for the dotted names under which deeds and looks stand in the audit log.

Each application names its own when it is ready, so that whoever reads the log reads sentences and not codes. A project
test fails on an action that is recorded somewhere and named nowhere.
"""

from collections.abc import Mapping

from django.core.exceptions import ImproperlyConfigured
from django.utils.functional import Promise

_names: dict[str, str | Promise] = {}


def name_actions(names: Mapping[str, str | Promise]) -> None:
    """Declare what the audit log calls these actions; naming one again in the same way changes nothing.

    Raises ImproperlyConfigured when two applications name one action differently.
    """
    for action, words in names.items():
        if _names.setdefault(action, words) is not words:
            raise ImproperlyConfigured(f"The action {action!r} is named twice.")


def action_name(action: str) -> str:
    """The words for an action in the language of the page; an action nobody named stands for itself."""
    return str(_names.get(action, action))


def named_actions() -> dict[str, str | Promise]:
    """Every action that has words, in the order of declaration."""
    return dict(_names)
