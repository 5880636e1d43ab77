"""The success criteria of WCAG 2.2, levels A and AA, and what testing found for each.

Numbers and names: W3C, Web Content Accessibility Guidelines 2.2 (12 December 2024); JIS X 8341-3:2016 has the
same ones up to 2.0. 4.1.1 is obsolete in WCAG 2.2. Whoever changes the pages tests again and changes this list.
"""

from dataclasses import dataclass
from datetime import date
from enum import Enum

from django.utils.translation import gettext_lazy as _

TESTED_ON = date(2026, 11, 25)


class Result(Enum):
    """What testing found."""

    MET = _("met")
    EXPECTED = _("made to be met; no test of its own")
    NOT_APPLICABLE = _("nothing of this kind on the pages")


class How(Enum):
    """How it was tested."""

    AXE = _("axe-core on every page type in both languages, both themes and three widths")
    BROWSER = _("a test in the browser")
    KEYBOARD = _("a journey by keyboard alone")
    READ = _("the pages and their code were read")
    VALID = _("the Nu Html Checker on every page type")


@dataclass(frozen=True)
class Criterion:
    """One success criterion and its result."""

    number: str
    level: str
    name: str
    name_ja: str
    result: Result
    how: How | None = None


MET, EXPECTED, NONE = Result.MET, Result.EXPECTED, Result.NOT_APPLICABLE

