from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override

from core.stale import ChangedMeanwhile, Seen, SeenForm, fingerprint, refuse_stale


class Letter(forms.Form):
    """A form with a box of each kind."""

    words = forms.CharField(required=False)
    pages = forms.IntegerField(required=False)
    by = forms.ChoiceField(choices=[("post", "by post"), ("hand", "by hand")], required=False)
    to = forms.MultipleChoiceField(
        choices=[("1", "one"), ("2", "two")], required=False, widget=forms.CheckboxSelectMultiple
    )
    is_open = forms.BooleanField(required=False)


class OpenLetter(SeenForm, Letter):
    """The same, as a record that two people change."""


pytestmark = pytest.mark.usefixtures("_in_english")

FIRST = {"words": "拝啓", "pages": 1, "by": "post", "to": ["1"], "is_open": False}


@pytest.fixture
def _in_english():
    with override("en"):
        yield


def opened(stands: dict[str, Any]) -> OpenLetter:
    return OpenLetter(stands=stands, initial=stands)


def sent(page: OpenLetter, **typed: Any) -> OpenLetter:
    """The page as it comes back from a browser, with what was typed into it."""
    data = QueryDict(mutable=True)
    for name, value in {**page.initial, **typed}.items():
        data.setlist(name, value if isinstance(value, list) else ["on"] * value if isinstance(value, bool) else [value])
    form = OpenLetter(data, stands=None)
    assert form.is_valid(), form.errors
    return form


def test_the_same_words_have_one_fingerprint_and_others_another() -> None:
    assert fingerprint({"a": 1, "b": "髙"}) == fingerprint({"b": "髙", "a": 1})
    assert fingerprint({"a": "髙"}) != fingerprint({"a": "高"})


def test_a_page_that_shows_what_stands_is_not_stale() -> None:
    refuse_stale(sent(opened(FIRST), words="敬具").seen, FIRST)


def test_a_page_that_shows_something_else_is_refused() -> None:
    with pytest.raises(ChangedMeanwhile):
        refuse_stale(sent(opened(FIRST)).seen, {**FIRST, "pages": 2})


def test_whoever_looked_at_no_page_is_not_refused() -> None:
    refuse_stale(None, FIRST)


@pytest.mark.parametrize("nonsense", ["", " ", "abc", ":::", "a\x00b words:", "9" * 5000])
def test_what_was_tampered_with_fits_nothing(nonsense: str) -> None:
    assert Seen.parse(nonsense).record != fingerprint(FIRST)


@pytest.mark.parametrize(
    ("name", "now", "told"),
    [
        ("words", "敬具", "敬具"),
        ("words", "", "nothing"),
        ("pages", 2, "2"),
        ("by", "hand", "by hand"),
        ("to", ["1", "2"], "one, two"),
        ("is_open", True, "ticked"),
    ],
)
def test_a_box_that_nobody_touched_shows_what_stands_now(name: str, now: Any, told: str) -> None:
    form = sent(opened(FIRST), **({"pages": "3"} if name == "words" else {"words": "前略"}))

    form.bring_up_to(opened({**FIRST, name: now}))

    assert (form[name].value() or "") == (str(now) if name == "pages" else now)
    assert [(each.stands, each.typed) for each in form.changed] == [(told, "")]
    assert form["pages" if name == "words" else "words"].value() in {"3", "前略"}


def test_a_box_that_both_changed_keeps_what_was_typed_and_tells_the_other() -> None:
    form = sent(opened(FIRST), words="前略")

    form.bring_up_to(opened({**FIRST, "words": "敬具"}))

    assert form["words"].value() == "前略"
    assert [(each.stands, each.typed) for each in form.changed] == [("敬具", "前略")]


def test_what_both_wrote_alike_is_not_told() -> None:
    form = sent(opened(FIRST), words="敬具")

    form.bring_up_to(opened({**FIRST, "words": "敬具"}))

    assert form.changed == ()


def test_the_next_press_is_compared_with_what_was_shown_last() -> None:
    form, now = sent(opened(FIRST), words="前略"), {**FIRST, "words": "敬具"}

    form.bring_up_to(opened(now))

    refuse_stale(form.seen, now)
