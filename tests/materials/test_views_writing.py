import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.roles import Role
from materials.models import Guide, Step
from materials.publishing import publish
from materials.writing import StepDetails, change_step
from tests.make import accounts as make_accounts
from tests.make import materials as make
from tests.make.pages import boxes_of, opened

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("role", [role for role in Role if role != Role.AUTHOR])
@pytest.mark.parametrize("name", ["guide_desk", "guide_create", "procedure_list", "term_list", "term_create"])
def test_the_desk_is_for_authors_only(client, role, name):
    client.force_login(make_accounts.user(role))

    assert client.get(reverse(name)).status_code == 403


def test_a_guide_is_made_written_published_and_read(client, author):
    procedure = make.procedure(key="water")
    details = {"title": "水道を止める", "topic": procedure.topic.pk, "procedure": procedure.pk, "system": "android"}
    # Only subtopics carry guides.
    parent = make.topic("応用")
    procedure.topic.parent = parent
    procedure.topic.save()

    made = client.post(reverse("guide_create"), details)
    draft = Guide.objects.get().draft
    assert made["Location"] == reverse("edition_edit", args=[draft.pk])
    screenshot = SimpleUploadedFile("screen.png", make.png(300, 500))
    client.post(
        reverse("step_create", args=[draft.pk]),
        make.typed_step(upload=screenshot) | make.typed_mark(0) | make.typed_mark(1, kind=""),
    )
    preview = client.get(reverse("edition_preview", args=[draft.pk])).content.decode()
    paper = client.get(reverse("edition_pdf", args=[draft.pk]))
    client.post(reverse("edition_publish", args=[draft.pk]))
    client.logout()
    page = client.get(Guide.objects.get().get_absolute_url()).content.decode()

    step = Step.objects.get()
    assert step.marks == [{"kind": "frame", "x": 0.1, "y": 0.2, "w": 0.4, "h": 0.4, "number": 1}]
    assert "カードを置く台" in preview
    assert "カードを置く台" in page
    assert reverse("picture", args=[step.picture.pk]) in page
    assert paper["Content-Type"] == "application/pdf"
    # A draft is nobody's business yet, so no cache on the way keeps it.
    assert paper["Cache-Control"] == "no-store"


def test_the_list_of_guides_asks_no_more_when_there_are_many(client, author, django_assert_max_num_queries):
    make.guide(by=author)
    with django_assert_max_num_queries(20) as few:
        client.get(reverse("guide_desk"))
    for _number in range(29):
        make.guide(steps=1, by=author)

    with django_assert_max_num_queries(len(few)):
        page = client.get(reverse("guide_desk"))

    assert "30件" in page.content.decode()


def test_a_long_draft_asks_no_more_than_a_short_one(client, author, django_assert_max_num_queries):
    short = make.guide(steps=2, published=False, by=author).draft
    long = make.guide(steps=30, published=False, by=author).draft
    client.get(reverse("edition_edit", args=[short.pk]))
    with django_assert_max_num_queries(30) as few:
        client.get(reverse("edition_edit", args=[short.pk]))

    with django_assert_max_num_queries(len(few)):
        client.get(reverse("edition_edit", args=[long.pk]))


def test_steps_move_up_and_down_by_buttons(client, draft):
    step = draft.steps.get(ordinal=2)

    client.post(reverse("step_move", args=[step.pk]), {"to": "up"})
    step.refresh_from_db()
    first = step.ordinal
    client.post(reverse("step_move", args=[step.pk]), {"to": "sideways"})
    step.refresh_from_db()

    assert (first, step.ordinal) == (1, 1)


def test_taking_out_a_step_asks_first(client, draft):
    step = draft.steps.get(ordinal=2)
    url = reverse("step_remove", args=[step.pk])

    asked = client.get(url)
    assert draft.steps.count() == 3
    client.post(url)

    assert "手順2を外しますか" in asked.content.decode()
    assert draft.steps.count() == 2


def test_an_incomplete_edition_says_what_is_missing_instead_of_being_published(client, draft):
    client.post(reverse("step_create", args=[draft.pk]), make.typed_step(description=""))

    asked = client.get(reverse("edition_publish", args=[draft.pk])).content.decode()
    client.post(reverse("edition_publish", args=[draft.pk]))
    draft.refresh_from_db()

    assert "手順4に画像がありません" in asked
    assert not draft.is_published


def test_a_published_edition_is_closed_to_every_form(client, guide):
    edition = make.edition(guide)
    step = edition.steps.get(ordinal=1)

    saved = client.post(reverse("step_edit", args=[step.pk]), make.typed_step())
    client.post(reverse("step_move", args=[step.pk]), {"to": "down"})
    client.post(reverse("step_remove", args=[step.pk]))
    described = client.post(reverse("edition_edit", args=[edition.pk]), {"change_note": "x"})

    assert saved.status_code == described.status_code == 422
    assert "公開済み" in saved.content.decode()
    assert list(edition.steps.order_by("ordinal").values_list("title", flat=True)) == [
        f"画面の{number}番を押す" for number in (1, 2, 3)
    ]


