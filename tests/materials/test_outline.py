import io
import re
from dataclasses import replace
from datetime import date, timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone
from pypdf import PdfReader

from city.models import CityProfile
from materials.models import Term
from materials.outline import Facts, Glossary, Help, StepBlock, outline
from materials.pictures import add_upload, make_safe, set_picture
from materials.printing import draw, guide_pdf
from materials.publishing import confirm_check, publish
from materials.writing import StepDetails, add_step, begin_edition, change_step
from tests.make import materials as make

pytestmark = pytest.mark.django_db

NASTY = "<script>alert(1)</script> <b>&amp; {{ city }} %(phone)s \"'"


@pytest.fixture
def author():
    return make.author()


def pages(pdf):
    return [page.extract_text() for page in PdfReader(io.BytesIO(pdf)).pages]


def squeezed(text):
    """Without spaces and line ends, which differ between page and paper."""
    return re.sub(r"\s+", "", text)


def test_the_telephone_number_stands_after_every_third_step_and_at_the_end(author):
    said = outline(make.edition(make.guide(steps=7, by=author)))

    kinds = "".join({StepBlock: "s", Help: "h"}.get(type(block), "") for block in said.blocks)
    assert kinds == "ssshssshsh"


def test_what_one_needs_comes_from_the_procedure_unless_the_guide_says_otherwise(author):
    procedure = make.procedure(needs="カード\n手数料", at_counter="窓口で取れます", without_card="窓口へ")
    plain = make.guide(procedure=procedure, by=author)
    own = make.guide(procedure=procedure, needs="メガネ", by=author)

    def needed(guide):
        facts = next(block for block in outline(make.edition(guide)).blocks if isinstance(block, Facts))
        return [[str(line) for line in fact.lines] for fact in facts.facts]

    assert needed(plain) == [["カード", "手数料"], ["窓口で取れます"], ["窓口へ"]]
    assert needed(own)[0] == ["メガネ"]


def test_stamps_tell_what_nobody_has_checked(author):
    guide = make.guide(by=author)
    edition = make.edition(guide)

    def stamps(*, on=None):
        edition.refresh_from_db()
        return outline(edition, on=on).opening.stamps

    assert len(stamps()) == 2  # the screens, and the facts of the procedure
    guide.procedure.is_confirmed = True
    guide.procedure.save()
    today = timezone.localdate()
    confirm_check(edition, on=today, by=author)

    assert stamps() == ()
    assert len(stamps(on=today + timedelta(days=181))) == 1


def test_a_difficult_word_is_explained_where_it_occurs_and_only_there(author):
    Term.objects.create(word="QRコード", reading="キューアールコード", explanation="四角いもよう")
    Term.objects.create(word="確認", explanation="たしかめること")
    Term.objects.create(word="テレワーク", explanation="家で働くこと")
    guide = make.guide(published=False, by=author)
    add_step(guide.draft, StepDetails("QRコードを見る", "[[確認]] を押す"), by=author)

    glossary = next(block for block in outline(guide.draft).blocks if isinstance(block, Glossary))

    assert [entry.word for entry in glossary.entries] == ["確認", "QRコード"]


def test_a_whole_outline_takes_few_queries_however_many_steps(author, django_assert_num_queries):
    edition = make.edition(make.guide(steps=20, by=author))
    CityProfile.current()

    with django_assert_num_queries(4):
        outline(edition)


@pytest.mark.parametrize("options", [{}, {"ruby": True}, {"large": True}, {"large": True, "ruby": True}])
def test_page_and_paper_say_the_same(client, author, options):
    guide = make.guide(steps=4, published=False, by=author)
    step = guide.draft.steps.get(ordinal=2)
    words = StepDetails(
        "暗証番号《あんしょうばんごう》を入れる",
        "数字を4つ押します。\n[[確認]] を押します。",
        "証明書の画面になります。",
        "3回まで",
    )
    change_step(step, words, by=author)
    from_draft = guide.draft
    query = {"ruby": "1"} if options.get("ruby") else {}

    said = outline(from_draft, ruby=options.get("ruby", False))
    paper = squeezed("".join(pages(draw(said, large=options.get("large", False)))))
    publish(from_draft, by=author)
    page = squeezed(re.sub(r"<[^>]+>", "", client.get(guide.get_absolute_url(), query).content.decode()))

    for block in said.steps:
        texts = [block.title, *block.actions, block.expected, block.caution]
        for run in (run for text in texts for run in text.runs):
            assert squeezed(run.text) in paper
            assert squeezed(run.text) in page
    assert ("あんしょうばんごう" in paper) == ("あんしょうばんごう" in page) == bool(options.get("ruby"))


@pytest.mark.parametrize("large", [False, True])
def test_every_page_of_the_paper_says_whom_to_ring_and_which_page_it_is(author, large):
    CityProfile.current()
    CityProfile.objects.update(office_phone="0745-99-9999", office_phone_confirmed=True)
    edition = make.edition(make.guide(steps=6, by=author))

    reader = PdfReader(io.BytesIO(guide_pdf(edition, large=large)))
    texts = [squeezed(page.extract_text()) for page in reader.pages]

    assert len(texts) > 2
    for number, text in enumerate(texts, start=1):
        assert "0745-99-9999" in text
        assert f"{number}/{len(texts)}ページ" in text
        assert squeezed(edition.guide.title) in text
        assert f"kakehashi.test/guides/{edition.guide.slug}/" in text


