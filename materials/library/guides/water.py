"""Telling the city that one begins or ceases to use water (水道の開栓・閉栓).

The plan says that the procedure is online (6-(1)); the form itself has not been seen.
"""

from materials.library.drawing import phone
from materials.library.shapes import GuideRow, StepRow

WATER = GuideRow(
    slug="water",
    title="水道を使い始める・やめる",
    summary="引っ越しなどで、水道を使い始めるとき、やめるときの届けを、スマホで出すための手順です。",
    topic="local-procedures",
    procedure="water",
    system="any",
    steps=(
        StepRow(
            title="水道の紙を用意する",
            actions=("「検針」や「納入」と書いた水道の紙をさがします。", "水道の番号を見つけます。"),
            expected="番号が見つかりました。",
            drawing=phone("水道の紙").bar("使った水の量").rows("お名前", "水道の番号", "使った量", mark=(2, 2)),
            description="水道の紙の絵。まん中に「水道の番号」がある",
            caution="紙が見つからなくても、住所でわかることがあります。電話でおたずねください。",
        ),
        StepRow(
            title="市のホームページを開く",
            actions=("市のホームページを開きます。", "「水道」とさがします。"),
            expected="「水道」のページが出ます。",
            drawing=phone("葛城市").field("水道", label="さがす", mark=2).rows("使い始める・やめる", "水道の料金"),
            description="市のホームページ。上にさがすところがあり、「水道」と入っている",
        ),
        StepRow(
            title="「始める」か「やめる」を選ぶ",
            actions=("使い始める方は [[使い始める]] を押します。", "やめる方は [[使うのをやめる]] を押します。"),
            expected="日にちを書く画面になります。",
            drawing=phone("水道の届け").button("使い始める", mark=1).button("使うのをやめる", mark=2),
            description="水道の届けの画面。「使い始める」と「使うのをやめる」の2つのボタンがある",
        ),
        StepRow(
            title="日にちと住所を書く",
            actions=("使い始める日（やめる日）を選びます。", "住所と水道の番号を入れます。"),
            expected="お名前を書く画面になります。",
            drawing=phone("日にちと住所")
            .field("12月1日", label="日にち", mark=1)
            .field(label="住所", mark=2)
            .button("次へ", wide=False),
            description="日にちと住所を書く画面。日にちに「12月1日」と入っている",
            caution="今日や明日の日にちは、まにあわないことがあります。急ぐときは電話してください。",
        ),
        StepRow(
            title="たしかめて、送る",
            actions=("まちがいがないか、上から読みます。", "[[送信する]] を押します。", "受付番号を紙に書きます。"),
            expected="「受け付けました」と受付番号が出れば、終わりです。",
            drawing=phone("内容の確認").rows("使い始める", "12月1日", "葛城市○○").button("送信する", mark=2),
            description="内容を確かめる画面。書いたことがならび、下に「送信する」のボタンがある",
        ),
    ),
)
