import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.roles import Role
from materials.models import Printing, Term
from materials.pictures import add_upload, make_safe, set_picture
from materials.publishing import publish
from tests.make import accounts as make_accounts
from tests.make import materials as make

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make.author()


def test_anybody_reads_and_prints_a_guide_without_signing_in(client, author):
    guide = make.guide(by=author)

    assert client.get(reverse("guide_list")).status_code == 200
    assert client.get(reverse("guide", args=[guide.slug])).status_code == 200
    assert client.get(reverse("glossary")).status_code == 200
    paper = client.get(reverse("guide_pdf", args=[guide.slug]))

    assert paper.status_code == 200
    assert paper["Content-Type"] == "application/pdf"
    assert paper["Cache-Control"] == "no-cache"
    assert paper["X-Content-Type-Options"] == "nosniff"
    assert "inline" in paper["Content-Disposition"]
    assert b"".join(paper.streaming_content).startswith(b"%PDF-")


def test_a_draft_is_nobodys_to_read(client, author):
    guide = make.guide(published=False, by=author)

    assert client.get(reverse("guide", args=[guide.slug])).status_code == 404
    assert client.get(reverse("guide_pdf", args=[guide.slug])).status_code == 404
    assert guide.title not in client.get(reverse("guide_list")).content.decode()


def test_printing_is_counted_and_asking_for_the_head_is_not(client, author):
    guide = make.guide(by=author)
    url = reverse("guide_pdf", args=[guide.slug])

    client.head(url)
    client.get(url)
    client.get(url, {"size": "large", "ruby": "1"})

    assert list(Printing.objects.order_by("pk").values_list("large", "ruby")) == [(False, False), (True, True)]


@pytest.mark.parametrize(
    "query",
    [
        {"step": "99"},
        {"step": "-1"},
        {"step": "²"},
        {"step": "9" * 50},
        {"step": "1; DROP"},
        {"ruby": "yes", "size": "huge"},
    ],
)
def test_options_that_make_no_sense_are_passed_over(client, author, query):
    guide = make.guide(steps=3, by=author)

    page = client.get(reverse("guide", args=[guide.slug]), query)

    assert page.status_code == 200
    assert page.context["single"] is None


def test_one_step_at_a_time_leads_to_the_next_and_back(client, author):
    guide = make.guide(steps=3, by=author)
    url = reverse("guide", args=[guide.slug])

    middle = client.get(url, {"step": "2", "ruby": "1"})

    assert middle.context["single"].number == 2
    assert (middle.context["previous"], middle.context["next"]) == ("?ruby=1&step=1", "?ruby=1&step=3")
    assert client.get(url, {"step": "3"}).context["next"] == ""


def test_readings_are_off_until_they_are_asked_for(client, author):
    guide = make.guide(by=author)
    url = reverse("guide", args=[guide.slug])

    assert "<ruby>" not in client.get(url).content.decode()
    assert "<ruby>画面<rp>（</rp><rt>がめん</rt><rp>）</rp></ruby>" in client.get(url, {"ruby": "1"}).content.decode()


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({}, {"住民票をコンビニで取る", "電子図書館で本を借りる"}),
        ({"q": "こんびに"}, {"住民票をコンビニで取る"}),
        ({"q": "ｺﾝﾋﾞﾆ"}, {"住民票をコンビニで取る"}),
        ({"q": "図書館"}, {"電子図書館で本を借りる"}),
        ({"q": "ない言葉"}, set()),
        ({"system": "iphone"}, {"電子図書館で本を借りる"}),
        ({"system": "kiosk"}, {"住民票をコンビニで取る", "電子図書館で本を借りる"}),
        ({"topic": "library"}, {"電子図書館で本を借りる"}),
        ({"topic": "nonsense", "system": "<b>"}, {"住民票をコンビニで取る", "電子図書館で本を借りる"}),
    ],
)
def test_the_shelf_is_searched_by_words_topic_and_device(client, author, query, found):
    make.guide(title="住民票を｜コンビニ《こんびに》で取る", system="kiosk", by=author)
    library = make.procedure("貸出", topic=make.topic("本", key="library"))
    make.guide(title="電子図書館で本を借りる", system="any", procedure=library, by=author)

    page = client.get(reverse("guide_list"), query).content.decode()

    titles = {"住民票をコンビニで取る", "電子図書館で本を借りる"}
    assert {title for title in titles if f">{title}</strong>" in page} == found


def test_lists_and_guides_ask_no_more_of_the_database_when_there_are_many(client, author):
    def queries(url):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(url).status_code == 200
        return len(asked)

    first = make.guide(steps=2, by=author)
    make.guide(steps=2, by=author)
    client.get(reverse("guide_list"))
    few = queries(reverse("guide_list"))
    one = queries(reverse("guide", args=[first.slug]))
    for _number in range(28):
        make.guide(steps=2, by=author)
    long = make.guide(steps=20, by=author)

    assert queries(reverse("guide_list")) == few
    assert queries(reverse("guide", args=[long.slug])) == one
    assert few <= 12
    assert one <= 12


@pytest.fixture
def upload(author):
    guide = make.guide(steps=1, published=False, by=author)
    picture = add_upload(make_safe(SimpleUploadedFile("a.png", make.png())), description="画面", by=author)
    set_picture(guide.draft.steps.get(), picture, marks=[], by=author)
    return picture


def test_a_screenshot_of_a_draft_is_shown_to_authors_only(client, upload, author):
    url = reverse("picture", args=[upload.pk])

    assert client.get(url).status_code == 404
    client.force_login(make_accounts.user(Role.RECEPTION))
    assert client.get(url).status_code == 404
    client.force_login(author)
    response = client.get(url)

    assert response.status_code == 200
    assert response["Cache-Control"] == "private, no-store"


def test_a_screenshot_of_a_published_guide_is_shown_to_anybody_as_a_picture_and_nothing_else(client, upload, author):
    publish(upload.steps.get().edition, by=author)

    response = client.get(reverse("picture", args=[upload.pk]))

    assert response["Content-Type"] == "image/png"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Cache-Control"].startswith("public")
    assert b"".join(response.streaming_content).startswith(b"\x89PNG")


def test_words_are_told_with_their_source(client):
    Term.objects.create(word="DX", reading="ディーエックス", explanation="くらしを良くすること", source="計画")

    page = client.get(reverse("glossary")).content.decode()

    assert "くらしを良くすること" in page
    assert "出典　計画" in page


def test_a_guide_is_read_out_in_japanese_on_the_english_pages(client, author):
    guide = make.guide(by=author)
    client.cookies["django_language"] = "en"

    page = client.get(reverse("guide", args=[guide.slug])).content.decode()

    assert '<html lang="en">' in page
    assert '<h1 lang="ja">' in page
    assert page.count('<span lang="ja">') >= 2
