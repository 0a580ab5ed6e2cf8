"""Pages about the people who sign in, what they may do and did, and about those who teach."""

from typing import Any

from allauth.core.internal import ratelimit
from django.contrib import messages
from django.contrib.auth.hashers import check_password
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from accounts.access import ANYONE, SIGNED_IN, SignedInRequest, allow
from accounts.expiry import resumed_form
from accounts.forms import (
    AnswerForm,
    AuditFilterForm,
    InviteForm,
    RoleRulesForm,
    RolesForm,
    VolunteerChangeForm,
    VolunteerForm,
)
from accounts.invitation import InvitationNotAccepted, UserNameTaken, answer, as_typed, invite, issue_code
from accounts.models import RolePolicy, User, Volunteer
from accounts.roles import Permission
from accounts.staffing import ask_for_totp, close_account, give_roles, reopen_account
from accounts.tables import AuditTable, UserTable, VolunteerTable
from accounts.volunteering import keep_volunteer
from core.audit import record
from core.forms import standing_record
from core.models import AuditEntry
from core.refusal import Refusal
from core.stale import ChangedMeanwhile
from core.tables import TableView

# A stranger may try a few codes, not search for one.
ANSWER_RATES = {"invitation": "10/10m/ip,5/10m/key"}


@allow(Permission.ADMINISTER)
class UserList(TableView):
    """Everybody who signs in, and what they may do."""

    table_class = UserTable
    template_name = "accounts/user_list.html"

    def get_queryset(self) -> QuerySet[User]:
        return User.objects.people().prefetch_related("grants").order_by("-is_active", "username")

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        asked = RolePolicy.objects.filter(requires_totp=True).values_list("role", flat=True)
        return super().get_context_data(rules=RoleRulesForm(initial={"roles": list(asked)}), **kwargs)


@allow(Permission.ADMINISTER)
def user_create(request: SignedInRequest) -> HttpResponse:
    """Invite somebody: the next page shows the one-time code, once."""
    form = InviteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            user, code = invite(data["username"], data["name"], data["roles"], by=request.user)
        except UserNameTaken as refusal:
            form.add_error("username", str(refusal))
        else:
            return render(request, "accounts/invitation_code.html", {"invited": user, "code": code})
    return render(request, "accounts/user_create.html", {"form": form}, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER)
