from datetime import date, timedelta

import pytest
from django.utils import timezone

from core.models import AuditEntry
from materials.models import Edition, Guide
from materials.pictures import add_drawing, set_picture
from materials.publishing import CheckedInTheFuture, EditionIsIncomplete, Gap, confirm_check, missing, publish
from materials.writing import EditionDetails, StepDetails, add_step, begin_edition, describe_edition
from tests.make import materials as make
from tests.materials.test_pictures import SCENE

pytestmark = pytest.mark.django_db


@pytest.fixture
def author():
    return make.author()


def test_publishing_freezes_the_edition_and_says_who_did_it(author):
    guide = make.guide(published=False, by=author)

    edition = publish(guide.draft, by=author)

    assert (edition.state, edition.number, edition.published_by) == (Edition.State.PUBLISHED, 1, author)
    assert make.edition(guide) == edition
    assert AuditEntry.objects.get(action="edition.published").facts == {"guide": guide.pk, "number": 1}


def test_publishing_twice_is_quiet(author):
    guide = make.guide(published=False, by=author)
    draft = guide.draft

    first = publish(draft, by=author)
    second = publish(draft, by=make.author())

    assert first.published_at == second.published_at
    assert AuditEntry.objects.filter(action="edition.published").count() == 1


def test_an_edition_without_a_step_is_not_published(author):
    guide = make.guide(steps=0, published=False, by=author)

    with pytest.raises(EditionIsIncomplete) as refused:
        publish(guide.draft, by=author)

    assert [gap.gap for gap in refused.value.gaps] == [Gap.STEPS]
    assert not Guide.objects.published().exists()


def test_what_is_missing_is_told_step_by_step(author):
    guide = make.guide(steps=1, published=False, by=author)
    draft = guide.draft
    add_step(draft, StepDetails("絵がない"), by=author)
    undescribed = add_step(draft, StepDetails("説明がない"), by=author)
    set_picture(undescribed, add_drawing(SCENE, description="", by=author), marks=[], by=author)
    add_step(draft, StepDetails(" "), by=author)

    with pytest.raises(EditionIsIncomplete):
        publish(draft, by=author)

    found = [(gap.gap, gap.step.ordinal) for gap in missing(draft)]
    assert found == [(Gap.PICTURE, 2), (Gap.DESCRIPTION, 3), (Gap.TITLE, 4), (Gap.PICTURE, 4)]


def test_readers_keep_the_old_edition_until_the_new_one_is_published(author):
    guide = make.guide(by=author)
    old = make.edition(guide)
    draft = begin_edition(guide, by=author)

    assert make.edition(guide) == old
    publish(draft, by=author)

    assert make.edition(guide) == draft
    assert Edition.objects.published().count() == 2


def test_a_check_moves_the_date_on_and_lifts_the_stamp(author):
    guide = make.guide(by=author)

    edition = confirm_check(make.edition(guide), on=date(2026, 11, 1), system_version="Android 15", by=author)

    assert (edition.checked_on, edition.needs_checking) == (date(2026, 11, 1), False)
    assert not Edition.objects.stale(on=date(2027, 4, 30)).exists()
    assert list(Edition.objects.stale(on=date(2027, 5, 1))) == [edition]


def test_an_edition_is_stale_after_180_days(author):
    edition = Edition(checked_on=date(2026, 1, 1))

    assert not edition.is_stale(on=date(2026, 1, 1) + timedelta(days=180))
    assert edition.is_stale(on=date(2026, 1, 1) + timedelta(days=181))


def test_nobody_can_have_compared_screens_tomorrow(author):
    guide = make.guide(by=author)
    tomorrow = timezone.localdate() + timedelta(days=1)
    draft = begin_edition(guide, by=author)
    describe_edition(draft, EditionDetails(checked_on=tomorrow), by=author)

    with pytest.raises(CheckedInTheFuture):
        confirm_check(make.edition(guide), on=tomorrow, by=author)
    with pytest.raises(CheckedInTheFuture):
        publish(draft, by=author)
