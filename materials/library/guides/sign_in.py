"""Signing in to マイナポータル with the card and a telephone; told apart by how the telephone reads the card.

The application asks for the four-figure PIN of the 利用者証明用電子証明書, which locks after three wrong entries
(松阪市 「暗証番号の初期化」 and others). Where a telephone reads the card differs by model, so the guide says how to
find the spot.
"""

from materials.library.drawing import phone
from materials.library.shapes import GuideRow, StepRow

_WHERE_IT_READS = {
    "android": (
        "カードの上に、スマホの背中をのせます。",
        "読み取る場所は、機種でちがいます。まん中、上のほうと、少しずつずらしてみましょう。",
    ),
    "iphone": (
        "カードの上に、iPhoneの上のはしをのせます。",
        "読み取る場所は、背中の上のほうです。ケースが厚いときは、はずしてみましょう。",
    ),
}
_SHOP = {"android": "｜Playストア《プレイストア》", "iphone": "｜App Store《アップストア》"}


def _sign_in(system: str, name: str) -> GuideRow:
    where, caution = _WHERE_IT_READS[system]
    return GuideRow(
        slug=f"sign-in-to-mynaportal-{system}",
        title="マイナポータルにログインする",
        summary=f"{name}とマイナンバーカードで、国のサイト「マイナポータル」に入るための手順です。",
        topic="mynaportal",
        system=system,
        needs="マイナンバーカード\n4桁の数字の暗証番号（利用者証明用）\nスマートフォン",
        duration="10分くらい",
        steps=(
            StepRow(
                title="アプリがあるか、さがす",
                actions=(
                    "スマホの画面で「マイナポータル」の絵をさがします。",
                    f"なければ、[[{_SHOP[system]}]] で「マイナポータル」をさがして入れます。",
                ),
                expected="画面に「マイナポータル」の絵があります。",
                drawing=phone()
                .icon("電話", x=44, y=70)
                .icon("カメラ", x=123, y=70)
                .icon("地図", x=202, y=70)
                .icon("マイナポータル", x=123, y=190, size=62, mark=1),
                description="スマホの最初の画面。アプリの絵がならび、下のほうに「マイナポータル」がある",
                caution="作った人の名前が「デジタル庁」かどうかを見ます。にた名前のものは入れません。",
            ),
            StepRow(
                title="アプリを開いて「ログイン」を押す",
                actions=("「マイナポータル」の絵を、軽く1回押します。", "[[ログイン]] を押します。"),
                expected="「暗証番号を入力」の画面になります。",
                drawing=phone("マイナポータル")
                .words("手続をさがす", "自分の情報を見る", size=19)
                .button("ログイン", mark=2)
                .button("使い方", light=True),
                description="マイナポータルの最初の画面。まん中に青い「ログイン」のボタンがある",
            ),
            StepRow(
                title="4桁の暗証番号を入れる",
                actions=("数字を4つ押します。", "[[次へ]] を押します。"),
                expected="「カードを読み取ります」と出ます。",
                drawing=phone("暗証番号を入力", height=390)
                .boxes(4, filled=1)
                .keypad(mark=1)
                .button("次へ", wide=False, mark=2),
                description="暗証番号を入れる画面。4つのわくと数字のボタンがあり、右下に「次へ」がある",
                caution="3回つづけてまちがえると、使えなくなります。2回まちがえたら、やめて窓口に来てください。",
            ),
            StepRow(
                title="カードを読み取る",
                actions=("机の上にカードを置きます。", where, "終わりの音がするまで、動かしません。"),
                expected="「読み取りました」と出ます。",
                drawing=phone("カードを読み取ります").words("動かさずにお待ちください").arrow_down().card(mark=2),
                description="カードを読み取る画面。矢印が下のカードをさし、「動かさずにお待ちください」と書いてある",
                caution=caution,
            ),
            StepRow(
                title="自分の名前が出たか、見る",
                actions=("画面の上を見ます。", "自分の名前があるか、たしかめます。"),
                expected="自分の名前が出ていれば、ログインできました。",
                drawing=phone("マイナポータル")
                .bar("こんにちは　○○ さん")
                .rows("手続をさがす", "わたしの情報", "お知らせ"),
                description="ログインしたあとの画面。上に名前、下に3つの項目がならんでいる",
            ),
            StepRow(
                title="使い終わったら、ログアウトする",
                actions=("右上の [[メニュー]] を押します。", "[[ログアウト]] を押します。"),
                expected="最初の画面にもどれば、終わりです。",
                drawing=phone("メニュー").rows("利用者の情報", "設定", "ログアウト", mark=(3, 2)),
                description="メニューの画面。いちばん下に「ログアウト」がある",
                caution="人のスマホを借りたときは、かならずログアウトしましょう。",
            ),
        ),
    )


SIGN_IN_ANDROID = _sign_in("android", "Androidのスマホ")
SIGN_IN_IPHONE = _sign_in("iphone", "iPhone")