CRITERIA = [
    Criterion("1.1.1", "A", "Non-text Content", "非テキストコンテンツ", MET, How.AXE),
    Criterion("1.2.1", "A", "Audio-only and Video-only (Prerecorded)", "音声のみ及び映像のみ (収録済)", NONE),
    Criterion("1.2.2", "A", "Captions (Prerecorded)", "キャプション (収録済)", NONE),
    Criterion("1.2.3", "A", "Audio Description or Media Alternative", "音声解説又はメディアに対する代替", NONE),
    Criterion("1.2.4", "AA", "Captions (Live)", "キャプション (ライブ)", NONE),
    Criterion("1.2.5", "AA", "Audio Description (Prerecorded)", "音声解説 (収録済)", NONE),
    Criterion("1.3.1", "A", "Info and Relationships", "情報及び関係性", MET, How.AXE),
    Criterion("1.3.2", "A", "Meaningful Sequence", "意味のあるシーケンス", EXPECTED, How.READ),
    Criterion("1.3.3", "A", "Sensory Characteristics", "感覚的な特徴", EXPECTED, How.READ),
    Criterion("1.3.4", "AA", "Orientation", "表示の向き", MET, How.BROWSER),
    Criterion("1.3.5", "AA", "Identify Input Purpose", "入力目的の特定", NONE),
    Criterion("1.4.1", "A", "Use of Color", "色の使用", EXPECTED, How.READ),
    Criterion("1.4.2", "A", "Audio Control", "音声の制御", NONE),
    Criterion("1.4.3", "AA", "Contrast (Minimum)", "コントラスト (最低限)", MET, How.AXE),
    Criterion("1.4.4", "AA", "Resize Text", "テキストのサイズ変更", MET, How.BROWSER),
    Criterion("1.4.5", "AA", "Images of Text", "文字画像", EXPECTED, How.READ),
    Criterion("1.4.10", "AA", "Reflow", "リフロー", MET, How.BROWSER),
    Criterion("1.4.11", "AA", "Non-text Contrast", "非テキストのコントラスト", MET, How.BROWSER),
    Criterion("1.4.12", "AA", "Text Spacing", "テキストの間隔", MET, How.BROWSER),
    Criterion(
        "1.4.13", "AA", "Content on Hover or Focus", "ホバー又はフォーカスで表示されるコンテンツ", EXPECTED, How.READ
    ),
    Criterion("2.1.1", "A", "Keyboard", "キーボード", MET, How.KEYBOARD),
    Criterion("2.1.2", "A", "No Keyboard Trap", "キーボードトラップなし", MET, How.KEYBOARD),
    Criterion("2.1.4", "A", "Character Key Shortcuts", "文字キーのショートカット", NONE),
    Criterion("2.2.1", "A", "Timing Adjustable", "タイミング調整可能", NONE),
    Criterion("2.2.2", "A", "Pause, Stop, Hide", "一時停止、停止、非表示", NONE),
    Criterion("2.3.1", "A", "Three Flashes or Below Threshold", "3回の閃光、又は閾値以下", EXPECTED, How.READ),
    Criterion("2.4.1", "A", "Bypass Blocks", "ブロックスキップ", MET, How.KEYBOARD),
    Criterion("2.4.2", "A", "Page Titled", "ページタイトル", MET, How.AXE),
    Criterion("2.4.3", "A", "Focus Order", "フォーカス順序", MET, How.KEYBOARD),
    Criterion("2.4.4", "A", "Link Purpose (In Context)", "リンクの目的 (コンテキスト内)", EXPECTED, How.READ),
    Criterion("2.4.5", "AA", "Multiple Ways", "複数の手段", EXPECTED, How.READ),
    Criterion("2.4.6", "AA", "Headings and Labels", "見出し及びラベル", EXPECTED, How.READ),
    Criterion("2.4.7", "AA", "Focus Visible", "フォーカスの可視化", MET, How.KEYBOARD),
    Criterion("2.4.11", "AA", "Focus Not Obscured (Minimum)", "隠されないフォーカス (最低限)", MET, How.BROWSER),
    Criterion("2.5.1", "A", "Pointer Gestures", "ポインタのジェスチャ", NONE),
    Criterion("2.5.2", "A", "Pointer Cancellation", "ポインタのキャンセル", EXPECTED, How.READ),
    Criterion("2.5.3", "A", "Label in Name", "名前 (name) のラベル", MET, How.AXE),
    Criterion("2.5.4", "A", "Motion Actuation", "動きによる起動", NONE),
    Criterion("2.5.7", "AA", "Dragging Movements", "ドラッグ動作", NONE),
    Criterion("2.5.8", "AA", "Target Size (Minimum)", "ターゲットのサイズ (最低限)", MET, How.BROWSER),
    Criterion("3.1.1", "A", "Language of Page", "ページの言語", MET, How.AXE),
    Criterion("3.1.2", "AA", "Language of Parts", "一部分の言語", EXPECTED, How.READ),
    Criterion("3.2.1", "A", "On Focus", "フォーカス時", MET, How.KEYBOARD),
    Criterion("3.2.2", "A", "On Input", "入力時", MET, How.BROWSER),
    Criterion("3.2.3", "AA", "Consistent Navigation", "一貫したナビゲーション", EXPECTED, How.READ),
    Criterion("3.2.4", "AA", "Consistent Identification", "一貫した識別性", EXPECTED, How.READ),
    Criterion("3.2.6", "A", "Consistent Help", "一貫したヘルプ", EXPECTED, How.READ),
    Criterion("3.3.1", "A", "Error Identification", "エラーの特定", MET, How.BROWSER),
    Criterion("3.3.2", "A", "Labels or Instructions", "ラベル又は説明", MET, How.AXE),
    Criterion("3.3.3", "AA", "Error Suggestion", "エラー修正の提案", EXPECTED, How.READ),
    Criterion("3.3.4", "AA", "Error Prevention (Legal, Financial, Data)", "エラー回避 (法的、金融、データ)", NONE),
    Criterion("3.3.7", "A", "Redundant Entry", "冗長な入力項目", NONE),
    Criterion("3.3.8", "AA", "Accessible Authentication (Minimum)", "アクセシブルな認証 (最低限)", NONE),
    Criterion("4.1.2", "A", "Name, Role, Value", "名前 (name)・役割 (role)・値 (value)", MET, How.VALID),
    Criterion("4.1.3", "AA", "Status Messages", "ステータスメッセージ", MET, How.BROWSER),
]
