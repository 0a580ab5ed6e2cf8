"""`make check`: everything that can be said about the project without running it.

All checks run, and all that fail are named at the end: whoever mends one wants to know about the others.

    python -m tools.check                  all of them
    python -m tools.check types layers     only these
"""

import os
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BESIDE_PYTHON = Path(sys.executable).parent

# A production that is completely configured, for looking at its settings only: no such city, no such key.
PRODUCTION = {
    "DJANGO_SETTINGS_MODULE": "config.settings.production",
    "SECRET_KEY": "checked-only-" + "".join(chr(code) for code in range(35, 122) if chr(code).isalnum()),
    "ALLOWED_HOSTS": "kakehashi.example.jp",
    "PUBLIC_BASE_URL": "https://kakehashi.example.jp",
    "DATABASE_URL": "sqlite://:memory:",
    "SMS_GATEWAY": "twilio",
    "TWILIO_ACCOUNT_SID": "AC" + "0" * 32,
    "TWILIO_AUTH_TOKEN": "0" * 32,
    "TWILIO_FROM": "+815000000000",
}
TESTING = {"DJANGO_SETTINGS_MODULE": "config.settings.test", "DATABASE_URL": "sqlite://:memory:"}


@dataclass(frozen=True)
class Check:
    """One question to the project, asked by a program that answers with its status."""

    name: str
    asks: str
    command: list[str]
    environment: dict[str, str] = field(default_factory=dict)

    def passes(self) -> bool:
        """Run it, showing what it says."""
        command = [sys.executable, *self.command]
        return subprocess.run(command, cwd=ROOT, env=os.environ | self.environment, check=False).returncode == 0


CHECKS = [
    Check("lint", "Is the code free of known mistakes?", ["-m", "ruff", "check", "--quiet", "."]),
    Check("format", "Is it laid out as everywhere else?", ["-m", "ruff", "format", "--check", "--quiet", "."]),
    Check("layers", "Does everybody import only what lies below?", [str(BESIDE_PYTHON / "lint-imports"), "--no-logo"]),
    Check("templates", "Are the templates well-formed?", ["-m", "djlint", "--lint", "--quiet", "templates"]),
    Check(
        "migrations",
        "Do the migrations say what the models say?",
        ["manage.py", "makemigrations", "--check", "--dry-run"],
        TESTING,
    ),
    Check("translations", "Is the Japanese complete, and compiled?", ["-m", "tools.translations", "--check"], TESTING),
    Check(
        "deployment",
        "Would production be safe to start?",
        ["manage.py", "check", "--deploy", "--fail-level", "WARNING"],
        PRODUCTION,
    ),
    Check("types", "Do the types agree?", ["-m", "mypy"]),
]


def main() -> int:
    """Run the checks and give back 1 when any fails."""
    asked = set(sys.argv[1:])
    unknown = asked - {check.name for check in CHECKS}
    if unknown:
        print(f"There is no check named {', '.join(sorted(unknown))}. There are: {', '.join(c.name for c in CHECKS)}")
        return 2
    failed = []
    for check in CHECKS:
        if asked and check.name not in asked:
            continue
        begun = time.monotonic()
        print(f"{check.name:<13} {check.asks}", flush=True)
        if not check.passes():
            failed.append(check.name)
        print(f"{'':<13} {'FAILED' if check.name in failed else 'yes'} ({time.monotonic() - begun:.1f} s)", flush=True)
    if failed:
        print(f'\nFailed: {", ".join(failed)}. Again, only these: make check ONLY="{" ".join(failed)}"')
        return 1
    print("\nEvery check passed.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
