"""What error codes mean and what the clerk does next, as a table.

A code that is missing here is treated with the most care: the person is called, nothing is sent again. What must never
happen: a second text after one that may have arrived.
"""

from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


class Move(StrEnum):
    """What the office does about a code."""

    RETRY = "retry"  # once more later the same day, then the call list
    CALL = "call"  # the call list
    NUMBER = "number"  # the number reaches nobody: mark it, then the call list
    OPT_OUT = "opt_out"  # the number takes no texts any more: keep that, then the call list
    SLOW_DOWN = "slow_down"  # the provider is busy or away: the message waits, or is tried once more where it was lost
    ALARM = "alarm"  # something is set up wrongly: everything waits, somebody must act
    NOTHING = "nothing"  # already dealt with


@dataclass(frozen=True)
class Meaning:
    """A code in the words of the desk."""

    move: Move
    what: str | Promise
    next_step: str | Promise


_CALL = _("Please call; it is on the call list.")
_CHECK_NUMBER = _("The number is marked for checking. Please call or ask for the right number.")
_LANDLINE = _("It will be called from now on; it is on the call list.")
_ALARM = _("Nothing is sent until this is put right. Please tell the person who looks after the system.")
_WAITS = _("It is tried again by itself; where there is no time left, it is on the call list.")

# Twilio's codes, from twilio.com/docs/api/errors and Twilio's guideline for Japan. An "undelivered" in Japan often
# comes without any code: the empty one. 21609, 21624 and the like would stop every text alike, so they are alarms.
MEANINGS: dict[str, Meaning] = {
    "": Meaning(Move.CALL, _("It did not arrive; the carrier gave no reason."), _CALL),
    "30001": Meaning(Move.SLOW_DOWN, _("The provider’s queue was full."), _WAITS),
    "30002": Meaning(Move.ALARM, _("The provider has suspended the account."), _ALARM),
    "30003": Meaning(
        Move.RETRY,
        _("The telephone was switched off or out of reach."),
        _("It is tried once more today; after that it is on the call list."),
    ),
    "30004": Meaning(Move.CALL, _("The telephone or its carrier refuses such texts (SMS受信拒否)."), _CALL),
    "30005": Meaning(Move.NUMBER, _("The number is not in use."), _CHECK_NUMBER),
    "30006": Meaning(Move.NUMBER, _("The number is a landline or cannot be reached by text."), _LANDLINE),
    "30007": Meaning(Move.ALARM, _("A carrier took the text for spam."), _ALARM),
    "30008": Meaning(
        Move.RETRY,
        _("It did not arrive, for an unknown reason."),
        _("It is tried once more today; after that it is on the call list."),
    ),
    "30034": Meaning(Move.ALARM, _("The sender is not registered with the carriers."), _ALARM),
    "30036": Meaning(Move.CALL, _("It could not be delivered in time."), _CALL),
    "21211": Meaning(Move.NUMBER, _("The number does not exist."), _CHECK_NUMBER),
    "21217": Meaning(Move.NUMBER, _("The number does not exist."), _CHECK_NUMBER),
    "21401": Meaning(Move.NUMBER, _("The number does not exist."), _CHECK_NUMBER),
    "21212": Meaning(Move.ALARM, _("The sender’s number is written wrongly in the settings."), _ALARM),
    "21408": Meaning(Move.ALARM, _("The provider may not send to Japan with this account."), _ALARM),
    "21602": Meaning(Move.CALL, _("The text was empty."), _CALL),
    "21603": Meaning(Move.ALARM, _("The sender’s number is missing in the settings."), _ALARM),
    "21606": Meaning(Move.ALARM, _("The sender’s number may not send texts."), _ALARM),
    "21608": Meaning(Move.ALARM, _("This is a trial account: it reaches only numbers that were verified."), _ALARM),
    "21609": Meaning(Move.ALARM, _("The address for receipts is written wrongly in the settings."), _ALARM),
    "21610": Meaning(
        Move.OPT_OUT, _("The person has refused texts."), _("It is kept that this number takes no texts. Please call.")
    ),
    "21611": Meaning(Move.SLOW_DOWN, _("The provider’s queue was full."), _WAITS),
    "21612": Meaning(Move.ALARM, _("The sender’s number cannot reach this number."), _ALARM),
    "21614": Meaning(Move.NUMBER, _("The number is not a mobile telephone."), _LANDLINE),
    "21617": Meaning(Move.CALL, _("The text was too long."), _CALL),
    "21624": Meaning(Move.ALARM, _("The provider does not accept how long a text may wait."), _ALARM),
    "21635": Meaning(Move.NUMBER, _("The number is a landline."), _LANDLINE),
    "21657": Meaning(Move.ALARM, _("The sender’s name may not be used for Japan."), _ALARM),
    "21659": Meaning(Move.ALARM, _("The sender’s number does not belong to the provider."), _ALARM),
    "21660": Meaning(Move.ALARM, _("The sender’s number does not belong to this account."), _ALARM),
    "20003": Meaning(Move.ALARM, _("The provider does not accept the account’s identification."), _ALARM),
    "20005": Meaning(Move.ALARM, _("The provider has suspended the account."), _ALARM),
    # Refused by something that knows no codes, such as a proxy on the way.
    "401": Meaning(Move.ALARM, _("The provider does not accept the account’s identification."), _ALARM),
    "403": Meaning(Move.ALARM, _("Something on the way to the provider lets nothing through."), _ALARM),
    "407": Meaning(Move.ALARM, _("Something on the way to the provider lets nothing through."), _ALARM),
    "20404": Meaning(Move.ALARM, _("The provider does not know this account."), _ALARM),
    "20429": Meaning(Move.SLOW_DOWN, _("Too many texts at once for the provider."), _WAITS),
    # Our own codes.
    "unreachable": Meaning(Move.SLOW_DOWN, _("The provider could not be reached."), _WAITS),
    "late": Meaning(Move.CALL, _("There was no time left to send it."), _CALL),
    "too_late": Meaning(
        Move.NOTHING,
        _("It was not sent: its time had passed."),
        _("Nobody was told. Please look at who was concerned."),
    ),
    "wording": Meaning(
        Move.CALL, _("It was not sent: the text contains something that a text of ours may not contain."), _CALL
    ),
    "unchecked": Meaning(Move.CALL, _("It was not sent: it could not be found out whether it is still wanted."), _CALL),
    "stranger": Meaning(Move.CALL, _("It went to a number at which a stranger answers."), _CHECK_NUMBER),
    "budget": Meaning(Move.CALL, _("It was not sent: this month’s money for texts is used up."), _CALL),
    "no_gateway": Meaning(Move.CALL, _("It was not sent: this installation sends no texts."), _CALL),
    "practice": Meaning(Move.NOTHING, _("It was not sent: practice people get no real texts."), _("Nothing to do.")),
}

UNKNOWN = Meaning(Move.CALL, _("It did not arrive, for a reason we do not know."), _CALL)


def meaning(code: str) -> Meaning:
    """What a code means; an unknown one is treated with the most care."""
    return MEANINGS.get(code, UNKNOWN)
