"""The code lists a new installation begins with.

They follow what French and Japanese help desks were seen to record. The city may add an entry or end one; a key that
records already carry is never taken away or given another meaning. What exists is changed by a migration only.
"""

# Kind of list -> (key, Japanese, English), in the order in which they are offered.
INITIAL_CODES: dict[str, list[tuple[str, str, str]]] = {
    "age_band": [
        ("under60", "59歳以下", "59 or younger"),
        ("60s", "60代", "60s"),
        ("70s", "70代", "70s"),
        ("80s", "80代", "80s"),
        ("90up", "90歳以上", "90 or older"),
        ("unknown", "不明", "Not known"),
    ],
    "device": [
        ("android", "Android", "Android"),
        ("iphone", "iPhone・iPad", "iPhone or iPad"),
        ("easyphone", "らくらくスマートフォン", "Easy smartphone"),
        ("tablet", "Androidタブレット", "Android tablet"),
        ("pc", "パソコン", "Computer"),
        ("flip", "ガラケー", "Flip phone"),
        ("none", "持っていない", "None"),
        ("unknown", "不明", "Not known"),
    ],
    "cause": [
        ("pin", "暗証番号", "PIN"),
        ("account", "アカウント", "Account"),
        ("terms", "言葉が分からない", "Words not understood"),
        ("device", "機種がちがう", "Different device"),
        ("anxiety", "不安", "Anxiety"),
        ("typing", "文字入力", "Typing"),
        ("network", "通信", "Connection"),
        ("identity", "本人確認", "Proof of identity"),
        ("rules", "制度", "Rules"),
        ("screen", "画面がちがう", "Screen differs"),
        ("other", "その他", "Other"),
    ],
    "outcome": [
        ("alone", "自分でできた", "Did it alone"),
        ("together", "一緒にできた", "Did it together"),
        ("home", "持ち帰り", "Goes on at home"),
        ("counter", "窓口へ", "Sent to the counter"),
        ("elsewhere", "他の課へ", "Sent to another office"),
        ("stopped", "中止", "Stopped"),
    ],
    "operator": [
        ("self", "本人", "The resident"),
        ("guided", "案内しながら", "Guided"),
        ("proxy", "代わりに", "Done for them"),
    ],
    "channel": [
        ("counter", "窓口", "Counter"),
        ("phone", "電話", "Telephone"),
        ("hall", "公民館・集会所", "Community hall"),
        ("class", "教室", "In class"),
        ("home", "訪問", "At home"),
    ],
    "cancel_reason": [
        ("health", "体調", "Health"),
        ("schedule", "都合がつかない", "Another engagement"),
        ("family", "家族の都合", "Family"),
        ("transport", "行く手段がない", "No way to get there"),
        ("weather", "天候", "Weather"),
        ("solved", "用が済んだ", "No longer needed"),
        ("mistake", "受付の誤り", "Registered by mistake"),
        ("other", "その他", "Other"),
    ],
    "relation": [
        ("self", "本人", "Own"),
        ("spouse", "配偶者", "Spouse"),
        ("child", "子", "Child"),
        ("household", "自宅（家族共用）", "Home, shared"),
        ("other", "その他", "Other"),
    ],
    "level": [
        ("basic", "基本", "Basic"),
        ("applied", "応用", "Applied"),
        ("open", "相談会", "Open consultation"),
    ],
}
