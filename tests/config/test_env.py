from pathlib import Path

import pytest
from django.core.exceptions import ImproperlyConfigured

from config.env import Environment


def test_every_missing_setting_is_named_at_once() -> None:
    env = Environment({"SECRET_KEY": " "})
    env.required("SECRET_KEY")
    env.required("DATABASE_URL")

    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL, SECRET_KEY"):
        env.refuse_if_incomplete()


def test_a_complete_environment_is_not_refused() -> None:
    env = Environment({"SECRET_KEY": "k"})
    env.required("SECRET_KEY")

    env.refuse_if_incomplete()


def test_an_empty_setting_is_as_good_as_none() -> None:
    assert Environment({"PORT": "  "}).text("PORT", "8000") == "8000"


@pytest.mark.parametrize(
    ("written", "meant"),
    [("1", True), ("True", True), ("YES", True), ("on", True), ("0", False), ("no", False), ("nonsense", False)],
)
def test_a_flag_is_read_as_people_write_it(written: str, meant: bool) -> None:
    assert Environment({"DEBUG": written}).flag("DEBUG", default=not meant) is meant


def test_a_choice_is_the_first_unless_set_and_nothing_else_than_allowed() -> None:
    assert Environment({}).one_of("SMS_GATEWAY", ["practice", "twilio"]) == "practice"
    assert Environment({"SMS_GATEWAY": "twilio"}).one_of("SMS_GATEWAY", ["practice", "twilio"]) == "twilio"
    with pytest.raises(ImproperlyConfigured, match="SMS_GATEWAY must be one of practice, twilio, not 'pigeon'"):
        Environment({"SMS_GATEWAY": "pigeon"}).one_of("SMS_GATEWAY", ["practice", "twilio"])


def test_an_absent_flag_is_what_the_settings_say() -> None:
    assert Environment({}).flag("DEBUG", default=True) is True


def test_a_number_that_is_none_is_refused_by_name() -> None:
    with pytest.raises(ImproperlyConfigured, match="SESSION_MINUTES must be a whole number, not 'an hour'"):
        Environment({"SESSION_MINUTES": "an hour"}).number("SESSION_MINUTES", 60)


def test_a_list_has_no_empty_entries() -> None:
    assert Environment({"ALLOWED_HOSTS": "a.jp, ,b.jp,"}).words("ALLOWED_HOSTS") == ["a.jp", "b.jp"]


def test_a_path_is_the_default_unless_set() -> None:
    assert Environment({}).path("VAR_DIR", Path("/srv")) == Path("/srv")
    assert Environment({"VAR_DIR": "/data"}).path("VAR_DIR", Path("/srv")) == Path("/data")
