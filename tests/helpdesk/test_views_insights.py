import csv
import io
from datetime import date

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.roles import Role
from city.models import Code
from core.models import AuditEntry
from materials.publishing import publish
from materials.writing import begin_edition
from tests.make import accounts as make_accounts
from tests.make import city as make_city
from tests.make import helpdesk as make
from tests.make import materials as make_materials

pytestmark = pytest.mark.django_db
PAGE = "insights"


@pytest.fixture
def analyst(client):
    analyst = make_accounts.user(Role.ANALYST)
    client.force_login(analyst)
    return analyst


@pytest.fixture
def edition():
    return make_materials.edition(make_materials.guide(steps=4))


def step(edition, number):
    return edition.steps.get(ordinal=number)


def many_stuck(edition, number=2, *, people=6, **fields):
    return [make.stuck(step(edition, number), "pin", **fields) for _person in range(people)]


def rows_of(answer):
    text = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


def test_with_nothing_recorded_the_page_says_so(client, analyst):
    answer = client.get(reverse(PAGE))

    assert answer.status_code == 200
    assert "あてはまる相談はありません" in answer.content.decode()


def test_the_question_reads_as_a_sentence_and_the_answer_names_the_worst_step(client, analyst, edition):
    many_stuck(edition)
    make.consultation(edition=edition)

    page = client.get(reverse(PAGE))
    text = " ".join(page.content.decode().split())

    assert page.context["form"].in_words["fiscal_year"] == "令和8年度"
    assert "7</strong>件のうち" in text
    assert "最も多いのは" in text
    assert "庁内限り" in text


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, 3),
        ({"fiscal_year": "2026"}, 3),
        ({"fiscal_year": "2025"}, 1),
        ({"fiscal_year": "all"}, 4),
        ({"age_band": "80s"}, 1),
        ({"device": "iphone"}, 1),
        ({"venue": "here"}, 1),
        ({"age_band": "80s", "device": "iphone"}, 0),
    ],
)
def test_each_part_of_the_question_narrows_the_answer(client, analyst, edition, asked, expected):
    here = make_city.venue()
    make.stuck(step(edition, 1), held_on=date(2026, 5, 1), age_band="80s")
    make.stuck(step(edition, 1), held_on=date(2026, 5, 1), device="iphone")
    make.stuck(step(edition, 1), held_on=date(2026, 5, 1), venue=here)
    make.stuck(step(edition, 1), held_on=date(2026, 3, 31))
    if "venue" in asked:
        asked = {"venue": here.pk}

    page = client.get(reverse(PAGE), asked)

    assert page.context["total"].consultations == expected


def test_another_guide_can_be_asked_about(client, analyst, edition):
    other = make_materials.edition(make_materials.guide("マイナポータルに入る", steps=2))
    many_stuck(edition)
    make.stuck(step(other, 1))

    assert client.get(reverse(PAGE)).context["edition"] == edition
    assert client.get(reverse(PAGE), {"edition": other.pk}).context["edition"] == other


@pytest.mark.parametrize(
    "asked",
    [
        {"fiscal_year": "x"},
        {"fiscal_year": "1800"},
        {"fiscal_year": "９９９９"},
        {"venue": "-1"},
        {"venue": "99999999999999999999"},
        {"age_band": "'; DROP TABLE", "device": "😀"},
        {"edition": "x", "step": "x", "page": "x", "sort": "x"},
        {"edition": "99999", "step": "-3", "page": "99999", "sort": "-rate__count"},
        {"edition": "\x00", "venue": "\x00", "age_band": "\x00"},
    ],
)
def test_nonsense_in_the_address_is_taken_as_this_year_everywhere(client, analyst, edition, asked):
    many_stuck(edition)

    page = client.get(reverse(PAGE), asked)

    assert page.status_code == 200
    assert page.context["total"].consultations == 6
    assert not page.context["form"].errors


def test_a_starred_step_leads_to_what_each_person_may_do(client, edition):
    many_stuck(edition)

    def links(*roles):
        client.force_login(make_accounts.user(Role.ANALYST, *roles))
        return client.get(reverse(PAGE)).content.decode()

    mend, plan = reverse("guide_manage", args=[edition.guide_id]), reverse("run_create")
    see = f"{reverse('guide', args=[edition.guide.slug])}#step-2"
    alone, author, clerk = links(), links(Role.AUTHOR), links(Role.RECEPTION)
    assert (mend in alone, plan in alone, see in alone) == (False, False, True)
    assert (mend in author, plan in author, see in author) == (True, False, False)
    assert (mend in clerk, plan in clerk, see in clerk) == (False, True, False)


def test_a_step_below_the_threshold_can_be_looked_at_more_closely(client, analyst, edition):
    many_stuck(edition)
    make.stuck(step(edition, 3), note="画面が暗い")

    page = client.get(reverse(PAGE), {"step": "3"})

    assert page.context["chosen"].step == step(edition, 3)
    assert page.context["voice_count"] == 1


def test_before_and_after_stand_side_by_side_once_the_step_is_rewritten(client, analyst, edition):
    author = make_materials.author()
    many_stuck(edition)
    assert client.get(reverse(PAGE)).context["comparison"] is None
    newer = publish(begin_edition(edition.guide, by=author), by=author)
    make.stuck(step(newer, 2))
    make.consultation(edition=newer)

    comparison = client.get(reverse(PAGE), {"edition": newer.pk}).context["comparison"]

    assert (comparison.before.percent, comparison.after.percent) == (100, 50)


