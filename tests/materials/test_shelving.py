import pytest
from django.urls import reverse

from core.stale import ChangedMeanwhile, as_it_stands, fingerprint
from materials.models import Procedure, Term
from materials.shelving import keep_procedure, keep_term
from tests.make import materials as make
from tests.make.pages import boxes_of, opened

pytestmark = pytest.mark.django_db


def test_a_procedure_is_confirmed_by_hand_and_its_stamp_goes(client, guide):
    procedure = guide.procedure
    url = reverse("procedure_edit", args=[procedure.pk])
    typed = opened(client, url) | {"at_counter": "窓口で取れます", "is_confirmed": "on"}
    assert "担当課の確認がまだです" in client.get(guide.get_absolute_url()).content.decode()

    missing = client.post(url, typed | {"at_counter": ""})
    client.post(url, typed)

    assert missing.status_code == 422
    assert Procedure.objects.get().is_confirmed
    assert "担当課の確認がまだです" not in client.get(guide.get_absolute_url()).content.decode()


def test_a_word_is_explained_once(client, author):
    typed = {"word": "QRコード", "reading": "", "explanation": "四角いもよう", "source": ""}

    client.post(reverse("term_create"), typed)
    again = client.post(reverse("term_create"), typed | {"explanation": "べつの説明"})

    assert again.status_code == 422
    assert "もう登録されています" in again.content.decode()
    assert Term.objects.count() == 1


def test_two_who_change_one_procedure_lose_nothing_of_what_either_wrote(client, author):
    procedure = make.procedure(at_counter="窓口で取れます", cost="300円")
    url = reverse("procedure_edit", args=[procedure.pk])
    stale = opened(client, url)
    client.post(url, stale | {"cost": ["400円"], "duration": ["5分"], "is_confirmed": ["on"]})

    answer = client.post(url, stale | {"owner_office": ["市民窓口課"], "duration": ["10分"]})

    procedure.refresh_from_db()
    assert (answer.status_code, procedure.cost, procedure.owner_office) == (422, "400円", "")
    told = {(each.stands, each.typed) for each in answer.context["form"].changed}
    assert told == {("400円", ""), ("5分", "10分"), ("チェックあり", "")}
    assert "今の内容は「400円」です" in answer.content.decode()
    assert client.post(url, boxes_of(answer, url)).status_code == 302
    procedure.refresh_from_db()
    assert (procedure.cost, procedure.owner_office, procedure.duration) == ("400円", "市民窓口課", "10分")
    assert procedure.is_confirmed


def test_a_page_older_than_the_facts_puts_no_confirmation_back_that_was_taken_away(client, author):
    procedure = make.procedure(at_counter="窓口で取れます", is_confirmed=True)
    url = reverse("procedure_edit", args=[procedure.pk])
    stale = opened(client, url)
    client.post(url, stale | {"is_confirmed": []})

    answer = client.post(url, stale | {"cost": ["400円"]})

    assert answer.status_code == 422
    client.post(url, boxes_of(answer, url))
    procedure.refresh_from_db()
    assert (procedure.is_confirmed, procedure.cost) == (False, "400円")


def test_two_who_explain_one_word_lose_nothing_of_what_either_wrote(client, author):
    term = Term.objects.create(word="QRコード", explanation="四角いもよう")
    url = reverse("term_edit", args=[term.pk])
    stale = opened(client, url)
    client.post(url, stale | {"explanation": ["白と黒の\r\n四角いもよう"]})

    answer = client.post(url, stale | {"source": ["総務省"]})

    term.refresh_from_db()
    assert (answer.status_code, term.explanation, term.source) == (422, "白と黒の\n四角いもよう", "")
    assert [each.typed for each in answer.context["form"].changed] == [""]
    assert "今の内容は「白と黒の\n四角いもよう」です" in answer.content.decode()
    assert client.post(url, boxes_of(answer, url)).status_code == 302
    term.refresh_from_db()
    assert (term.explanation, term.source) == ("白と黒の\n四角いもよう", "総務省")


def test_saving_what_one_did_not_touch_changes_no_line_end_and_stops_no_colleague(client, author):
    procedure = make.procedure(needs="カード\n手数料", at_counter="窓口で取れます。\n電話でも。")
    url = reverse("procedure_edit", args=[procedure.pk])
    page = opened(client, url)
    as_browsers_send_it = {"needs": ["カード\r\n手数料"], "at_counter": ["窓口で取れます。\r\n電話でも。"]}
    client.post(url, page | as_browsers_send_it)

    answer = client.post(url, page | as_browsers_send_it | {"cost": ["400円"]})

    assert answer.status_code == 302
    procedure.refresh_from_db()
    assert (procedure.needs, procedure.cost) == ("カード\n手数料", "400円")


@pytest.mark.parametrize("kind", ["procedure", "term"])
def test_a_page_pressed_twice_is_not_older_than_what_it_saved_itself(client, author, kind):
    url = {
        "procedure": lambda: reverse("procedure_edit", args=[make.procedure(at_counter="窓口で取れます").pk]),
        "term": lambda: reverse("term_edit", args=[Term.objects.create(word="アプリ", explanation="道具").pk]),
    }[kind]()
    typed = opened(client, url) | {"name": ["証明書の交付"], "reading": ["あぷり"]}

    answers = [client.post(url, typed) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]


def test_what_a_page_did_not_show_is_replaced_only_where_nobody_looked_at_a_page(author):
    procedure, term = make.procedure(), Term.objects.create(word="アプリ", explanation="道具")
    for keep, record, box in ((keep_procedure, procedure, "cost"), (keep_term, term, "source")):
        seen = fingerprint(as_it_stands(record))
        setattr(record, box, "ほかの人の言葉")
        keep(record, by=author, seen=seen)

        setattr(record, box, "わたしの言葉")
        with pytest.raises(ChangedMeanwhile):
            keep(record, by=author, seen=seen)
        assert getattr(type(record).objects.get(pk=record.pk), box) == "ほかの人の言葉"
        keep(record, by=author)
        assert getattr(type(record).objects.get(pk=record.pk), box) == "わたしの言葉"
