"""Who somebody is stands on a page and nowhere beside it: not in addresses, cookies, browsers' stores or public pages.

And a seed stands nowhere at all until its lots are drawn.
"""

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from classes.models import CourseRun, Draw
from core.models import AuditEntry
from tests.make.office import CALLED, TEXTED, Office, office
from tests.make.paper import words
from tests.project.form_pages import PERSON, STANDS, Stand
from tests.project.test_access import PATTERNS, PUBLIC
from tests.project.test_bad_addresses import address

pytestmark = pytest.mark.django_db

# What of the office's people, and of those who are taken down, could tell somebody who they are.
TELLING = {"茂", "シゲル", "ナカムラ", "吉川", "ヨシカワ"}
NUMBERS = {number.replace("-", "")[1:] for number in (CALLED, TEXTED, PERSON["phone0"])}


def told_in(text: str) -> list[str]:
    """What of a person can be read in a text."""
    figures = text.replace("-", "")
    return [each for each in TELLING if each in text] + [each for each in NUMBERS if each in figures]


@pytest.mark.parametrize("stand", STANDS, ids=[each.to for each in STANDS])
def test_what_is_said_after_a_deed_and_where_it_leads_tells_of_nobody(
    stand: Stand, at_work: tuple[Client, Office]
) -> None:
    client, made = at_work
    if not stand.signed_in:
        client.logout()
    form, _page = stand.form(client, made)

    answer = client.post(stand.address(made), stand.pressed(form, made))

    # A message travels in a cookie, an address stays in the history of a shared PC.
    queued: list[Any] = answer.wsgi_request._messages._queued_messages
    said = [str(each) for each in queued] + [answer.get("Location", ""), answer.get("Content-Disposition", "")]
    assert [each for each in said if told_in(each)] == []


def test_what_is_said_of_whoever_comes_along_and_was_left_out_tells_of_nobody(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    caller, run = made.registration.resident_id, made.registration.run_id
    client.post(reverse("desk_companion"), {"caller": caller, "bring": made.newcomer.pk, "run": run})
    asked = {"person": caller, "run": run, "channel": "phone"}

    answer = client.post(reverse("desk_register"), asked | {"companion": made.newcomer.pk}, follow=True)

    [said] = [str(message) for message in answer.context["messages"]]
    assert made.registration.slip in said
    assert (told_in(said), answer.context["left_out"]) == ([], [made.newcomer])


def test_no_page_and_no_paper_that_needs_a_sign_in_is_kept_by_a_browser(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    kept = []
    for pattern in PATTERNS:
        if pattern.name in PUBLIC:
            continue
        answer = client.get(address(pattern, made))
        if answer.status_code == 200 and "no-store" not in answer["Cache-Control"]:
            kept.append(pattern.name)

    assert kept == []


def test_no_name_of_a_file_and_no_title_of_a_page_tells_of_anybody(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    telling = []
    for pattern in PATTERNS:
        if pattern.name == "account_logout":
            continue
        answer = client.get(address(pattern, made))
        title = "" if answer.streaming else answer.content.decode(errors="ignore").partition("</title>")[0]
        title = title.partition("<title>")[2]
        if told_in(title) or told_in(answer.get("Content-Disposition", "")):
            telling.append((pattern.name, title))

    assert telling == []


def test_what_is_open_to_everybody_tells_of_nobody(client: Client) -> None:
    made = office()
    telling = []
    for pattern in PATTERNS:
        if pattern.name in PUBLIC:
            answer = client.get(address(pattern, made))
            text = "" if answer.streaming else answer.content.decode(errors="ignore")
            telling += [(pattern.name, told) for told in told_in(text)]

    assert telling == []


def test_a_seed_stands_nowhere_before_its_lots_are_drawn(at_work: tuple[Client, Office]) -> None:
    client, made = at_work
    waiting = Draw.objects.filter(drawn_at=None)
    secret = set(waiting.values_list("seed", flat=True))
    known = Draw.objects.get(run=made.drawn_run).seed
    leaking, shown = [], set()
    for run in (made.lottery_run, made.listed_run, made.drawn_run):
        for name, page in pages_of(run):
            answer = client.get(page)
            is_paper = answer.get("Content-Type") == "application/pdf"
            text = words(answer.content) if is_paper else answer.content.decode("utf-8", "ignore")
            leaking += [name for seed in secret if seed[:12] in text.replace(" ", "")]
            shown |= {name} if known[:12] in text.replace(" ", "") else set()

    assert leaking == []
    # Where it is told afterwards, it could have been found.
    assert shown == {"draw_result", "draw_result_pdf", "draw_stage"}
    told = [str(entry.facts) for entry in AuditEntry.objects.all()] + [f"{draw!r} {draw}" for draw in waiting]
    assert [each for each in told for seed in secret if seed[:12] in each] == []


def pages_of(run: CourseRun) -> Iterator[tuple[str, str]]:
    """Every page and paper of a run that there is at this stage."""
    for pattern in PATTERNS:
        if pattern.name.startswith(("run_", "draw_", "calendar_run")) and list(pattern.pattern.converters) == ["pk"]:
            yield pattern.name, reverse(pattern.name, args=[run.pk])
