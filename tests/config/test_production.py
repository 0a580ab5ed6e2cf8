"""Production, started as its server would start it."""

import os
import subprocess
import sys

import pytest

from tests.project.places import ROOT
from tools.check import PRODUCTION

SHOW = "import sys; from django.conf import settings; print(getattr(settings, sys.argv[1]))"
KEPT = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings.production"}


def start(environment: dict[str, str], setting: str = "PRACTICE") -> subprocess.CompletedProcess[str]:
    """Load the settings in a process of their own and print one of them."""
    return subprocess.run(
        [sys.executable, "-c", SHOW, setting],
        cwd=ROOT,
        env=KEPT | environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_production_refuses_to_start_without_settings_and_names_them_all() -> None:
    started = start({})

    assert started.returncode != 0
    assert "Set these in the environment: ALLOWED_HOSTS, DATABASE_URL, PUBLIC_BASE_URL, SECRET_KEY." in started.stderr


@pytest.mark.parametrize("name", ["SECRET_KEY", "ALLOWED_HOSTS", "PUBLIC_BASE_URL", "DATABASE_URL"])
def test_production_refuses_to_start_when_one_setting_is_missing(name: str) -> None:
    started = start({key: value for key, value in PRODUCTION.items() if key != name})

    assert started.returncode != 0
    assert f"Set these in the environment: {name}." in started.stderr


@pytest.mark.parametrize("name", ["TWILIO_ACCOUNT_SID", "TWILIO_AUTH_TOKEN", "TWILIO_FROM"])
def test_production_refuses_to_text_with_half_an_account(name: str) -> None:
    started = start({key: value for key, value in PRODUCTION.items() if key != name})

    assert started.returncode != 0
    assert f"Set these in the environment: {name}." in started.stderr


@pytest.mark.parametrize("name", ["memory", "Twilio", "file_exchange"])
def test_production_refuses_a_gateway_that_it_does_not_have(name: str) -> None:
    started = start(PRODUCTION | {"SMS_GATEWAY": name})

    assert started.returncode != 0
    assert f"SMS_GATEWAY must be one of practice, twilio, file, not '{name}'." in started.stderr


def test_production_needs_no_account_when_it_sends_no_texts() -> None:
    without = {key: value for key, value in PRODUCTION.items() if not key.startswith("TWILIO")}

    assert start(without | {"SMS_GATEWAY": "practice"}).returncode == 0


def test_production_is_no_practice_and_never_shows_its_insides() -> None:
    assert start(PRODUCTION).stdout == "False\n"
    assert start(PRODUCTION | {"DEBUG": "1"}, "DEBUG").stdout == "False\n"


@pytest.mark.parametrize(
    "setting", ["SECURE_SSL_REDIRECT", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE", "LANGUAGE_COOKIE_SECURE"]
)
def test_production_speaks_over_tls_only(setting: str) -> None:
    assert start(PRODUCTION, setting).stdout == "True\n"
