import uuid

import pytest

from core.models import AuditEntry
from core.stale import ChangedMeanwhile, as_it_stands, fingerprint
from materials.models import Edition, PublishedIsFixed, Step
from materials.pictures import MarksCannotBeDrawn, set_picture
from materials.writing import (
    EditionDetails,
    EditionIsPublished,
    GuideDetails,
    StepDetails,
    StepHasChanged,
    add_step,
    begin_edition,
    change_step,
    describe_edition,
    describe_guide,
    move_step,
    propose_slug,
    remove_step,
)
from tests.make import materials as make

pytestmark = pytest.mark.django_db


def titles(edition):
    return list(edition.steps.order_by("ordinal").values_list("title", flat=True))


@pytest.fixture
def author():
    return make.author()


@pytest.fixture
def guide(author):
    return make.guide(steps=3, by=author)


@pytest.fixture
def draft(guide, author):
    return begin_edition(guide, by=author)


def test_a_new_edition_is_a_copy_whose_steps_keep_their_lineage(guide, draft):
    before = make.edition(guide)

    assert draft.number == 2
    assert titles(draft) == titles(before)
    assert list(draft.steps.values_list("lineage", "picture")) == list(before.steps.values_list("lineage", "picture"))


def test_beginning_twice_goes_on_with_the_same_draft(guide, draft, author):
    assert begin_edition(guide, by=author) == draft


def test_a_reworded_and_moved_step_keeps_its_lineage(draft, author):
    step = draft.steps.get(ordinal=1)

    change_step(step, StepDetails("カードを置く"), by=author)
    moved = move_step(step, to=3, by=author)

    assert (moved.ordinal, moved.title, moved.lineage) == (3, "カードを置く", step.lineage)
    assert titles(draft) == ["画面の2番を押す", "画面の3番を押す", "カードを置く"]


@pytest.mark.parametrize(("to", "place"), [(0, 1), (-5, 1), (99, 3), (2, 2)])
def test_a_step_moves_no_further_than_the_ends(draft, author, to, place):
    step = draft.steps.get(ordinal=2)

    assert move_step(step, to=to, by=author).ordinal == place
    assert list(draft.steps.order_by("ordinal").values_list("ordinal", flat=True)) == [1, 2, 3]


def test_the_others_close_up_when_a_step_is_taken_out_and_doing_it_twice_is_quiet(draft, author):
    step = draft.steps.get(ordinal=2)

    remove_step(step, by=author)
    remove_step(step, by=author)

    assert list(draft.steps.order_by("ordinal").values_list("ordinal", "title")) == [
        (1, "画面の1番を押す"),
        (2, "画面の3番を押す"),
    ]


def test_a_button_pressed_twice_adds_one_step(draft, author):
    key = uuid.uuid4()

    first = add_step(draft, StepDetails("紙を取る"), lineage=key, by=author)
    second = add_step(draft, StepDetails("紙を取る"), lineage=key, by=author)

    assert first == second
    assert draft.steps.count() == 4


def test_pasted_line_breaks_leave_one_line_and_the_actions_keep_theirs(draft, author):
    step = add_step(draft, StepDetails("カードを\r\n置く", "1つ\r\n\r\n  2つ "), by=author)

    assert step.title == "カードを 置く"
    assert step.action_lines == ["1つ", "2つ"]


def test_a_step_that_somebody_else_changed_is_not_written_over_unasked(draft, author):
    step = draft.steps.get(ordinal=1)
    seen = step.changed_at
    change_step(step, StepDetails("ほかの人の言葉"), by=author)

    with pytest.raises(StepHasChanged):
        change_step(step, StepDetails("わたしの言葉"), seen=seen, by=author)

    assert titles(draft)[0] == "ほかの人の言葉"


