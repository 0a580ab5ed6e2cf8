"""Every page of the site in a real browser: open to everybody at a desk's width, with text at 200 %, and at 400 % zoom.

A page of 1280 pixels at 400 % is a page of 320 (WCAG 2.2, 1.4.10); only tables and pictures may be wider than that, and
then they move inside a box of their own.
"""

from collections.abc import Callable, Iterator

import pytest
from django.urls import URLPattern, reverse
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

from tests.browser.signing_in import sign_in
from tests.make.office import Office, office
from tests.project.test_access import PATTERNS

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.timeout(300)]

# The name of every page, and which of the office's things it is about.
PAGES = {
    "home": "",
    "person": "resident",
    "desk": "",
    "registration_cancel": "registration",
    "offer_list": "",
    "offer_sheet_type": "",
    "offer_detail": "offer",
    "course_list": "",
    "course_create": "",
    "course_detail": "course",
    "course_edit": "course",
    "run_list": "",
    "run_create": "",
    "run_detail": "run",
    "run_edit": "run",
    "run_copy": "run",
    "run_call_off": "run",
    "run_draw": "listed_run",
    "draw_dice": "listed_run",
    "draw_result": "drawn_run",
    "draw_stage": "drawn_run",
    "registration_out_of_turn": "waiting",
    "run_choose": "counter_run",
    "run_pair": "lottery_run",
    "run_papers": "run",
    "run_certificates": "run",
    "lesson_create": "run",
    "lesson_move": "lesson",
    "lesson_staff": "lesson",
    "lesson_cancel": "lesson",
    "roster": "lesson",
    "roster_walk_in": "lesson",
    "roster_paper": "lesson",
    "broadcast_list": "",
    "broadcast_create": "",
    "broadcast_detail": "broadcast",
    "todays_lessons": "",
    "calendar": "",
    "calendar_run": "run",
    "consultation_list": "",
    "consultation_create": "",
    "consultation_recorded": "consultation",
    "insights": "",
    "call_list": "",
    "call_detail": "call",
    "call_sheet_type": "sheet",
    "postcard_list": "",
    "message_costs": "",
    "number_list": "",
    "message_list": "",
    "message_detail": "message",
    "inbox": "",
    "inbox_detail": "inbound",
    "texts_to_person": "texted",
    "carried_files": "",
    "carried_file": "carried_file",
    "carried_results": "",
    "guide_list": "",
    "glossary": "",
    "guide_desk": "",
    "guide_create": "",
    "guide_manage": "guide",
    "guide_edit": "guide",
    "edition_edit": "draft",
    "edition_preview": "draft",
    "edition_publish": "draft",
    "step_create": "draft",
    "step_edit": "step",
    "step_remove": "step",
    "procedure_list": "",
    "procedure_edit": "procedure",
    "term_list": "",
    "term_create": "",
    "term_edit": "term",
    "resident_edit": "resident",
    "duplicate_list": "",
    "merge_undo": "merge",
    "city_edit": "",
    "wording_list": "",
    "wording_edit": "told",
    "volunteer_list": "",
    "volunteer_create": "",
    "volunteer_edit": "volunteer",
    "venue_list": "",
    "venue_create": "",
    "venue_edit": "venue",
    "district_list": "",
    "district_create": "",
    "district_edit": "district",
    "closing_day_list": "",
    "account_logout": "",
    "account_change_password": "",
    "mfa_index": "",
    "user_list": "",
    "user_create": "",
    "user_edit": "colleague",
    "audit_log": "",
}
# Pages with an address of another kind.
OTHER_PAGES: dict[str, Callable[[Office], str]] = {
    "run_create, after a model": lambda o: f"{reverse('run_copy', args=[o.run.pk])}?first=3/3",
    "desk with a caller and a class": lambda o: f"{reverse('desk')}?person={o.newcomer.pk}&run={o.run.pk}",
    "desk, done": lambda o: f"{reverse('desk')}?done={o.registration.pk}",
    "desk_override": lambda o: f"{reverse('desk_override')}?person={o.newcomer.pk}&run={o.full_run.pk}",
    "resident_merge": lambda o: reverse("resident_merge", args=[o.resident.pk, o.newcomer.pk]),
    "guide": lambda o: o.guide.get_absolute_url(),
    "insights_voices": lambda o: reverse("insights_voices", args=[o.consultation.difficulties.get().step_id]),
    "consultation about a guide": lambda o: (
        f"{reverse('consultation_create')}?edition={o.guide.editions.published().get().pk}"
    ),
}
PUBLIC_PAGES = [
    *("account_login", "account_inactive", "invitation_answer", "sheet_open", "guide_list", "calendar", "text_leaflet"),
]
# What answers with a paper, a file or a picture, what only takes a form, and steps of signing in that stand alone.
NO_PAGES = {
    "desk_people", "desk_take_down", "desk_companion", "desk_hold", "desk_lend", "desk_next", "desk_register",
    "registration_slip", "broadcast_send", "broadcast_door_notice", "offer_take", "offer_let_go", "offer_answer",
    "offer_sheet_print", "offer_sheet_pdf", "run_offer", "roster_mark", "roster_known", "roster_pdf", "roster_worker",
    "calendar_ics", "calendar_run_ics", "consultation_followed_up", "insights_csv", "call_sheet_print",
    "call_sheet_pdf", "call_take", "call_let_go", "postcards_pdf", "postcard_pdf", "message_costs_csv",
    "number_confirm", "call_record", "carried_file_make", "carried_file_take", "inbox_settle", "message_told",
    "texts_stop", "texts_resume", "twilio_inbound", "call_posted", "twilio_status", "guide_pdf", "picture",
    "edition_begin", "edition_pdf", "step_move", "text_leaflet_pdf", "wording_built_in", "closing_day_delete",
    "mfa_authenticate", "form_resume", "set_language", "account_reauthenticate", "mfa_reauthenticate",
    "mfa_activate_totp", "mfa_deactivate_totp", "mfa_view_recovery_codes", "mfa_generate_recovery_codes",
    "user_invite_again", "invitation_slip", "user_close", "user_reopen", "role_rules", "draw_list", "draw_list_pdf",
    "draw_list_text", "draw_result_pdf", "draw_result_text", "party_part", "resident_apart",
    "registration_slip_by_post", "registration_letter", "run_flyer", "run_announcement", "run_announcement_cp932",
    "run_people_pdf", "run_invitations_pdf", "registration_back_in_line", "run_letters_seat", "run_letters_no_seat",
    "run_letters_posted",
    "registration_absent", "registration_device", "registration_together", "sheet_leave", "sheet_renew",
}  # fmt: skip


