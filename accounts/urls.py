from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as recovery_codes
from allauth.mfa.totp import views as totp
from django.urls import path
from django.views.i18n import set_language

from accounts import views
from accounts.access import ANYONE, SIGNED_IN, allow
from accounts.adapter import said_422

# Of allauth only what is used here is mounted: there is no sign-up, no e-mail and no reset by e-mail.
urlpatterns = [
    path("sign-in/", allow(ANYONE)(said_422(account.login)), name="account_login"),
    path("sign-in/code/", allow(ANYONE)(said_422(mfa.authenticate)), name="mfa_authenticate"),
    path("sign-in/closed/", allow(ANYONE)(account.account_inactive), name="account_inactive"),
    path("sign-out/", allow(ANYONE)(account.logout), name="account_logout"),
    path("sign-in/again/", views.form_resume, name="form_resume"),
    path("invitation/", views.invitation_answer, name="invitation_answer"),
    path("language/", allow(ANYONE)(set_language), name="set_language"),
    path("my-account/password/", allow(SIGNED_IN)(said_422(account.password_change)), name="account_change_password"),
    path("my-account/again/", allow(SIGNED_IN)(said_422(account.reauthenticate)), name="account_reauthenticate"),
    path("my-account/again/code/", allow(SIGNED_IN)(said_422(mfa.reauthenticate)), name="mfa_reauthenticate"),
    path("my-account/", allow(SIGNED_IN)(mfa.index), name="mfa_index"),
    path("my-account/authenticator/", allow(SIGNED_IN)(said_422(totp.activate_totp)), name="mfa_activate_totp"),
    path("my-account/authenticator/off/", allow(SIGNED_IN)(totp.deactivate_totp), name="mfa_deactivate_totp"),
    path(
        "my-account/recovery-codes/",
        allow(SIGNED_IN)(recovery_codes.view_recovery_codes),
        name="mfa_view_recovery_codes",
    ),
    path(
        "my-account/recovery-codes/new/",
        allow(SIGNED_IN)(recovery_codes.generate_recovery_codes),
        name="mfa_generate_recovery_codes",
    ),
    path("users/", views.UserList.as_view(), name="user_list"),
    path("users/invite/", views.user_create, name="user_create"),
    path("users/rules/", views.role_rules, name="role_rules"),
    path("users/<int:pk>/", views.user_edit, name="user_edit"),
    path("users/<int:pk>/code/", views.user_invite_again, name="user_invite_again"),
    path("users/<int:pk>/code.pdf", views.invitation_slip, name="invitation_slip"),
    path("users/<int:pk>/close/", views.user_close, name="user_close"),
    path("users/<int:pk>/reopen/", views.user_reopen, name="user_reopen"),
    path("volunteers/", views.VolunteerList.as_view(), name="volunteer_list"),
    path("volunteers/new/", views.volunteer_create, name="volunteer_create"),
    path("volunteers/<int:pk>/", views.volunteer_edit, name="volunteer_edit"),
    path("audit/", views.AuditLog.as_view(), name="audit_log"),
]
