"""Words of the language of search that no record names: regions, states, years, and words that say nothing.

All stand in the form of the database's search_key(), by which a reader's words are compared.
"""

import re
from collections.abc import Iterator

# The sub-regions of the United Nations' standard M49 that the JCM's regions do not name, by ISO code.
SOUTH_EAST_ASIA = ("BN", "ID", "KH", "LA", "MM", "MY", "PH", "SG", "TH", "TL", "VN")
SOUTH_ASIA = ("AF", "BD", "BT", "IN", "IR", "LK", "MV", "NP", "PK")
CENTRAL_ASIA = ("KG", "KZ", "TJ", "TM", "UZ")
EAST_AFRICA = ("BI", "DJ", "ER", "ET", "KE", "MG", "MW", "MZ", "RW", "SO", "SS", "TZ", "UG", "ZM", "ZW")
NORTH_AFRICA = ("DZ", "EG", "LY", "MA", "SD", "TN")
WEST_AFRICA = ("BF", "BJ", "CI", "CV", "GH", "GM", "GN", "GW", "LR", "ML", "MR", "NE", "NG", "SL", "SN", "TG")
CENTRAL_AMERICA = ("BZ", "CR", "GT", "HN", "MX", "NI", "PA", "SV")
SOUTH_AMERICA = ("AR", "BO", "BR", "CL", "CO", "EC", "GY", "PE", "PY", "SR", "UY", "VE")
CAUCASUS = ("AM", "AZ", "GE")

# What is said of a country's companies and places, by its ISO code.
PEOPLES = {
    "AE": "emirati",
    "AZ": "azerbaijani",
    "BD": "bangladeshi",
    "CL": "chilean",
    "CR": "costa rican",
    "ET": "ethiopian",
    "GE": "georgian",
    "ID": "indonesian",
    "IN": "indian",
    "KE": "kenyan",
    "KG": "kyrgyz, kyrgyzstani",
    "KH": "cambodian, khmer",
    "KZ": "kazakh, kazakhstani",
    "LA": "lao, laotian",
    "LK": "sri lankan",
    "MD": "moldovan",
    "MM": "burmese",
    "MN": "mongolian",
    "MV": "maldivian",
    "MX": "mexican",
    "PG": "papua new guinean",
    "PH": "philippine, filipino",
    "PW": "palauan",
    "SA": "saudi, saudi arabian",
    "SN": "senegalese",
    "TH": "thai",
    "TN": "tunisian",
    "TZ": "tanzanian",
    "UA": "ukrainian",
    "UZ": "uzbek",
    "VN": "vietnamese",
}

