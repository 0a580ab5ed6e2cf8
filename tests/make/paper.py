"""Papers as the mock-ups show them, and eyes to look at a finished PDF with."""

import datetime as dt
import io
import xml.etree.ElementTree as ET
from typing import NamedTuple

import pypdf
from django.utils.translation import gettext, override

from core.pdf.blocks import BigDate, DefinitionList, Heading, NumberedAction, PhoneBox, SmallPrint, care_box, ok_box
from core.pdf.page import A5, Document, Footer, Header
from core.pdf.pictures import Picture
from core.pdf.steps import StepRow
from core.pdf.text import bold, key, ruby
from core.scene import Mark, Scene

MOMENT = dt.datetime(2026, 11, 24, 9, 0, tzinfo=dt.UTC)


def document(*blocks, **circumstances):
    return Document(**({"title": "試し刷り", "made_at": MOMENT} | circumstances)).add(*blocks)


def slip(name="髙橋 茂"):
    return Document(
        size=A5,
        title="受付票 写真をとって送る",
        author="葛城市",
        header=Header(left="葛城市　スマホ教室", boxed="受付票"),
        footer=[
            PhoneBox(
                "0745-00-0000",
                reason="来られなくなったとき・分からないとき",
                note="（要確認）",
                office="情報推進課",
                hours="平日 午前8時30分から午後5時15分まで（要確認）",
            ),
            SmallPrint(
                [
                    "お聞きしたことは、教室の準備とご連絡、統計のためだけに使います（葛城市情報推進課）。",
                    "市役所からのSMSにURLは書きません。URLのあるものは開かないでください。",
                ]
            ),
        ],
        smallest=0.8,
        made_at=MOMENT,
    ).add(
        Heading("写真をとって送る"),
        BigDate("12月9日", "（火曜日）", "午後1時30分", "午後3時30分まで"),
        DefinitionList(
            [
                ("ところ", [bold("忍海集会所", 17 / 14), "　1階 和室\n忍海駅から歩いて5分。駐車場8台（要確認）"]),
                ("持ち物", "スマートフォン、充電器、老眼鏡"),
                ("お名前", bold(f"{name} 様", 17 / 14), "受付番号 1-0427"),
                ("ご連絡", "前の日に、市役所からお電話します"),
            ]
        ),
    )


CARD_READER = Scene(
    300,
    240,
    [
        {"kind": "screen", "x": 4, "y": 4, "w": 292, "h": 232, "title": "カードを置いてください"},
        {"kind": "card", "x": 60, "y": 80, "w": 180, "h": 110, "text": "マイナンバーカード"},
        {"kind": "arrow", "x1": 150, "y1": 235, "x2": 150, "y2": 184},
    ],
    title="カードを置く台",
)

PIN_PAD = Scene(
    300,
    300,
    [
        {"kind": "screen", "x": 4, "y": 4, "w": 292, "h": 292, "title": "暗証番号を入力"},
        {"kind": "keypad", "x": 55, "y": 62, "w": 190, "h": 146},
        {"kind": "button", "x": 165, "y": 234, "w": 95, "h": 44, "text": "確認"},
    ],
    title="暗証番号を入れる画面",
)


def guide(**circumstances):
    return Document(
        **(
            {
                "title": "住民票をコンビニで取る（Android）",
                "author": "葛城市",
                "header": Header(left="住民票をコンビニで取る（Android）", right="葛城市"),
                "footer": Footer(
                    phone="0745-00-0000",
                    office="（要確認）情報推進課",
                    note="止まったら、ここでやめても大丈夫です。",
                    edition="第4版　令和7年10月に確認",
                    qr="https://guide.katsuragi.example/g/12/",
                ),
                "made_at": MOMENT,
            }
            | circumstances
        )
    ).add(
        StepRow(
            3,
            ["カードを", ruby("置", "お"), "く"],
            Picture(CARD_READER, [Mark("number", 0.8, 0.33, number=1)]),
            [
                NumberedAction(1, "カードを台の上に置きます。"),
                NumberedAction(2, "終わるまで動かしません。"),
                ok_box("「暗証番号を入力」の画面になります。"),
            ],
        ),
        StepRow(
            4,
            ["4けたの", ruby("暗証番号", "あんしょうばんごう"), "を入れる"],
            Picture(PIN_PAD, [Mark("frame", 0.14, 0.17, 0.72, 0.55, number=1), Mark("number", 0.87, 0.78, number=2)]),
            [
                NumberedAction(1, "数字を4つ押します。"),
                NumberedAction(2, [key("確認"), "を押します。"]),
                ok_box("証明書の名前がならんだ画面が出ます。"),
                care_box("3回まちがえると使えなくなります。2回まちがえたら、やめて窓口に来てください。"),
            ],
        ),
    )


class Seen(NamedTuple):
    """A string where it stands on a page: points from the lower left corner."""

    text: str
    x: float
    y: float
    size: float


def read(pdf):
    return pypdf.PdfReader(io.BytesIO(pdf))


def xml(svg):
    return ET.fromstring(svg)  # noqa: S314 - written by our own code a moment ago


def words(pdf):
    """All the text of a PDF without spaces and line ends, in the order in which it is drawn."""
    return "".join(squeezed(page.extract_text()) for page in read(pdf).pages)


def squeezed(text):
    """A text without spaces and line ends, which a PDF has where the line is full."""
    return "".join(text.split())


def said(message, **facts):
    """A sentence of ours as it comes out on paper, squeezed."""
    with override("ja"):
        return squeezed(gettext(message) % facts)


def seen(pdf, page=0):
    found = []

    def visit(text, _cm, tm, _font, size):
        if text.strip():
            found.append(Seen(text.strip(), tm[4], tm[5], size))

    read(pdf).pages[page].extract_text(visitor_text=visit)
    return found
