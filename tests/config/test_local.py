"""What `make run` starts with."""

import os
import stat
import subprocess
import sys
from pathlib import Path

from tests.project.places import ROOT

SHOW = "from django.conf import settings; print(settings.SECRET_KEY)"


def secret(var: Path) -> str:
    """The key of an installation that keeps its data there."""
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.local", "VAR_DIR": str(var)}
    return subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def test_the_secret_is_made_once_and_kept(tmp_path: Path) -> None:
    first = secret(tmp_path)

    assert len(first) >= 50
    assert secret(tmp_path) == first


def test_two_installations_have_different_secrets(tmp_path: Path) -> None:
    assert secret(tmp_path / "a") != secret(tmp_path / "b")


def test_nobody_else_on_the_machine_can_read_the_secret(tmp_path: Path) -> None:
    secret(tmp_path)

    assert stat.S_IMODE((tmp_path / "secret").stat().st_mode) == 0o600


def test_half_an_account_is_refused_here_too(tmp_path: Path) -> None:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.local"}
    half = {"VAR_DIR": str(tmp_path), "SMS_GATEWAY": "twilio", "TWILIO_FROM": "+815000000000"}

    started = subprocess.run(
        [sys.executable, "-c", SHOW], cwd=ROOT, env=environment | half, capture_output=True, text=True, check=False
    )

    assert started.returncode != 0
    assert "Set these in the environment: TWILIO_ACCOUNT_SID, TWILIO_AUTH_TOKEN." in started.stderr
