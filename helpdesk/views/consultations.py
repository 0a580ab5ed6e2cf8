"""Recording consultations at the table, and what must be looked into again."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django_tables2 import RequestConfig

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from core import wareki
from core.refusal import Refusal
from core.tables import TableView
from helpdesk.forms import KEPT, ConsultationForm, SubjectForm
from helpdesk.models import Consultation
from helpdesk.recording import ConsultationDetails, follow_up, record
from helpdesk.subjects import subject_words, subjects
from helpdesk.tables import ConsultationTable, FollowUpTable
from materials.models import Edition, Procedure, Topic
from materials.notation import plain

SESSION_KEY = "consultation_circumstances"


@allow(Permission.ADVISE)
def consultation_create(request: SignedInRequest) -> HttpResponse:
    """Choose what it is about, then tap what happened."""
    subject = SubjectForm(request.GET)
    if not (request.GET and subject.is_valid() and any(subject.cleaned_data.values())):
        return render(request, "helpdesk/consultation_subject.html", vars(subjects()))
    edition, procedure, topic = _subject(subject.cleaned_data)
    form = ConsultationForm(request.POST or None, edition=edition, initial=_circumstances(request))
    if request.method == "POST" and form.is_valid():
        try:
            consultation = record(_details(form, edition, procedure, topic), by=request.user)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
        else:
            kept = {name: request.POST.get(name, "") for name in KEPT}
            # At one table nearly always the same: then the session is not written again.
            if request.session.get(SESSION_KEY) != kept:
                request.session[SESSION_KEY] = kept
            return redirect("consultation_recorded", pk=consultation.pk)
    page = {
        "form": form,
        "edition": edition,
        "subject": plain(str(edition.guide)) if edition else str(procedure or topic),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "helpdesk/consultation_create.html", page, status=status)


@allow(Permission.ADVISE)
def consultation_recorded(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was recorded, and what comes next: the next person, the guide on paper, a class."""
    consultation = get_object_or_404(
        Consultation.objects.select_related("edition__guide", "procedure", "topic"), pk=pk, recorded_by=request.user
    )
    return render(
        request,
        "helpdesk/consultation_recorded.html",
        {
            "consultation": consultation,
            "subject": subject_words(consultation),
            "may_register": request.user.may(Permission.RECEIVE),
        },
    )


@allow(Permission.ADVISE)
class ConsultationList(TableView):
    """The consultations of the last thirty days, the newest first."""

    table_class = ConsultationTable
    template_name = "helpdesk/consultation_list.html"

    def get_queryset(self) -> QuerySet[Consultation]:
        since = timezone.localdate() - timedelta(days=30)
        return (
            Consultation.objects.filter(held_on__gte=since)
            .select_related("topic", "procedure", "edition__guide", "recorded_by")
            .prefetch_related("difficulties__step")
            .order_by("-held_on", "-pk")
        )

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        due = Consultation.objects.to_follow_up(on=timezone.localdate())
        waiting = FollowUpTable(due.select_related("topic", "procedure", "edition__guide"), prefix="due-")
        RequestConfig(self.request, paginate={"per_page": 20}).configure(waiting)
        return super().get_context_data(follow_ups=waiting, **kwargs)


@allow(Permission.ADVISE)
@require_POST
def consultation_followed_up(request: SignedInRequest, pk: int) -> HttpResponse:
    """Tick off what was promised."""
    consultation = get_object_or_404(Consultation, pk=pk)
    follow_up(consultation, by=request.user)
    messages.success(
        request,
        _("The consultation of %(day)s has been looked into.") % {"day": wareki.short_date(consultation.held_on)},
    )
    return redirect(reverse("consultation_list"))


def _subject(chosen: dict[str, Any]) -> tuple[Edition | None, Procedure | None, Topic]:
    edition: Edition | None = chosen["edition"]
    if edition is not None:
        return edition, edition.guide.procedure, edition.guide.topic
    procedure: Procedure | None = chosen["procedure"]
    if procedure is not None:
        return None, procedure, procedure.topic
    return None, None, chosen["topic"]


def _circumstances(request: SignedInRequest) -> dict[str, Any]:
    """What is most likely: as with the person before."""
    usual = {"channel": "counter", "minutes": 15, "age_band": "70s", "device": "android"}
    return {**usual, **request.session.get(SESSION_KEY, {}), "held_on": wareki.wareki(timezone.localdate())}


def _details(
    form: ConsultationForm, edition: Edition | None, procedure: Procedure | None, topic: Topic
) -> ConsultationDetails:
    data = form.cleaned_data
    return ConsultationDetails(
        held_on=data["held_on"],
        channel=data["channel"],
        venue=data["venue"],
        minutes=data["minutes"],
        age_band=data["age_band"],
        device=data["device"],
        topic=topic,
        procedure=procedure,
        edition=edition,
        stuck=form.stuck,
        operator=data["operator"],
        outcome=data["outcome"],
        referred_to=data["referred_to"],
        follow_up_on=data["follow_up_on"],
        note=data["note"],
        form_key=data["form_key"],
    )
