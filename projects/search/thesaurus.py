"""Words that mean the same in English and Japanese: trades, plants and places that titles name in one language only.

A line is one meaning, its words parted by commas. Technologies and countries are not here: their names and synonyms
are records, which staff edit.
"""

import csv
from collections.abc import Iterable

from . import kana

MEANINGS = """
school, elementary school, 学校, 小学校, 中学校, 高校, 校舎
university, college, campus, 大学, キャンパス
hospital, clinic, medical centre, 病院, 医療施設
hotel, ホテル, 宿泊施設
resort, リゾート
airport, 空港
port, harbour, harbor, 港湾
factory, 工場
office, office building, オフィス, オフィスビル, 事務所
mall, shopping mall, shopping centre, shopping center, ショッピングモール, ショッピングセンター, 商業施設
supermarket, スーパーマーケット, スーパー
convenience store, コンビニエンスストア, コンビニ
shop, store, 店舗, 小売店, 物販店舗
warehouse, 倉庫
cold storage, freezing warehouse, refrigerated warehouse, frozen warehouse, 冷凍倉庫, 冷蔵倉庫
logistics, distribution centre, distribution center, 物流, 物流センター
industrial park, industrial estate, industrial zone, 工業団地
data centre, data center, datacenter, datacentre, データセンター
airline, aviation, 航空
railway, railroad, 鉄道
farm, farming, 農場, 農園
farmland, agricultural land, 農地
agriculture, agricultural, 農業
livestock, cattle, 畜産
pig, swine, 養豚
poultry, chicken, 養鶏, 養鶏場, 鶏
slaughterhouse, slaughter, slaughtering, meat processing, meat, 食肉, 食肉加工
fishery, fish, seafood, 漁業, 水産
fruit, 果物, 果実
pineapple, パイナップル
cannery, canned food, 缶詰
food, food processing, 食品, 食品加工
beverage, drink, soft drink, 飲料, 清涼飲料
beer, brewery, ビール, 醸造
distillery, 蒸溜所, 蒸留所, 蒸溜
tequila, テキーラ
coffee, コーヒー
instant noodle, noodle, 即席麺, 麺
milk, dairy, 牛乳, 乳業, 乳製品
sugar, 砂糖, 製糖
sugar cane, サトウキビ
salt, 製塩
edible oil, cooking oil, vegetable oil, 食用油
palm oil, パーム油
tapioca, cassava, タピオカ, キャッサバ
rice, 精米
rice husk, もみ殻, 籾殻, もみがら
textile, weaving, 繊維, 織物, 織布, 紡績, テキスタイル
garment, apparel, clothing, clothes, 衣料, 衣料品, 縫製, アパレル
polyester, ポリエステル
dyeing, 染色
fastener, zipper, ファスナー
shoe, footwear, 靴
leather, 皮革
paper, paper mill, 製紙
packaging, 包装, 梱包, パッケージ
printing, 印刷
wood, timber, woodworking, 木材, 木工, 材木
furniture, 家具
chemical, chemistry, 化学
petrochemical, 石油化学
oil refinery, refinery, 製油所, 石油精製
oil and gas, 石油ガス
natural gas, 天然ガス
pharmaceutical, medicine, drug, 製薬, 医薬品, 薬品
infusion, intravenous solution, 輸液
cosmetics, 化粧品
plastic, プラスチック, 樹脂
rubber, ゴム
tire, tyre, タイヤ
belt, ベルト
glass, ガラス
cement, セメント
ceramic, tile, 窯業, セラミック, タイル
brick, レンガ, 煉瓦
steel, iron and steel, 鉄鋼, 製鉄, 製鋼
aluminum, aluminium, アルミ, アルミニウム
copper, 銅線, 銅
metal, 金属
mining, mine, 鉱山, 鉱業
coal, 石炭
machinery, 機械
bearing, ベアリング, 軸受
semiconductor, 半導体
electronics, electronic, 電子, 電子機器
electronic parts, electronic components, 電子部品
wire harness, ワイヤーハーネス
optical fiber, optical fibre, 光ファイバー
lens, camera, レンズ, カメラ
battery, バッテリー
lead-acid battery, 鉛蓄電池
automobile, automotive, car, vehicle, 自動車, 車両
auto parts, automotive parts, car parts, automotive components, 自動車部品
motorcycle, motorbike, two-wheeler, 二輪車, バイク, オートバイ
truck, トラック
bus, バス
taxi, タクシー
ship, vessel, 船舶, 船
dealer, dealership, ディーラー
building material, construction material, 建材
elevator, lift, エレベーター
street light, streetlight, street lamp, 街路灯
lighting, 照明
water supply, waterworks, tap water, drinking water, 水道, 上水道, 上水, 飲料水, 浄水
water treatment plant, 浄水場
sewage, sewerage, 下水, 下水道
wastewater, effluent, 排水, 廃水
pump, ポンプ
landfill, 埋立, 埋立処分場
garbage, municipal waste, municipal solid waste, refuse, ごみ, ゴミ, 廃棄物, 一般廃棄物
incineration, incinerator, 焼却
recycling, リサイクル
slash and burn, shifting cultivation, 焼畑
forest, 森林
island, islands, 島, 離島
river, 河川
village, 村落
grid, power grid, 電力系統
ADB, Asian Development Bank, アジア開発銀行
power company, electricity company, power utility, 電力会社
distribution company, 配電会社
substation, 変電所
transmission, transmission line, 送電, 送電線
mini grid, minigrid, micro grid, microgrid, mini-grid, micro-grid, ミニグリッド, マイクログリッド
CHP, cogeneration, co-generation, combined heat and power, コージェネレーション, コージェネ, コジェネ, 熱電併給
turbo chiller, centrifugal chiller, turbo refrigerator, ターボ冷凍機
gas turbine, ガスタービン
steam turbine, 蒸気タービン
binary, バイナリー
flash, フラッシュ
floor heating, 床暖房
heat supply, district heating, 熱供給
hot water, 給湯, 温水
steam, 蒸気
compressor, コンプレッサー
mobile phone, telecommunication, telecom, 通信, 携帯電話
Ho Chi Minh, Ho Chi Minh City, Saigon, ホーチミン, サイゴン
Hanoi, ハノイ
Da Nang, Danang, ダナン
Hai Phong, Haiphong, ハイフォン
Dong Nai, ドンナイ
Binh Duong, ビンズオン
Hau Giang, ハウジャン
An Giang, アンザン
Bac Ninh, バクニン
Binh Thuan, ビントゥアン
Tra Vinh, チャビン
Jakarta, ジャカルタ
Surabaya, スラバヤ
Semarang, スマラン
Batam, バタム
Karawang, カラワン
Java, ジャワ
West Java, 西ジャワ
Central Java, 中部ジャワ
East Java, 東ジャワ
Sumatra, スマトラ
North Sumatra, 北スマトラ
South Sumatra, 南スマトラ
West Sumatra, 西スマトラ
Sulawesi, スラウェシ
Kalimantan, カリマンタン
Bali, バリ島
Bangkok, バンコク
Rayong, ラヨーン
Chonburi, チョンブリ
Ayutthaya, アユタヤ
Manila, マニラ
Luzon, ルソン
Mindanao, ミンダナオ
Cebu, セブ島
Negros, ネグロス
Bohol, ボホール
Leyte, レイテ
Butuan, ブトゥアン
Yangon, Rangoon, ヤンゴン
Mandalay, マンダレー
Ayeyarwady, Irrawaddy, エーヤワディ
Phnom Penh, プノンペン
Siem Reap, シェムリアップ
Pursat, ポーサット, プルサット
Vientiane, ビエンチャン
Savannakhet, サバナケット, サワンナケート, サワンナケット
Luang Prabang, ルアンパバーン, ルアンプラバン
Dhaka, ダッカ
Chittagong, Chattogram, チッタゴン
Ulaanbaatar, Ulan Bator, ウランバートル
Darkhan, ダルハン
Colombo, コロンボ
Male, マレ
Nairobi, ナイロビ
Mombasa, モンバサ
Addis Ababa, アディスアベバ
Dakar, ダカール
Tunis, チュニス
Santiago, サンティアゴ
Valparaiso, バルパライソ
Atacama, アタカマ
Maule, マウレ
San Jose, サンホセ
Mexico City, メキシコシティ
Guanajuato, グアナファト
Riyadh, リヤド
Dubai, ドバイ
Tbilisi, トビリシ
Tashkent, タシケント
Kyiv, Kiev, キーウ, キエフ
"""


def _groups(lines: Iterable[str]) -> dict[str, tuple[str, ...]]:
    groups = [tuple(row) for row in csv.reader(lines, skipinitialspace=True) if row]
    return {key(word): group for group in groups for word in group}


def key(word: str) -> str:
    """A word in the form in which it is looked for here."""
    folded = kana.fold(word).lower().replace("-", " ")
    return folded[:-1] if folded.isascii() and folded.endswith("s") and not folded.endswith("ss") else folded


_MEANINGS = _groups(MEANINGS.strip().splitlines())


def same(word: str) -> tuple[str, ...]:
    """All words of the meaning of this one; none where it stands for nothing else."""
    return _MEANINGS.get(key(word), ())