def test_the_paper_carries_its_fonts_its_title_its_language_and_its_bookmarks(author):
    edition = make.edition(make.guide(steps=3, by=author))

    reader = PdfReader(io.BytesIO(guide_pdf(edition)))

    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]
    assert fonts
    for font in fonts:
        described = font["/DescendantFonts"][0].get_object()["/FontDescriptor"]
        assert described.get_object()["/FontFile2"].get_object().get_data()
    assert reader.metadata.title.startswith("住民票をコンビニで取る")
    assert reader.trailer["/Root"]["/Lang"] == "ja"
    marks = [mark for entry in reader.outline for mark in (entry if isinstance(entry, list) else [entry])]
    assert [mark.title for mark in marks if mark.title[0].isdigit()] == [
        "1 画面の1番を押す",
        "2 画面の2番を押す",
        "3 画面の3番を押す",
    ]


def test_the_type_is_16_points_and_22_in_large_print(author):
    edition = make.edition(make.guide(steps=1, by=author))

    def sizes(pdf):
        content = b"".join(page.get_contents().get_data() for page in PdfReader(io.BytesIO(pdf)).pages)
        return {float(size) for size in re.findall(rb"/K\d+ ([\d.]+) Tf", content)}

    assert 16.0 in sizes(guide_pdf(edition))
    assert 22.0 in sizes(guide_pdf(edition, large=True))


def test_a_confirmed_check_stands_on_the_paper_in_the_japanese_calendar(author):
    edition = make.edition(make.guide(by=author))
    edition = confirm_check(edition, on=date(2026, 11, 1), by=author)

    assert "第1版令和8年11月1日（日）に画面を確認" in squeezed(pages(guide_pdf(edition))[0])


def test_a_paper_in_store_is_not_drawn_again_and_never_shows_an_old_number(author, monkeypatch):
    edition = make.edition(make.guide(by=author))
    first = guide_pdf(edition)
    drawn = []
    monkeypatch.setattr("materials.printing.draw", lambda *args, **kwargs: drawn.append(kwargs) or b"%PDF new")

    assert guide_pdf(edition) == first
    assert drawn == []
    CityProfile.objects.update(office_phone="0745-11-1111")

    assert guide_pdf(edition) == b"%PDF new"


def test_a_changed_fact_of_the_procedure_is_on_the_next_paper(author):
    guide = make.guide(procedure=make.procedure(cost="300円"), by=author)
    assert "300円" in pages(guide_pdf(make.edition(guide)))[0]

    guide.procedure.cost = "400円"
    guide.procedure.save()

    assert "400円" in pages(guide_pdf(make.edition(type(guide).objects.get())))[0]


def test_the_same_edition_gives_the_same_bytes(author):
    said = outline(make.edition(make.guide(by=author)))
    moment = timezone.now()

    assert draw(said, made_at=moment) == draw(replace(said), made_at=moment)


def test_an_uploaded_screenshot_is_in_the_paper(author):
    guide = make.guide(steps=1, published=False, by=author)
    png = make_safe(SimpleUploadedFile("a.png", make.png(300, 500)))
    picture = add_upload(png, description="画面", by=author)
    set_picture(guide.draft.steps.get(), picture, marks=[{"kind": "tap", "x": 0.5, "y": 0.5, "number": 1}], by=author)

    reader = PdfReader(io.BytesIO(guide_pdf(guide.draft)))

    images = [image for page in reader.pages for image in page.images]
    assert [image.image.size for image in images] == [(300, 500)]


def test_whatever_an_author_types_is_printed_as_it_stands(client, author):
    guide = make.guide(title=NASTY, steps=1, published=False, by=author)
    change_step(guide.draft.steps.get(), StepDetails(NASTY, NASTY, NASTY, NASTY), by=author)
    edition = publish(guide.draft, by=author)

    page = client.get(guide.get_absolute_url()).content.decode()
    paper = squeezed("".join(pages(guide_pdf(edition))))

    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &lt;b&gt;&amp;amp; {{ city }} %(phone)s" in page
    assert paper.count(squeezed(NASTY)) >= 4


def test_rare_kanji_are_never_a_box(author):
    guide = make.guide(title="葛󠄀城の髙﨑さん", steps=1, by=author)

    text = squeezed("".join(pages(guide_pdf(make.edition(guide)))))

    assert "髙﨑さん" in text
    assert "\x00" not in text


def test_a_new_edition_is_stamped_as_a_draft_and_a_published_one_is_not(author):
    guide = make.guide(by=author)
    draft = begin_edition(guide, by=author)

    assert "下書き" in outline(draft).opening.stamps[0]
    assert not any("下書き" in stamp for stamp in outline(make.edition(guide)).opening.stamps)
