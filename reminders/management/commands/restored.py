"""What is done once after a backup was put back."""

from typing import Any

from django.core.management.base import BaseCommand

from city.practice import refuse_other_installations_database
from reminders.restoring import doubt_what_may_have_left


class Command(BaseCommand):
    """Sees to it that nobody is texted again who was texted after the copy had been made."""

    help = "To be run once after a backup was put back, before the worker begins: nobody is texted a second time."

    def handle(self, *args: Any, **options: Any) -> None:
        refuse_other_installations_database()
        in_doubt = doubt_what_may_have_left(by=None)
        self.stdout.write(
            f"texts to look for at the provider: {in_doubt}; where one is not found, its people are called"
        )
