"""What the audit log calls what is done on the bookshelf."""

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "topic.made": _("Added a topic"),
    "procedure.made": _("Added a procedure"),
    "procedure.kept": _("Saved a procedure"),
    "term.made": _("Added a word to the glossary"),
    "term.kept": _("Saved a word of the glossary"),
    "guide.made": _("Began a guide"),
    "guide.described": _("Changed what a guide says of itself"),
    "edition.begun": _("Began an edition of a guide"),
    "edition.described": _("Noted what is new in an edition"),
    "edition.published": _("Published an edition of a guide"),
    "edition.checked": _("Compared a guide with the real screens"),
    "step.added": _("Added a step"),
    "step.changed": _("Changed a step"),
    "step.moved": _("Moved a step"),
    "step.removed": _("Removed a step"),
    "step.pictured": _("Changed the picture of a step"),
    "picture.drawn": _("Kept a drawing"),
    "picture.uploaded": _("Uploaded a picture"),
}