# Parameter and values by name.
NAMES: dict[str, tuple[str, tuple[str, ...]]] = {
    name: (parameter, values)
    for parameter, values, names in (
        ("region", ("asia",), ("asia", "アジア")),
        ("region", ("pacific",), ("pacific", "oceania", "pacific island", "太平洋", "大洋州", "オセアニア")),
        ("region", ("africa",), ("africa", "アフリカ")),
        ("region", ("latin-america",), ("latin america", "central and south america", "中南米", "ラテンアメリカ")),
        ("region", ("middle-east",), ("middle east", "中東")),
        (
            "region",
            ("europe-and-central-asia",),
            ("europe", "europe and central asia", "eastern europe", "ヨーロツパ", "欧州", "東欧"),
        ),
        ("country", SOUTH_EAST_ASIA, ("southeast asia", "south east asia", "asean", "東南アジア", "アセアン")),
        ("country", SOUTH_ASIA, ("south asia", "southern asia", "南アジア")),
        ("country", CENTRAL_ASIA, ("central asia", "中央アジア")),
        ("country", EAST_AFRICA, ("east africa", "eastern africa", "東アフリカ")),
        ("country", NORTH_AFRICA, ("north africa", "northern africa", "北アフリカ")),
        ("country", WEST_AFRICA, ("west africa", "western africa", "西アフリカ")),
        ("country", CENTRAL_AMERICA, ("central america", "中米")),
        ("country", SOUTH_AMERICA, ("south america", "南米")),
        ("country", CAUCASUS, ("caucasu", "caucasus", "コーカサス")),
        *(("country", (code,), tuple(people.split(", "))) for code, people in PEOPLES.items()),
        ("status", ("registered", "credits_issued"), ("registered", "登録済ミ", "登録済", "登録サレタ")),
        ("status", ("credits_issued",), ("credit issued", "issued credit", "クレジツト発行", "クレジツト発行済ミ")),
        ("status", ("in_validation",), ("in validation", "under validation", "妥当性確認中")),
        ("status", ("withdrawn",), ("withdrawn", "cancelled", "canceled", "取下ゲ", "取リ下ゲ", "撤回", "中止")),
    )
    for name in names
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# They stand in every release: a project without one of them is found nevertheless, only later. English as stems.
SAYING_LITTLE = _words(
    """
    project system plant facil equip instal introduct introduc use util technolog type jcm program programm model
    select group list power generat energi save high effici improv methodolog refer number fiscal year
    advanc low carbon process manufactur
    プロジエクト 事業 導入 システム 設備 技術 案件 活用 利用 方法論 二国間クレジツト 採択 会社 一覧 島 省 州 県 市
    工事 対策 装置 製造
    """
)
# Legal forms, by which nobody asks for a company.
LEGAL = _words("co ltd inc corp corporation company limited pt tbk persero llc plc jsc sdn bhd gmbh kk pte pvt cia spa")
LEGAL_JA = re.compile(r"株式会社|有限会社|合同会社|\((?:株|有|財|社|独)\)")

# What joins words in Japanese, alone or several in a row (における, した).
PARTICLES = re.compile(
    "(?:における|による|として|および|した|する|された|での|への|からの|の|を|に|で|と|は|が|へ|や|も|及び)+"
)

# Spellings of the two sides of the Atlantic, so that neither is taken for a slip.
_SPELLINGS = (
    ("aluminium", "aluminum"),
    ("tyre", "tire"),
    ("centre", "center"),
    ("fibre", "fiber"),
    ("moulding", "molding"),
    ("vapour", "vapor"),
    ("colour", "color"),
    ("electrolyser", "electrolyzer"),
    ("optimisation", "optimization"),
    ("utilisation", "utilization"),
    ("programme", "program"),
    ("grey", "gray"),
    ("sulphur", "sulfur"),
    ("litre", "liter"),
    ("plough", "plow"),
)
SPELLINGS = {one: other for pair in _SPELLINGS for one, other in (pair, pair[::-1])}

_ERAS = {"令和": 2018, "平成": 1988, "r": 2018, "h": 1988}
_YEARS = re.compile(
    r"(?:(?:fy|fiscal year|financial year|jfy)[\s'’]*(?P<fy>20\d\d|\d\d(?!\d))"
    r"|(?P<era>令和|平成|(?<![a-z])[rh])\s*(?P<of_era>元|\d{1,2})\s*年度?"
    r"|(?P<ja>20\d\d)\s*年度?"
    r"|(?<![\w.,-])(?P<bare>20[1-4]\d)(?![\w.,-]|\s*(?:kw|mw|t|tco2)\b))",
    re.IGNORECASE,
)


def years(text: str) -> Iterator[tuple[int, int, int, bool]]:
    """Fiscal years in a text: start, end, year, and whether it was called one (令和5年度) or is a bare number."""
    for found in _YEARS.finditer(text):
        if found["era"]:
            number = 1 if found["of_era"] == "元" else int(found["of_era"])
            year = _ERAS[found["era"].lower()] + number
        else:
            year = int(found["fy"] or found["ja"] or found["bare"])
            year += 2000 if year < 100 else 0
        if 2010 <= year <= 2060:
            yield found.start(), found.end(), year, not found["bare"]
