"""The only reader of the environment.

Everything the installation takes from outside is named here once. A production that is half configured
must not start: it says every missing name at once instead of failing on the first request that needs it.
"""

import os
from collections.abc import Sequence
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured


class Environment:
    """Reads settings from the process environment and remembers which required ones were missing."""

    def __init__(self, values: dict[str, str] | None = None) -> None:
        self.values = dict(os.environ if values is None else values)
        self.missing: list[str] = []

    def text(self, name: str, default: str = "") -> str:
        """The value of `name`, stripped; `default` when it is absent or empty."""
        return self.values.get(name, "").strip() or default

    def required(self, name: str) -> str:
        """The value of `name`; its absence is reported by `refuse_if_incomplete`."""
        value = self.text(name)
        if not value:
            self.missing.append(name)
        return value

    def one_of(self, name: str, allowed: Sequence[str]) -> str:
        """The value of `name`, the first of those allowed when it is absent.

        Raises ImproperlyConfigured when it is none of them.
        """
        value = self.text(name, allowed[0])
        if value not in allowed:
            raise ImproperlyConfigured(f"{name} must be one of {', '.join(allowed)}, not {value!r}.")
        return value

    def flag(self, name: str, *, default: bool = False) -> bool:
        """True for 1, true, yes or on in any case."""
        value = self.text(name).lower()
        return value in {"1", "true", "yes", "on"} if value else default

    def number(self, name: str, default: int) -> int:
        """A whole number.

        Raises ImproperlyConfigured when the value is not one.
        """
        value = self.text(name)
        if not value:
            return default
        try:
            return int(value)
        except ValueError as error:
            raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error

    def words(self, name: str, default: str = "") -> list[str]:
        """A comma-separated list without empty entries."""
        return [word.strip() for word in self.text(name, default).split(",") if word.strip()]

    def path(self, name: str, default: Path) -> Path:
        """A path of the file system."""
        value = self.text(name)
        return Path(value) if value else default

    def refuse_if_incomplete(self) -> None:
        """Raise ImproperlyConfigured naming every required setting that is missing."""
        if self.missing:
            names = ", ".join(sorted(set(self.missing)))
            raise ImproperlyConfigured(
                f"This installation is not fully configured. Set these in the environment: {names}."
            )


env = Environment()
