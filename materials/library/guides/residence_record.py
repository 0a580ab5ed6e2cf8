"""Taking a copy of one's residence record (住民票の写し) from the copier in a shop.

The order of the screens and the words on them differ from shop to shop and must be compared with the real machine.
Three wrong entries lock the four-figure PIN: 松阪市「暗証番号の初期化」 and others agree on that; whether a machine
in a shop can set it anew is told differently by different sources, so the guide sends people to the counter.
"""

from materials.library.drawing import machine
from materials.library.shapes import GuideRow, StepRow

RESIDENCE_RECORD = GuideRow(
    slug="residence-record-in-a-shop",
    title="住民票をコンビニで取る",
    summary="マイナンバーカードをお持ちの方が、コンビニの機械で住民票の写しを取るための手順です。",
    topic="local-procedures",
    procedure="convenience-certificates",
    system="kiosk",
    steps=(
        StepRow(
            title="機械の前で「行政サービス」を選ぶ",
            actions=("コピーの機械の前に立ちます。", "画面の [[行政サービス]] を押します。"),
            expected="「行政サービス」の画面にかわります。",
            drawing=machine("メニュー").tiles("コピー", "写真", "行政サービス", "チケット", mark=(3, 2)),
            description="コピーの機械の最初の画面。4つのボタンがあり、左下に「行政サービス」がある",
        ),
        StepRow(
            title="「証明書を取る」を選ぶ",
            actions=("[[証明書交付サービス]] を押します。", "説明を読んで、[[次へ]] を押します。"),
            expected="「カードを置いてください」と出ます。",
            drawing=machine("行政サービス")
            .button("証明書交付サービス", mark=1)
            .button("申込の確認", light=True)
            .button("次へ", wide=False, mark=2),
            description="行政サービスの画面。上に「証明書交付サービス」、右下に「次へ」のボタンがある",
        ),
        StepRow(
            title="カードを台に置く",
            actions=("マイナンバーカードを、決められた台に置きます。", "画面がかわるまで、動かしません。"),
            expected="「暗証番号を入力」の画面になります。",
            drawing=machine("カードを置いてください").arrow_down().card(mark=1),
            description="「カードを置いてください」という画面。矢印がカードを置く台をさしている",
            caution="終わったあと、カードを台に忘れる方が多くいます。財布を手に持ったままにしましょう。",
        ),
        StepRow(
            title="4桁の暗証番号を入れる",
            actions=("数字を4つ押します。", "[[確認]] を押します。"),
            expected="証明書の名前がならんだ画面が出ます。",
            drawing=machine("暗証番号を入力", height=390)
            .boxes(4, filled=2)
            .keypad(mark=1)
            .button("確認", wide=False, mark=2),
            description="暗証番号を入れる画面。数字のボタンがならび、右下に「確認」のボタンがある",
            caution="3回つづけてまちがえると、使えなくなります。2回まちがえたら、やめて窓口に来てください。",
        ),
        StepRow(
            title="「住民票の写し」を選ぶ",
            actions=("[[住民票の写し]] を押します。", "だれの分がいるかを選びます。"),
            expected="部数をきく画面になります。",
            drawing=machine("証明書の種類", height=320)
            .rows("住民票の写し", "印鑑登録証明書", "税の証明書", mark=(1, 1))
            .button("本人だけ", mark=2),
            description="証明書の種類がならぶ画面。いちばん上が「住民票の写し」。下に「本人だけ」のボタンがある",
            caution="取れる証明書の種類と使える時間は、市によってちがいます。出ないときは電話でおたずねください。",
        ),
        StepRow(
            title="中身をたしかめて、お金を入れる",
            actions=("部数と中身を見て、[[確定する]] を押します。", "機械に手数料を入れます。"),
            expected="「印刷しています」と出て、紙が出てきます。",
            drawing=machine("内容の確認").words("住民票の写し　1通", "本人だけ", size=19).button("確定する", mark=1),
            description="内容を確かめる画面。「住民票の写し　1通」と書いてあり、下に「確定する」のボタンがある",
            caution="お金を入れたあとは、取り消せないことがあります。先に、よく見てください。",
        ),
        StepRow(
            title="紙とカードを取る",
            actions=("出てきた紙を、全部取ります。", "台のカードを、財布にしまいます。"),
            expected="手元に紙とカードがあれば、終わりです。",
            drawing=machine("ありがとうございました").card(mark=2, height=86).words("取り忘れにご注意ください"),
            description="終わりの画面。カードの絵と「取り忘れにご注意ください」という文がある",
        ),
    ),
)
