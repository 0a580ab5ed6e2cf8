"""Reminders by postcard: what is printed, and what is posted."""

from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.roles import Role
from city.models import CityProfile
from core.models import AuditEntry
from reminders import call_list, postcards, purposes
from reminders.models import CallTask, Request
from reminders.postcard_printing import postcards_pdf
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes
from tests.make import paper
from tests.make import reminders as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("purpose")]

State = CallTask.State


@pytest.fixture(autouse=True)
def _on_the_day(time_machine):
    time_machine.move_to(make.NOON, tick=False)


def due(person=None, **fields) -> CallTask:
    """A postcard of today."""
    return make.postcard(person, useless_after=make.NOON + timedelta(days=7), **fields)


def sides(*requests: Request) -> list[str]:
    return ["".join(page.extract_text().split()) for page in paper.read(postcards_pdf(requests)).pages]


# Paper ---------------------------------------------------------------------------------------------------


def test_a_card_has_an_address_side_and_a_side_for_the_words() -> None:
    person = make.by_post()

    address, words = sides(due(person).requests.get())

    assert address == "6392113葛城市忍海1番地髙橋茂様"
    for said in (make.BODY, CityProfile.current().office_phone, "髙橋茂様"):
        assert "".join(said.split()) in words
    assert "忍海1番地" not in words


def test_a_card_has_the_size_of_a_postcard() -> None:
    page = paper.read(postcards_pdf([due().requests.get()])).pages[0]

    assert (round(float(page.mediabox.width)), round(float(page.mediabox.height))) == (283, 420)


def test_the_words_of_each_person_are_behind_their_own_address() -> None:
    people = [make.by_post(given_name=name) for name in ("茂", "キヨ", "葛\U000e0100子")]

    printed = sides(*(due(person).requests.get() for person in people))

    assert len(printed) == 6
    for front, back, name in zip(printed[::2], printed[1::2], ("茂様", "キヨ様", "子様"), strict=True):
        assert name in front
        assert name in back


def test_an_address_without_a_postal_code_and_a_long_one_fit_on_the_card() -> None:
    person = make.by_post(postal_code="", address="葛城市北花内" + "一二三四五六七八九〇" * 11)

    printed = sides(due(person).requests.get())

    assert len(printed) == 2
    assert printed[0].endswith("様")


def test_a_lesson_is_told_with_its_day_time_and_place(time_machine) -> None:
    time_machine.move_to(make.NOON.replace(month=11, day=16), tick=False)
    run = make_classes.run(starts_at=make.NOON)
    registration = make_classes.registration(run, make.by_post())

    _address, words = sides(registration.resident.reminder_requests.first())

    lesson = run.lessons.get()
    for said in (run.course.title, "12月2日", "水曜日", "正午", lesson.venue.name):
        assert "".join(said.split()) in words


class PostedAsLetter(make.TestPurpose):
    """A purpose with a letter of its own."""

    def letter_link(self, key: str) -> str:
        return f"/letter/{key}/"


def test_what_is_a_letter_is_no_card_as_well_and_leads_to_its_page(client, clerk, monkeypatch) -> None:
    monkeypatch.setitem(purposes._PURPOSES, PostedAsLetter.name, PostedAsLetter())
    letter = due()

    page = client.get(reverse("postcard_list")).content.decode()

    assert f"/letter/{letter.requests.get().key}/" in page
    assert reverse("postcards_pdf") not in page
    assert client.get(reverse("postcards_pdf")).status_code == 404


# Posting -------------------------------------------------------------------------------------------------


def test_what_was_posted_is_done_with_its_day_and_once(clerk) -> None:
    first, second, call = due(), due(), make.call()

    assert postcards.post_all([first.pk, call.pk], by=clerk) == [first]
    assert postcards.post_all([first.pk], by=clerk) == []

    first.refresh_from_db()
    assert (first.state, first.settled_at, first.settled_by) == (State.DONE, make.NOON, clerk)
    assert set(CallTask.objects.open()) == {second, call}
    assert AuditEntry.objects.filter(action="postcard.posted").count() == 1


def test_the_page_lists_the_postcards_of_today_and_ticks_none(client, clerk) -> None:
    card, _later, _call = due(), make.postcard(due_at=make.NOON + timedelta(days=13)), make.call()

    page = client.get(reverse("postcard_list"))

    assert page.context["cards"] == [card]
    html = page.content.decode()
    assert " checked" not in html
    assert "葛城市忍海1番地" in html
    assert AuditEntry.objects.get(action="postcards.listed").facts == {"count": 1}


