"""One run of the measurements: what it starts once, and hands out to scenarios."""

import os
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from functools import cached_property
from importlib import import_module
from pathlib import Path
from types import TracebackType
from typing import Self

import django
from django.conf import settings
from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY, get_user_model

from bench.frame.client import Client
from bench.frame.databases import DATABASES, Databases, connect_django, manage
from bench.frame.servers import floor_server, our_server
from tools.postgres import Server, throw_away_server


class Site:
    """Kakehashi on a practice city of its own, served as `make run` serves it."""

    def __init__(self, port: int, url: str) -> None:
        self.port = port
        self.url = url

    def visitor(self) -> Client:
        """Somebody who has not signed in."""
        return Client(self.port)

    def colleague(self, *roles: str) -> Client:
        """Somebody of the office who has signed in, with these roles or, when none is named, all of them."""
        users = get_user_model()
        roles_held = roles or tuple(import_module("accounts.roles").Role.values)
        name = f"bench-{'-'.join(sorted(roles_held))}"[:40]
        user = users.objects.filter(username=name).first() or users.objects.create_user(
            name, name="測定", password=None
        )
        for role in roles_held:
            user.grants.get_or_create(role=role)
        session = import_module(settings.SESSION_ENGINE).SessionStore()
        session[SESSION_KEY] = str(user.pk)
        session[BACKEND_SESSION_KEY] = settings.AUTHENTICATION_BACKENDS[0]
        session[HASH_SESSION_KEY] = user.get_session_auth_hash()
        session.create()
        return Client(self.port, {settings.SESSION_COOKIE_NAME: session.session_key})


class Run:
    """Starts PostgreSQL and the floor when they are first asked for, and ends everything at the end."""

    def __init__(self, *, scale: int) -> None:
        self.scale = scale
        self.ending = ExitStack()
        self.home = Path()

    def __enter__(self) -> Self:
        self.home = Path(self.ending.enter_context(tempfile.TemporaryDirectory(prefix="kakehashi-bench-")))
        self.set_up_django()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.ending.__exit__(kind, error, trace)

    def set_up_django(self) -> None:
        """Our own settings, with everything that is written going to a folder of this run."""
        os.environ |= {
            "DJANGO_SETTINGS_MODULE": "bench.settings",
            "VAR_DIR": str(self.home),
            "DATABASE_URL": f"sqlite:///{self.home / 'nobody.sqlite3'}",
        }
        django.setup()

    @cached_property
    def postgres(self) -> Server:
        """A server that keeps its promises as a real one does: what is committed survives."""
        return self.ending.enter_context(throw_away_server(durable=True))

    @cached_property
    def databases(self) -> Databases:
        """Databases of this run."""
        return Databases(self.home, self.postgres)

    @contextmanager
    def site(self, kind: str, *, scale: int | None = None) -> Iterator[Site]:
        """Kakehashi on a practice city of its own, "postgres" or "sqlite"; Django in this process looks at it, too."""
        self.collect_static_files()
        url = self.databases.city(kind, scale or self.scale)
        connect_django(url)
        try:
            with our_server(url) as port:
                yield Site(port, url)
        finally:
            connect_django(os.environ["DATABASE_URL"])
            self.databases.drop(kind, url)

    def collect_static_files(self) -> None:
        """Pages name style sheets by their digest, which collecting makes."""
        if not (self.home / "static").exists():
            manage(["collectstatic", "--no-input", "--verbosity=0"], os.environ["DATABASE_URL"])

    @cached_property
    def floor_urls(self) -> dict[str, str]:
        """The databases of the floor page."""
        from bench.frame.anchors import lay_floor  # noqa: PLC0415  (the anchors are handed this run)

        urls = {kind: self.databases.empty(kind) for kind in DATABASES}
        for kind, url in urls.items():
            lay_floor(kind, url)
        return urls

    @cached_property
    def floors(self) -> dict[str, int]:
        """The ports of the floor page, by kind of database."""
        return {kind: self.ending.enter_context(floor_server(url)) for kind, url in self.floor_urls.items()}