def addresses(made: Office) -> Iterator[str]:
    for name, about in PAGES.items():
        yield reverse(name, args=[getattr(made, about).pk] if about else [])
    for address in OTHER_PAGES.values():
        yield address(made)


def test_every_address_is_looked_at_or_is_no_page() -> None:
    looked_at = {*PAGES, *OTHER_PAGES, *PUBLIC_PAGES, *NO_PAGES}

    assert [name for name in map(name_of, PATTERNS) if name not in looked_at] == []


def name_of(pattern: URLPattern) -> str:
    return str(pattern.name)


@pytest.mark.parametrize(("width", "text"), [(1280, "100%"), (1280, "200%"), (390, "200%"), (320, "100%")])
def test_no_page_keeps_anybody_out_or_is_wider_than_its_screen(
    open_browser: Callable[..., Page],
    live_server: LiveServer,
    refuse_barriers: Callable[[Page], None],
    width: int,
    text: str,
) -> None:
    made = office()
    page = open_browser(viewport={"width": width, "height": 900})
    for name in PUBLIC_PAGES:
        look(page, reverse(name), refuse_barriers, text=text)
    sign_in(page, made.chief, live_server.url)
    for address in addresses(made):
        look(page, address, refuse_barriers, text=text)


def look(page: Page, address: str, refuse_barriers: Callable[[Page], None], *, text: str) -> None:
    answer = page.goto(address)
    assert answer is not None
    assert answer.status == 200, f"{address} answers {answer.status}"
    assert page.locator("h1").count() == 1, f"{address} has not one heading"
    page.evaluate("size => { document.documentElement.style.fontSize = size }", text)
    refuse_barriers(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{address} is too wide"
