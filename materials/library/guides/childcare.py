"""Finding a childcare procedure on マイナポータル, and sending it with the card.

The plan says that the city's procedures for childcare and care can be applied for there (6-(1)); it does not name
them one by one, so the guide shows how to find and read one. The signature PIN (署名用, six to sixteen letters and
figures) locks after five wrong entries (松阪市「暗証番号の初期化」).
"""

from materials.library.drawing import phone
from materials.library.shapes import GuideRow, StepRow

_BROWSER = {"android": "｜Chrome《クローム》", "iphone": "｜Safari《サファリ》"}


def _childcare(system: str, name: str) -> GuideRow:
    return GuideRow(
        slug=f"childcare-procedure-{system}",
        title="マイナポータルで子育ての手続をさがす",
        summary=f"{name}で、保育や手当などの手続をさがして、申し込むところまでの手順です。",
        topic="mynaportal",
        procedure="childcare-procedures",
        system=system,
        steps=(
            StepRow(
                title="マイナポータルを開く",
                actions=(
                    f"「マイナポータル」のアプリか、[[{_BROWSER[system]}]] を開きます。",
                    "[[手続をさがす]] を押します。",
                ),
                expected="「手続をさがす」の画面になります。",
                drawing=phone("マイナポータル").button("手続をさがす", mark=2).button("ログイン", light=True),
                description="マイナポータルの最初の画面。上に「手続をさがす」のボタンがある",
                caution="さがして読むだけなら、カードも暗証番号もいりません。",
            ),
            StepRow(
                title="住んでいる市を選ぶ",
                actions=("「市区町村」のところを押します。", "奈良県、葛城市の順に選びます。"),
                expected="「葛城市」と出ます。",
                drawing=phone("手続をさがす")
                .field("奈良県", label="都道府県", mark=1)
                .field("葛城市", label="市区町村", mark=2),
                description="住んでいる所を選ぶ画面。「奈良県」「葛城市」と入っている",
            ),
            StepRow(
                title="「子育て」を選ぶ",
                actions=("[[子育て]] を押します。", "[[この条件でさがす]] を押します。"),
                expected="子育ての手続の名前がならびます。",
                drawing=phone("分野")
                .rows("子育て", "介護", "引っ越し", mark=(1, 1))
                .button("この条件でさがす", mark=2),
                description="分野を選ぶ画面。いちばん上に「子育て」、下に「この条件でさがす」がある",
            ),
            StepRow(
                title="手続を選んで、中身を読む",
                actions=("したい手続の名前を押します。", "「必要なもの」と「しめきり」を読みます。"),
                expected="手続の説明が出ます。",
                drawing=phone("手続の説明").bar("○○の申請").rows("どんな手続か", "必要なもの", "しめきり", mark=(2, 2)),
                description="手続の説明の画面。「どんな手続か」「必要なもの」「しめきり」がならんでいる",
                caution="どれを選ぶか迷ったら、電話してください。まちがえて送るより、早く済みます。",
            ),
            StepRow(
                title="「申請する」を押して、書きこむ",
                actions=("[[申請する]] を押します。", "名前や住所を、画面のとおりに入れます。"),
                expected="最後に「確認する」の画面になります。",
                drawing=phone("申請する").field(label="お名前").field(label="電話番号").button("次へ", mark=2),
                description="申請の画面。「お名前」「電話番号」を書くところと「次へ」のボタンがある",
                caution="ここでやめても、何も送られません。あわてなくて大丈夫です。",
            ),
            StepRow(
                title="暗証番号を入れて、カードを読み取る",
                actions=("英数字の暗証番号を入れます。", "カードの上にスマホをのせます。"),
                expected="「電子署名ができました」と出ます。",
                drawing=phone("電子署名").field("●●●●●●", label="署名用の暗証番号", mark=1).card(mark=2),
                description="電子署名の画面。暗証番号を書くところと、カードの絵がある",
                caution="4桁の数字ではありません。6文字から16文字の英数字です。5回まちがえると使えなくなります。",
            ),
            StepRow(
                title="送って、受付番号をひかえる",
                actions=("[[送信する]] を押します。", "出てきた受付番号を、紙に書きます。"),
                expected="受付番号が出れば、終わりです。",
                drawing=phone("送信しました")
                .words("受付番号", size=18)
                .bar("○○○○－○○○○")
                .words("この番号を書いておきます"),
                description="送信が終わった画面。まん中に受付番号が出ている",
            ),
        ),
    )


CHILDCARE_ANDROID = _childcare("android", "Androidのスマホ")
CHILDCARE_IPHONE = _childcare("iphone", "iPhone")
