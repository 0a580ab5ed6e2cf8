from datetime import date
from typing import Any

import pytest
from django import forms
from django.http import QueryDict
from django.utils.translation import override

from core.fields import WarekiDateField
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
    written = WarekiDateField(required=False)


class OpenLetter(SeenForm, Letter):
    """The same, as a record that two people change."""


pytestmark = pytest.mark.usefixtures("_in_english")

FIRST = {"words": "拝啓", "pages": 1, "by": "post", "to": ["1"], "is_open": False, "written": None}


@pytest.fixture
def _in_english():
    with override("en"):
        yield


def opened(stands: dict[str, Any]) -> OpenLetter:
    return OpenLetter(stands=stands, initial=stands)


def boxes(day: date | None) -> list[str]:
    return [str(day.year), str(day.month), str(day.day)] if day else ["", "", ""]


def sent(page: OpenLetter, **typed: Any) -> OpenLetter:
    """The page as it comes back from a browser, with what was typed into it."""
    data = QueryDict(mutable=True)
    for name, value in {**page.initial, **typed}.items():
        if name == "written":
            data.update(dict(zip(("written_year", "written_month", "written_day"), boxes(value), strict=True)))
            continue
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
        ("written", date(2026, 10, 3), "Saturday 3 October 2026"),
    ],
)
def test_a_box_that_nobody_touched_shows_what_stands_now(name: str, now: Any, told: str) -> None:
    form = sent(opened(FIRST), **({"pages": "3"} if name == "words" else {"words": "前略"}))

    form.bring_up_to(opened({**FIRST, name: now}), because=ChangedMeanwhile())

    assert (form[name].value() or "") == {"pages": "2", "written": ["2026", "10", "3"]}.get(name, now)
    assert [(each.stands, each.typed) for each in form.changed] == [(told, "")]
    assert form["pages" if name == "words" else "words"].value() in {"3", "前略"}


def test_a_box_that_both_changed_keeps_what_was_typed_and_tells_the_other() -> None:
    form = sent(opened(FIRST), words="前略")

    form.bring_up_to(opened({**FIRST, "words": "敬具"}), because=ChangedMeanwhile())

    assert form["words"].value() == "前略"
    assert [(each.stands, each.typed) for each in form.changed] == [("敬具", "前略")]


@pytest.mark.parametrize(
    ("typed", "now", "told"),
    [
        (date(2026, 10, 3), date(2026, 3, 10), ("Tuesday 10 March 2026", "Saturday 3 October 2026")),
        (date(2026, 10, 3), None, ("nothing", "Saturday 3 October 2026")),
        (None, date(2026, 10, 3), ("Saturday 3 October 2026", "nothing")),
    ],
)
def test_a_day_that_both_changed_is_told_in_full(typed: date | None, now: date | None, told: tuple[str, str]) -> None:
    before = {**FIRST, "written": date(2026, 4, 1)}
    form = sent(opened(before), written=typed)

    form.bring_up_to(opened({**before, "written": now}), because=ChangedMeanwhile())

    assert form["written"].value() == boxes(typed)
    assert [(each.stands, each.typed) for each in form.changed] == [told]


def test_a_day_taken_out_by_another_leaves_three_empty_boxes() -> None:
    before = {**FIRST, "written": date(2026, 4, 1)}
    form = sent(opened(before), words="前略")

    form.bring_up_to(opened(FIRST), because=ChangedMeanwhile())

    assert form["written"].value() == ["", "", ""]
    assert [(each.stands, each.typed) for each in form.changed] == [("nothing", "")]


def test_what_is_no_day_reads_as_it_was_typed() -> None:
    form = sent(opened(FIRST))
    form.data = form.data.copy()
    form.data["written_year"], form.data["written_month"] = "8", "13"

    form.bring_up_to(opened({**FIRST, "written": date(2026, 10, 3)}), because=ChangedMeanwhile())

    assert [each.typed for each in form.changed] == ["8 13"]


def test_a_box_that_is_gone_from_the_page_puts_nothing_back_unless_it_was_typed_in() -> None:
    page = opened(FIRST)
    left, typed = sent(page, words="前略"), sent(page, pages="7")
    for form in (left, typed):
        now = opened({**FIRST, "pages": None})
        del now.fields["pages"]

        form.bring_up_to(now, because=ChangedMeanwhile())

    assert [(form["pages"].value(), form.changed[0].stands) for form in (left, typed)] == [
        (None, "nothing"),
        ("7", "nothing"),
    ]


def test_what_had_to_be_answered_and_is_no_longer_asked_stays_answered() -> None:
    form, now = sent(opened(FIRST)), opened({**FIRST, "pages": 2})
    form.fields["by"].required = True
    del now.fields["by"]

    form.bring_up_to(now, because=ChangedMeanwhile())

    assert (form["by"].value(), "by" in form.errors) == ("post", False)


def test_what_both_wrote_alike_is_not_told() -> None:
    form = sent(opened(FIRST), words="敬具")

    form.bring_up_to(opened({**FIRST, "words": "敬具"}), because=ChangedMeanwhile())

    assert form.changed == ()


def test_the_next_press_is_compared_with_what_was_shown_last() -> None:
    form, now = sent(opened(FIRST), words="前略"), {**FIRST, "words": "敬具"}

    form.bring_up_to(opened(now), because=ChangedMeanwhile())

    refuse_stale(form.seen, now)
