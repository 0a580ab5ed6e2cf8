"""Who may do what, in one table to be read from top to bottom.

A role is what the town hall gives to a person, a permission is what a page asks for. Nobody has a permission except
through a role, and one person may hold several roles.
"""

from enum import StrEnum

from django.db import models
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    """What a person is at the office."""

    RECEPTION = "reception", _("Reception")
    INSTRUCTOR = "instructor", _("Instructor")
    ADVISER = "adviser", _("Adviser")
    AUTHOR = "author", _("Guide author")
    ANALYST = "analyst", _("Analyst")
    ADMINISTRATOR = "administrator", _("Administrator")


class Permission(StrEnum):
    """What a page asks for."""

    RECEIVE = "receive"  # find people, take registrations, speak to them about seats
    PLAN = "plan"  # make courses, runs and lessons
    CALL = "call"  # the call list and the ledger of messages
    TEACH = "teach"  # the roster of one's own lessons today
    KEEP_ROSTERS = "keep_rosters"  # any lesson's roster, at any time
    ADVISE = "advise"  # record consultations
    WRITE = "write"  # write and publish guides
    ANALYSE = "analyse"  # figures, never people
    ADMINISTER = "administer"  # people and roles, the city's settings, who looked at what


ROLE_PERMISSIONS: dict[Role, frozenset[Permission]] = {
    Role.RECEPTION: frozenset({Permission.RECEIVE, Permission.PLAN, Permission.CALL, Permission.KEEP_ROSTERS}),
    Role.INSTRUCTOR: frozenset({Permission.TEACH}),
    Role.ADVISER: frozenset({Permission.ADVISE}),
    Role.AUTHOR: frozenset({Permission.WRITE}),
    Role.ANALYST: frozenset({Permission.ANALYSE}),
    Role.ADMINISTRATOR: frozenset({Permission.ADMINISTER}),
}


def permissions_of(roles: set[Role]) -> frozenset[Permission]:
    """Everything these roles together allow."""
    return frozenset().union(*(ROLE_PERMISSIONS[role] for role in roles))
