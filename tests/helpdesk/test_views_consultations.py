import uuid
from datetime import date, timedelta

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from core import wareki
from helpdesk.models import Consultation
from materials.publishing import publish
from materials.writing import begin_edition
from tests.make import accounts as make_accounts
from tests.make import city as make_city
from tests.make import helpdesk as make
from tests.make import materials as make_materials

pytestmark = pytest.mark.django_db
NEW = "consultation_create"


@pytest.fixture
def adviser(client):
    adviser = make_accounts.user(Role.ADVISER)
    client.force_login(adviser)
    return adviser


@pytest.fixture
def edition():
    return make_materials.edition(make_materials.guide(steps=5))


def address(edition):
    return f"{reverse(NEW)}?edition={edition.pk}"


def tapped(**changes):
    """What the browser sends after four taps."""
    sent = {
        "stuck_at": "3",
        "cause": "pin",
        "operator": "guided",
        "outcome": "counter",
        "held_on": wareki.wareki(timezone.localdate()),
        "channel": "counter",
        "venue": "",
        "minutes": "15",
        "age_band": "70s",
        "device": "android",
        "form_key": str(uuid.uuid4()),
    }
    return {name: value for name, value in {**sent, **changes}.items() if value is not None}


def test_a_consultation_is_recorded_by_tapping_only(client, adviser, edition):
    chooser = client.get(reverse(NEW))
    assert f"?edition={edition.pk}" in chooser.content.decode()
    form = client.get(address(edition))
    assert form.context["form"].circumstances == ["今日", "窓口", "15分", "70代", "Android"]

    answer = client.post(address(edition), tapped())

    consultation = Consultation.objects.get()
    difficulty = consultation.difficulties.get()
    assert (difficulty.step.ordinal, difficulty.cause, consultation.reached_ordinal) == (3, "pin", 3)
    assert (consultation.edition, consultation.procedure) == (edition, edition.guide.procedure)
    assert (consultation.recorded_by, consultation.held_on) == (adviser, timezone.localdate())
    assert answer.url == reverse("consultation_recorded", args=[consultation.pk])
    assert reverse(NEW) in client.get(answer.url).content.decode()


def test_nothing_stopped_them_needs_no_cause(client, adviser, edition):
    client.post(address(edition), tapped(stuck_at="none", cause=None, outcome="alone"))

    consultation = Consultation.objects.get()
    assert not consultation.difficulties.exists()
    assert consultation.reached_ordinal == 5


def test_a_cause_tapped_before_nothing_stopped_them_is_not_counted(client, adviser, edition):
    client.post(address(edition), tapped(stuck_at="none", cause="pin", outcome="alone"))

    assert not Consultation.objects.get().difficulties.exists()


@pytest.mark.parametrize("about", ["procedure", "topic"])
def test_what_has_no_guide_is_recorded_without_a_step(client, adviser, about):
    chosen = make_materials.procedure() if about == "procedure" else make_materials.topic()

    client.post(f"{reverse(NEW)}?{about}={chosen.pk}", tapped(stuck_at="somewhere"))

    consultation = Consultation.objects.get()
    assert consultation.edition is None
    assert consultation.difficulties.get().step is None
    assert getattr(consultation, about) == chosen


@pytest.mark.parametrize("query", ["edition=x", "edition=0", "edition=99999", "nonsense=1", "edition=１"])
def test_an_address_that_means_nothing_offers_the_choice_again(client, adviser, query):
    answer = client.get(f"{reverse(NEW)}?{query}")

    assert answer.status_code == 200
    assert "often" in answer.context


def test_a_draft_is_not_offered_and_cannot_be_recorded_on(client, adviser):
    draft = make_materials.guide(published=False).draft

    client.post(address(draft), tapped())

    assert f"?edition={draft.pk}" not in client.get(reverse(NEW)).content.decode()
    assert not Consultation.objects.exists()


@pytest.mark.parametrize(
    ("field", "typed", "says"),
    [
        ("stuck_at", None, "止まった手順か"),
        ("stuck_at", "6", "選"),
        ("stuck_at", "99999999999999999999", "選"),
        ("stuck_at", "<script>", "選"),
        ("cause", None, "止まった理由"),
        ("cause", "unheard-of", "選"),
        ("operator", None, "操作した人"),
        ("outcome", "", "どこまで"),
        ("minutes", "16", "選"),
        ("minutes", "", "入力"),
        ("age_band", "200s", "選"),
        ("venue", "99999", "選"),
        ("held_on", "令和8年2月30日", "2月"),
        ("held_on", "", "日付"),
        ("held_on", "あした", "あした"),
        ("held_on", "9" * 200, "200"),
        ("held_on", wareki.wareki(timezone.localdate() + timedelta(days=2)), "まだ来ていない"),
        ("follow_up_on", "13/45", "13"),
        ("follow_up_on", "令和8年4月1日", "相談より前"),
        ("note", "あ" * 401, "401"),
        ("note", "😀" * 401, "401"),
        ("note", "暗証番号は1234でした", "暗証番号やパスワード"),
        ("note", "マイナンバーは１１１１　１１１１　１１１８", "マイナンバー"),
        ("referred_to", "4111-1111-1111-1111", "カードや口座"),
        ("referred_to", "あ" * 61, "61"),
    ],
)
def test_what_is_wrong_is_said_at_the_field_and_everything_typed_stays(client, adviser, edition, field, typed, says):
    sent = {"note": "画面が暗い", "referred_to": "市民窓口課", "follow_up_on": "", **tapped(), field: typed}

    answer = client.post(address(edition), {name: value for name, value in sent.items() if value is not None})

    form = answer.context["form"]
    assert answer.status_code == 422
    assert not Consultation.objects.exists()
    assert says in str(form.errors[field])
    for name, value in sent.items():
        assert (form[name].value() or "") == (value or "")
    assert "error-summary" in answer.content.decode()


