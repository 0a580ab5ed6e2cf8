"""Guides as residents read them, and as authors write them, in a real browser."""

import re
from collections.abc import Callable

import pytest
from django.urls import reverse
from playwright.sync_api import Page, expect

from accounts.models import User
from materials.models import Guide
from materials.starter import load_library
from materials.writing import begin_edition
from tests.browser.following import follow
from tests.browser.signing_in import sign_in
from tests.make import materials as make

pytestmark = pytest.mark.django_db(transaction=True)

Refuse = Callable[[Page], None]


@pytest.fixture
def author() -> User:
    return make.author()


@pytest.mark.parametrize("query", ["", "?ruby=1&size=large", "?step=4"])
def test_every_guide_of_the_library_is_open_to_everybody(
    telephone: Page, author: User, refuse_barriers: Refuse, query: str
) -> None:
    load_library(by=author)
    for address in (reverse("guide_list"), reverse("glossary"), *(g.get_absolute_url() for g in Guide.objects.all())):
        telephone.goto(address + query)

        refuse_barriers(telephone)
        assert telephone.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_granddaughter_finds_a_guide_and_turns_its_steps(telephone: Page, author: User) -> None:
    load_library(by=author)
    telephone.goto(reverse("guide_list"))

    telephone.get_by_label("言葉").fill("住民票")
    follow(telephone.get_by_role("button", name="探す"))
    follow(telephone.get_by_role("link", name="住民票をコンビニで取る"))
    follow(telephone.get_by_role("link", name="1つずつ見る"))
    for _turn in range(3):
        follow(telephone.get_by_role("link", name="次の手順に進む"))
    follow(telephone.get_by_role("link", name="ふりがなを付ける"))

    expect(telephone.locator(".step h2")).to_have_text(re.compile(r"^\s*4"))
    expect(telephone.locator("ruby rt").first).to_be_visible()
    expect(telephone.get_by_role("img").first).to_be_visible()


def test_an_author_places_a_mark_by_clicking_on_the_picture(
    page: Page, live_server: object, author: User, refuse_barriers: Refuse
) -> None:
    guide = make.guide(steps=1, by=author)
    step = begin_edition(guide, by=author).steps.get()
    sign_in(page, author, live_server.url)  # type: ignore[attr-defined]  # pytest-django's fixture
    page.goto(reverse("step_edit", args=[step.pk]))
    refuse_barriers(page)

    board = page.locator("[data-marking] svg")
    box = board.bounding_box()
    assert box is not None
    board.click(position={"x": box["width"] * 0.2, "y": box["height"] * 0.3})
    board.click(position={"x": box["width"] * 0.8, "y": box["height"] * 0.7})
    follow(page.get_by_role("button", name="手順を保存する"))
    expect(page.get_by_text("手順1を保存しました")).to_be_visible()

    step.refresh_from_db()
    (mark,) = step.marks
    assert mark["kind"] == "frame"
    assert (mark["x"], mark["y"], mark["w"], mark["h"]) == pytest.approx((0.2, 0.3, 0.6, 0.4), abs=0.02)


def test_the_pages_of_authors_keep_nobody_out(
    page: Page, live_server: object, author: User, refuse_barriers: Refuse
) -> None:
    load_library(by=author)
    guide = Guide.objects.get(slug="residence-record-in-a-shop")
    draft = begin_edition(guide, by=author)
    sign_in(page, author, live_server.url)  # type: ignore[attr-defined]  # as above
    for name, arguments in [
        ("guide_desk", []),
        ("guide_create", []),
        ("guide_manage", [guide.pk]),
        ("guide_edit", [guide.pk]),
        ("edition_edit", [draft.pk]),
        ("edition_publish", [draft.pk]),
        ("edition_preview", [draft.pk]),
        ("step_create", [draft.pk]),
        ("procedure_list", []),
        ("procedure_edit", [guide.procedure_id]),
        ("term_list", []),
        ("term_create", []),
    ]:
        page.goto(reverse(name, args=arguments))
        refuse_barriers(page)
