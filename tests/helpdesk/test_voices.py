from datetime import date

import pytest

from accounts.roles import Role
from core.models import AuditEntry
from helpdesk import voices
from helpdesk.insights import heat
from helpdesk.models import Difficulty
from helpdesk.tally import Scope, tally
from helpdesk.voices import open_voices
from tests.make import accounts as make_accounts
from tests.make import helpdesk as make
from tests.make import materials as make_materials

pytestmark = pytest.mark.django_db
ALL = Scope()


@pytest.fixture
def analyst():
    return make_accounts.user(Role.ANALYST)


@pytest.fixture
def steps():
    return list(make_materials.edition(make_materials.guide(steps=3)).steps.order_by("ordinal"))


def notes_on(step, scope):
    rows = heat(step.edition, tally(scope)).rows
    return next(row.notes for row in rows if row.step == step)


def test_the_newest_note_on_a_step_is_read_first(analyst, steps):
    make.stuck(steps[1], note="番号を書いた紙がない", held_on=date(2026, 10, 5))
    make.stuck(steps[1], note="字が小さい", held_on=date(2026, 10, 6), age_band="80s")

    read = open_voices(steps[1], ALL, by=analyst)

    assert [(voice.text, voice.age_band) for voice in read] == [("字が小さい", "80s"), ("番号を書いた紙がない", "70s")]


def test_only_notes_on_this_step_within_the_question_are_counted_and_read(analyst, steps):
    make.stuck(steps[1], note="この手順の話")
    make.stuck(steps[2], note="ほかの手順の話")
    make.stuck(steps[1], note="ほかの機種の話", device="iphone")
    make.stuck(steps[1])
    question = Scope(device="android")

    assert notes_on(steps[1], question) == 1
    assert [voice.text for voice in open_voices(steps[1], question, by=analyst)] == ["この手順の話"]


def test_a_note_with_two_causes_is_one_voice(analyst, steps):
    consultation = make.stuck(steps[1], "pin", note="番号も画面も分からない")
    Difficulty.objects.create(consultation=consultation, step=steps[1], cause="screen")

    assert notes_on(steps[1], ALL) == 1
    assert len(open_voices(steps[1], ALL, by=analyst)) == 1


def test_reading_notes_is_on_record_and_counting_them_is_not(analyst, steps):
    make.stuck(steps[1], note="番号を書いた紙がない")

    notes_on(steps[1], ALL)
    assert not AuditEntry.objects.filter(action="notes.opened").exists()

    open_voices(steps[1], ALL, by=analyst)
    entry = AuditEntry.objects.get(action="notes.opened")
    assert (entry.by, entry.subject_id) == (analyst, str(steps[1].pk))


def test_no_more_is_read_than_anybody_reads(analyst, steps, monkeypatch):
    monkeypatch.setattr(voices, "MOST", 1)
    make.stuck(steps[1], note="前の声")
    make.stuck(steps[1], note="新しい声")

    assert [voice.text for voice in open_voices(steps[1], ALL, by=analyst)] == ["新しい声"]
