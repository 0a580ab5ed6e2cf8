"""The postcards of the day: printed together, put into the letterbox, and ticked off."""

from collections.abc import Iterable

from django.contrib import messages
from django.db.models import Prefetch
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import audit
from core.downloads import pdf
from reminders import postcards
from reminders.forms import PostedForm
from reminders.models import CallTask, Request

# Which cards this sign-in printed, by their numbers on the call list: only these can be on their way to the letterbox.
PRINTED = "postcards_printed"


def _to_post() -> list[CallTask]:
    people = Request.objects.standing().select_related("resident").order_by("pk")
    return list(postcards.to_post().prefetch_related(Prefetch("requests", queryset=people)))


@allow(Permission.CALL)
def postcard_list(request: SignedInRequest) -> HttpResponse:
    """What is to be posted today, and which of it has been."""
    cards = _to_post()
    sent = request.POST if request.method == "POST" else None
    printed = request.session.get(PRINTED, [])
    form = PostedForm(sent, cards=cards, posted_today=postcards.posted_today(), printed=printed)
    if form.is_valid():
        if posted := postcards.post_all(form.cleaned_data["posted"], by=request.user):
            messages.success(request, _("Recorded: %(post)s posted.") % {"post": postcards.counted(posted)})
        else:
            messages.info(request, _("It is on record already that these were posted."))
        return redirect("postcard_list")
    # The page shows names and addresses: opening it is a look at each of them.
    audit.record("postcards.listed", by=request.user, count=len(cards))
    page = {"cards": cards, "form": form, "counted": postcards.counted(cards), "to_print": len(_people_of(cards))}
    return render(request, "reminders/postcard_list.html", page, status=422 if form.is_bound else 200)


@allow(Permission.CALL)
def postcards_pdf(request: SignedInRequest) -> HttpResponse:
    """Every postcard of today, both sides, in the order of the page."""
    return _printed(request, _to_post())


@allow(Permission.CALL)
def postcard_pdf(request: SignedInRequest, pk: int) -> HttpResponse:
    """One postcard, both sides."""
    return _printed(request, [card for card in _to_post() if card.pk == pk])


def _people_of(cards: Iterable[CallTask]) -> list[Request]:
    """Whose cards are printed; two reminders of one lesson are one card, and a letter is printed on its own page."""
    people = [person for card in cards for person in list(card.requests.all())[:1]]
    return [person for person in people if not postcards.letter_of(person)]


def _printed(request: SignedInRequest, cards: list[CallTask]) -> HttpResponse:
    from reminders.postcard_printing import postcards_pdf as drawn  # noqa: PLC0415  (reportlab loads slowly)

    people = _people_of(cards)
    if not people:
        raise Http404
    audit.record("postcards.printed", by=request.user, count=len(people))
    request.session[PRINTED] = sorted({*request.session.get(PRINTED, []), *(person.call_id for person in people)})
    return pdf(drawn(people), name="postcards")
