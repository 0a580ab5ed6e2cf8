"""The online services that the city's DX plan names (葛城市DX推進計画（案）6-(1), 6-(3)), and the way without them.

The plan says that these services exist, and nothing of fees, addresses or hours. What stands here is general; every
row is loaded as not yet confirmed (要確認), and the office in charge corrects it before it is printed as fact.
"""

from materials.library.shapes import ProcedureRow

_ASK_COST = "金額は、電話か窓口でおたずねください。"
_ASK_WHETHER = "お金がかかるかどうかは、電話か窓口でおたずねください。"
_EITHER = "オンラインでも窓口でも、同じ手続です。どちらでもかまいません。"
_CARD_AND_PINS = "マイナンバーカード\nカードの暗証番号（4桁の数字と、6文字以上の英数字の2種類）\nスマートフォン"

PROCEDURES: tuple[ProcedureRow, ...] = (
    ProcedureRow(
        key="convenience-certificates",
        name="コンビニ交付サービス",
        topic="local-procedures",
        needs="マイナンバーカード\n4桁の数字の暗証番号（利用者証明用）\n手数料",
        cost="手数料がかかります。" + _ASK_COST,
        duration="5分くらい",
        at_counter="市役所の窓口で取れます。本人とわかるものをお持ちください。" + _EITHER,
        without_card="市役所の窓口で取れます。コンビニの機械には、カードが要ります。",
    ),
    ProcedureRow(
        key="online-certificates",
        name="各種証明書のオンライン申請",
        topic="local-procedures",
        needs=_CARD_AND_PINS,
        cost="手数料と送料がかかることがあります。" + _ASK_COST,
        duration="15分くらい",
        at_counter="市役所の窓口で申請できます。本人とわかるものをお持ちください。" + _EITHER,
        without_card="市役所の窓口で申請できます。窓口に来られない方は、電話でご相談ください。",
    ),
    ProcedureRow(
        key="childcare-procedures",
        name="子育ての手続（マイナポータル）",
        topic="mynaportal",
        needs=_CARD_AND_PINS,
        cost=_ASK_WHETHER,
        duration="20分くらい",
        at_counter="市役所の窓口で、職員と一緒に用紙に書いて手続できます。" + _EITHER,
        without_card="市役所の窓口で手続できます。手続をさがして読むだけなら、カードはいりません。",
    ),
    ProcedureRow(
        key="care-procedures",
        name="介護の手続（マイナポータル）",
        topic="mynaportal",
        needs=_CARD_AND_PINS + "\n介護保険の保険証",
        cost=_ASK_WHETHER,
        duration="20分くらい",
        at_counter="市役所の窓口で手続できます。ご家族が代わりに来られるときは、先にお電話ください。",
        without_card="市役所の窓口で手続できます。手続をさがして読むだけなら、カードはいりません。",
    ),
    ProcedureRow(
        key="bulky-waste",
        name="粗大ごみの申込",
        topic="local-procedures",
        needs="出したい品物の名前と大きさ\n住所、お名前、電話番号",
        cost="品物によって、手数料がかかることがあります。" + _ASK_COST,
        duration="10分くらい",
        at_counter="電話か窓口でも申し込めます。品物の大きさを、先にはかっておくと早く済みます。",
    ),
    ProcedureRow(
        key="water",
        name="水道を使い始める・やめる届け",
        topic="local-procedures",
        needs="使い始める日（やめる日）\n水道の番号がわかる紙（検針票など）\n住所、お名前、電話番号",
        cost=_ASK_WHETHER,
        duration="10分くらい",
        at_counter="電話か窓口でも届けられます。引っ越しが決まったら、早めにお知らせください。",
    ),
    ProcedureRow(
        key="staff-examination",
        name="職員採用試験の申込",
        topic="local-procedures",
        needs="募集の案内\n顔写真のデータ\nメールアドレス",
        cost=_ASK_WHETHER,
        duration="30分くらい",
        at_counter="紙で申し込めるかどうかは、募集の案内を見るか、電話でおたずねください。",
    ),
    ProcedureRow(
        key="e-library",
        name="かつらぎ電子図書館",
        topic="e-library",
        needs="図書館の利用カードの番号\n電子図書館のパスワード\nスマートフォンかパソコン",
        cost=_ASK_WHETHER,
        duration="10分くらい",
        at_counter="図書館の窓口では、今までどおり紙の本を借りられます。電子図書館の使い方も聞けます。",
    ),
    ProcedureRow(
        key="library-card",
        name="マイナンバーカードの図書館カード利用",
        topic="e-library",
        needs="マイナンバーカード\n図書館の利用カード",
        cost=_ASK_WHETHER,
        duration="10分くらい",
        at_counter="図書館の窓口で登録します。くわしくは、図書館にお電話ください。",
        without_card="今までの図書館の利用カードを、そのまま使えます。",
    ),
    ProcedureRow(
        key="cashless",
        name="キャッシュレスでの支払い（手数料・市税など）",
        topic="cashless",
        needs="納付書\n支払いに使うスマートフォンのアプリ、またはカード",
        cost="支払い方によって、手数料がかかることがあります。" + _ASK_COST,
        duration="5分くらい",
        at_counter="窓口では、現金で支払えます。現金のままでかまいません。",
    ),
)
