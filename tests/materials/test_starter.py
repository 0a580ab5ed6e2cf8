import re

import pytest

from core.models import AuditEntry
from core.scene import estimated_width
from materials import notation
from materials.common_readings import COMMON_READINGS
from materials.library.guides import GUIDES
from materials.library.procedures import PROCEDURES
from materials.library.terms import TERMS
from materials.models import Edition, Guide, Picture, Procedure, Step, System, Term, Topic
from materials.outline import outline
from materials.publishing import missing
from materials.starter import load_library
from materials.writing import GuideDetails, describe_guide
from tests.make import materials as make

STEPS = [(guide.slug, number, step) for guide in GUIDES for number, step in enumerate(guide.steps, start=1)]
EACH_STEP = pytest.mark.parametrize(("slug", "number", "step"), STEPS, ids=[f"{slug}-{n}" for slug, n, _s in STEPS])


@pytest.fixture
def author():
    return make.author()


@pytest.mark.django_db
def test_the_library_is_on_the_shelf_complete_and_stamped(author):
    loaded = load_library(by=author)

    assert (loaded.guides, loaded.procedures, loaded.terms) == (len(GUIDES), len(PROCEDURES), len(TERMS))
    assert Guide.objects.published().count() == len(GUIDES)
    assert all(edition.needs_checking and not missing(edition) for edition in Edition.objects.all())
    assert not Procedure.objects.filter(is_confirmed=True).exists()
    assert Topic.objects.filter(parent=None).count() == 2
    assert all(
        "要確認" in stamp for guide in Guide.objects.all() for stamp in outline(make.edition(guide)).opening.stamps
    )


@pytest.mark.django_db
def test_loading_again_changes_nothing_and_writes_over_nobody(author):
    load_library(by=author)
    guide = Guide.objects.get(slug="bulky-waste")
    describe_guide(guide, GuideDetails("市の言葉", guide.topic, guide.procedure), by=author)
    Term.objects.filter(word="DX").update(explanation="市の説明")
    before = [model.objects.count() for model in (Topic, Procedure, Guide, Step, Picture, Term, AuditEntry)]

    again = load_library(by=author)

    assert (again.topics, again.procedures, again.terms, again.guides) == (0, 0, 0, 0)
    assert [model.objects.count() for model in (Topic, Procedure, Guide, Step, Picture, Term, AuditEntry)] == before
    assert Guide.objects.get(slug="bulky-waste").title == "市の言葉"
    assert Term.objects.get(word="DX").explanation == "市の説明"


@pytest.mark.django_db
def test_the_library_is_written_by_deeds_and_so_in_the_log(author):
    load_library(by=author)

    published = AuditEntry.objects.filter(action="edition.published", by=author)
    assert published.count() == len(GUIDES)


def test_every_service_that_the_plan_names_has_its_procedure_with_a_way_at_the_counter():
    keys = {row.key for row in PROCEDURES}

    assert keys == {
        "convenience-certificates", "online-certificates", "childcare-procedures", "care-procedures", "bulky-waste",
        "water", "staff-examination", "e-library", "library-card", "cashless",
    }  # fmt: skip
    assert all(row.at_counter for row in PROCEDURES)
    assert all(row.without_card for row in PROCEDURES if "マイナンバーカード" in row.needs)


def test_the_library_names_no_number_price_or_address_of_its_own():
    said = [row.title + row.expected + row.caution + "".join(row.actions) for guide in GUIDES for row in guide.steps]
    said += [row.needs + row.cost + row.at_counter + row.without_card for row in PROCEDURES]
    text = "\n".join(said)

    assert not re.search(r"[0-9０-９]+円|0\d{1,4}-\d{1,4}-\d{4}|https?://|\.jp", text)


@pytest.mark.parametrize("guide", GUIDES, ids=[guide.slug for guide in GUIDES])
def test_a_guide_is_a_handful_of_steps_on_a_known_device(guide):
    assert 5 <= len(guide.steps) <= 7
    assert guide.system in System.values


@EACH_STEP
def test_every_step_says_how_to_know_that_it_worked_and_describes_its_picture(slug, number, step):
    assert step.expected
    assert len(step.description) >= 10
    assert 1 <= len(step.actions) <= 3


@EACH_STEP
def test_the_numbers_on_the_picture_are_those_of_the_actions(slug, number, step):
    numbers = [mark.number for mark in step.drawing.marks]

    assert set(numbers) <= set(range(1, len(step.actions) + 1))
    assert len(numbers) == len(set(numbers))


@EACH_STEP
def test_a_drawing_fits_on_its_sheet(slug, number, step):
    drawing = step.drawing
    scene = drawing.scene(step.description)

    assert drawing.y <= drawing.height + 6, "the last element runs over the edge"
    for item in scene.items:
        if item["kind"] == "text":
            width = estimated_width(item["text"], item["size"])
            left = item["x"] - (width / 2 if item.get("anchor", "middle") == "middle" else 0)
            assert left >= 10
            assert left + width <= 290


def test_every_kanji_of_the_library_has_a_reading():
    texts = [guide.title + "\n" + guide.summary + "\n" + guide.needs for guide in GUIDES]
    texts += ["\n".join((s.title, *s.actions, s.expected, s.caution)) for guide in GUIDES for s in guide.steps]
    texts += [f"{row.needs}\n{row.cost}\n{row.at_counter}\n{row.without_card}" for row in PROCEDURES]
    texts += [row.explanation for row in TERMS]

    unread = set()
    for text in texts:
        shown = notation.words(text, ruby=True, common=COMMON_READINGS)
        for run in shown.runs:
            if not (run.reading or run.is_key):
                unread.update(re.findall(r"[一-龠々]+", run.text))

    assert unread == set()


def test_the_words_of_the_plans_glossary_are_explained_in_our_own_words():
    words = {row.word for row in TERMS}

    assert {"AI", "BPR", "DX", "ICT", "RPA", "SNS", "オープンデータ", "キャッシュレス決済", "サテライトオフィス",
            "三層の対策", "自治体セキュリティクラウド", "セキュリティポリシー", "テレワーク", "デジタルデバイド",
            "デジタルリテラシー", "デジタル技術", "デジタル情報", "マイナポータル"} <= words  # fmt: skip
    assert all(row.explanation and row.source for row in TERMS)