def test_a_check_is_noted_and_an_impossible_day_is_explained(client, guide):
    url = reverse("guide_manage", args=[guide.pk])

    wrong = client.post(url, {"on_year": "R8", "on_month": "2", "on_day": "30"})
    right = client.post(url, {"on_year": "R8", "on_month": "2", "on_day": "3", "system_version": "Android 15"})

    assert wrong.status_code == 422
    assert right.status_code == 302
    edition = make.edition(guide)
    assert (edition.checked_on.isoformat(), edition.system_version) == ("2026-02-03", "Android 15")


def test_an_older_edition_is_still_seen_by_authors_as_it_was_printed(client, guide, draft, author):
    old = make.edition(guide)
    change_step(draft.steps.get(ordinal=1), StepDetails("新しい言葉"), by=author)
    publish(draft, by=author)

    page = client.get(reverse("edition_preview", args=[old.pk])).content.decode()

    assert "画面の1番を押す" in page
    assert "新しい言葉" not in page


def test_two_who_describe_one_guide_lose_nothing_of_what_either_wrote(client, guide):
    # Only subtopics carry guides.
    topics = guide.topic, make.topic("スマートフォン")
    for topic in topics:
        topic.parent = make.topic("応用")
        topic.save()
    address = reverse("guide_edit", args=[guide.pk])
    stale = opened(client, address)
    changed = {"summary": ["はじめての方に"], "needs": ["カード"], "topic": [str(topics[1].pk)], "system": ["kiosk"]}
    client.post(address, stale | changed)

    answer = client.post(address, stale | {"title": ["住民票を店で取る"], "needs": ["手数料"]})

    guide.refresh_from_db()
    assert (answer.status_code, guide.summary, guide.title) == (422, "はじめての方に", "住民票をコンビニで取る")
    told = {(each.stands, each.typed) for each in answer.context["form"].changed}
    assert told == {("はじめての方に", ""), ("カード", "手数料"), ("スマートフォン", ""), ("コンビニの機械", "")}
    assert "今の内容は「はじめての方に」です" in answer.content.decode()
    assert client.post(address, boxes_of(answer, address)).status_code == 302
    guide.refresh_from_db()
    assert (guide.title, guide.summary, guide.needs) == ("住民票を店で取る", "はじめての方に", "手数料")
    assert (guide.topic, guide.system) == (topics[1], "kiosk")


def test_two_who_describe_one_draft_lose_nothing_of_what_either_wrote(client, draft):
    address = reverse("edition_edit", args=[draft.pk])
    stale = opened(client, address)
    checked = {"checked_on_year": ["R8"], "checked_on_month": ["10"], "checked_on_day": ["3"], "needs_checking": []}
    client.post(address, stale | checked | {"change_note": ["新しい画面"]})

    answer = client.post(address, stale | {"system_version": ["Android 16"], "change_note": ["画面の差しかえ"]})

    draft.refresh_from_db()
    assert (answer.status_code, draft.checked_on.isoformat(), draft.system_version) == (422, "2026-10-03", "")
    told = {(each.stands, each.typed) for each in answer.context["form"].changed}
    assert told == {("新しい画面", "画面の差しかえ"), ("令和8年10月3日（土）", ""), ("チェックなし", "")}
    assert "今の内容は「令和8年10月3日（土）」です" in answer.content.decode()
    assert client.post(address, boxes_of(answer, address)).status_code == 302
    draft.refresh_from_db()
    assert (draft.checked_on.isoformat(), draft.needs_checking) == ("2026-10-03", False)
    assert (draft.system_version, draft.change_note) == ("Android 16", "画面の差しかえ")


def test_the_steps_of_a_draft_make_no_page_about_it_old(client, draft, author):
    address = reverse("edition_edit", args=[draft.pk])
    page = opened(client, address)
    change_step(draft.steps.get(ordinal=1), StepDetails("新しい言葉"), by=author)
    client.post(reverse("step_move", args=[draft.steps.get(ordinal=2).pk]), {"to": "down"})

    answer = client.post(address, page | {"change_note": ["新しい画面"]})

    assert answer.status_code == 302


def test_of_a_draft_published_meanwhile_it_is_said_and_nothing_is_written(client, draft, author):
    address = reverse("edition_edit", args=[draft.pk])
    page = opened(client, address)
    publish(draft, by=author)

    answer = client.post(address, page | {"change_note": ["新しい画面"]})

    assert answer.status_code == 422
    assert "公開済み" in answer.content.decode()
    draft.refresh_from_db()
    assert draft.change_note == ""


@pytest.mark.parametrize("kind", ["guide", "draft"])
def test_a_page_pressed_twice_is_not_older_than_what_it_saved_itself(client, guide, draft, kind):
    guide.topic.parent = make.topic("応用")
    guide.topic.save()
    address = {
        "guide": reverse("guide_edit", args=[guide.pk]),
        "draft": reverse("edition_edit", args=[draft.pk]),
    }[kind]
    typed = opened(client, address) | {"duration": ["10分"], "change_note": ["新しい画面"]}

    answers = [client.post(address, typed) for _press in range(2)]

    assert [answer.status_code for answer in answers] == [302, 302]
