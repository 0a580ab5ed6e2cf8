"""Borrowing a book from かつらぎ電子図書館.

The plan names the library (6-(1)); its screens have not been seen, and how one gets a password must be confirmed with
it.
"""

from materials.library.drawing import phone
from materials.library.shapes import GuideRow, StepRow

E_LIBRARY = GuideRow(
    slug="e-library",
    title="電子図書館で本を借りる",
    summary="図書館に行かずに、スマホで本を借りて読むための手順です。字を大きくして読めます。",
    topic="e-library",
    procedure="e-library",
    system="any",
    steps=(
        StepRow(
            title="電子図書館を開く",
            actions=("図書館のホームページを開きます。", "[[かつらぎ電子図書館]] を押します。"),
            expected="本の表紙がならんだ画面になります。",
            drawing=phone("図書館").rows("本をさがす", "開館日", "かつらぎ電子図書館", mark=(3, 2)),
            description="図書館のホームページ。いちばん下に「かつらぎ電子図書館」がある",
        ),
        StepRow(
            title="ログインする",
            actions=(
                "[[ログイン]] を押します。",
                "利用カードの番号とパスワードを入れます。",
                "もう一度 [[ログイン]] を押します。",
            ),
            expected="右上に、自分の番号が出ます。",
            drawing=phone("ログイン")
            .field(label="利用カードの番号", mark=2)
            .field(label="パスワード")
            .button("ログイン", mark=3),
            description="ログインの画面。「利用カードの番号」「パスワード」を書くところと「ログイン」のボタンがある",
            caution="パスワードがわからないときは、図書館の窓口か電話でおたずねください。",
        ),
        StepRow(
            title="本をさがす",
            actions=("さがすところに、本の名前を入れます。", "[[さがす]] を押します。"),
            expected="本の表紙と名前がならびます。",
            drawing=phone("本をさがす").field("奈良の花", label="本の名前", mark=1).button("さがす", mark=2),
            description="本をさがす画面。「本の名前」に「奈良の花」と入り、下に「さがす」がある",
        ),
        StepRow(
            title="本を借りる",
            actions=("読みたい本を押します。", "[[借りる]] を押します。"),
            expected="「借りました」と出て、返す日がわかります。",
            drawing=phone("奈良の花").card("表紙", height=120).button("借りる", mark=2),
            description="本の画面。表紙の絵の下に「借りる」のボタンがある",
            caution="返す日になると、自動で返ることが多いです。図書館の案内でたしかめてください。",
        ),
        StepRow(
            title="本を読む",
            actions=("[[読む]] を押します。", "画面の左がわを押すと、次のページに進みます。"),
            expected="本の字が出ます。",
            drawing=phone()
            .words("春が来ました。", "畑の道を歩くと", "花がさいています。", size=20)
            .button("字を大きく", light=True),
            description="本を読む画面。3行の文があり、下に「字を大きく」のボタンがある",
            caution="字が小さいときは [[字を大きく]] を押します。",
        ),
        StepRow(
            title="読み終わったら、返す",
            actions=("[[マイページ]] を押します。", "[[返す]] を押します。"),
            expected="「返しました」と出れば、終わりです。",
            drawing=phone("マイページ").bar("借りている本").card("奈良の花", height=80).button("返す", mark=2),
            description="マイページの画面。借りている本の絵と「返す」のボタンがある",
        ),
    ),
)