def user_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what somebody may do; what a page older than the roles would replace is shown first."""
    person = get_object_or_404(User.objects.people(), pk=pk)
    form = RolesForm.of(person, request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            give_roles(person, form.cleaned_data["roles"], by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(RolesForm.of(person), because=refusal)
        except Refusal as refusal:
            form.add_error("roles", str(refusal))
        else:
            messages.success(request, _("The roles of %(user)s have been saved.") % {"user": person.name})
            return redirect("user_list")
    context = {"person": person, "form": form}
    return render(request, "accounts/user_edit.html", context, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER)
@require_POST
def user_invite_again(request: SignedInRequest, pk: int) -> HttpResponse:
    """Give a new one-time code, for a forgotten password as well."""
    person = get_object_or_404(User.objects.people(), pk=pk, is_active=True)
    code = issue_code(person, by=request.user)
    return render(request, "accounts/invitation_code.html", {"invited": person, "code": code})


@allow(Permission.ADMINISTER)
@require_POST
def invitation_slip(request: SignedInRequest, pk: int) -> HttpResponse:
    """Print the paper with the code; only for the code that is valid now, so that no other text can be printed here."""
    from accounts.printing import invitation_pdf  # noqa: PLC0415  (reportlab is slow to load and seldom needed)

    person = get_object_or_404(User.objects.people(), pk=pk, is_active=True)
    invitation = get_object_or_404(person.invitations, used_at__isnull=True, expires_at__gt=timezone.now())
    code = request.POST.get("code", "")[:40]
    if not check_password(as_typed(code), invitation.code_hash):
        messages.error(request, _("This code is no longer valid. Give a new one."))
        return redirect("user_edit", pk=pk)
    record("invitation.printed", invitation, by=request.user, user=person)
    address = request.build_absolute_uri(reverse("invitation_answer"))
    pdf = invitation_pdf(person, code, address=address, expires_at=invitation.expires_at)
    return HttpResponse(pdf, content_type="application/pdf")


@allow(Permission.ADMINISTER)
@require_POST
def user_close(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let somebody who left sign in no more."""
    person = get_object_or_404(User.objects.people(), pk=pk)
    try:
        close_account(person, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect("user_edit", pk=pk)
    messages.success(request, _("%(user)s can no longer sign in.") % {"user": person.name})
    return redirect("user_list")


@allow(Permission.ADMINISTER)
@require_POST
def user_reopen(request: SignedInRequest, pk: int) -> HttpResponse:
    """Let somebody sign in again."""
    person = get_object_or_404(User.objects.people(), pk=pk)
    reopen_account(person, by=request.user)
    messages.success(request, _("%(user)s can sign in again.") % {"user": person.name})
    return redirect("user_list")


@allow(Permission.ADMINISTER)
@require_POST
def role_rules(request: SignedInRequest) -> HttpResponse:
    """Say which roles sign in with an authenticator's code as well."""
    form = RoleRulesForm(request.POST)
    if form.is_valid():
        ask_for_totp(form.cleaned_data["roles"], by=request.user)
        messages.success(request, _("The rules for signing in have been saved."))
    else:
        messages.error(request, _("The rules could not be saved: an unknown role was named."))
    return redirect("user_list")


@allow(Permission.ADMINISTER, Permission.PLAN)
class VolunteerList(TableView):
    """The people who teach and help, whoever can be asked first."""

    table_class = VolunteerTable
    template_name = "accounts/volunteer_list.html"

    def get_queryset(self) -> QuerySet[Volunteer]:
        return Volunteer.objects.select_related("user").order_by("-is_active", "kana", "name")


@allow(Permission.ADMINISTER, Permission.PLAN)
def volunteer_create(request: SignedInRequest) -> HttpResponse:
    """Enter somebody who teaches or helps."""
    form = VolunteerForm(request.POST or None)
    kept = standing_record(form)
    if form.is_valid():
        kept = keep_volunteer(form.save(commit=False), by=request.user)
    if kept is not None:
        messages.success(request, _("“%(volunteer)s” has been saved.") % {"volunteer": kept})
        return redirect("volunteer_list")
    context = {"form": form, "is_new": True}
    return render(request, "accounts/volunteer_edit.html", context, status=422 if form.errors else 200)


@allow(Permission.ADMINISTER, Permission.PLAN)
def volunteer_edit(request: SignedInRequest, pk: int) -> HttpResponse:
    """Change what is known of a volunteer; what a page older than the record would replace is shown first."""
    form = VolunteerChangeForm.of(get_object_or_404(Volunteer, pk=pk), request.POST or None)
    if form.is_valid():
        try:
            kept = keep_volunteer(form.save(commit=False), by=request.user, seen=form.seen)
        except ChangedMeanwhile as refusal:
            form.bring_up_to(VolunteerChangeForm.of(get_object_or_404(Volunteer, pk=pk)), because=refusal)
        else:
            messages.success(request, _("“%(volunteer)s” has been saved.") % {"volunteer": kept})
            return redirect("volunteer_list")
    context = {"form": form, "is_new": False}
    return render(request, "accounts/volunteer_edit.html", context, status=422 if form.errors else 200)


@allow(ANYONE)
@never_cache
def invitation_answer(request: HttpRequest) -> HttpResponse:
    """The invited person chooses a password with the code from the paper."""
    form = AnswerForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        usage = ratelimit.consume(
            request, app="accounts", action="invitation", config=ANSWER_RATES, key=data["username"].lower()
        )
        if not usage:
            form.add_error(None, _("Too many tries. Wait ten minutes, then try again."))
            return render(request, "accounts/invitation_answer.html", {"form": form}, status=429)
        try:
            answer(data["username"], data["code"], data["password"])
        except InvitationNotAccepted as refusal:
            form.add_error("code", str(refusal))
        else:
            messages.success(request, _("Your password is set. You can sign in now."))
            return redirect("account_login")
    return render(request, "accounts/invitation_answer.html", {"form": form}, status=422 if form.errors else 200)


@allow(SIGNED_IN)
def form_resume(request: SignedInRequest) -> HttpResponse:
    """After signing in again: the form that was on its way, ready to be sent."""
    form = resumed_form(request)
    if form is None:
        messages.warning(request, _("The form is no longer kept: 30 minutes have passed, or it was another person's."))
        return redirect("home")
    return render(request, "accounts/form_resume.html", {"form_to_send": form})


@allow(Permission.ADMINISTER)
class AuditLog(TableView):
    """Who did or looked at what."""

    table_class = AuditTable
    template_name = "accounts/audit_log.html"

    def get_queryset(self) -> QuerySet[AuditEntry]:
        self.form = AuditFilterForm(self.request.GET or None)
        entries = AuditEntry.objects.select_related("by").order_by("-at", "-pk")
        if not self.form.is_valid():
            return entries
        wanted = self.form.cleaned_data
        if wanted["by"]:
            entries = entries.filter(by=wanted["by"])
        if wanted["action"]:
            entries = entries.filter(action=wanted["action"])
        if wanted["subject"]:
            entries = entries.filter(subject_id=wanted["subject"])
        return entries

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        return super().get_context_data(form=self.form, **kwargs)
