"""The main job from end to end, as a town office lives through it: in a browser, in Japanese, with the clock turned.

A course is planned, four people call for three seats, a seat is freed and offered, reminders go out and calls are made,
a guide is written and printed, the lesson is held, a consultation recorded, and an analyst reads where people stop.
Every page on the way keeps nobody out.
"""

import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

import pytest
import time_machine
from django.core.management import call_command
from django.utils import timezone
from PIL import Image
from playwright.sync_api import APIResponse, Locator, Page, expect
from pypdf import PdfReader
from pytest_django import Settings

from accounts.models import User
from accounts.roles import Role
from city.models import District
from core.phone import PhoneKind, PhoneNumber
from core.wareki import TOKYO
from materials.starter import load_library
from tests.browser.following import follow
from tests.make import accounts as make_accounts
from tests.make import classes as make_classes

pytestmark = pytest.mark.django_db(transaction=True, reset_sequences=True)

MONDAY = datetime(2026, 11, 16, 9, 30, tzinfo=TOKYO)
THREE_DAYS_BEFORE = datetime(2026, 11, 30, 10, 0, 30, tzinfo=TOKYO)
LESSON_DAY = datetime(2026, 12, 3, 9, 45, tzinfo=TOKYO)

MOBILE, OTHER_MOBILE = PhoneNumber.practice(1), PhoneNumber.practice(2)
LANDLINE, OTHER_LANDLINE = PhoneNumber.practice(1, PhoneKind.LANDLINE), PhoneNumber.practice(2, PhoneKind.LANDLINE)
TELEPHONE = {"width": 390, "height": 844}


@dataclass
class Town:
    """The people of the office, each at a screen of their own, and the clock on the wall."""

    open_browser: Callable[..., Page]
    refuse_barriers: Callable[[Page], None]
    clock: time_machine.Traveller
    screens: dict[str, Page] = field(default_factory=dict)

    def turn_clock(self, to: datetime) -> None:
        """Days pass; whoever was signed in has gone home."""
        self.clock.move_to(to, tick=True)
        for page in self.screens.values():
            page.context.clear_cookies()
        self.screens.clear()

    def screen_of(self, username: str, **circumstances: object) -> Page:
        """The screen of somebody who has signed in with name and password."""
        if username not in self.screens:
            page = self.open_browser(**circumstances)
            page.goto("/")
            page.get_by_label("ユーザー名").fill(username)
            page.get_by_label("パスワード").fill(make_accounts.PASSWORD)
            self.look(page)
            follow(page.get_by_role("button", name="サインイン"))
            self.screens[username] = page
            self.look(page)
        return self.screens[username]

    def look(self, page: Page) -> None:
        """A page of the story: open to everybody, not wider than its screen, and known for practice."""
        page.wait_for_load_state("networkidle")
        self.refuse_barriers(page)
        expect(page.get_by_text("練習モード").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} is too wide"


@pytest.fixture
def town(
    open_browser: Callable[..., Page],
    refuse_barriers: Callable[[Page], None],
    settings: Settings,
    monkeypatch: pytest.MonkeyPatch,
) -> Iterator[Town]:
    settings.SMS_GATEWAY = "practice"
    # The worker goes by the database's clock, and PostgreSQL's cannot be turned.
    monkeypatch.setattr("reminders.clock.now", timezone.now)
    with time_machine.travel(MONDAY, tick=True) as clock:
        yield Town(open_browser, refuse_barriers, clock)


@pytest.fixture
def staff() -> dict[str, User]:
    """Who signs in at the office, and the places of the city."""
    people = {
        "uketsuke": make_accounts.user(Role.RECEPTION, username="uketsuke", name="中村"),
        "koushi": make_accounts.user(Role.INSTRUCTOR, username="koushi", name="吉川"),
        "kyozai": make_accounts.user(Role.AUTHOR, username="kyozai", name="西田"),
        "soudan": make_accounts.user(Role.ADVISER, username="soudan", name="森"),
        "bunseki": make_accounts.user(Role.ANALYST, username="bunseki", name="上田"),
    }
    make_accounts.volunteer("吉川 豊", user=people["koushi"])
    make_classes.venue("忍海集会所")
    District.objects.create(name="忍海")
    load_library(by=people["kyozai"])
    return people


