"""Kanji that name the same person or place in different forms, for folding in searches.

Each group is written common form first. A caller says 「さいとう」 and cannot say which 斎; too much folding costs
the clerk one more line to look at, too little hides a resident who is there. Nothing here changes what is stored.
"""

# The forms replaced by the list of 1949 (当用漢字字体表) and after, and the variants that JIS X 0213 and the
# family registers hold apart.
_TABLE = """
    亜亞 悪惡 圧壓 囲圍 為爲 壱壹弌 隠隱 栄榮 営營 衛衞 駅驛 円圓 塩鹽 縁緣 応應 欧歐 桜櫻 奥奧 横橫 温溫 穏穩
    仮假 価價 画畫 会會 壊壞 懐懷 絵繪 拡擴 殻殼 覚覺 学學斈 岳嶽 楽樂 巻卷 寛寬 歓歡 勧勸 観觀 関關 陥陷 館舘 顔顏
    気氣 帰歸 亀龜 偽僞 戯戲 犠犧 旧舊 拠據 挙擧舉 峡峽 挟挾 狭狹 郷鄕鄉 暁曉 区區 駆驅 勲勳 薫薰 径徑 恵惠 渓溪 経經
    茎莖 蛍螢 軽輕 継繼 鶏鷄雞 芸藝 撃擊 県縣 倹儉 剣劍劔劒剱 圏圈 検檢 権權 献獻 研硏 験驗 顕顯 厳嚴 広廣 効效 恒恆
    黄黃 鉱鑛 号號 国國圀 黒黑 済濟 砕碎 斎斉齋齊斋 剤劑 雑雜襍 桟棧 蚕蠶 賛贊 残殘 糸絲 歯齒 児兒 辞辭 湿濕 実實 写寫
    釈釋 寿壽 収收 従從 渋澁澀 獣獸 縦縱 粛肅 処處 緒緖 叙敍敘 奨奬獎 将將 焼燒 称稱 証證 乗乘 剰剩 壌壤 嬢孃 条條
    浄淨 状狀 畳疊 譲讓 醸釀 嘱囑 触觸 寝寢 慎愼 晋晉 真眞 尽盡 図圖 粋粹 酔醉 穂穗 随隨 髄髓 数數 枢樞 瀬瀨 清淸 静靜
    青靑 税稅 摂攝 専專 戦戰 浅淺 潜潛濳 繊纖 践踐 銭錢 禅禪 曽曾 双雙 壮壯 捜搜 挿插 巣巢 争爭 窓窗 総總 聡聰 荘莊
    装裝 騒騷 増增 蔵藏 属屬 続續 堕墮 対對 体體 帯帶 滞滯 台臺 滝瀧 択擇 沢澤 単單 担擔 胆膽 団團 弾彈 断斷 遅遲 昼晝
    虫蟲 鋳鑄 庁廳 徴徵 聴聽 鎮鎭 逓遞 鉄鐵鐡銕 転轉 点點 伝傳 党黨 島嶋嶌 盗盜 灯燈 当當 闘鬪鬭 徳德悳 独獨 読讀 届屆
    縄繩 弐貳弍 悩惱 脳腦 覇霸 拝拜 廃廢 売賣 麦麥 発發 髪髮 抜拔 蛮蠻 秘祕 浜濱濵 瓶甁 富冨 払拂 仏佛 並竝 変變 辺邊邉
    弁辨瓣辯 舗舖 歩步 宝寶寳 豊豐 没沒 翻飜 万萬 満滿 黙默 弥彌 薬藥 訳譯 薮藪籔 予豫 余餘 与與 誉譽 揺搖 様樣 謡謠
    来來 頼賴 覧覽 竜龍 両兩 猟獵 緑綠 塁壘 涙淚 励勵 礼禮 隷隸 霊靈 齢齡 恋戀 炉爐 労勞 楼樓 録錄 湾灣 亘亙 凜凛
    尭堯 巌巖巗 晃晄 桧檜 槙槇 禰祢 祷禱 禄祿 穣穰 篭籠 纏纒 芦蘆 蒋蔣 蝿蠅 諌諫 靭靱 頚頸 鴬鶯 鴎鷗 鯵鰺 麺麵 麹麴
    高髙 崎﨑嵜碕 吉𠮷 土圡 橋槗𣘺 桑桒 船舩 松枩柗 峰峯 梅楳 柳栁桺 柏栢 群羣 略畧 隣鄰 裏裡 煙烟 鶴靍靏靎寉 淵渕渊
    兎兔莵菟 涌湧 昂昻 昇曻 晧皓 翠翆 珍珎 瑶瑤 産產 彦彥 教敎 凉涼 冴冱 況况 決决 準凖 減减 沖冲 卒卆 厨廚 厩廏廐 呉吳
    喜㐂 器噐 婿壻聟 姉姊 姫姬 娯娛 爾尓 尚尙 紙帋 協恊 悦悅 戸戶户 抛拋 晩晚 暦曆 朶朵 傑杰 梼檮 歴歷 毎每 潔洁
    闊濶 熙煕熈凞 猫貓 疇畴 碗盌椀 蓋盖 衆眾 磯礒 秋穐秌龝 稲稻 竈竃 箪簞 繋繫 樽罇 羹羮 恥耻 莱萊 萌萠 園薗 蛎蠣 蝉蟬
    猪豬 賎賤 踊踴 躯軀 輌輛 迩邇 逃迯 遥遙 村邨 郎郞 醤醬 鋭銳 鎖鎻 間閒 頬頰 飲飮 騨驒 雁鳫鴈 鹸鹼 鼠鼡 野埜墅
    欅﨔 臈﨟 祇祗 梁樑 桝枡 杯盃 蕎荍 藁藳稾 栃杤橡 畑畠 箸筯
"""

GROUPS: tuple[str, ...] = tuple(_TABLE.split())

# ケ between kanji is a shorthand of 箇 (霧ヶ峰, 三箇所); ノ and 之 change places in names (山之内, 山ノ内).
KANA_FORMS: dict[str, str] = {"箇": "ケ", "个": "ケ", "之": "ノ", "乃": "ノ"}

VARIANTS: dict[str, str] = {form: group[0] for group in GROUPS for form in group[1:]} | KANA_FORMS
