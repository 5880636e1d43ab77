"""What is said twice, in Python and in the database, says the same; and the word lists are in the form compared."""

import csv

import pytest
from django.db import connection
from hypothesis import given, settings
from hypothesis import strategies as st

from projects.search import kana, read, syntax, thesaurus, words

pytestmark = pytest.mark.django_db

KANA = [chr(code) for code in range(0x3041, 0x3100)]
HALF_WIDTH = [chr(code) for code in range(0xFF61, 0xFFA0)]
SQUARED = [chr(code) for code in (*range(0x3300, 0x3358), *range(0x32D0, 0x32FF), 0x32FF)]  # ㌔ is キロ
LETTERS = [*(letter for letter in KANA if letter not in "゛゜"), "々", "〆", *"太陽光発電所廃熱回収冷凍"]


def ask(statement, *values):
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [row[0] for row in cursor]


def differing(texts):
    """Texts that Python and the database fold to different ones: both by the text."""
    folded = ask("select kana_fold(text) from unnest(%s::text[]) with ordinality as t(text, nr) order by nr", texts)
    return {
        text: (kana.fold(text), theirs) for text, theirs in zip(texts, folded, strict=True) if theirs != kana.fold(text)
    }


def japanese(**sizes):
    return st.text(st.sampled_from(LETTERS), **sizes)


# -- Kana ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("letters", [KANA, HALF_WIDTH], ids=["full width", "half width"])
def test_every_kana_is_folded_alike(letters):
    assert differing(letters) == {}


@pytest.mark.parametrize("letters", [KANA, HALF_WIDTH], ids=["full width", "half width"])
def test_every_pair_of_kana_is_folded_alike(letters):
    pairs = [one + other for one in letters for other in letters]

    assert differing(pairs) == {}
    assert len(pairs) > 3900


def test_kana_in_one_square_are_found_as_a_reader_types_them():
    queries = [kana.pairs(syntax.clean(square)) for square in SQUARED]

    found = ask(
        "select cjk_vector(text) @@ query::tsquery from unnest(%s::text[], %s::text[])"
        " with ordinality as t(text, query, nr) order by nr",
        [f"太陽 {square}" for square in SQUARED],
        queries,
    )

    assert [square for square, hit in zip(SQUARED, found, strict=True) if not hit] == []


@settings(max_examples=300, deadline=None)
@given(st.lists(st.text(st.sampled_from(KANA + HALF_WIDTH + list("・゠ー aé太Ａ-")), max_size=12), max_size=20))
def test_every_text_is_folded_alike(texts):
    assert differing(texts) == {}


@settings(max_examples=100, deadline=None)
@given(st.lists(st.text(st.characters(exclude_characters="\x00", exclude_categories=["Cs"]), max_size=20), max_size=20))
def test_a_text_in_any_script_with_kana_in_it_is_folded_alike(texts):
    assert differing([f"{text}ボイラー" for text in texts]) == {}


@settings(max_examples=200, deadline=None)
@given(st.lists(japanese(min_size=1, max_size=30), min_size=1, max_size=20))
def test_a_run_of_japanese_is_searched_by_pairs_that_the_index_has_for_it(runs):
    asked = [(run, kana.pairs(run, joined)) for run in runs for joined in (" & ", " <-> ")]
    asked = [(run, query) for run, query in asked if query and not set(run) & set("・゠\u3097\u3098\u30fb\u30a0")]

    found = ask(
        "select cjk_vector(text) @@ query::tsquery from unnest(%s::text[], %s::text[])"
        " with ordinality as t(text, query, nr) order by nr",
        [run for run, _query in asked],
        [query for _run, query in asked],
    )

    assert [run for (run, _query), hit in zip(asked, found, strict=True) if not hit] == []


@settings(max_examples=100, deadline=None)
@given(japanese(min_size=1, max_size=8), japanese(min_size=2, max_size=8), japanese(max_size=8))
def test_a_run_within_a_longer_one_is_found_in_it(before, run, after):
    if kana.fold(run) not in kana.fold(before + run + after) or set(before + run + after) & set("・゠"):
        return
    query = kana.pairs(run, " <-> ")

    assert not query or ask("select cjk_vector(%s) @@ %s::tsquery", before + run + after, query) == [True]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ボイラ", "ボイラー"),
        ("ヴェトナム", "ベトナム"),
        ("もみ殻", "モミ殻"),
        ("ﾊﾞｲｵﾏｽ", "バイオマス"),
        ("ヂ", "ジ"),
        ("カ・キ", "カキ"),
    ],
)
def test_spellings_of_one_word_are_folded_to_one(one, other):
    assert kana.fold(one) == kana.fold(other)
    assert ask("select kana_fold(%s) = kana_fold(%s)", one, other) == [True]


# -- Lists of words ------------------------------------------------------------------------------------


def test_every_name_of_the_language_of_search_is_in_the_form_in_which_it_is_compared():
    names = list(words.NAMES)

    keys = ask("select search_key(name) from unnest(%s::text[]) with ordinality as t(name, nr) order by nr", names)

    assert {name: key for name, key in zip(names, keys, strict=True) if key != name} == {}
    assert len(names) > 100


@pytest.mark.parametrize(
    "typed",
    """
    project projects system plant facility facilities equipment install installation introduction introduce use
    utilization technology technologies type JCM program programme programmes model selected selection group
    list power generation energy saving high efficiency improvement methodology reference number fiscal year advanced
    low carbon process manufacturing
    """.split(),  # noqa: SIM905
)
def test_a_word_that_stands_in_every_release_ranks_but_need_not_be_there(typed):
    terms = {term.text: term.optional for term in read(f"numbat {typed} wombat").reading.terms}

    assert terms == {"numbat": False, typed: True, "wombat": False}


def test_every_word_that_says_little_is_in_the_form_in_which_it_is_compared():
    english = sorted(word for word in words.SAYING_LITTLE if word.isascii())
    others = words.SAYING_LITTLE - set(english)

    stems = ask(
        "select array_to_string(tsvector_to_array(to_tsvector('english', word)), ' ')"
        " from unnest(%s::text[]) with ordinality as t(word, nr) order by nr",
        english,
    )

    assert {word: stem for word, stem in zip(english, stems, strict=True) if word != stem} == {}
    assert {word: kana.fold(word) for word in others if kana.fold(word) != word} == {}
    assert min(len(english), len(others)) > 15


def test_every_legal_form_is_in_small_letters():
    assert {form for form in words.LEGAL if form != form.lower()} == set()


def test_every_spelling_leads_to_the_other_and_back():
    assert {one for one, other in words.SPELLINGS.items() if words.SPELLINGS[other] != one or one == other} == set()


def lines_of_the_thesaurus():
    return [row for row in csv.reader(thesaurus.MEANINGS.strip().splitlines(), skipinitialspace=True) if row]


def test_every_meaning_has_two_words_or_more_and_no_empty_one():
    lines = lines_of_the_thesaurus()

    assert [line for line in lines if len(set(line)) < 2 or "" in line] == []
    assert len(lines) > 150


def test_every_word_of_the_thesaurus_leads_to_all_the_words_of_its_line():
    lines = lines_of_the_thesaurus()

    lost = {word: thesaurus.same(word) for line in lines for word in line if set(thesaurus.same(word)) != set(line)}

    assert lost == {}
