"""Where the provider reports what became of a text, and what residents text to the office.

Open to everybody by address and to nobody without the provider's signature: that is checked before anything else is
read. Fields that we do not know are ignored, because Twilio adds some at any time.
"""

import json
import logging

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.module_loading import import_string
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import ANYONE, allow
from reminders import inbound, receipts
from reminders.gateways import Answer
from reminders.models import Message

logger = logging.getLogger("kakehashi.reminders")

# Loaded with the first receipt: an installation without Twilio never loads the package.
_VALIDATOR = "reminders.gateways.twilio.signature_is_valid"


@allow(ANYONE)
@csrf_exempt
@require_POST
def twilio_status(request: HttpRequest, token: str) -> HttpResponse:
    """Take a receipt from Twilio: 403 without its signature, 404 for a text we do not know, else 204."""
    if not _is_signed(request):
        logger.warning("a receipt without a valid signature was refused")
        return HttpResponse(status=403)

    told = _told(request)
    answer = Answer(
        provider_id=told.get("MessageSid", ""),
        status=told.get("MessageStatus", ""),
        error_code=told.get("ErrorCode", ""),
    )
    if not answer.provider_id or len(answer.provider_id) > 64:
        return HttpResponse(status=400)
    try:
        receipts.apply(token, answer)
    except Message.DoesNotExist:
        return HttpResponse(status=404)
    return HttpResponse(status=204)


@allow(ANYONE)
@csrf_exempt
@require_POST
def twilio_inbound(request: HttpRequest) -> HttpResponse:
    """Take a text that somebody sent to the office: 403 without Twilio's signature, else an answer of no words.

    Nothing is said to the sender: a machine must promise nothing.
    """
    if not _is_signed(request):
        logger.warning("a text without a valid signature was refused")
        return HttpResponse(status=403)

    inbound.receive(_told(request))
    return HttpResponse(_NO_ANSWER, content_type="text/xml; charset=utf-8")


# TwiML with nothing to do (twilio.com/docs/messaging/twiml).
_NO_ANSWER = '<?xml version="1.0" encoding="UTF-8"?><Response></Response>'


def _is_signed(request: HttpRequest) -> bool:
    """Whether Twilio signed this post, in either of its two ways."""
    is_signed: bool = import_string(_VALIDATOR)(
        # Behind a proxy the request does not know the address that was signed; the setting does.
        settings.PUBLIC_BASE_URL + request.get_full_path(),
        request.body if _is_json(request) else request.POST,
        signature=request.headers.get("X-Twilio-Signature", ""),
        settings_header=request.headers.get("X-Twilio-Webhooks-Signature-Settings", ""),
    )
    return is_signed


def _told(request: HttpRequest) -> dict[str, str]:
    """What a signed post says: a form's fields, or those of an object in JSON whose values are words or numbers."""
    if not _is_json(request):
        return request.POST.dict()
    try:
        said = json.loads(request.body)
    except ValueError:
        return {}
    fields = said.items() if isinstance(said, dict) else ()
    return {name: str(value) for name, value in fields if isinstance(value, str | int)}


def _is_json(request: HttpRequest) -> bool:
    return request.content_type == "application/json"