def test_a_town_office_does_its_main_job(town: Town, staff: dict[str, User]) -> None:
    reception_plans_a_course(town)
    three_callers_get_the_seats(town)
    the_fourth_waits(town)
    a_freed_seat_is_offered(town)
    an_author_writes_a_guide(town)
    anybody_reads_and_prints_it(town)
    reminders_go_out_and_calls_are_made(town)
    a_date_moves(town)
    the_lesson_is_held(town)
    a_consultation_is_recorded(town)
    an_analyst_sees_where_people_stop(town)
    everybody_sees_their_day(town)


def paper(page: Page, link: Locator) -> str:
    """The words of the PDF behind a link."""
    return words_of(page.request.get(str(link.get_attribute("href"))))


def printed_sheet(page: Page, button: Locator) -> str:
    """The words of the PDF that a button gives; the browser shows it in a window of its own."""
    form = button.locator("xpath=ancestor::form")
    token = form.locator("input[name=csrfmiddlewaretoken]").input_value()
    address = str(form.get_attribute("action"))
    return words_of(page.request.post(address, form={"csrfmiddlewaretoken": token}, headers={"Referer": page.url}))


def words_of(answer: APIResponse) -> str:
    """The words of a PDF."""
    assert answer.ok
    assert answer.headers["content-type"] == "application/pdf"
    return "\n".join(sheet.extract_text() for sheet in PdfReader(io.BytesIO(answer.body())).pages)


def reception_plans_a_course(town: Town) -> None:
    page = town.screen_of("uketsuke")
    follow(page.get_by_role("link", name="講座", exact=True))
    follow(page.locator("main").get_by_role("link", name="講座", exact=True))
    town.look(page)
    follow(page.get_by_role("link", name="講座を作る").first)
    page.get_by_label("題名").fill("はじめてのスマホ")
    page.get_by_label("持ち物").fill("スマートフォン、充電器")
    page.get_by_label(re.compile("^機種")).select_option(label="Android")
    page.get_by_label("分野").select_option(index=1)
    page.get_by_role("checkbox", name="文字を入力する").check()
    town.look(page)
    follow(page.get_by_role("button", name="講座を作る"))
    town.look(page)

    plan_run(page, "12/3", "12/10")
    expect(page.get_by_role("heading", name="はじめてのスマホ")).to_be_visible()
    expect(page.get_by_text("定員3・確定0")).to_be_visible()
    town.look(page)

    # The same hall at the same hour is taken: said before anything is saved, with everything typed still there.
    plan_run(page, "12/10")
    expect(page.get_by_text("忍海集会所は、12月10日")).to_be_visible()
    expect(page.get_by_label("定員")).to_have_value("3")
    town.look(page)


def plan_run(page: Page, *days: str) -> None:
    """A run of three seats in the hall; after the first lesson only the day is written."""
    page.goto("/runs/new/")
    page.get_by_label("講座", exact=False).first.select_option(label="はじめてのスマホ")
    for row, day in enumerate(days):
        page.locator(f"[name=lessons-{row}-day]").fill(day)
    page.locator("[name=lessons-0-starts]").fill("10:00")
    page.locator("[name=lessons-0-ends]").fill("12:00")
    page.locator("[name=lessons-0-venue]").select_option(label="忍海集会所")
    page.locator("[name=lessons-0-lead]").select_option(label="吉川 豊")
    page.get_by_label("定員").fill("3")
    follow(page.get_by_role("button", name="この内容で開催を作る"))


def three_callers_get_the_seats(town: Town) -> None:
    page = town.screen_of("uketsuke")
    follow(page.get_by_role("link", name="受付", exact=True))
    town.look(page)

    take_down(page, "（0745）00-" + LANDLINE.e164[-4:], "タカハシ", "シゲル", "髙橋", "茂", wish="電話")
    town.look(page)
    choose_run(page)
    expect(page.locator("#say")).to_contain_text("1回目は、12月3日、木曜日、午前10時から、忍海集会所です。")
    town.look(page)
    register(page, "申込を受け付けました")
    town.look(page)
    slip = paper(page, page.get_by_role("link", name="受付票を印刷"))
    for words in ("はじめてのスマホ", "12月3日", "午前10時", "忍海集会所", "髙橋 茂", "充電器", "要確認"):
        assert words in slip
    page.keyboard.press("Escape")
    expect(page.get_by_label("電話番号・カナ・受付番号")).to_be_focused()

    # A mobile, typed in full width, and the wish for a text.
    take_down(page, in_full_width(MOBILE.national), "サトウ", "ハナ", "佐藤", "ハナ", wish="SMS")
    choose_run(page)
    register(page, "SMS")

    # At the counter the same, and the slip is handed over.
    take_down(page, OTHER_LANDLINE.national, "ニシカワ", "サチコ", "西川", "幸子", wish="電話")
    choose_run(page)
    page.get_by_label("窓口").check()
    follow(page.get_by_role("button", name="申し込む"))
    expect(page.locator("#say")).to_contain_text("申込を受け付けました")


