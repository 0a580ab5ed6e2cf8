import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from materials.models import Picture, Step
from materials.writing import StepDetails, change_step, remove_step
from tests.make import materials as make

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"title": ""}, "見出し"),
        ({"title": "あ" * 121}, "120"),
        ({"description": ""}, "画像の説明を書いてください"),
        (make.typed_mark(0, x="120"), "100"),
        (make.typed_mark(0, to_x=""), "0から100までの数で"),
        (make.typed_mark(0, to_x="10", to_y="20"), "大きさがありません"),
        (make.typed_mark(0, number="二"), "数字"),
        (make.typed_mark(0, kind="circle"), "circle"),
    ],
)
def test_a_step_that_cannot_be_saved_keeps_all_that_was_typed(client, draft, typed, sentence):
    step = draft.steps.get(ordinal=1)
    sent = make.typed_step(caution="気をつけてください🐢", seen=step.changed_at.isoformat()) | typed

    response = client.post(reverse("step_edit", args=[step.pk]), sent)

    page = response.content.decode()
    assert response.status_code == 422
    assert sentence in page
    assert "エラー" in page
    assert "気をつけてください🐢" in page
    assert "カードを台に置きます。" in page
    step.refresh_from_db()
    assert step.title == "画面の1番を押す"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<svg><script>alert(1)</script></svg>", "PNG"),
        (b"x", "PNG"),
        (b"", "空"),
    ],
)
def test_a_file_that_is_no_picture_is_refused_at_its_field(client, draft, content, sentence):
    step = draft.steps.get(ordinal=1)
    before = Picture.objects.count()

    response = client.post(
        reverse("step_edit", args=[step.pk]), make.typed_step(upload=SimpleUploadedFile("screen.png", content))
    )

    assert response.status_code == 422
    assert sentence in str(response.context["form"].errors["upload"])
    assert "カードを台に置きます。" in response.content.decode()
    assert Picture.objects.count() == before


def test_a_good_picture_beside_a_bad_word_must_be_chosen_again_and_says_so(client, draft):
    step = draft.steps.get(ordinal=1)
    good = SimpleUploadedFile("screen.png", make.png())

    response = client.post(reverse("step_edit", args=[step.pk]), make.typed_step(title="", upload=good))

    assert "画像をもう一度選んでください" in response.content.decode()


def test_a_stale_page_does_not_write_over_a_colleague_unasked(client, draft, author):
    step = draft.steps.get(ordinal=1)
    seen = step.changed_at.isoformat()
    change_step(step, StepDetails("ほかの人の言葉"), by=author)
    url = reverse("step_edit", args=[step.pk])

    first = client.post(url, make.typed_step(seen=seen))
    step.refresh_from_db()
    kept = step.title
    again = client.post(url, make.typed_step(seen=first.context["form"]["seen"].value()))
    step.refresh_from_db()

    assert first.status_code == 422
    assert "ほかの方がこの手順を変えました" in first.content.decode()
    assert "カードを台に置きます。" in first.content.decode()
    assert kept == "ほかの人の言葉"
    assert again.status_code == 302
    assert step.title == "カードを置く"


def test_a_button_pressed_twice_adds_one_step(client, draft):
    sent = make.typed_step(description="")

    client.post(reverse("step_create", args=[draft.pk]), sent)
    client.post(reverse("step_create", args=[draft.pk]), sent)

    assert draft.steps.count() == 4


def test_a_drawing_of_the_library_is_chosen_instead_of_a_screenshot(client, draft):
    drawing = Picture.objects.drawings().get()

    client.post(
        reverse("step_create", args=[draft.pk]), make.typed_step(drawing=drawing.pk, description=drawing.description)
    )

    assert draft.steps.get(ordinal=4).picture == drawing


def test_full_width_figures_place_a_mark(client, draft):
    step = draft.steps.get(ordinal=1)
    mark = make.typed_mark(0, kind="tap", x="５０", y="２５．５", number="２")

    client.post(reverse("step_edit", args=[step.pk]), make.typed_step(seen=step.changed_at.isoformat()) | mark)

    step.refresh_from_db()
    assert step.marks == [{"kind": "tap", "x": 0.5, "y": 0.255, "number": 2}]


def test_the_marks_come_back_as_they_were_typed(client, draft):
    step = draft.steps.get(ordinal=1)
    Step.objects.filter(pk=step.pk).update(
        marks=[
            {"kind": "frame", "x": 0.1, "y": 0.2, "w": 0.4, "h": 0.4, "number": 1},
            {"kind": "arrow", "x": 0.5, "y": 0.9, "to_x": 0.5, "to_y": 0.6},
        ]
    )

    rows = client.get(reverse("step_edit", args=[step.pk])).context["formset"].initial

    assert rows == [
        {"kind": "frame", "number": 1, "x": "10", "y": "20", "to_x": "50", "to_y": "60"},
        {"kind": "arrow", "number": None, "x": "50", "y": "90", "to_x": "50", "to_y": "60"},
    ]


def test_what_was_typed_outlives_a_step_that_somebody_else_took_out(client, draft) -> None:
    step = draft.steps.get(ordinal=1)
    number, sent = step.pk, make.typed_step(caution="気をつけてください🐢", seen=step.changed_at.isoformat())
    sent |= {"edition": draft.pk, "description": ""}
    remove_step(step, by=make.author())
    before = draft.steps.count()

    page = client.post(reverse("step_edit", args=[number]), sent)

    assert page.status_code == 422
    assert "ほかの方が、この手順を取り除きました" in page.content.decode()
    assert "気をつけてください🐢" in page.content.decode()
    assert draft.steps.count() == before

    client.post(reverse("step_edit", args=[number]), sent | {"seen": ""})

    assert draft.steps.count() == before + 1


@pytest.mark.parametrize("edition", ["", "x", "9" * 30, "0"])
def test_a_step_of_no_edition_is_not_found(client, draft, edition) -> None:
    assert client.post(reverse("step_edit", args=[10**6]), {"edition": edition}).status_code == 404
