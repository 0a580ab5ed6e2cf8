"""Why a person is called, or written to, instead of texted: the codes of the call list and their words."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Reason(models.TextChoices):
    """Why it is a call. The label stands on the call list beside the number."""

    # From the person
    WISH = "wish", _("Asked to be called")
    POSTCARD = "postcard", _("Asked for a postcard")
    NO_ADDRESS = "no_address", _("Asked for a postcard, but no address is known")
    POSTCARD_LATE = "postcard_late", _("A postcard would arrive too late")
    OPTED_OUT = "opted_out", _("Wants no texts")
    STOPPED = "stopped", _("Texts to this number were stopped")
    # From the number
    LANDLINE = "landline", _("Landline, no texts")
    IP_PHONE = "ip_phone", _("IP telephone (050), no texts")
    TOLL_FREE = "toll_free", _("Toll-free number, no texts")
    NOT_MOBILE = "not_mobile", _("Number that takes no texts")
    DOUBTFUL = "doubtful", _("Number to be checked")
    NO_NUMBER = "no_number", _("No telephone number known")
    WRONG_NUMBER = "wrong_number", _("The number was wrong")
    # From what is said
    CALL_ONLY = "call_only", _("Is always told by telephone")
    WORDING = "wording", _("The text may not be sent as it is")
    # From the office
    NO_GATEWAY = "no_gateway", _("This office sends no texts")
    # From what became of the text
    FAILED = "failed", _("The text did not arrive")
    NO_RECEIPT = "no_receipt", _("The text’s arrival was not confirmed")
    UNCERTAIN = "uncertain", _("Unknown whether the text was sent")
    LATE = "late", _("Too late for a text")
    BUDGET = "budget", _("The budget for texts is used up")
