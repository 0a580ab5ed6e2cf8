"""Lists: caption, count, sorting by consent, pages, and cells that hold what django-tables2 would have put there."""

from datetime import date

import django_tables2
import pytest
from django.utils import translation
from django.utils.html import format_html
from django_tables2 import RequestConfig

from core.tables import ActionColumn, NumberColumn, Table


class Runs(Table):
    caption = "開催"
    empty_text = "予定された開催はありません。"
    empty_action = ("/runs/new", "開催をつくる")

    title = django_tables2.Column("講座", linkify=lambda record: f"/runs/{record['pk']}")
    day = django_tables2.Column("日", orderable=True)
    seats = NumberColumn("定員")
    state = django_tables2.Column("状態", attrs={"td": {"class": lambda value: f"is-{value}"}})
    do = ActionColumn()

    class Meta:
        row_attrs = {"class": lambda record: "quiet-row" if record["state"] == "off" else ""}

    def render_do(self, record):
        return format_html('<a href="/runs/{}/copy">写す</a>', record["pk"])


def run(pk=1, **given):
    return {"pk": pk, "title": "LINE入門", "day": date(2026, 12, 3 + pk % 20), "seats": 1200, "state": "open"} | given


@pytest.fixture(autouse=True)
def _japanese():
    with translation.override("ja"):
        yield


@pytest.fixture
def draw(rf):
    def draw(rows, query="", table=Runs):
        request = rf.get(f"/runs/?{query}")
        drawn = table(rows)
        RequestConfig(request, paginate={"per_page": 50}).configure(drawn)
        return drawn.as_html(request)

    return draw


def test_a_list_has_a_caption_and_says_how_many(draw):
    html = draw([run(1), run(2)])

    assert "開催</span>" in html
    assert "2件" in html


def test_an_empty_list_is_a_sentence_and_the_next_thing_to_do(draw):
    html = draw([])

    assert "予定された開催はありません。" in html
    assert '<a href="/runs/new">開催をつくる</a>' in html
    assert "<table" not in html


def test_the_first_column_names_the_row(draw):
    assert '<th scope="row"><a href="/runs/1">LINE入門</a></th>' in draw([run(1)])


def test_figures_stand_at_the_right_with_the_thousands_marked(draw):
    html = draw([run(1)])

    assert '<td class="n" data-label="定員"><div>1,200</div></td>' in html


def test_what_people_typed_is_text_and_never_markup(draw):
    html = draw([run(1, title="<script>alert(1)</script>", state='"><b>')])

    assert "<script>" not in html
    assert "<b>" not in html


def test_attributes_that_depend_on_the_row_are_asked_of_every_row(draw):
    html = draw([run(1, state="open"), run(2, state="off")])

    assert 'class="is-open"' in html
    assert 'class="is-off"' in html
    assert html.count("quiet-row") == 1


def test_the_links_of_a_row_are_drawn_by_the_table(draw):
    assert '<td class="act"' in draw([run(7)])
    assert '<a href="/runs/7/copy">写す</a>' in draw([run(7)])


def test_only_a_column_that_allows_it_can_be_sorted_by(draw):
    rows = [run(1, title="あ", day=date(2026, 12, 9)), run(2, title="い", day=date(2026, 12, 1))]

    by_title, by_day = draw(rows, "sort=-title"), draw(rows, "sort=day")

    assert by_title.index("/runs/1") < by_title.index("/runs/2")
    assert by_day.index("/runs/2") < by_day.index("/runs/1")
    assert by_title.count("aria-sort") == 0
    assert by_title.count("?sort=") == 1


@pytest.mark.parametrize(("query", "said"), [("sort=day", "ascending"), ("sort=-day", "descending")])
def test_the_column_sorted_by_says_so(draw, query, said):
    assert draw([run(1)], query).count(f'aria-sort="{said}"') == 1


def test_sorting_begins_again_on_the_first_page(draw):
    html = draw([run(pk) for pk in range(60)], "page=2")

    assert "page=1" in html.partition("</thead>")[0]


def test_fifty_rows_to_a_page_and_the_last_page_for_one_that_is_gone(draw):
    rows = [run(pk) for pk in range(1, 121)]

    first, beyond = draw(rows), draw(rows, "page=99")

    assert first.count("<tr") == 51
    assert "120件のうち1〜50件目" in first
    assert "120件のうち101〜120件目" in beyond
    assert beyond.count('aria-current="page"') == 1


def test_a_page_that_is_no_number_is_the_first(draw):
    assert "1〜50件目" in draw([run(pk) for pk in range(60)], "page=%EF%BC%92x")


def test_a_table_that_keeps_its_grid_repeats_no_headings(draw):
    class Grid(Runs):
        stacks = False

    html = draw([run(1)], table=Grid)

    assert "data-label" not in html
    assert "stacks" not in html


def test_cells_hold_what_django_tables2_would_have_put_there(draw, rf):
    rows = [run(1), run(2, state="off", seats=None)]
    table = Runs(rows)

    ours = draw(rows)

    for row in table.rows:
        for cell in row:
            assert str(cell) in ours
