"""The pages on which two records of one person are compared, made one, told apart, and made two again."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import audit
from core.refusal import Refusal
from residents import matching
from residents.access import RecordWasMerged, open_person, open_person_again
from residents.history import Words, changes_in_words, phones_as_stored
from residents.holdings import holdings
from residents.merge_forms import MergeForm
from residents.merging import can_be_undone, keep_apart, merge, undo
from residents.models import Merge, Resident
from residents.own_holding import RESIDENT_HOLDING

# As many pairs as somebody works off in a morning.
MOST_PAIRS = 50


@allow(Permission.RECEIVE)
def duplicate_list(request: SignedInRequest) -> HttpResponse:
    """The people who may stand in the register twice, the likeliest first."""
    pairs = matching.pairs(limit=MOST_PAIRS)
    audit.record("resident.duplicates_listed", by=request.user, found=len(pairs))
    return render(request, "residents/duplicate_list.html", {"pairs": pairs, "most": MOST_PAIRS})


@allow(Permission.RECEIVE)
def resident_merge(request: SignedInRequest, pk: int, other_pk: int) -> HttpResponse:
    """Two records side by side: the first one stays, and the other is merged into it."""
    opened = open_person_again if request.method == "POST" else open_person
    into, duplicate = opened(pk, by=request.user), opened(other_pk, by=request.user)
    if into == duplicate:
        messages.info(request, _("This is one record."))
        return redirect("person", into.pk)
    if (into.pk, duplicate.pk) != (pk, other_pk):
        # An old page, or an old address: one of the two leads to a third record that nobody has compared yet.
        messages.info(request, str(RecordWasMerged()))
        return redirect("resident_merge", into.pk, duplicate.pk)
    form = MergeForm(request.POST if request.method == "POST" else None, into=into, duplicate=duplicate)
    if request.method == "POST" and form.is_valid():
        try:
            follows: list[str] = []
            merge(duplicate, into, by=request.user, choices=form.cleaned_data, say=follows.append)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The two records are one now. It can be undone from the history below."))
            for sentence in follows:
                messages.info(request, sentence)
            return redirect("person", into.pk)
    words = Words()
    sides = [_side(into, words), _side(duplicate, words)]
    context = {"form": form, "into": into, "duplicate": duplicate, "sides": sides}
    return render(request, "residents/resident_merge.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Permission.RECEIVE)
def resident_apart(request: SignedInRequest, pk: int, other_pk: int) -> HttpResponse:
    """Two people who look alike; they are not suggested as one any more."""
    one, other = (get_object_or_404(Resident, pk=each) for each in (pk, other_pk))
    try:
        keep_apart(one, other, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, _("They are two people, and are not suggested as one any more."))
    return redirect("person", one.pk)


@allow(Permission.RECEIVE)
def merge_undo(request: SignedInRequest, pk: int) -> HttpResponse:
    """What undoing a merge does, and the button that does it."""
    merged = get_object_or_404(Merge.objects.select_related("duplicate", "by"), pk=pk)
    opened = open_person_again if request.method == "POST" else open_person
    into = opened(merged.into_id, by=request.user)
    if merged.undone_at is not None:
        messages.info(request, _("The two records are separate already."))
        return redirect("person", into.pk)
    problem = ""
    if request.method == "POST":
        try:
            follows: list[str] = []
            undo(merged, by=request.user, say=follows.append)
        except Refusal as refusal:
            problem = str(refusal)
        else:
            messages.success(request, _("The two records are separate again."))
            for sentence in follows:
                messages.info(request, sentence)
            return redirect("person", merged.duplicate_id)
    context = {
        "merge": merged,
        "into": into,
        "changes": changes_in_words(merged.record["columns"]),
        "can_be_undone": can_be_undone(merged),
        "problem": problem,
    }
    return render(request, "residents/merge_undo.html", context, status=422 if problem else 200)


def _side(resident: Resident, words: Words) -> dict[str, Any]:
    """What stands in one of two records beside its own columns."""
    held = [(holding.label, holding.summary(resident)) for holding in holdings() if holding is not RESIDENT_HOLDING]
    phones = [words.phone(*told) for told in phones_as_stored(resident)]
    return {"resident": resident, "phones": phones, "consents": RESIDENT_HOLDING.summary(resident), "held": held}