def take_down(
    page: Page, number: str, family_kana: str, given_kana: str, family: str, given: str, *, wish: str
) -> None:
    """Somebody who calls for the first time: nobody is found, and the same screen takes them down."""
    page.goto("/desk/")
    page.get_by_label("電話番号・カナ・受付番号").fill(number)
    page.get_by_text("見つかりません").wait_for()
    follow(page.get_by_role("button", name="新しい方を受け付ける"))
    form = page.get_by_role("region", name="新しい方")
    form.get_by_label("セイ（フリガナ）").fill(family_kana)
    form.get_by_label("メイ（フリガナ）").fill(given_kana)
    form.get_by_label(re.compile("^姓")).fill(family)
    form.get_by_label(re.compile("^名※")).fill(given)
    form.get_by_label("地区").fill("忍海")
    form.get_by_role("radio", name="Android", exact=True).check()
    form.locator("summary").filter(has_text="お聞きしたとき").click()
    form.get_by_label("生まれた年").fill("昭和23年")
    form.get_by_role("radio", name=wish).check()
    form.get_by_role("radio", name="読み上げました").check()
    follow(form.get_by_role("button", name="登録して講座を選ぶ"))


def choose_run(page: Page) -> None:
    follow(page.locator("#open-runs").get_by_role("button", name="はじめてのスマホ"))


def register(page: Page, words: str) -> None:
    """Enter on the button, which has the focus by itself, and what then stands there."""
    expect(page.locator("#say form").get_by_role("button").first).to_be_focused()
    with page.expect_navigation():
        page.keyboard.press("Enter")
    expect(page.locator("#say-heading")).to_be_visible()
    expect(page.locator("#say")).to_contain_text(words)


def in_full_width(text: str) -> str:
    """090-0123 as ０９０－０１２３."""
    return "".join(chr(ord(sign) + 0xFEE0) for sign in text)


def the_fourth_waits(town: Town) -> None:
    page = town.screen_of("uketsuke")
    take_down(page, OTHER_MOBILE.national, "イノウエ", "キヨ", "井上", "キヨ", wish="SMS")
    choose_run(page)
    expect(page.locator("#say")).to_contain_text("空き待ちの1番目")
    register(page, "1番目")
    town.look(page)
    assert "1番目" in paper(page, page.get_by_role("link", name="受付票を印刷"))

    # Somebody who calls a second time, found by the last four digits, is not registered twice.
    page.goto("/desk/")
    page.get_by_label("電話番号・カナ・受付番号").fill(LANDLINE.e164[-4:])
    follow(page.get_by_role("button", name="髙橋 茂"))
    expect(page.locator("main")).to_contain_text("申込済み 1-1")
    choose_run(page)
    expect(page.locator("#say")).to_contain_text("もう申し込んでいます")
    town.look(page)


def a_freed_seat_is_offered(town: Town) -> None:
    page = town.screen_of("uketsuke")
    page.goto("/desk/")
    page.get_by_label("電話番号・カナ・受付番号").fill("にしかわ")
    follow(page.get_by_role("button", name="西川 幸子"))
    follow(page.get_by_role("link", name="取り消す"))
    town.look(page)
    follow(page.get_by_role("button", name="申込を取り消す"))
    expect(page.get_by_role("alert")).to_be_visible()
    page.get_by_role("radio", name="体調").check()
    follow(page.get_by_role("button", name="申込を取り消す"))

    page.goto("/offers/")
    town.look(page)
    follow(page.get_by_role("button", name="電話する"))
    town.look(page)
    follow(page.get_by_role("button", name="出なかった"))
    expect(page.locator("main")).to_contain_text("1回")
    follow(page.get_by_role("button", name="それでもかける"))
    follow(page.get_by_role("button", name="受ける（確定）"))
    expect(page.get_by_role("status").first).to_contain_text("席が確定しました")
    town.look(page)
    page.goto("/offers/")
    expect(page.locator("main")).to_contain_text("ご案内する席はありません")
    page.goto("/runs/1/")
    expect(page.get_by_text("定員3・確定3")).to_be_visible()
    expect(page.get_by_role("row", name="西川 幸子")).to_contain_text("取消")
    town.look(page)


