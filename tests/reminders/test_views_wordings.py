"""The pages on which the city words its texts."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from reminders.models import Wording
from reminders.rewording import reword
from tests.make import accounts as make_accounts
from tests.make import reminders as make
from tests.make.pages import boxes_of, opened

pytestmark = pytest.mark.django_db

OWN = "【{市名}】{会場}で「{講座名}」があります。お休みは{電話}へ"


@pytest.fixture
def admin(client):
    admin = make_accounts.user(Role.ADMINISTRATOR)
    client.force_login(admin)
    return admin


def page_of(purpose) -> str:
    return reverse("wording_edit", args=[purpose.name])


def test_every_purpose_is_listed_with_its_text_at_its_longest(client, admin, purpose):
    reword(purpose, OWN, by=admin)

    html = client.get(reverse("wording_list")).content.decode()

    assert "【葛城市】忍海集会所で「写真をとって送る」があります。" in html
    assert reverse("wording_edit", args=["lesson-reminder"]) in html
    assert admin.name in html


def test_a_text_is_saved_and_shown_again(client, admin, purpose):
    typed = opened(client, page_of(purpose)) | {"text": [OWN], "most_parts": ["2"]}
    answer = client.post(page_of(purpose), typed, follow=True)

    wording = Wording.objects.get()
    assert (wording.purpose, wording.text, wording.most_parts, wording.written_by) == (purpose.name, OWN, 2, admin)
    assert answer.context["form"]["text"].value() == OWN


def test_a_text_with_mistakes_is_refused_and_stays_as_typed(client, admin, purpose):
    typed = OWN + " くわしくは example.jp で、暗証番号をご用意ください"

    page = client.post(page_of(purpose), {"text": typed, "most_parts": "2"})

    assert page.status_code == 422
    assert len(page.context["form"].errors["text"]) == 2
    assert (page.context["form"]["text"].value(), page.context["form"]["most_parts"].value()) == (typed, "2")
    assert not Wording.objects.exists()


def test_two_who_word_one_text_lose_nothing_of_what_either_wrote(client, admin, purpose):
    address = page_of(purpose)
    stale = opened(client, address)
    client.post(address, stale | {"text": [OWN]})

    answer = client.post(address, stale | {"most_parts": ["2"]})

    assert answer.status_code == 422
    assert Wording.objects.get().most_parts == 1
    assert [(each.stands, each.typed) for each in answer.context["form"].changed] == [(OWN, "")]
    assert "【葛城市】忍海集会所で「写真をとって送る」があります。" in answer.context["preview"].text
    assert answer.context["own"].text == OWN
    client.post(address, boxes_of(answer, address))
    wording = Wording.objects.current().get()
    assert (wording.text, wording.most_parts) == (OWN, 2)


def test_a_page_that_was_tried_out_still_knows_what_it_showed(client, admin, purpose):
    address, ours = page_of(purpose), OWN + "。"
    stale = opened(client, address)
    tried = client.post(address, stale | {"text": [ours], "try": "1"})
    client.post(address, stale | {"text": [OWN]})

    answer = client.post(address, boxes_of(tried, address))

    assert (answer.status_code, Wording.objects.get().text) == (422, OWN)
    assert [(each.stands, each.typed) for each in answer.context["form"].changed] == [(OWN, ours)]


def test_a_page_older_than_the_return_to_the_built_in_words_brings_no_old_ones_back_unseen(client, admin, purpose):
    reword(purpose, OWN, by=admin)
    address = page_of(purpose)
    stale = opened(client, address)
    client.post(reverse("wording_built_in", args=[purpose.name]))

    answer = client.post(address, stale | {"most_parts": ["2"]})

    assert (answer.status_code, Wording.objects.current().exists()) == (422, False)
    assert boxes_of(answer, address)["text"] == [purpose.wordings[0]]


def test_a_page_older_than_a_colleagues_words_does_not_end_them_unseen(client, admin, purpose):
    reword(purpose, OWN, by=admin)
    seen = client.get(page_of(purpose)).context["seen"]
    theirs = OWN.replace("あります", "ございます")
    reword(purpose, theirs, by=make_accounts.user(Role.ADMINISTRATOR))

    address = reverse("wording_built_in", args=[purpose.name])
    page = client.post(address, {"seen": seen}, follow=True)

    assert page.context["own"].text == theirs
    assert "この画面を開いたあとで、内容が変更されました。" in page.content.decode()
    client.post(address, {"seen": page.context["seen"]})
    assert not Wording.objects.current().exists()


def test_trying_it_out_saves_nothing_and_keeps_what_was_typed(client, admin, purpose):
    typed = "【{市名}】{会場}。{講座}{電話}"

    page = client.post(page_of(purpose), {"text": typed, "most_parts": "1", "try": "1"})

    assert page.status_code == 200
    assert page.context["form"]["text"].value() == typed
    assert len(page.context["preview"].mistakes) == 1
    assert not Wording.objects.exists()


def test_while_somebody_types_only_what_it_looks_like_comes_back(client, admin, purpose):
    answer = client.post(page_of(purpose), {"text": OWN, "most_parts": "1"}, headers={"HX-Request": "true"})

    html = answer.content.decode()
    assert "【葛城市】忍海集会所で「写真をとって送る」があります。" in html
    assert "<form" not in html
    assert not Wording.objects.exists()


def test_the_built_in_text_is_taken_again_and_the_own_one_stays_in_the_history(client, admin, purpose):
    reword(purpose, OWN, by=admin)

    page = client.post(reverse("wording_built_in", args=[purpose.name]), follow=True)

    assert page.context["own"] is None
    assert [each.text for each in page.context["history"]] == [OWN]


def test_a_purpose_that_nobody_knows_or_that_is_never_texted_has_no_page(client, admin, purpose):
    assert client.get(reverse("wording_edit", args=["nothing"])).status_code == 404

    purpose.wordings = ()
    assert client.get(page_of(purpose)).status_code == 404


def test_a_page_asks_as_much_however_many_texts_there_were(client, admin, purpose, django_assert_num_queries):
    reword(purpose, OWN, by=admin)
    client.get(page_of(purpose))
    with CaptureQueriesContext(connection) as few:
        client.get(page_of(purpose))
    for number in range(4):
        reword(purpose, f"{OWN}{number}", by=admin)

    with django_assert_num_queries(len(few)):
        client.get(page_of(purpose))


def test_only_who_keeps_the_settings_words_the_texts(client, purpose):
    client.force_login(make.clerk())

    assert client.get(reverse("wording_list")).status_code == 403
    assert client.post(page_of(purpose), {"text": OWN}).status_code == 403


def test_the_list_looks_up_the_longest_facts_once_for_all_texts(client, admin, django_assert_max_num_queries):
    client.get(reverse("wording_list"))

    with django_assert_max_num_queries(20):
        client.get(reverse("wording_list"))
