"""People are invited on paper, because nobody is asked for an e-mail address.

An administrator adds a person, prints a one-time code and hands it over; with it the person chooses a password. The
code is stored hashed, expires, dies after five wrong tries and works once. It must never be written to a log or a URL.
"""

import secrets
from datetime import timedelta

from django.contrib.auth.hashers import check_password, make_password
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts.models import Invitation, User
from accounts.roles import Role
from accounts.staffing import give_roles
from core.audit import record
from core.refusal import Refusal

# Without the characters that are mistaken for one another on paper: 0 O, 1 I L, 2 Z, 5 S, 8 B.
ALPHABET = "34679ACDEFGHJKMNPQRTUVWXY"
CODE_LENGTH = 12  # 25 characters to choose from: 55 bits
VALID_FOR = timedelta(days=7)
TRIES = 5


class InvitationNotAccepted(Refusal):
    """The user name, the code or its validity is not right; which of them is not said to a stranger."""

    sentence = _(
        "This user name and code do not belong together, or the code has expired. "
        "Check both against the paper; if they are the same, ask the administrator for a new code."
    )


class UserNameTaken(Refusal):
    """Somebody else signs in under this name."""

    sentence = _("This user name is already taken. Choose another.")


def invite(username: str, name: str, roles: set[Role], *, by: User | None) -> tuple[User, str]:
    """Add a person with their roles and give the one-time code, which is known only now.

    The same person invited again before they answered, as by a button pressed twice, is given a new code.
    Raises UserNameTaken.
    """
    with transaction.atomic():
        if by is not None:
            User.objects.one_press_at_a_time(by)
        standing = User.objects.filter(username=username).first()
        if standing is not None:
            if standing.has_usable_password() or (standing.name, set(standing.roles)) != (name, roles):
                raise UserNameTaken
            return standing, issue_code(standing, by=by)
        user = User.objects.create_user(username, name)
        record("user.added", user, by=by)
        give_roles(user, roles, by=by)
        code = issue_code(user, by=by)
    return user, code


def issue_code(user: User, *, by: User | None) -> str:
    """Give a new one-time code; earlier ones stop working."""
    code = "".join(secrets.choice(ALPHABET) for _position in range(CODE_LENGTH))
    with transaction.atomic():
        user.invitations.filter(used_at__isnull=True).delete()
        invitation = Invitation.objects.create(
            user=user, code_hash=make_password(code), issued_by=by, expires_at=timezone.now() + VALID_FOR
        )
        record("invitation.issued", invitation, by=by, user=user)
    return written(code)


def answer(username: str, code: str, password: str) -> User:
    """Let an invited person choose their password.

    Raises InvitationNotAccepted when name and code do not fit, or the code is used, expired or was tried too often.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update()
            .filter(
                user__username=username.strip(),
                user__is_active=True,
                used_at__isnull=True,
                expires_at__gt=timezone.now(),
                failed_tries__lt=TRIES,
            )
            .first()
        )
        if invitation is not None and check_password(as_typed(code), invitation.code_hash):
            user = invitation.user
            user.set_password(password)
            user.save(update_fields=["password"])
            invitation.used_at = timezone.now()
            invitation.save(update_fields=["used_at"])
            record("invitation.answered", invitation, by=user, user=user)
            return user
        if invitation is not None:
            # Kept, because the refusal is raised outside of the transaction.
            invitation.failed_tries += 1
            invitation.save(update_fields=["failed_tries"])
    if invitation is None:
        # Takes as long as the check of a code, so that no clock tells a stranger who is invited.
        make_password(as_typed(code))
    raise InvitationNotAccepted


def written(code: str) -> str:
    """The code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))


def as_typed(text: str) -> str:
    """What a person typed, without the hyphens and spaces of the paper and in capitals; full width is folded."""
    folded = "".join(chr(ord(char) - 0xFEE0) if "！" <= char <= "～" else char for char in text)
    return "".join(char for char in folded.upper() if char.isalnum())
