"""The comforts of static/js/page.js, each on a page of its own that is nothing but what it needs."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

SCRIPT = Path(__file__).resolve().parents[2] / "static" / "js" / "page.js"
SWITCH = '<button type="button" hidden data-shortcuts-switch data-on="on" data-off="off"></button>'


@pytest.fixture
def show(browser: Browser) -> Iterator[Callable[[str], Page]]:
    page = browser.new_page()
    page.route("http://page.test/**", lambda route: route.fulfill(body="", status=204))

    def show(html: str, *, before: str = "") -> Page:
        """The page; `before` is what somebody does while the script is on its way."""
        page.set_content(html)
        page.evaluate(before)
        page.evaluate("window.pressed = []; window.sent = 0")
        page.evaluate(
            "addEventListener('click', e => { const b = e.target.closest('[id]'); if (b) window.pressed.push(b.id) });"
            "addEventListener('submit', e => { if (!e.defaultPrevented) window.sent++ })"
        )
        page.add_script_tag(path=SCRIPT)
        return page

    yield show
    page.close()


def focused(page: Page) -> str:
    return page.evaluate("document.activeElement.id")


def test_the_error_summary_takes_the_focus(show):
    page = show('<a href="#">本文へ</a><div id="summary" tabindex="-1" data-focus>エラー</div>')

    assert focused(page) == "summary"


def test_what_the_last_deed_has_come_to_takes_the_focus_where_nothing_else_asks_for_it(show):
    said = '<div id="said" tabindex="-1" data-focus-else>記録しました</div>'

    assert focused(show(f'<a href="#">本文へ</a>{said}<button>次へ</button>')) == "said"
    assert focused(show(f'{said}<button id="next" data-focus>次へ</button>')) == "next"


def test_the_box_in_which_somebody_writes_already_keeps_the_focus(show):
    page = show('<input id="box"><input id="first" data-focus>', before="document.getElementById('box').focus()")

    assert focused(page) == "box"


def test_a_form_is_sent_once_however_often_its_button_is_pressed(show):
    page = show('<form method="post" action="http://page.test/"><button id="go">申し込む</button></form>')

    page.click("#go", click_count=3)

    assert page.evaluate("[document.getElementById('go').ariaBusy, window.sent]") == ["true", 1]


def test_a_search_by_get_may_be_repeated(show):
    page = show('<form method="get" action="http://page.test/"><button id="go">表示する</button></form>')

    page.click("#go")
    page.click("#go")

    assert page.get_attribute("#go", "aria-busy") is None
    assert page.evaluate("window.sent") == 2


def test_one_key_presses_its_button_but_never_while_somebody_types(show):
    page = show('<input id="box"><button type="button" id="print" data-key="p">受付票を印刷</button>' + SWITCH)

    page.focus("#box")
    page.keyboard.press("p")
    typed, pressed_while_typing = page.input_value("#box"), page.evaluate("window.pressed")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")

    assert (typed, pressed_while_typing) == ("p", [])
    assert page.evaluate("window.pressed") == ["print"]


def test_escape_leads_back_to_the_first_box_with_its_words_selected(show):
    page = show('<input id="box" value="1834" data-key="Escape"><input id="other">')

    page.focus("#other")
    page.keyboard.press("Escape")
    page.keyboard.type("2811")

    assert focused(page) == "box"
    assert page.input_value("#box") == "2811"


def test_single_keys_can_be_switched_off(show):
    page = show('<button type="button" id="print" data-key="p">印刷</button>' + SWITCH)

    page.click("[data-shortcuts-switch]")
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("p")

    assert page.text_content("[data-shortcuts-switch]") == "off"
    assert page.evaluate("window.pressed") == []


def test_the_switch_is_shown_only_where_there_is_such_a_key(show):
    assert show(f'<a href="#" data-key="Escape">次の電話</a>{SWITCH}').is_hidden("[data-shortcuts-switch]")


def test_arrows_lead_from_the_box_through_the_rows_and_back(show):
    page = show(
        '<input id="box" data-arrows="#people"><ol id="people" data-rows>'
        '<li><a id="one" href="#" data-row>1</a></li><li><a id="two" href="#" data-row>2</a></li></ol>'
    )
    page.focus("#box")

    path = []
    for key in ("ArrowDown", "ArrowDown", "ArrowDown", "ArrowUp", "ArrowUp"):
        page.keyboard.press(key)
        path.append(focused(page))

    assert path == ["one", "two", "two", "one", "box"]


QUESTIONS = (
    '<form data-asks method="post" action="http://page.test/"><input id="name" name="name">'
    '<label><input id="own" type="radio" name="whose" checked>本人</label>'
    '<label><input id="child" type="radio" name="whose">子</label>'
    '<details><summary>ほか</summary><input id="folded"></details>'
    '<input id="memo" value="内線" name="memo"><button id="go">登録する</button></form>' + SWITCH
)


def test_what_is_asked_after_one_answer_opens_with_it_and_is_asked_in_its_turn(show):
    page = show(
        '<form data-asks><label><input id="call" type="radio" name="wish" value="call">電話</label>'
        '<label><input id="card" type="radio" name="wish" value="postcard">はがき</label>'
        '<details data-opens-with="wish=postcard"><summary>宛先</summary><input id="address"></details>'
        '<button id="go">登録する</button></form>' + SWITCH
    )

    path = []
    for digit in "12":
        page.focus("#call")
        page.keyboard.press(digit)
        path.append(focused(page))

    assert path == ["go", "address"]


def test_enter_leads_from_question_to_question_and_presses_only_the_button(show):
    page = show(QUESTIONS)
    page.focus("#name")

    path = []
    for _each in range(3):
        page.keyboard.press("Enter")
        path.append(focused(page))
    sent_on_the_way = page.evaluate("window.sent")
    page.keyboard.press("Enter")

    assert path == ["own", "memo", "go"]
    assert (sent_on_the_way, page.evaluate("window.sent")) == (0, 1)


def test_a_digit_chooses_the_answer_and_leads_on(show):
    page = show(QUESTIONS)
    page.focus("#own")

    page.keyboard.press("3")
    nothing_there = (focused(page), page.is_checked("#own"))
    page.keyboard.press("2")

    assert nothing_there == ("own", True)
    assert page.is_checked("#child")
    assert focused(page) == "memo"


def test_a_digit_chooses_nothing_when_single_keys_are_off(show):
    page = show(QUESTIONS)
    page.click("[data-shortcuts-switch]")
    page.focus("#own")

    page.keyboard.press("2")

    assert not page.is_checked("#child")


def test_a_digit_typed_into_a_box_is_a_digit(show):
    page = show(QUESTIONS)
    page.focus("#name")

    page.keyboard.press("2")

    assert page.input_value("#name") == "2"
    assert not page.is_checked("#child")


def test_a_key_leads_to_the_first_row_of_a_list_also_while_somebody_types(show):
    page = show('<input id="box"><ol data-rows data-key="F2"><li><button id="one" data-row>1</button></li></ol>')
    page.focus("#box")

    page.keyboard.press("F2")

    assert focused(page) == "one"
    assert page.evaluate("window.pressed") == []


def test_what_is_asked_again_and_again_rests_while_nobody_sees_the_page(show):
    page = show('<p id="seat" data-while-seen></p>')
    asked = """() => {
        const elt = document.getElementById("seat");
        return elt.dispatchEvent(
            new CustomEvent("htmx:beforeRequest", { bubbles: true, cancelable: true, detail: { elt } }));
    }"""

    seen = page.evaluate(asked)
    page.evaluate("Object.defineProperty(document, 'hidden', {value: true})")

    assert (seen, page.evaluate(asked)) == (True, False)


def test_a_failed_connection_is_said_and_unsaid(show):
    page = show('<p id="connection" role="alert" hidden data-failed="通信できません" data-refused="できません"></p>')

    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:sendError', {detail: {}}))")
    said = page.text_content("#connection")
    page.evaluate("document.dispatchEvent(new CustomEvent('htmx:afterOnLoad', {detail: {}}))")

    assert said == "通信できません"
    assert page.is_hidden("#connection")
