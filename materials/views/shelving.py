"""What guides refer to: procedures and difficult words."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core.forms import standing_record
from core.stale import ChangedMeanwhile
from core.tables import TableView
from materials.forms import ProcedureForm, TermChangeForm, TermForm
from materials.models import Procedure, Term
from materials.shelving import keep_procedure, keep_term
from materials.tables import ProcedureTable, TermTable


@allow(Permission.WRITE)
class ProcedureList(TableView):
    """The online procedures."""

    table_class = ProcedureTable
    template_name = "materials/procedure_list.html"

    def get_queryset(self) -> QuerySet[Procedure]:
        return Procedure.objects.select_related("topic")


@allow(Permission.WRITE)
def procedure_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change the facts of a procedure; what a page older than they are would replace is shown first."""
    form = ProcedureForm.of(get_object_or_404(Procedure, pk=pk), request.POST or None)
    if form.is_valid():
        try:
            keep_procedure(form.save(commit=False), by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(ProcedureForm.of(get_object_or_404(Procedure, pk=pk)), because=refusal)
        else:
            messages.success(request, _("The procedure has been saved. Pages and papers show it from now on."))
            return redirect("procedure_list")
    return render(request, "materials/procedure_form.html", {"form": form}, status=422 if form.errors else 200)


@allow(Permission.WRITE)
class TermList(TableView):
    """The difficult words, to be written and mended."""

    model = Term
    table_class = TermTable
    template_name = "materials/term_list.html"


@allow(Permission.WRITE)
def term_create(request: SignedInRequest) -> HttpResponse:
    """Explain a word."""
    form = TermForm(request.POST or None)
    kept = standing_record(form)
    if form.is_valid():
        kept = keep_term(form.save(commit=False), by=request.user)
    if kept is not None:
        return _to_the_words(request, kept)
    context = {"form": form, "is_new": True}
    return render(request, "materials/term_form.html", context, status=422 if form.errors else 200)


@allow(Permission.WRITE)
def term_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Explain a word better; what a page older than the explanation would replace is shown first."""
    form = TermChangeForm.of(get_object_or_404(Term, pk=pk), request.POST or None)
    if form.is_valid():
        try:
            kept = keep_term(form.save(commit=False), by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(TermChangeForm.of(get_object_or_404(Term, pk=pk)), because=refusal)
        else:
            return _to_the_words(request, kept)
    context = {"form": form, "is_new": False}
    return render(request, "materials/term_form.html", context, status=422 if form.errors else 200)


def _to_the_words(request: SignedInRequest, kept: Term) -> HttpResponse:
    messages.success(request, _("“%(word)s” has been saved.") % {"word": kept.word})
    return redirect("term_list")