def an_author_writes_a_guide(town: Town) -> None:
    page = town.screen_of("kyozai")
    page.goto("/guide-desk/")
    town.look(page)
    follow(page.get_by_role("link", name="手順書を作る"))
    page.get_by_label("題名").fill("写真をとる")
    page.get_by_label("分野").select_option(index=1)
    page.get_by_role("radio", name="Android").check()
    town.look(page)
    follow(page.get_by_role("button", name="作って、手順を加える"))
    for title in ("カメラを開く", "丸いボタンを押す"):
        follow(page.get_by_role("link", name="手順を加える"))
        page.get_by_label("見出し").fill(title)
        page.get_by_label("すること").fill("[[カメラ]]を押します。")
        page.get_by_label("こうなればOK").fill("写真が出ます。")
        page.get_by_label("画面の写真").set_input_files(
            {"name": "camera.png", "mimeType": "image/png", "buffer": screenshot()}
        )
        page.get_by_label("画像の説明").fill("カメラの画面")
        town.look(page)
        follow(page.get_by_role("button", name="手順を保存する"))
    town.look(page)
    follow(page.get_by_role("link", name="公開する"))
    town.look(page)
    follow(page.get_by_role("button", name="公開する"))
    town.look(page)


def screenshot() -> bytes:
    """A picture as an author takes one of a telephone."""
    file = io.BytesIO()
    Image.new("RGB", (540, 960), "#e8f1fe").save(file, "PNG")
    return file.getvalue()


def anybody_reads_and_prints_it(town: Town) -> None:
    page = town.open_browser(viewport=TELEPHONE)
    page.goto("/guides/")
    town.look(page)
    follow(page.get_by_role("link", name="写真をとる"))
    town.look(page)
    expect(page.get_by_role("heading", name="丸いボタンを押す")).to_be_visible()
    printed = paper(page, page.locator("main").get_by_role("link", name="印刷する", exact=True))
    for words in ("写真をとる", "カメラを開く", "1 / 2", "2 / 2", "0745-00-0000"):
        assert words in printed


def reminders_go_out_and_calls_are_made(town: Town) -> None:
    page = town.screen_of("uketsuke")
    page.goto("/messages/")
    expect(page.locator("main")).to_contain_text("予定")
    town.look(page)

    town.turn_clock(THREE_DAYS_BEFORE)
    call_command("work", once=True)
    page = town.screen_of("uketsuke")
    page.goto("/messages/")
    town.look(page)
    page.goto("/calls/")
    town.look(page)
    assert "髙橋" in printed_sheet(page, page.get_by_role("button", name="用紙に印刷"))
    follow(page.get_by_role("button", name="電話する"))
    expect(page.get_by_role("region", name="お伝えすること")).to_contain_text(
        "12月3日、木曜日、午前10時から、忍海集会所"
    )
    town.look(page)
    follow(page.get_by_role("button", name="本人と話した"))
    expect(page.locator("main")).to_contain_text("今お電話する方はいません")
    town.look(page)

    # The provider tells a minute later that both texts have arrived.
    town.clock.shift(120)
    call_command("work", once=True)
    page.goto("/messages/")
    expect(page.get_by_role("row", name="11月30日（月） 午前10時 佐藤 ハナ")).to_contain_text("届きました")


