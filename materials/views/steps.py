"""One step of a draft: its words, its picture, and the marks on it."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts.access import SignedInRequest, allow
from accounts.models import User
from accounts.roles import Permission
from core.refusal import Refusal
from materials import notation
from materials.forms import StepForm
from materials.marking import BaseMarkFormSet, MarkFormSet, typed_marks
from materials.models import Edition, Picture, Step
from materials.outline import PictureBlock, picture_block
from materials.pictures import add_upload, set_picture
from materials.writing import StepHasChanged, StepIsGone, add_step, change_step


@allow(Permission.WRITE)
def step_create(request: SignedInRequest, pk: int) -> HttpResponse:
    """Add a step to a draft."""
    return _write(request, get_object_or_404(Edition.objects.select_related("guide"), pk=pk), None)


@allow(Permission.WRITE)
def step_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change a step of a draft."""
    step = Step.objects.select_related("edition__guide", "picture").filter(pk=pk).first()
    if step is not None:
        return _write(request, step.edition, step)
    # Somebody else took it out while this author was writing; what was typed must not go with it.
    number = request.POST.get("edition", "")
    if not (number.isascii() and number.isdigit() and len(number) <= 15):
        raise Http404
    return _write(request, get_object_or_404(Edition.objects.select_related("guide"), pk=int(number)), None)


def _write(request: SignedInRequest, edition: Edition, step: Step | None) -> HttpResponse:
    form = StepForm(request.POST or None, request.FILES or None, step=step)
    formset = MarkFormSet(request.POST or None, prefix="marks", initial=typed_marks(step.marks) if step else [])
    if request.method == "POST":
        if form.is_valid() and formset.is_valid():
            saved = _save(edition, step, form, formset, by=request.user)
            if saved:
                messages.success(request, _("Step %(number)s has been saved.") % {"number": saved.ordinal})
                if "again" in request.POST:
                    return redirect("step_edit", saved.pk)
                return redirect(f"{reverse('edition_edit', args=[edition.pk])}#step-{saved.pk}")
        form.ask_for_the_upload_again()
    context = {
        "edition": edition,
        "step": step,
        "title": notation.plain(edition.guide.title),
        "form": form,
        "formset": formset,
        "picture": _shown(step),
    }
    return render(
        request, "materials/step_form.html", context, status=422 if form.errors or formset.total_error_count() else 200
    )


def _save(edition: Edition, step: Step | None, form: StepForm, formset: BaseMarkFormSet, *, by: User) -> Step | None:
    """Words first, then the picture; None when a refusal now stands in the form."""
    if step is None and form.cleaned_data["seen"]:
        _ask_once_more(form, StepIsGone())
        return None
    try:
        if step is None:
            saved = add_step(edition, form.details(), lineage=form.cleaned_data["key"], by=by)
        else:
            saved = change_step(step, form.details(), seen=form.seen_state, marks=formset.marks(), by=by)
        picture = _chosen(form, step, by=by)
        if picture or saved.picture_id:
            description = form.cleaned_data["description"]
            saved = set_picture(saved, picture, description=description, marks=formset.marks(), by=by)
    except StepHasChanged as refusal:
        _ask_once_more(form, refusal)
        return None
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return None
    return saved


def _ask_once_more(form: StepForm, refusal: Refusal) -> None:
    """Saving once more is the author's answer to the question that the refusal asks."""
    form.data = {**form.data, "seen": ""}
    form.add_error(None, str(refusal))


def _chosen(form: StepForm, step: Step | None, *, by: User) -> Picture | None:
    """The picture to show: a new upload, a drawing, or the one the step already has."""
    if form.cleaned_data["upload"]:
        return add_upload(form.cleaned_data["upload"], description=form.cleaned_data["description"], by=by)
    return form.cleaned_data["drawing"] or (step.picture if step else None)


def _shown(step: Step | None) -> PictureBlock | None:
    """The picture as it is stored, with its marks."""
    return picture_block(step.picture, step.marks) if step and step.picture else None
