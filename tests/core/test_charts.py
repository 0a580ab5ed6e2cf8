import pytest

from core.charts import Bar, Series, bar_chart, line_chart, nice_ticks
from core.pdf.pictures import Picture
from core.scene import Rect, Words, estimated_width
from core.svg import scene_svg
from tests.make import paper

CHANGE = [Bar("第3版", 44, "44%（101 / 231）"), Bar("第4版", 29, "29%（53 / 183）", strong=True)]


def bars_of(scene):
    return [shape for shape in scene.shapes() if isinstance(shape, Rect)]


def words_of(scene):
    return [shape.text for shape in scene.shapes() if isinstance(shape, Words)]


def test_bars_are_as_long_as_their_values():
    first, second = bars_of(bar_chart("変わったか", CHANGE))

    assert second.w / first.w == pytest.approx(29 / 44)


def test_a_bar_is_measured_against_the_whole_when_told_so():
    whole, half = bars_of(bar_chart("割合", [Bar("全部", 100), Bar("半分", 50)], top=200))

    assert whole.w == pytest.approx(2 * half.w)
    assert whole.w < 320


def test_every_value_is_said_in_words():
    chart = bar_chart("変わったか", CHANGE)
    root = paper.xml(scene_svg(chart, ident="change"))

    assert root.get("role") == "img"
    assert root.get("aria-labelledby") == "change-title change-desc"
    for bar in CHANGE:
        assert f"{bar.label} {bar.note}" in chart.desc
        assert bar.note in words_of(chart)


def test_a_small_number_that_may_not_be_shown_has_no_bar():
    chart = bar_chart("地区", [Bar("忍海", None, "5未満"), Bar("新庄", 12)])

    assert len(bars_of(chart)) == 1
    assert "5未満" in words_of(chart)


def test_nothing_is_drawn_beyond_the_edge():
    long = "利用者証明用電子証明書の暗証番号を入力する画面を開くところ"
    chart = bar_chart("手順", [Bar(long, 1234567, "1,234,567件（とても長い注記がここに入ります）"), Bar("短い", 1)])

    for shape in chart.shapes():
        if isinstance(shape, Words):
            assert shape.x + estimated_width(shape.text, shape.size) <= chart.width + 1
    assert "".join(words_of(chart)).startswith(long)
    assert "（とても長い注記がここに入ります）" in "".join(words_of(chart))


def test_two_lines_are_told_apart_by_their_points_and_names():
    chart = line_chart(
        "割合", ["4月", "5月", "6月"], [Series("第3版", [44, 43, None]), Series("第4版", [None, 42, 30])]
    )

    assert {"第3版", "第4版"} <= set(words_of(chart))
    svg = scene_svg(chart)
    assert 'fill="#ffffff"' in svg
    assert "style" not in svg


@pytest.mark.parametrize(
    ("largest", "ticks"),
    [
        (0, (0, 1)),
        (1, (0, 1)),
        (3, (0, 1, 2, 3)),
        (7, (0, 2, 4, 6, 8)),
        (70, (0, 20, 40, 60, 80)),
        (1000, (0, 500, 1000)),
    ],
)
def test_the_steps_of_an_axis_are_round(largest, ticks):
    assert nice_ticks(largest) == ticks


@pytest.mark.parametrize(
    "chart",
    [
        bar_chart("空", []),
        line_chart("空", [], []),
        line_chart("0", ["a"], [Series("b", [0])]),
    ],
)
def test_a_chart_of_nothing_is_drawn(chart):
    assert paper.xml(scene_svg(chart)).get("viewBox")
    assert paper.document(Picture(chart)).to_bytes().startswith(b"%PDF")


def test_a_chart_on_paper_says_the_same_as_on_the_page():
    chart = bar_chart("変わったか", CHANGE)
    text = paper.words(paper.document(Picture(chart)).to_bytes())

    assert all("".join(word.split()) in text for word in words_of(chart))