def a_date_moves(town: Town) -> None:
    page = town.screen_of("uketsuke")
    page.goto("/runs/1/")
    follow(page.get_by_role("link", name="日時・会場を変える").last)
    expect(page.locator("main")).to_contain_text("3名の方に関わります")
    town.look(page)
    page.get_by_label("日付").fill("12/11")
    follow(page.get_by_role("button", name="日時・会場を変える"))
    expect(page.get_by_role("row", name="第2回")).to_contain_text("12月11日（金）")
    page.goto("/messages/")
    expect(page.get_by_role("row", name="12月10日（木） 午後3時 佐藤 ハナ")).to_contain_text("予定")
    expect(page.get_by_role("row", name=f"12月9日（水） 午後3時 — {MOBILE}")).to_contain_text("取りやめ")

    # Whoever gives the seat back is told nothing more.
    page.goto("/registrations/4/cancel/")
    page.get_by_role("radio", name="都合がつかない").check()
    follow(page.get_by_role("button", name="申込を取り消す"))
    page.goto("/messages/")
    expect(page.get_by_role("row", name="12月2日（水） 午後3時 井上 キヨ")).to_contain_text("取りやめ")


def the_lesson_is_held(town: Town) -> None:
    town.turn_clock(LESSON_DAY)
    page = town.screen_of("koushi", viewport={"width": 360, "height": 780}, has_touch=True, is_mobile=True)
    follow(page.get_by_role("link", name="はじめてのスマホ").first)
    town.look(page)
    expect(page.locator("main")).not_to_contain_text("0745")
    mark(page, "髙橋", "出席")
    mark(page, "佐藤", "遅刻")
    follow(page.get_by_role("link", name="当日参加の方"))
    page.get_by_label("セイ（フリガナ）").fill("ヤマモト")
    page.get_by_role("radio", name="70代").check()
    page.get_by_role("radio", name="らくらくスマートフォン").check()
    town.look(page)
    follow(page.get_by_role("button", name="名簿に加えて出席にする"))
    expect(
        page.get_by_role("listitem").filter(has_text="ヤマモト").get_by_role("button", name="出席")
    ).to_have_attribute("aria-pressed", "true")
    town.look(page)
    sheet = paper(page, page.get_by_role("link", name="名簿を印刷する"))
    assert "タカハシ" in sheet
    assert LANDLINE.national not in sheet


def mark(page: Page, family: str, words: str) -> None:
    card = page.get_by_role("listitem").filter(has_text=family)
    card.get_by_role("button", name=words).first.click()
    expect(card.get_by_role("button", name=words).first).to_have_attribute("aria-pressed", "true")


def a_consultation_is_recorded(town: Town) -> None:
    page = town.screen_of("soudan")
    follow(page.get_by_role("link", name="相談", exact=True))
    town.look(page)
    for step in ("カメラを開く", "止まらずにできた"):
        page.goto("/consultations/new/")
        page.get_by_text("ほかの手順書").click()
        follow(page.get_by_role("link", name="写真をとる"))
        page.get_by_role("radio", name=step).check()
        if step == "カメラを開く":
            page.get_by_role("radio", name="言葉が分からない").check()
        page.get_by_role("radio", name="案内しながら").check()
        page.get_by_role("radio", name="一緒にできた").check()
        town.look(page)
        follow(page.get_by_role("button", name="記録する"))
        expect(page.get_by_role("heading", level=1)).to_contain_text("記録しました")
        town.look(page)


def an_analyst_sees_where_people_stop(town: Town) -> None:
    page = town.screen_of("bunseki")
    follow(page.get_by_role("link", name="つまずき", exact=True))
    town.look(page)
    expect(page.get_by_role("row", name="1 カメラを開く 1 1 / 2 50%")).to_be_visible()
    expect(page.get_by_role("img", name="その手順に着いた人のうち、止まった人の割合")).to_be_visible()
    expect(page.locator("main")).to_contain_text("庁内限り")
    answer = page.request.get(str(page.get_by_role("link", name="Excel").get_attribute("href")))
    assert answer.body().startswith(b"\xef\xbb\xbf")
    assert "庁内限り" in answer.text()
    assert "カメラを開く" in answer.text()


def everybody_sees_their_day(town: Town) -> None:
    for username, words in {
        # The worker has not run since the clock was turned, and that must not stay unseen.
        "uketsuke": "お知らせの送信が止まっています",
        "koushi": "担当の回 2件",
        "soudan": "今日の自分の相談 2件",
        "kyozai": "実際の画面と見比べる手順書 11件",
        "bunseki": "多くの人が止まる手順 0件",
    }.items():
        page = town.screen_of(username)
        page.goto("/")
        expect(page.locator("main")).to_contain_text(words)
        town.look(page)
