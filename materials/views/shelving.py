"""What guides refer to: procedures and difficult words."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core.forms import standing_record
from core.tables import TableView
from materials.forms import ProcedureForm, TermForm
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
    """Change the facts of a procedure."""
    procedure = get_object_or_404(Procedure, pk=pk)
    form = ProcedureForm(request.POST or None, instance=procedure)
    if request.method == "POST" and form.is_valid():
        keep_procedure(form.save(commit=False), by=request.user)
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
    return _term(request, Term())


@allow(Permission.WRITE)
def term_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Explain a word better."""
    return _term(request, get_object_or_404(Term, pk=pk))


def _term(request: SignedInRequest, term: Term) -> HttpResponse:
    form = TermForm(request.POST or None, instance=term)
    kept = standing_record(form)
    if form.is_valid():
        kept = keep_term(form.save(commit=False), by=request.user)
    if kept is not None:
        messages.success(request, _("“%(word)s” has been saved.") % {"word": kept.word})
        return redirect("term_list")
    context = {"form": form, "is_new": term.pk is None}
    return render(request, "materials/term_form.html", context, status=422 if form.errors else 200)
