"""What the audit log calls what is done with people's records."""

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "resident.searched": _("Searched for people"),
    "resident.opened": _("Opened a person's record"),
    "resident.taken_down": _("Took down a person"),
    "resident.corrected": _("Corrected a person's record"),
    "number.confirmed": _("Found a number in doubt to be right"),
    "numbers.listed": _("Opened the numbers to be checked"),
    "resident.merged": _("Merged two records of one person"),
    "resident.merge_undone": _("Undid the merging of two records"),
    "resident.told_apart": _("Told two people apart who look alike"),
    "resident.duplicates_listed": _("Opened the list of people who may stand in the register twice"),
}
