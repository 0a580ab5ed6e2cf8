import json

import pytest

from core.pdf.pictures import Picture
from core.scene import KINDS, Circle, Line, Mark, Scene, SceneError, Words, mark_shapes
from core.svg import photo_svg, scene_svg
from tests.make import paper

SVG = "{http://www.w3.org/2000/svg}"


def test_a_scene_is_stored_and_read_as_json():
    stored = json.loads(json.dumps(paper.PIN_PAD.as_json()))

    assert Scene.from_json(stored).shapes() == paper.PIN_PAD.shapes()


@pytest.mark.parametrize(
    "item",
    [
        {"kind": "script"},
        {"kind": "rect", "x": 1},
        {"kind": "rect", "x": 1, "y": 1, "w": 1, "h": 1, "fill": 'url("//evil")'},
        {"kind": "text", "x": 1, "y": 1, "text": "a", "size": 9, "onclick": "x"},
        {},
    ],
)
def test_an_item_that_cannot_be_drawn_is_named(item):
    with pytest.raises(SceneError, match="item 0"):
        Scene.from_json({"width": 10, "height": 10, "items": [item]})


@pytest.mark.parametrize("data", [{}, {"width": 0, "height": 1, "items": []}, {"width": "x", "height": 1, "items": []}])
def test_a_scene_without_a_size_is_refused(data):
    with pytest.raises(SceneError):
        Scene.from_json(data)


def test_a_scene_on_the_page_is_an_image_with_words():
    root = paper.xml(scene_svg(paper.PIN_PAD, marks=[Mark("tap", 0.5, 0.5, number=2)], ident="step-4"))

    assert root.get("role") == "img"
    assert root.find(f"{SVG}title").text == "暗証番号を入れる画面"
    assert root.get("aria-labelledby") == root.find(f"{SVG}title").get("id") == "step-4-title"
    assert [text.text for text in root.iter(f"{SVG}text")][-1] == "2"


def test_a_scene_never_writes_a_style_or_a_person_s_markup():
    scene = Scene(
        100, 100, [{"kind": "text", "x": 1, "y": 1, "size": 9, "text": '<script>"&'}], title="<b>", desc="a & b"
    )
    svg = scene_svg(scene, ident='x" onload="y')
    root = paper.xml(svg)

    assert "style" not in svg
    assert "<script" not in svg
    assert all("onload" not in element.attrib for element in root.iter())
    assert root.find(f"{SVG}text").text == '<script>"&'


def test_marks_lie_over_a_photograph_too():
    root = paper.xml(
        photo_svg("/media/a.png?x=1&y=2", 600, 1000, marks=[Mark("number", 0.1, 0.1, number=1)], title="画面")
    )

    assert root.find(f"{SVG}image").get("href") == "/media/a.png?x=1&y=2"
    assert root.find(f"{SVG}g").get("class") == "marks"


def test_screen_and_paper_draw_the_same_words_at_the_same_places():
    scene = paper.PIN_PAD
    svg = paper.xml(scene_svg(scene))
    pdf = paper.document(Picture(scene, width=300)).to_bytes()

    on_screen = {text.text: float(text.get("y")) for text in svg.iter(f"{SVG}text")}
    on_paper = {seen.text: seen.y for seen in paper.seen(pdf)}
    top = on_paper["1"] + on_screen["1"]
    assert set(on_screen) == set(on_paper)
    assert all(top - on_paper[word] == pytest.approx(y, abs=0.1) for word, y in on_screen.items())


def test_a_mark_is_red_on_screen_and_black_on_paper():
    marks = [Mark("frame", 0.1, 0.1, 0.5, 0.5, number=1)]

    assert "#ce0000" in scene_svg(paper.PIN_PAD, marks=marks)
    page = paper.read(paper.document(Picture(Scene(100, 100, []), marks)).to_bytes()).pages[0]
    assert b" rg" not in page.get_contents().get_data().lower()


@pytest.mark.parametrize("kind", ["tap", "arrow", "frame", "number"])
def test_every_mark_shows_its_number(kind):
    shapes = mark_shapes([Mark(kind, 0.5, 0.5, 0.2, 0.2, 0.7, 0.7, number=7)], 300, 300)

    assert [shape.text for shape in shapes if isinstance(shape, Words)] == ["7"]


def test_a_number_at_the_edge_is_moved_inside():
    discs = [s for s in mark_shapes([Mark("number", 1.0, 0.0, number=1)], 300, 300) if isinstance(s, Circle)]

    assert all(disc.x - disc.r >= 0 and disc.x + disc.r <= 300.01 and disc.y - disc.r >= -0.01 for disc in discs)


def test_numbers_lie_above_the_lines_of_other_marks():
    shapes = mark_shapes(
        [Mark("frame", 0.1, 0.1, 0.5, 0.5, number=1), Mark("arrow", 0, 0, to_x=0.1, to_y=0.1)], 300, 300
    )

    last_line = max(index for index, shape in enumerate(shapes) if isinstance(shape, Line))
    assert all(index > last_line for index, shape in enumerate(shapes) if isinstance(shape, Words))


@pytest.mark.parametrize("values", [{"kind": "star"}, {"x": 1.2}, {"to_y": -0.1}])
def test_a_mark_outside_the_picture_is_refused(values):
    with pytest.raises(SceneError):
        Mark(**({"kind": "tap", "x": 0.5, "y": 0.5} | values))


SAMPLES = {
    "rect": {"x": 1, "y": 1, "w": 5, "h": 5, "fill": "#fff", "dash": [2, 1], "stroke": "#000000"},
    "circle": {"x": 1, "y": 1, "r": 5},
    "line": {"x1": 1, "y1": 1, "x2": 5, "y2": 5},
    "polygon": {"points": [[1, 1], [5, 5], [1, 5]], "fill": "#4d4d4d"},
    "text": {"x": 1, "y": 9, "text": "文", "size": 9},
    "arrow": {"x1": 1, "y1": 1, "x2": 50, "y2": 50},
    "button": {"x": 1, "y": 1, "w": 50, "h": 20, "text": "確認", "fill": "#ffffff"},
    "phone": {"x": 1, "y": 1, "w": 100, "h": 190, "title": "ホーム"},
    "screen": {"x": 1, "y": 1, "w": 100, "h": 90, "title": "画面"},
    "keypad": {"x": 1, "y": 1, "w": 60, "h": 60, "labels": ["1", "", "3"]},
    "card": {"x": 1, "y": 1, "w": 60, "h": 40, "text": "カード"},
    "field": {"x": 1, "y": 1, "w": 60, "h": 20, "text": "名前"},
    "rows": {"x": 1, "y": 1, "w": 90, "row_height": 20, "texts": ["設定", "通知"]},
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_is_drawn_on_screen_and_on_paper(kind):
    scene = Scene.from_json({"width": 100, "height": 200, "items": [{"kind": kind} | SAMPLES[kind]]})

    assert len(list(paper.xml(scene_svg(scene)))) >= 1
    assert paper.document(Picture(scene)).to_bytes().startswith(b"%PDF")
