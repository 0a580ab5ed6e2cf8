"""The desk of the people who write guides: begin, write, order, preview and publish."""

from django.contrib import messages
from django.db.models import QuerySet
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core.refusal import Refusal
from core.stale import ChangedMeanwhile
from core.tables import TableView
from materials import notation
from materials.forms import CheckForm, EditionForm, GuideChangeForm, GuideForm
from materials.models import Edition, Guide, Step
from materials.outline import outline
from materials.publishing import confirm_check, missing, publish
from materials.tables import GuideTable
from materials.views.reading import Options, paper, show
from materials.writing import (
    begin_edition,
    describe_edition,
    describe_guide,
    make_guide,
    move_step,
    remove_step,
)


@allow(Permission.WRITE)
class GuideDesk(TableView):
    """All guides, published or not."""

    table_class = GuideTable
    template_name = "materials/guide_desk.html"

    def get_queryset(self) -> QuerySet[Guide]:
        return Guide.objects.with_shelf_facts().select_related("topic").order_by("topic__order", "order", "title")


@allow(Permission.WRITE)
def guide_create(request: SignedInRequest) -> HttpResponse:
    """Make a guide and begin its first edition."""
    form = GuideForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        guide = make_guide(form.details(), by=request.user)
        messages.success(request, _("The guide has been made. Now add its steps."))
        return redirect("edition_edit", guide.editions.get().pk)
    return render(request, "materials/guide_form.html", {"form": form}, status=422 if form.errors else 200)


@allow(Permission.WRITE)
def guide_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what a guide says of itself; what a page older than it would replace is shown first."""
    guide = get_object_or_404(Guide, pk=pk)
    form = GuideChangeForm.of(guide, request.POST or None)
    if form.is_valid():
        try:
            describe_guide(guide, form.details(), by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(GuideChangeForm.of(get_object_or_404(Guide, pk=pk)), because=refusal)
        else:
            messages.success(request, _("The guide has been saved."))
            return redirect("guide_manage", pk)
    return render(
        request, "materials/guide_form.html", {"form": form, "guide": guide}, status=422 if form.errors else 200
    )


@allow(Permission.WRITE)
def guide_manage(request: SignedInRequest, pk: int) -> HttpResponse:
    """One guide with its editions: what is out, what is being written, when it was last checked."""
    guide = get_object_or_404(Guide.objects.select_related("topic", "procedure"), pk=pk)
    editions = list(guide.editions.select_related("created_by", "published_by").order_by("-number"))
    current = next((edition for edition in editions if edition.is_published), None)
    form = CheckForm(request.POST or None)
    if request.method == "POST" and current and form.is_valid():
        try:
            confirm_check(current, by=request.user, **form.cleaned_data)
        except Refusal as refusal:
            form.add_error("on", str(refusal))
        else:
            messages.success(request, _("The day of the check has been noted."))
            return redirect("guide_manage", pk)
    context = {
        "guide": guide,
        "editions": editions,
        "current": current,
        "draft": next((edition for edition in editions if not edition.is_published), None),
        "is_stale": current is not None and current.is_stale(on=timezone.localdate()),
        "printed": current.printings.count() if current else 0,
        "form": form,
    }
    return render(request, "materials/guide_manage.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Permission.WRITE)
def edition_begin(request: SignedInRequest, pk: int) -> HttpResponse:
    """Begin a new edition of a guide, or go on with the one begun."""
    draft = begin_edition(get_object_or_404(Guide, pk=pk), by=request.user)
    return redirect("edition_edit", draft.pk)


@allow(Permission.WRITE)
def edition_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """A draft with its steps in their order; what a page older than it would replace is shown first."""
    edition = get_object_or_404(Edition.objects.select_related("guide__procedure"), pk=pk)
    form = EditionForm.of(edition, request.POST or None)
    if form.is_valid():
        try:
            describe_edition(edition, form.details(), by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(EditionForm.of(get_object_or_404(Edition, pk=pk)), because=refusal)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("The edition has been saved."))
            return redirect("edition_edit", pk)
    said = outline(edition)
    steps = sorted(edition.steps.all(), key=lambda step: step.ordinal)
    context = {
        "edition": edition,
        "guide": edition.guide,
        "title": notation.plain(edition.guide.title),
        "form": form,
        "rows": list(zip(steps, said.steps, strict=True)),
        "gaps": missing(edition) if not edition.is_published else [],
    }
    return render(request, "materials/edition_edit.html", context, status=422 if form.errors else 200)


@require_POST
@allow(Permission.WRITE)
def step_move(request: SignedInRequest, pk: int) -> HttpResponse:
    """One place up or down, from where the page showed it: a button pressed twice moves the step once."""
    step = get_object_or_404(Step.objects.select_related("edition"), pk=pk)
    by = {"up": -1, "down": 1}.get(request.POST.get("to", ""), 0)
    if request.POST.get("from", str(step.ordinal)) != str(step.ordinal):
        by = 0
    try:
        move_step(step, to=step.ordinal + by, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{reverse('edition_edit', args=[step.edition_id])}#step-{pk}")


@allow(Permission.WRITE)
def step_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    """Take a step out, after asking."""
    step = Step.objects.select_related("edition__guide").filter(pk=pk).first()
    if step is None and request.method == "POST":
        messages.info(request, _("This step has been taken out already."))
        return redirect("guide_desk")
    if step is None:
        raise Http404
    if request.method == "POST":
        try:
            remove_step(step, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
        else:
            messages.success(request, _("The step has been taken out."))
        return redirect("edition_edit", step.edition_id)
    return render(request, "materials/step_remove.html", {"step": step, "edition": step.edition})


@allow(Permission.WRITE)
def edition_preview(request: SignedInRequest, pk: int) -> HttpResponse:
    """The page exactly as readers will see it."""
    edition = _edition(pk)
    return show(request, edition, pdf_url=reverse("edition_pdf", args=[pk]), preview=True)


@allow(Permission.WRITE)
def edition_pdf(request: SignedInRequest, pk: int) -> FileResponse:
    """The paper exactly as it will be printed; any edition, not counted."""
    response = paper(_edition(pk), Options.of(request))
    response["Cache-Control"] = "no-store"
    return response


@allow(Permission.WRITE)
def edition_publish(request: SignedInRequest, pk: int) -> HttpResponse:
    """Publish a draft, after showing once more what that means."""
    edition = _edition(pk)
    gaps = missing(edition)
    if request.method == "POST":
        try:
            publish(edition, by=request.user)
        except Refusal as refusal:
            messages.error(request, str(refusal))
            return redirect("edition_edit", pk)
        messages.success(request, _("The edition has been published. Anybody can read and print it now."))
        return redirect("guide_manage", edition.guide_id)
    context = {"edition": edition, "title": notation.plain(edition.guide.title), "gaps": gaps}
    return render(request, "materials/edition_publish.html", context)


def _edition(pk: int) -> Edition:
    return get_object_or_404(Edition.objects.select_related("guide__topic", "guide__procedure"), pk=pk)
