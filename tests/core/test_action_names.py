import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.translation import gettext_lazy, override

from core import action_names
from core.action_names import action_name, name_actions


@pytest.fixture(autouse=True)
def empty_registry(monkeypatch):
    monkeypatch.setattr(action_names, "_names", {})


def test_an_action_is_told_in_words_of_the_language_of_the_page():
    name_actions({"door.opened": gettext_lazy("Yes")})

    with override("ja"):
        assert action_name("door.opened") == "はい"


def test_an_action_nobody_named_stands_for_itself():
    assert action_name("door.opened") == "door.opened"


def test_naming_again_in_the_same_way_changes_nothing():
    names = {"door.opened": "Opened the door"}
    name_actions(names)
    name_actions(names)

    assert action_names.named_actions() == names


def test_two_applications_cannot_name_one_action_differently():
    name_actions({"door.opened": "Opened the door"})

    with pytest.raises(ImproperlyConfigured):
        name_actions({"door.opened": "Opened a window"})
