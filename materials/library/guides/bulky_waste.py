"""Applying for the collection of bulky waste (粗大ごみ) on the city's site.

The plan says that the procedure is online (6-(1)); the form itself has not been seen. Every field and every button
must be compared with the real one.
"""

from materials.library.drawing import phone
from materials.library.shapes import GuideRow, StepRow

BULKY_WASTE = GuideRow(
    slug="bulky-waste",
    title="粗大ごみを申し込む",
    summary="いらなくなった家具などの収集を、スマホで申し込むための手順です。電話でも申し込めます。",
    topic="local-procedures",
    procedure="bulky-waste",
    system="any",
    steps=(
        StepRow(
            title="品物の大きさをはかる",
            actions=("出したい品物の、たて・よこ・高さをはかります。", "品物の名前と数を、紙に書きます。"),
            expected="紙に、名前と大きさと数が書けました。",
            drawing=phone("メモ").bar("出すもの").rows("いす　1つ", "高さ 90センチ", "はば 45センチ", mark=(2, 1)),
            description="メモの絵。いす1つ、高さ90センチ、はば45センチと書いてある",
            caution="電池やスプレー缶など、出せないものがあります。迷ったら電話でおたずねください。",
        ),
        StepRow(
            title="市のホームページを開く",
            actions=("市のホームページを開きます。", "「粗大ごみ」とさがします。"),
            expected="「粗大ごみ」のページが出ます。",
            drawing=phone("葛城市").field("粗大ごみ", label="さがす", mark=2).rows("粗大ごみの出し方", "ごみの分け方"),
            description="市のホームページ。上にさがすところがあり、「粗大ごみ」と入っている",
            caution="メールやSMSの中の青い文字からは開きません。市の広報の番号やQRコードから開きます。",
        ),
        StepRow(
            title="申込の画面を開く",
            actions=("[[粗大ごみの申込]] を押します。", "説明を読んで、[[同意して進む]] を押します。"),
            expected="品物を書く画面になります。",
            drawing=phone("粗大ごみの出し方")
            .button("粗大ごみの申込", mark=1)
            .words("決まりをお読みください")
            .button("同意して進む", mark=2),
            description="粗大ごみのページ。「粗大ごみの申込」と「同意して進む」のボタンがある",
        ),
        StepRow(
            title="品物を書く",
            actions=("品物の名前と数を入れます。", "[[次へ]] を押します。"),
            expected="住所を書く画面になります。",
            drawing=phone("品物")
            .field("いす", label="品物の名前", mark=1)
            .field("1", label="数")
            .button("次へ", wide=False, mark=2),
            description="品物を書く画面。「品物の名前」に「いす」、「数」に「1」と入っている",
        ),
        StepRow(
            title="住所とお名前を書く",
            actions=("住所、お名前、電話番号を入れます。", "[[次へ]] を押します。"),
            expected="書いたことが、まとめて出ます。",
            drawing=phone("申し込む方", height=390)
            .field(label="住所", mark=1)
            .field(label="お名前")
            .field(label="電話番号")
            .button("次へ", wide=False, mark=2),
            description="申し込む人を書く画面。「住所」「お名前」「電話番号」がならんでいる",
            caution="銀行の番号やカードの番号をきかれたら、にせものです。すぐに閉じてください。",
        ),
        StepRow(
            title="たしかめて、送る",
            actions=("まちがいがないか、上から読みます。", "[[申し込む]] を押します。", "受付番号を紙に書きます。"),
            expected="「受け付けました」と受付番号が出れば、終わりです。",
            drawing=phone("内容の確認").rows("いす　1つ", "葛城市○○", "○○ ○○ 様").button("申し込む", mark=2),
            description="内容を確かめる画面。書いたことがならび、下に「申し込む」のボタンがある",
        ),
    ),
)
