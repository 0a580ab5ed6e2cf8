"""What the audit log calls what is done to reach people."""

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "reminder.planned": _("Planned a reminder"),
    "reminder.withdrawn": _("Withdrew a reminder"),
    "calls.listed": _("Opened the call list"),
    "calls.printed": _("Printed the call list"),
    "call_sheet.opened": _("Opened a sheet of calls"),
    "call.opened": _("Opened a call"),
    "call.taken": _("Began a call"),
    "call.recorded": _("Recorded a call"),
    "postcards.listed": _("Opened the postcards and letters to post"),
    "postcards.printed": _("Printed postcards"),
    "postcard.posted": _("Posted a postcard or a letter"),
    "messages.listed": _("Opened the list of texts"),
    "message.opened": _("Opened a text"),
    "message.told": _("Noted that people were told what a text did not tell them"),
    "texts.stopped": _("Stopped texts to a number"),
    "texts.resumed": _("Resumed texts to a number"),
    "wording.written": _("Worded a text"),
    "wording.ended": _("Ended a wording of a text"),
    "text.received": _("A text came in"),
    "text.opened": _("Opened a text from a resident"),
    "text.settled": _("Settled a text from a resident"),
    "inbox.listed": _("Opened the texts from residents"),
    "file.made": _("Put texts into a file"),
    "file.taken": _("Took a file of texts"),
    "file.results": _("Took down the results of texts in files"),
    "backup.restored": _("Put a backup back"),
}
