"""Certificates for a run: who is to get one, and their sheets."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils import timezone

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from classes.certificates import certified
from classes.models import CourseRun
from core import audit
from core.downloads import pdf


@allow(Permission.RECEIVE)
def run_certificates(request: SignedInRequest, pk: int) -> HttpResponse:
    """Who can be given a certificate, whoever missed no lesson ticked; by POST, the sheets of those who are ticked."""
    run = get_object_or_404(CourseRun.objects.select_related("course"), pk=pk)
    shown = certified(run, now=timezone.now())
    is_pressed = request.method == "POST"
    ticked = set(request.POST.getlist("who"))
    chosen = [each.registration for each in shown.people if str(each.registration.pk) in ticked]
    if is_pressed and chosen:
        from classes.certificate_printing import certificates_pdf  # noqa: PLC0415  (reportlab is slow to load)

        audit.record("run.certificates_printed", run, by=request.user, people=len(chosen))
        return pdf(certificates_pdf(shown, chosen), name=f"certificates-{pk}")
    if not (is_pressed and audit.stands("run.opened", run, by=request.user)):
        audit.record("run.opened", run, by=request.user, people=len(shown.people))
    context = {
        "run": run,
        "certified": shown,
        "lines": [(each, False if is_pressed else each.missed_none) for each in shown.people],
        "nobody_ticked": is_pressed,
    }
    return render(request, "classes/run_certificates.html", context, status=422 if is_pressed else 200)
