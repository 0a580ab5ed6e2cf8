"""Practice data: a believable city to learn in."""

import time
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import translation

from core.refusal import Refusal
from office.demo.town import PASSWORD, SIGN_INS


class Command(BaseCommand):
    """Fills an empty practice installation; refuses a database that holds a real person."""

    help = "Fills an empty practice installation with a believable city; refuses a database that holds a real person."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--scale", type=int, default=1, metavar="N", help="so many times a city of 37,800 people")
        parser.add_argument("--if-empty", action="store_true", help="do and say nothing when people are there")
        parser.add_argument("--show-sign-ins", action="store_true", help="only say who can sign in and how")

    def handle(self, *args: Any, scale: int, if_empty: bool, show_sign_ins: bool, **options: Any) -> None:
        if show_sign_ins:
            self._show_sign_ins()
            return
        # Names, reasons and texts of the practice city are Japanese whatever language the terminal speaks.
        with translation.override("ja"):
            self._load(scale, quiet=if_empty)

    def _load(self, scale: int, *, quiet: bool) -> None:
        from office.demo.loading import load_demo  # noqa: PLC0415  (loads the clock that only the demo may turn)
        from residents.models import Resident  # noqa: PLC0415  (as above)

        if quiet and Resident.objects.exists():
            return
        begun = time.monotonic()
        try:
            loaded = load_demo(scale=scale)
        except Refusal as refusal:
            raise CommandError(str(refusal)) from refusal
        self.stdout.write(
            f"{loaded.residents} residents, {loaded.runs} course runs, {loaded.registrations} registrations, "
            f"{loaded.consultations} consultations in {time.monotonic() - begun:.0f} s"
        )

    def _show_sign_ins(self) -> None:
        for sign_in in SIGN_INS:
            roles = ", ".join(str(role.label) for role in sign_in.roles)
            self.stdout.write(f"{sign_in.username:<10} {PASSWORD:<18} {roles}")
