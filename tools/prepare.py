"""Brings an installation up to date: database, cache table, static files, and practice data in an empty practice one.

Every step is harmless when nothing is left to do, so this runs before each start.
"""

import os

import django
from django.conf import settings
from django.core.management import call_command


def main() -> None:
    """Run the steps in order, then say who can sign in, where that is no secret."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings.local")
    django.setup()
    settings.VAR.mkdir(parents=True, exist_ok=True)

    say("Bringing the database up to date …")
    call_command("migrate", interactive=False, verbosity=0)
    call_command("createcachetable", verbosity=0)

    say("Collecting style sheets and scripts …")
    call_command("collectstatic", interactive=False, verbosity=0)

    if settings.PRACTICE:
        say("Looking whether practice data is needed (the first time takes about a minute) …")
        call_command("demo", if_empty=True)


def say(sentence: str) -> None:
    """Tell the person at the terminal what is going on."""
    print(sentence, flush=True)


if __name__ == "__main__":
    main()
