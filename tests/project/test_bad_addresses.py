"""Addresses as nobody types them: impossible numbers, pages and columns that are none, filters full of nonsense."""

from typing import Any

import pytest
from django.test import Client
from django.urls import NoReverseMatch, URLPattern, reverse
from django.urls.converters import IntConverter, SlugConverter

from tests.make.office import Office
from tests.project.form_pages import STANDS
from tests.project.test_access import PATTERNS

pytestmark = pytest.mark.django_db

HUGE = 10**30
NONSENSE = {
    "letters": "abc",
    "negative": "-1",
    "beyond the database": str(HUGE),
    "thousands of digits": "9" * 5000,
    "null": "a\x00b",
    "script": "<script>alert(1)</script>",
    "path of an attribute": "-pk.__class__",
    "long": "あ" * 2000,
}
# Everything that any page reads from its address.
ASKED = [
    *("page", "sort", "per_page", "due-page", "due-sort", "when", "venue", "device", "weekday", "state", "day"),
    *("by", "action", "subject", "q", "topic", "system", "fiscal_year", "age_band", "edition", "step", "ruby", "size"),
    *("person", "run", "done", "course", "procedure", "next", "level", "open", "first", "times", "add", "room"),
    *("lesson", "occasion"),
]
# Which of the office's things a page is about where it is not just any of its kind.
ABOUT: dict[str, tuple[str, ...]] = {
    **{stand.to: stand.of for stand in STANDS},
    "run_draw": ("lottery_run",),
    **dict.fromkeys(["draw_list_pdf", "draw_list_text"], ("listed_run",)),
    **dict.fromkeys(["draw_stage", "draw_result", "draw_result_pdf", "draw_result_text"], ("drawn_run",)),
}
LISTS = [
    *("run_list", "course_list", "call_list", "message_list", "audit_log", "insights", "consultation_list"),
    *("venue_list", "district_list", "closing_day_list", "user_list", "volunteer_list"),
    *("guide_desk", "procedure_list", "term_list"),
]


def test_every_page_survives_an_address_full_of_nonsense(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    wrong = []
    for pattern in PATTERNS:
        for what, value in NONSENSE.items():
            if pattern.name == "account_logout":
                continue
            answer = client.get(address(pattern, made), dict.fromkeys(ASKED, value))
            html = b"" if answer.streaming else answer.content
            if answer.status_code >= 500 or b"<script>alert" in html:
                wrong.append((pattern.name, what, answer.status_code))

    assert wrong == []


def test_no_list_trusts_the_page_or_the_column_of_an_address(at_work: tuple[Client, Office]) -> None:
    client, _made = at_work
    wrong = []
    for name in LISTS:
        for asked in ("page", "sort", "per_page", "due-page", "due-sort", "due-per_page"):
            for value in (*NONSENSE.values(), "0", "２", "__class__", ""):
                answer = client.get(reverse(name), {asked: value})
                if answer.status_code != 200 and (name, asked) != ("call_list", "page"):
                    wrong.append((name, asked, value, answer.status_code))

    assert wrong == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_number_that_no_record_has_is_not_found(method: str, at_work: tuple[Client, Office]) -> None:
    client, _made = at_work
    wrong = []
    for pattern in PATTERNS:
        if not pattern.pattern.converters:
            continue
        wild: dict[str, Any] = {
            name: HUGE if isinstance(kind, IntConverter) else "x" * 2000
            for name, kind in pattern.pattern.converters.items()
        }
        answer = getattr(client, method)(reverse(pattern.name, kwargs=wild))
        # A page that is only posted to, or a receipt without its signature, is refused before anything is looked up.
        if answer.status_code not in {404, 405, 403} and not is_quiet(pattern, answer):
            wrong.append((pattern.name, answer.status_code))

    assert wrong == []


def is_quiet(pattern: URLPattern, answer: Any) -> bool:
    """What is gone already needs no second press."""
    return answer.status_code == 302 and pattern.name in {"closing_day_delete", "step_remove", "sheet_leave"}


# What stands under an address that is not called after it.
ELSEWHERE = {"people": "resident", "calendar": "run", "user": "colleague", "edition": "draft"}


def address(pattern: URLPattern, made: Office) -> str:
    """An address of the pattern, of a record that exists as far as one of that number does."""
    if about := ABOUT.get(pattern.name):
        return reverse(pattern.name, args=[getattr(made, name).pk for name in about])
    # Of runs/5/papers/, the run: PostgreSQL counts on from test to test, so the first of a kind is not number 1.
    subject = str(pattern.pattern).partition("/")[0].removesuffix("s")
    known: dict[str, Any] = {"slug": made.guide.slug, "registration_pk": made.registration.pk, "token": "x"}
    subject = ELSEWHERE.get(subject, subject)
    if hasattr(made, subject):
        known["pk"] = getattr(made, subject).pk
    arguments = {
        name: known.get(name, 1) if isinstance(kind, IntConverter | SlugConverter) else "x"
        for name, kind in pattern.pattern.converters.items()
    }
    try:
        return reverse(pattern.name, kwargs=arguments)
    except NoReverseMatch:
        return reverse(pattern.name, kwargs=dict.fromkeys(arguments, "x"))
