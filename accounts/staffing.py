"""Give people their roles, and take them away when they leave.

An office must never lock itself out: the last person who can administer stays. Whoever was invited and has not chosen a
password yet cannot.
"""

from collections.abc import Iterable

from django.contrib.auth.hashers import UNUSABLE_PASSWORD_PREFIX
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from accounts.models import RoleGrant, RolePolicy, User
from accounts.roles import Role
from core.audit import record
from core.refusal import Refusal
from core.stale import refuse_stale


class LastAdministrator(Refusal):
    """Nobody would be left to manage people and settings."""

    sentence = _(
        "%(user)s is the only administrator who can sign in. Make somebody else an administrator first; "
        "they have to have chosen their password."
    )


def give_roles(user: User, roles: Iterable[Role], *, by: User | None, seen: str | None = None) -> None:
    """Let a person hold exactly these roles.

    `seen` is the fingerprint of those the page showed (`roles_held`); raises ChangedMeanwhile, and LastAdministrator
    when nobody else could administer afterwards.
    """
    wanted = set(roles)
    with transaction.atomic():
        administrators = _administrators()
        held = {Role(grant.role) for grant in user.grants.all()}
        if held != wanted:
            refuse_stale(seen, sorted(held))
        if Role.ADMINISTRATOR in held - wanted:
            _refuse_if_last(user, administrators)
        user.grants.filter(role__in=held - wanted).delete()
        RoleGrant.objects.bulk_create(RoleGrant(user=user, role=role, granted_by=by) for role in sorted(wanted - held))
        if held != wanted:
            record("user.roles", user, by=by, before=sorted(held), after=sorted(wanted))
    _forget_cached_roles(user)


def roles_held(user: User) -> list[str]:
    """The roles a person has been given, also while the sign-in is closed and they allow nothing.

    What a page that changes them shows, and what is compared before they are changed.
    """
    return sorted(user.grants.values_list("role", flat=True))


def close_account(user: User, *, by: User) -> None:
    """Let a person who left sign in no more. Their name stays on what they did.

    Raises LastAdministrator when nobody else could administer afterwards.
    """
    with transaction.atomic():
        _refuse_if_last(user, _administrators())
        if user.is_active:
            user.is_active = False
            user.save(update_fields=["is_active"])
            record("user.closed", user, by=by)
    _forget_cached_roles(user)


def reopen_account(user: User, *, by: User) -> None:
    """Let a person sign in again."""
    with transaction.atomic():
        if not user.is_active:
            user.is_active = True
            user.save(update_fields=["is_active"])
            record("user.reopened", user, by=by)
    _forget_cached_roles(user)


def ask_for_totp(roles: Iterable[Role], *, by: User) -> None:
    """Ask exactly the holders of these roles for a code from an authenticator at sign-in."""
    wanted = set(roles)
    with transaction.atomic():
        for role in Role:
            RolePolicy.objects.update_or_create(role=role, defaults={"requires_totp": role in wanted})
        record("roles.totp", None, by=by, roles=sorted(wanted))


def _administrators() -> set[int]:
    """Who can sign in and administer, held until the transaction ends.

    All of them: two administrators who close each other's accounts at once must not both find the other one left. So
    whoever gives or takes roles does it one after the other.
    """
    grants = RoleGrant.objects.filter(role=Role.ADMINISTRATOR, user__is_active=True)
    answered = grants.exclude(user__password__startswith=UNUSABLE_PASSWORD_PREFIX)
    return {grant.user_id for grant in answered.order_by("pk").select_for_update()}


def _refuse_if_last(user: User, administrators: set[int]) -> None:
    if administrators == {user.pk}:
        raise LastAdministrator(user=user.name)


def _forget_cached_roles(user: User) -> None:
    for name in ("grants_with_policy", "roles", "permissions"):
        user.__dict__.pop(name, None)
