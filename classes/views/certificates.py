"""Certificates for a run: who is to get one, and their sheets."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.certificate_forms import CertificateForm
from classes.certificates import certified
from classes.models import CourseRun
from core import audit
from core.downloads import pdf


@allow(Permission.RECEIVE)
def run_certificates(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who can be given a certificate, whoever missed no lesson ticked; by POST, the sheets of those who are ticked."""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    shown = certified(run, now=timezone.now())
    form = CertificateForm(request.POST if request.method == "POST" else None, certified=shown)
    if form.is_valid():
        from classes.certificate_printing import certificates_pdf  # noqa: PLC0415  (reportlab is slow to load)

        chosen = form.chosen()
        audit.record("run.certificates_printed", run, by=request.user, people=len(chosen))
        return pdf(certificates_pdf(shown, chosen), name=f"certificates-{pk}")
    if not (form.is_bound and audit.stands("run.opened", run, by=request.user)):
        audit.record("run.opened", run, by=request.user, people=len(shown.people))
    context = {"run": run, "certified": shown, "form": form}
    return render(request, "classes/run_certificates.html", context, status=422 if form.errors else 200)
