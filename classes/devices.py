"""On which devices a course is taught, and who learns on them.

A course that suits everybody carries the key of the device that is not known: whoever has any device fits.
"""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from city.codes import choices, word_lists
from city.models import Code

ANY_DEVICE = "unknown"
# Nobody teaches on a device that nobody has with them.
_NOT_TAUGHT = {ANY_DEVICE, "none"}
# An easy smartphone is an Android telephone underneath, and its owners learn in the same classes.
_LEARNS_WITH = {"easyphone": ("easyphone", "android"), "tablet": ("tablet", "android")}
# Whoever has one of these looks for a class about it; whoever has none of them for any class.
ASKED_FOR_BY_ITS_OWNER = {"android", "iphone", "easyphone", "tablet"}


def taught_devices() -> list[tuple[str, str]]:
    """The devices a course can be about, as (key, words)."""
    return taught(choices(Code.Kind.DEVICE))


def taught(devices: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
    """Of these devices, the ones a course can be about."""
    return [choice for choice in devices if choice[0] not in _NOT_TAUGHT]


def course_words() -> dict[str, dict[str, str]]:
    """The words for the level and the device of a course, by the key."""
    words = word_lists(Code.Kind.LEVEL, Code.Kind.DEVICE)
    words[Code.Kind.DEVICE][ANY_DEVICE] = _("any device")
    return words


def courses_for(device: str) -> tuple[str, ...]:
    """The devices of the courses that suit the owner of this one."""
    return (*_LEARNS_WITH.get(device, (device,)), ANY_DEVICE)