def test_voices_are_read_behind_a_click_without_names_and_on_record(client, analyst, edition):
    adviser = make_accounts.user(Role.ADVISER, name="吉川")
    many_stuck(edition, people=4, by=adviser, age_band="80s", held_on=date(2026, 11, 18), note="番号の紙が見つからない")
    address = reverse("insights_voices", args=[step(edition, 2).pk])
    assert "番号の紙" not in client.get(reverse(PAGE)).content.decode()
    assert not AuditEntry.objects.filter(action="notes.opened").exists()

    panel = client.get(address, headers={"hx-request": "true"}).content.decode()
    page = client.get(address).content.decode()

    assert (panel.count("番号の紙"), page.count("番号の紙")) == (3, 4)
    assert "11月18日" in page
    assert "80代" in page
    assert "吉川" not in page
    opened = AuditEntry.objects.filter(action="notes.opened")
    assert [(row.by, row.subject_id) for row in opened] == [(analyst, str(step(edition, 2).pk))] * 2


def test_the_voices_of_a_draft_are_nobodys(client, analyst):
    draft = make_materials.guide(published=False).draft

    assert client.get(reverse("insights_voices", args=[draft.steps.first().pk])).status_code == 404


def test_the_file_opens_in_a_spreadsheet_says_how_to_handle_it_and_is_on_record(client, analyst, edition):
    many_stuck(edition, people=2)
    make.consultation(edition=edition)

    answer = client.get(reverse("insights_csv"), {"fiscal_year": "2026"})
    raw = b"".join(answer.streaming_content)

    assert raw.startswith(b"\xef\xbb\xbf")
    (row,) = csv.DictReader(io.StringIO(raw.decode("utf-8-sig")))
    assert row["取扱い"] == "庁内限り"
    assert (row["年度"], row["手順番号"], row["原因"]) == ("令和8年度", "2", "暗証番号")
    assert row["年代"] == "すべての年代"
    assert (row["止まった人"], row["着いた人"], row["割合"]) == ("2", "3", "0.6667")
    entry = AuditEntry.objects.get(action="insights.exported")
    assert (entry.by, entry.facts) == (analyst, {"fiscal_year": 2026, "rows": 1})


def test_the_file_says_whom_its_counts_are_about(client, analyst, edition):
    many_stuck(edition, people=2, age_band="80s", device="iphone")
    many_stuck(edition, people=3)

    (row,) = rows_of(client.get(reverse("insights_csv"), {"age_band": "80s", "device": "iphone"}))

    assert (row["年代"], row["機種"], row["止まった人"]) == ("80代", "iPhone・iPad", "2")


def test_no_cell_of_the_file_is_taken_for_a_formula(client, analyst):
    edition = make_materials.edition(make_materials.guide("=HYPERLINK(0)", steps=1))
    make.stuck(step(edition, 1))

    (row,) = rows_of(client.get(reverse("insights_csv")))

    assert not row["手順書"].startswith("=")


@pytest.mark.parametrize("name", [PAGE, "insights_csv"])
def test_more_consultations_cost_no_more_queries(client, analyst, edition, name, django_assert_max_num_queries):
    def queries(number):
        many_stuck(edition, people=number, note="短い覚え書き")
        answer = client.get(reverse(name))
        with django_assert_max_num_queries(40) as counted:
            answer = client.get(reverse(name))
            b"".join(answer.streaming_content) if answer.streaming else answer.content
        return len(counted)

    assert queries(2) == queries(198)


def test_more_editions_cost_no_more_queries(client, analyst, edition, django_assert_max_num_queries):
    def queries(number):
        for _guide in range(number):
            many_stuck(make_materials.edition(make_materials.guide(steps=2)), people=2)
        client.get(reverse(PAGE))
        with django_assert_max_num_queries(40) as counted:
            client.get(reverse(PAGE))
        return len(counted)

    assert queries(2) == queries(38)


def test_the_whole_page_with_a_comparison_and_a_place_costs_twelve_queries_at_most(
    client, analyst, edition, django_assert_max_num_queries
):
    author, here = make_materials.author(), make_city.venue()
    many_stuck(edition, venue=here)
    newer = publish(begin_edition(edition.guide, by=author), by=author)
    many_stuck(newer, venue=here, note="短い覚え書き")
    make.consultation(topic=edition.guide.topic, stuck=[(None, "pin")], venue=here)
    asked = {"edition": newer.pk, "venue": here.pk}
    client.get(reverse(PAGE), asked)

    with django_assert_max_num_queries(12):
        page = client.get(reverse(PAGE), asked)

    assert page.context["comparison"].before.count == 6
    assert page.context["voice_count"] == 6


def test_an_age_band_that_is_no_longer_offered_can_still_be_asked_about(client, analyst, edition):
    Code.objects.filter(kind=Code.Kind.AGE_BAND, key="80s").update(valid_until=date(2020, 3, 31))
    make.stuck(step(edition, 1), age_band="80s")
    make.stuck(step(edition, 1), age_band="70s")

    assert client.get(reverse(PAGE), {"age_band": "80s"}).context["total"].consultations == 1


def test_figures_are_for_those_who_may_analyse(client, edition):
    client.force_login(make_accounts.user(Role.ADVISER))

    for address in (PAGE, "insights_csv"):
        assert client.get(reverse(address)).status_code == 403


def test_today_belongs_to_the_year_that_is_asked_first(client, analyst, edition):
    make.consultation(edition=edition, held_on=timezone.localdate())

    assert client.get(reverse(PAGE)).context["total"].consultations == 1
