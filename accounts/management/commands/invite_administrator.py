"""The first administrator of a new installation."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.forms import InviteForm
from accounts.invitation import invite
from accounts.roles import Role


class Command(BaseCommand):
    """Add an administrator and print the one-time code with which they choose a password."""

    help = "Adds an administrator and prints the one-time code with which they choose a password."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("username")
        parser.add_argument("name")

    def handle(self, *args: Any, username: str, name: str, **options: Any) -> None:
        form = InviteForm({"username": username, "name": name, "roles": [Role.ADMINISTRATOR.value]})
        if not form.is_valid():
            sentences = [str(error) for errors in form.errors.values() for error in errors]
            raise CommandError(" ".join(sentences))
        data = form.cleaned_data
        user, code = invite(data["username"], data["name"], data["roles"], by=None)
        self.stdout.write(f"{user.username}\t{code}")
