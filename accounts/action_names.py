"""What the audit log calls what is done to the people who sign in."""

from django.utils.translation import gettext_lazy as _

ACTION_NAMES = {
    "user.signed_in": _("Signed in"),
    "user.added": _("Added a person who signs in"),
    "user.roles": _("Changed somebody's roles"),
    "user.closed": _("Closed a sign-in"),
    "user.reopened": _("Opened a sign-in again"),
    "volunteer.made": _("Entered a volunteer"),
    "volunteer.changed": _("Changed a volunteer"),
    "roles.totp": _("Changed which roles need a second factor"),
    "invitation.issued": _("Gave a one-time code"),
    "invitation.printed": _("Printed a one-time code"),
    "invitation.answered": _("Chose a password with a one-time code"),
}