def test_a_name_in_the_note_is_asked_about_and_then_kept(client, adviser, edition):
    sent = tapped(note="髙橋さんと葛󠄀城駅で𠮷田へ")

    asked = client.post(address(edition), sent)
    client.post(address(edition), {**sent, "note_confirmed": "on"})

    assert "お名前" in str(asked.context["form"].errors["note"])
    assert 'type="checkbox" name="note_confirmed"' in asked.content.decode()
    assert Consultation.objects.get().note == "髙橋さんと葛󠄀城駅で𠮷田へ"


def test_a_secret_is_refused_however_often_it_is_confirmed(client, adviser, edition):
    client.post(address(edition), tapped(note="暗証番号は1234", note_confirmed="on"))

    assert not Consultation.objects.exists()


@pytest.mark.parametrize("typed", ["12/3", "１２月３日", "R8.12.3", "令和八年十二月三日"])
@time_machine.travel("2026-11-24 10:00+09:00", tick=False)
def test_a_day_to_look_into_it_again_is_the_coming_one(client, edition, typed):
    client.force_login(make_accounts.user(Role.ADVISER))

    client.post(address(edition), tapped(follow_up_on=typed))

    assert Consultation.objects.get().follow_up_on == date(2026, 12, 3)


def test_pressing_twice_records_once(client, adviser, edition):
    sent = tapped()

    first = client.post(address(edition), sent)
    second = client.post(address(edition), sent)

    assert first.url == second.url
    assert Consultation.objects.count() == 1


def test_a_step_of_an_edition_that_is_no_more_the_newest_is_still_that_step(client, adviser, edition):
    """The guide was rewritten while the old one lay on the table."""
    author = make_materials.author()
    newer = publish(begin_edition(edition.guide, by=author), by=author)

    client.post(address(edition), tapped())

    assert Consultation.objects.get().edition == edition
    assert newer != edition


def test_circumstances_are_taken_over_to_the_next_one(client, adviser, edition):
    venue = make_city.venue("忍海集会所")

    client.post(address(edition), tapped(age_band="80s", minutes="30", channel="hall", venue=str(venue.pk)))

    form = client.get(address(edition)).context["form"]
    assert form.circumstances == ["今日", "公民館・集会所", "忍海集会所", "30分", "80代", "Android"]


def test_the_line_of_circumstances_opens_when_something_in_it_is_wrong(client, adviser, edition):
    right = client.post(address(edition), tapped(outcome=None))
    wrong = client.post(address(edition), tapped(held_on="きのう"))

    assert not right.context["form"].circumstances_are_wrong
    assert wrong.context["form"].circumstances_are_wrong


def test_the_guides_asked_about_most_stand_first(client, adviser, edition):
    other = make_materials.edition(make_materials.guide("マイナポータルに入る", steps=2))
    for _person in range(2):
        make.consultation(edition=other)
    make.consultation(edition=edition)

    choices = client.get(reverse(NEW)).context["often"]

    assert [choice.query for choice in choices] == [f"?edition={other.pk}", f"?edition={edition.pk}"]


def test_what_was_recorded_is_shown_to_whoever_recorded_it_only(client, adviser):
    somebody_elses = make.consultation()

    assert client.get(reverse("consultation_recorded", args=[somebody_elses.pk])).status_code == 404


def test_what_was_promised_stands_on_the_list_until_it_is_ticked_off(client, adviser):
    due = make.consultation(follow_up_on=timezone.localdate())
    make.consultation(follow_up_on=timezone.localdate() + timedelta(days=1))
    listed = client.get(reverse("consultation_list"))
    assert [row.record for row in listed.context["follow_ups"].rows] == [due]

    client.post(reverse("consultation_followed_up", args=[due.pk]))

    assert not client.get(reverse("consultation_list")).context["follow_ups"].rows


def test_ticking_off_needs_a_button_and_not_a_link(client, adviser):
    due = make.consultation(follow_up_on=timezone.localdate())

    assert client.get(reverse("consultation_followed_up", args=[due.pk])).status_code == 405


def test_the_list_says_where_it_stopped_and_why(client, adviser, edition):
    make.stuck(edition.steps.get(ordinal=2), "pin", held_on=timezone.localdate())

    assert "手順2：暗証番号" in client.get(reverse("consultation_list")).content.decode()


@pytest.mark.parametrize("name", [NEW, "consultation_list"])
def test_more_consultations_cost_no_more_queries(client, adviser, edition, name, django_assert_max_num_queries):
    def queries(number):
        for _person in range(number):
            make.stuck(edition.steps.get(ordinal=2), held_on=timezone.localdate(), follow_up_on=timezone.localdate())
        client.get(reverse(name))
        with django_assert_max_num_queries(16) as counted:
            client.get(reverse(name))
        return len(counted)

    assert queries(2) == queries(40)


def test_the_form_costs_a_few_queries_however_many_steps(client, adviser, django_assert_max_num_queries):
    def queries(steps):
        edition = make_materials.edition(make_materials.guide(steps=steps))
        client.get(address(edition))
        with django_assert_max_num_queries(14) as counted:
            client.get(address(edition))
        return len(counted)

    assert queries(2) == queries(12)