def test_what_a_page_did_not_show_is_replaced_only_where_nobody_looked_at_a_page(guide, draft, author):
    about = {name: getattr(guide, name) for name in GuideDetails.__dataclass_fields__}
    deeds = {
        guide: lambda words, **how: describe_guide(guide, GuideDetails(**about | {"summary": words}), by=author, **how),
        draft: lambda words, **how: describe_edition(draft, EditionDetails(change_note=words), by=author, **how),
    }
    for record, describe in deeds.items():
        seen = fingerprint(as_it_stands(record))
        describe("ほかの人の言葉", seen=seen)

        with pytest.raises(ChangedMeanwhile):
            describe("わたしの言葉", seen=seen)
        kept = describe("ほかの人の言葉", seen=seen)
        assert "ほかの人の言葉" in as_it_stands(kept).values()
        assert "わたしの言葉" in as_it_stands(describe("わたしの言葉")).values()


@pytest.mark.parametrize(
    "deed",
    [
        lambda edition, step, by: add_step(edition, StepDetails("新しい手順"), by=by),
        lambda edition, step, by: change_step(step, StepDetails("別の言葉"), by=by),
        lambda edition, step, by: move_step(step, to=3, by=by),
        lambda edition, step, by: remove_step(step, by=by),
        lambda edition, step, by: set_picture(step, None, marks=[], by=by),
        lambda edition, step, by: describe_edition(edition, EditionDetails(), by=by),
    ],
    ids=["add", "change", "move", "remove", "picture", "describe"],
)
def test_no_deed_touches_a_published_edition(guide, author, deed):
    edition = make.edition(guide)
    before = list(edition.steps.values())

    with pytest.raises(EditionIsPublished):
        deed(edition, edition.steps.get(ordinal=1), author)

    assert list(edition.steps.values()) == before


def test_behind_the_deeds_stands_a_last_fence(guide):
    edition = make.edition(guide)
    step = edition.steps.first()

    for attempt in (step.save, step.delete, edition.save, edition.delete, step.picture.save):
        with pytest.raises(PublishedIsFixed):
            attempt()
    with pytest.raises(PublishedIsFixed):
        Step(edition=edition, ordinal=9, title="あとから").save()
    assert Edition.objects.get(pk=edition.pk).steps.count() == 3


def test_another_description_makes_another_picture_and_leaves_the_published_one(guide, draft, author):
    old = make.edition(guide).steps.get(ordinal=1).picture
    step = draft.steps.get(ordinal=1)

    changed = set_picture(step, old, description="カードを置く台の絵", marks=[], by=author)

    assert changed.picture != old
    assert changed.picture.scene == old.scene
    assert make.edition(guide).steps.get(ordinal=1).picture.description == "カードの絵"


@pytest.mark.parametrize(
    "mark",
    [
        {"kind": "tap", "x": 1.5, "y": 0.5},
        {"kind": "circle", "x": 0.5, "y": 0.5},
        {"kind": "tap"},
        {"kind": "frame", "x": 0.1, "y": 0.1, "onclick": "alert(1)"},
    ],
)
def test_a_mark_that_cannot_be_drawn_is_refused(draft, author, mark):
    step = draft.steps.get(ordinal=1)

    with pytest.raises(MarksCannotBeDrawn):
        set_picture(step, step.picture, marks=[mark], by=author)


def test_every_deed_is_in_the_log_by_ids_only(draft, author):
    step = draft.steps.get(ordinal=1)

    change_step(step, StepDetails("暗証番号を入れる"), by=author)

    entry = AuditEntry.objects.filter(action="step.changed").get()
    assert (entry.by_id, entry.subject_id, entry.facts) == (author.pk, str(step.pk), {"edition": draft.pk})


def test_a_new_address_is_typed_from_paper_and_never_given_twice(author):
    procedure = make.procedure(key="water")
    guide = make.guide(procedure=procedure, by=author)
    details = GuideDetails("水道", procedure.topic, procedure, "android")
    guide.slug = propose_slug(details)
    guide.save()

    assert guide.slug == "water-android"
    assert propose_slug(details) == "water-android-2"
