"""Builders of people who sign in."""

from itertools import count
from typing import Any

from accounts.models import User, Volunteer
from accounts.roles import Role
from accounts.staffing import give_roles

PASSWORD = "correct horse battery staple"
_numbers = count(1)


def user(*roles: Role, username: str = "", name: str = "中村", password: str = PASSWORD) -> User:
    """A person with these roles who can sign in with PASSWORD."""
    made = User.objects.create_user(username or f"user{next(_numbers)}", name, password)
    give_roles(made, roles, by=None)
    return made


def volunteer(name: str = "吉川", *, user: User | None = None, **fields: Any) -> Volunteer:
    """Somebody who teaches."""
    return Volunteer.objects.create(name=name, user=user, **fields)