def test_only_what_was_printed_under_this_sign_in_is_ticked(client, clerk) -> None:
    printed, other = due(), due()

    client.get(reverse("postcard_pdf", args=[printed.pk]))

    html = client.get(reverse("postcard_list")).content.decode()
    assert html.count(" checked") == 1
    assert html.index(f'value="{printed.pk}"') < html.index(" checked") < html.index(f'value="{other.pk}"')
    client.logout()
    client.force_login(clerk)
    assert " checked" not in client.get(reverse("postcard_list")).content.decode()


def test_each_row_names_the_class_or_says_what_is_told(client, clerk, time_machine) -> None:
    time_machine.move_to(make.NOON.replace(month=11, day=16), tick=False)
    make_classes.registration(make_classes.run(starts_at=make.NOON), make.by_post())
    time_machine.move_to(CallTask.objects.get().due_at, tick=False)
    client.force_login(clerk)
    make.postcard(due_at=CallTask.objects.get().due_at)

    html = client.get(reverse("postcard_list")).content.decode()

    assert "写真をとって送る" in html
    assert make.BODY in html


def test_the_page_and_the_record_tell_postcards_from_letters(client, clerk, monkeypatch) -> None:
    monkeypatch.setitem(purposes._PURPOSES, PostedAsLetter.name, PostedAsLetter())
    monkeypatch.setitem(purposes._PURPOSES, "test-card", type("Card", (make.TestPurpose,), {"name": "test-card"})())
    cards, letter = [due(purpose="test-card") for _each in range(2)], due()

    assert "はがき2枚・手紙1通" in client.get(reverse("postcard_list")).content.decode()

    answer = client.post(reverse("postcard_list"), {"posted": [cards[0].pk, letter.pk]}, follow=True)
    assert "はがき1枚・手紙1通の投函を記録しました。" in answer.content.decode()
    answer = client.post(reverse("postcard_list"), {"posted": [letter.pk]}, follow=True)
    assert "すでに投函の記録があります。" in answer.content.decode()
    answer = client.post(reverse("call_posted", args=[cards[1].pk]), follow=True)
    assert "はがき1枚の投函を記録しました。" in answer.content.decode()


def test_only_what_is_ticked_was_posted_and_pressing_twice_is_no_mistake(client, clerk) -> None:
    posted, kept = due(), due()

    answers = [client.post(reverse("postcard_list"), {"posted": [posted.pk]}) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
    assert CallTask.objects.get(pk=posted.pk).state == State.DONE
    assert CallTask.objects.get(pk=kept.pk).state == State.OPEN


@pytest.mark.parametrize("ticked", [[], ["x"], ["99999999999999999999"]])
def test_nothing_sensible_ticked_posts_nothing_and_says_so(client, clerk, ticked) -> None:
    due()

    answer = client.post(reverse("postcard_list"), {"posted": ticked})

    assert answer.status_code == 422
    assert "id_posted_error" in answer.content.decode()
    assert CallTask.objects.open().count() == 1


def test_all_cards_or_one_are_printed_and_printing_is_on_record(client, clerk) -> None:
    card, _other = due(), due()

    for address, count in [(reverse("postcards_pdf"), 2), (reverse("postcard_pdf", args=[card.pk]), 1)]:
        answer = client.get(address)
        assert answer["Content-Type"] == "application/pdf"
        assert len(paper.read(answer.content).pages) == 2 * count
        assert AuditEntry.objects.filter(action="postcards.printed").latest("pk").facts == {"count": count}


def test_a_card_that_was_posted_or_never_was_one_is_not_printed(client, clerk) -> None:
    card = due()
    call_list.posted(card, by=clerk)

    for address in (reverse("postcards_pdf"), reverse("postcard_pdf", args=[card.pk])):
        assert client.get(address).status_code == 404


@pytest.mark.parametrize("cards", [1, 9])
def test_the_page_and_the_paper_cost_the_same_for_any_number(
    client, clerk, cards, django_assert_max_num_queries
) -> None:
    for _card in range(cards):
        due()

    with django_assert_max_num_queries(14):
        client.get(reverse("postcard_list"))
    with django_assert_max_num_queries(14):
        client.get(reverse("postcards_pdf"))


@pytest.mark.parametrize("role", [role for role in Role if role != Role.RECEPTION])
def test_nobody_but_reception_sees_addresses(client, role) -> None:
    card = due()
    client.force_login(make_accounts.user(role))

    for address in (reverse("postcard_list"), reverse("postcards_pdf"), reverse("postcard_pdf", args=[card.pk])):
        assert client.get(address).status_code == 403
