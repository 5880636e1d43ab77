"""The official Japanese names of bodies whose pages the portal names as sources.

A source keeps its publisher in one field, as it was first written; most have no name in the other language.
"""

ENVIRONMENT = "環境省"
FOREIGN_AFFAIRS = "外務省"
ECONOMY = "経済産業省"
OBSERVATORY = "国立環境研究所（環境展望台）"

IN_JAPANESE = {
    "Embassy of Japan in Costa Rica": "在コスタリカ日本国大使館",
    "Embassy of Japan in Ethiopia": "在エチオピア日本国大使館",
    "Embassy of Japan in Mongolia": "在モンゴル日本国大使館",
    "Embassy of Japan in Uzbekistan": "在ウズベキスタン日本国大使館",
    "Global Environment Centre Foundation (GEC)": "地球環境センター（GEC）",
    'GRIPS / The University of Tokyo, Database "The World and Japan"': "データベース「世界と日本」",
    "Japan International Cooperation Agency (JICA)": "国際協力機構（JICA）",
    "JCM (jcm.go.jp)": "JCMウェブサイト（jcm.go.jp）",
    "JCM website (jcm.go.jp)": "JCMウェブサイト（jcm.go.jp）",
    "METI": ECONOMY,
    "Ministry of Economy, Trade and Industry, Japan": ECONOMY,
    "Ministry of Foreign Affairs of Japan": FOREIGN_AFFAIRS,
    "Ministry of Foreign Affairs, Japan": FOREIGN_AFFAIRS,
    "Ministry of the Environment, Japan": ENVIRONMENT,
    "Ministry of the Environment, Japan / GEC": f"{ENVIRONMENT}／GEC",
    "National Institute for Environmental Studies (Environmental Observatory)": OBSERVATORY,
    "National Institute for Environmental Studies (Kankyo Tenbodai)": OBSERVATORY,
    "NIES (環境展望台)": OBSERVATORY,
    "NIES Environmental Observatory (tenbou.nies.go.jp)": OBSERVATORY,
    "Overseas Environmental Cooperation Center (OECC)": "海外環境協力センター（OECC）",
}
