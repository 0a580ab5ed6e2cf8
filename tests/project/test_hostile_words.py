"""Words that people typed, wherever they come out again: on every page, on every paper, in every file."""

import csv
import io
import unicodedata
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.access import declaration, may_use
from accounts.models import User
from classes.models import CourseRun, Offer
from residents.models import Resident
from tests.make.office import Office, office
from tests.make.paper import words
from tests.project.test_access import PATTERNS
from tests.project.test_bad_addresses import address

pytestmark = pytest.mark.django_db

SCRIPT, ATTRIBUTE = "<script>alert(1)</script>", "\"'><img src=x onerror=alert(1)>"
RARE = "𠮷葛󠄀髙﨑👵"
PAPERS = {
    "registration_slip": "registration",
    "registration_slip_by_post": "registration",
    "registration_letter": "registration",
    "run_letters_seat": "run",
    "run_flyer": "run",
    "broadcast_door_notice": "broadcast",
    "run_people_pdf": "run",
    "run_invitations_pdf": "run",
    "run_letters_no_seat": "drawn_run",
    "draw_list_pdf": "listed_run",
    "draw_result_pdf": "drawn_run",
    "roster_pdf": "lesson",
    "call_sheet_pdf": "sheet",
    "offer_sheet_pdf": "",
    "postcard_pdf": "postcard",
    "edition_pdf": "draft",
}


def at_work(client: Client, **typed: str) -> Office:
    made = office(**typed)
    # Its seats were given by the counter, so that there are letters to print.
    CourseRun.objects.filter(pk=made.run.pk).update(
        selection=CourseRun.Selection.COUNTER, decided_at=timezone.now(), preferences=["age_75"]
    )
    Offer.objects.update(printed_by=made.chief, printed_at=timezone.now())
    Resident.objects.update(address=typed.get("note", "葛城市忍海1番地")[:120], contact_wish="postcard")
    client.force_login(made.chief)
    return made


def readable(user: User) -> list[Any]:
    left_out = {"account_logout"}
    return [each for each in PATTERNS if may_use(user, declaration(each.callback)) and each.name not in left_out]


@pytest.mark.parametrize("typed", [SCRIPT, ATTRIBUTE])
def test_what_was_typed_is_text_on_every_page(typed: str, client: Client) -> None:
    made = at_work(client, name=typed, title=typed, note=typed, place=typed)
    pages = {pattern.name: address(pattern, made) for pattern in readable(made.chief)}
    unescaped, shown = [], set()
    for name, page in {**pages, **of_the_desk(made)}.items():
        answer = client.get(page)
        if answer.status_code != 200 or "html" not in answer["Content-Type"]:
            continue
        html = answer.content.decode()
        if "alert(1)" in html:
            shown.add(name)
        if typed in html or "<img src=x" in html:
            unescaped.append(name)

    assert unescaped == []
    assert shown >= {"run_draw", "draw_dice", "draw_result", "draw_stage", "run_choose", "run_pair", "run_papers"}
    assert shown >= {"person", "duplicate_list", "resident_merge", "merge_undo", "calendar", "calendar_run"}
    assert shown >= {"offer_list", "registration_out_of_turn", "run_copy", *of_the_desk(made)}
    assert len(shown) > 45


def of_the_desk(made: Office) -> dict[str, str]:
    """The desk in the middle of a call, as its address says."""
    desk, caller = reverse("desk"), made.newcomer.pk
    return {
        "desk, a caller": f"{desk}?person={caller}&run={made.run.pk}",
        "desk, a second caller": f"{desk}?person={caller}&run={made.run.pk}&add=yes",
        "desk, registered": f"{desk}?done={made.registration.pk}",
        "desk, over capacity": f"{reverse('desk_override')}?person={caller}&run={made.full_run.pk}",
    }


@pytest.mark.parametrize(("paper", "of"), PAPERS.items())
def test_rare_kanji_come_out_in_their_base_form_and_nothing_as_a_box(paper: str, of: str, client: Client) -> None:
    made = at_work(client, name=RARE, title=RARE, note=RARE, place=RARE)

    printed = words(client.get(reverse(paper, args=[getattr(made, of).pk] if of else [])).getvalue())

    assert "葛髙﨑" in printed.replace("\U000e0100", "")
    assert_drawable(printed)


@pytest.mark.parametrize("typed", ["a\u202eb\u200b\x07c", SCRIPT, "<b>&amp;</b>", "😀" * 20, "長い" * 20, "\ue000外字"])
def test_no_paper_breaks_over_what_was_typed(typed: str, client: Client) -> None:
    made = at_work(client, name=typed, title=typed, note=typed, place=typed)
    for name, of in {**PAPERS, "guide_pdf": "guide"}.items():
        argument = [made.guide.slug] if of == "guide" else [getattr(made, of).pk] if of else []

        answer = client.get(reverse(name, args=argument))

        assert answer.status_code == 200, name
        assert_drawable(words(answer.getvalue()))


@pytest.mark.parametrize("name", ["run_announcement", "run_announcement_cp932"])
def test_the_text_for_the_paper_is_plain_whatever_was_typed(name: str, client: Client) -> None:
    made = at_work(client, title=RARE, note="=1+1\r\n▷日時", place=SCRIPT)

    answer = client.get(reverse(name, args=[made.run.pk]))

    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain")
    text = answer.content.decode("cp932" if "cp932" in name else "utf-8-sig")
    assert "<script" not in text
    assert sum(line.startswith("▷日時") for line in text.splitlines()) <= 1


def test_no_cell_of_a_file_is_a_formula(client: Client) -> None:
    at_work(client, title="=1+1", note="=1+1", place="=1+1")

    file = client.get(reverse("insights_csv")).getvalue().decode("utf-8-sig")

    cells = [cell for row in csv.reader(io.StringIO(file)) for cell in row]
    assert any("=1+1" in cell for cell in cells)
    assert [cell for cell in cells if cell.startswith(("=", "+", "@", "\t", "\r"))] == []


def test_the_calendar_file_stays_one_line_an_answer(client: Client) -> None:
    at_work(client, title="写真;BEGIN:VEVENT,\\n", place="忍海;会館", note="右,左")

    lines = client.get(reverse("calendar_ics")).content.decode().splitlines()

    assert sum(line == "BEGIN:VEVENT" for line in lines) == 2


def assert_drawable(printed: str) -> None:
    strange = {
        each for each in printed if unicodedata.category(each) in {"Co", "Cn", "Cs"} or each in "□\ufffd\x00𠮷👵😀"
    }
    assert strange == set()
