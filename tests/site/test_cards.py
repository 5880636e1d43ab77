"""The pictures of shared links. That each page names one, and says what is on it, is in `test_being_found.py`."""

import re
import struct
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.utils import timezone

from jcm_portal.pictures import svg
from jcm_portal.pictures.card import ROOM, TITLES, Card, Figure, balanced, shortened, without_words
from jcm_portal.pictures.scales import breadth, in_lines, pieces
from projects import card_views, cards
from projects.models import Announcement, Project, Status
from tests.factories import make_announcement, make_project, make_technology
from tests.reading import page_of
from tests.site.test_being_found import drawn


def shared(client, path):
    """What the head of the page says of its card."""
    page = page_of(client.get(path))
    return {one["property"]: one["content"] for one in page.all("meta", property=True)}


# -- The page and its card -------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    ["/cards/page/home.png", "/cards/project/mn001.png", "/ja/cards/precedent/rooftop-solar_TH.png"],
)
def test_a_card_is_a_picture_that_is_asked_for_again_and_sent_when_it_changed(client, path):
    answer = client.get(path)

    assert (answer.status_code, answer["Content-Type"], answer["Cache-Control"]) == (200, "image/png", "no-cache")
    assert struct.unpack(">II", answer.content[16:24]) == (1200, 630)
    assert 10_000 < len(answer.content) < 120_000
    assert client.get(path, headers={"If-None-Match": answer["ETag"]}).status_code == 304
    assert client.head(path).status_code == 200
    assert client.post(path).status_code == 405


@pytest.fixture
def without_fonts(monkeypatch):
    monkeypatch.setattr(svg.resvg_py, "svg_to_bytes", partial(svg.resvg_py.svg_to_bytes, skip_system_fonts=True))
    svg.can_write.cache_clear()
    yield
    svg.can_write.cache_clear()


@pytest.mark.django_db
def test_a_card_is_the_mark_of_the_portal_where_no_font_has_its_letters(client, without_fonts, caplog):
    for path in ("/cards/page/glossary.png", "/ja/cards/page/glossary.png"):
        assert client.get(path).content == svg.png(without_words())
    assert "fonts-noto-cjk" in caplog.text
    assert client.get("/cards/page/nothing.png").status_code == 404


def test_a_font_with_japanese_is_here_as_on_a_server():
    assert svg.can_write("en")
    assert svg.can_write("ja")


@pytest.mark.django_db
def test_a_card_follows_its_record_at_once(client):
    project = make_project(title="Numbat Valley", expected_reduction_tco2_per_year=None)
    path = f"/cards/project/{project.key}.png"
    before = client.get(path)
    Project.objects.filter(pk=project.pk).update(expected_reduction_tco2_per_year=0, reduction_source=project.source)

    after = client.get(path, headers={"If-None-Match": before["ETag"]})

    assert after.status_code == 200
    assert after["ETag"] != before["ETag"]


@pytest.mark.django_db
def test_a_card_says_what_is_not_known_and_who_says_the_rest():
    project = make_project(title="Numbat Valley", technology=None)
    card = drawn(f"/cards/project/{project.key}.png")

    assert [figure.value for figure in card.figures] == ["Not known", "not stated"]
    assert not any(figure.known for figure in card.figures)
    assert card.facts == [project.country.name, "technology not stated"]
    assert card.source == f"Source: {project.source.publisher}"


@pytest.mark.django_db
def test_a_list_narrowed_by_filters_has_the_card_of_all_and_claims_no_other_figures(client):
    whole, narrowed = shared(client, "/countries/thailand/"), shared(client, "/countries/thailand/?status=registered")

    assert narrowed["og:image"] == whole["og:image"]
    assert "Projects on record: " in whole["og:image:alt"]
    assert not re.search(r"Projects on record|Registered", narrowed["og:image:alt"])


@pytest.mark.django_db
def test_forests_stand_apart_on_a_card_as_on_its_page(client):
    for path in ("/technologies/redd-plus/", "/countries/lao-pdr/"):
        page = page_of(client.get(path))
        apart = re.search(r"counted apart, states? ([\d,]+)", page.one(class_="summary").text)
        words = page.one("meta", property="og:image:alt")["content"]
        assert re.search(rf"forests and agriculture, apart: {apart[1]}, stated by \d+ projects?", words)


# -- Who is not public has none --------------------------------------------------------------------

QUIET = ["draft", "in_review", "withdrawn"]


@pytest.mark.django_db
@pytest.mark.parametrize("prefix", ["", "/ja"], ids=["en", "ja"])
@pytest.mark.parametrize("make", [make_project, make_announcement])
def test_a_record_that_is_not_public_has_no_card(client, make, prefix):
    records = [make(state=state) for state in QUIET]
    kind = records[0]._meta.model_name

    assert {client.get(f"{prefix}/cards/{kind}/{one.key}.png").status_code for one in records} == {404}


@pytest.mark.django_db
@pytest.mark.parametrize("make", [make_project, make_announcement])
def test_a_record_that_is_due_later_has_its_card_from_then_on(client, make):
    record = make(published_at=timezone.now() + timedelta(hours=1))
    path = f"/cards/{record._meta.model_name}/{record.key}.png"

    assert client.get(path).status_code == 404
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        assert client.get(path).status_code == 200


@pytest.mark.django_db
def test_a_card_counts_the_sources_that_its_page_names(client):
    for key in ("mn001", "vn017", "id007"):
        project = Project.objects.get(key=key)
        listed = page_of(client.get(project.get_absolute_url())).one("ol", class_="sources").all("li")
        assert drawn(f"/cards/project/{key}.png").source == f"{len(listed)} sources"


@pytest.mark.django_db
def test_a_merged_project_has_no_card(client):
    merged = make_project(merged_into=make_project())

    assert client.get(f"/cards/project/{merged.key}.png").status_code == 404


@pytest.mark.django_db
def test_a_card_counts_what_is_public_alone():
    draft = make_project(state="draft", technology=make_technology())
    make_project(country=draft.country, technology=draft.technology)

    for key in (f"country/{draft.country.slug}", f"technology/{draft.technology.slug}"):
        assert drawn(f"/cards/{key}.png").figures[0].value == "1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "path",
    [*(f"{kind}/nowhere" for kind in card_views.KINDS), "precedent/rooftop-solar", "precedent/rooftop-solar_th",
     "precedent/_TH", "planet/mars", "page/card", "page/admin", "project/1"],
)  # fmt: skip
def test_there_is_no_other_card(client, path):
    assert client.get(f"/cards/{path}.png").status_code == 404


@pytest.mark.django_db
def test_a_page_that_is_not_there_names_no_card(client):
    assert "og:image" not in client.get("/projects/9999999/").content.decode()


# -- How words are laid out ------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("Energy-efficient LED lighting", "Energy-efficient |LED |lighting"),
        ("省エネルギー型ボイラの導入", "省エネルギー型|ボイラの|導入"),
        ("ラオス省エネ工場への7.9MW太陽光発電", "ラオス|省エネ|工場への|7.9MW|太陽光発電"),
        ("2013年度 JCM設備補助事業「第1回採択分」", "2013年度 |JCM|設備補助事業|「第1回|採択分」"),
        ("市第118学校", "市|第118|学校"),
        ("発電(JCMエコリース事業)、廃熱", "発電|(JCM|エコリース|事業)、|廃熱"),
        ("制度（JCM）の全事業を、出典とともに", "制度|（JCM）の|全事業を、|出典とともに"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_line_ends_between_words_and_phrases(text, parts):
    assert "|".join(pieces(text)) == parts


@pytest.mark.django_db
def test_every_title_on_record_stands_in_lines_as_it_is():
    rows = [*Project.objects.all(), *Announcement.objects.all()]
    for text in {text.strip() for row in rows for text in (row.title, row.title_ja)} - {""}:
        most = ROOM / TITLES[-1]
        lines = in_lines(text, most)
        assert "".join("".join(lines).split()) == "".join(text.split())
        assert all(breadth(line) <= most for line in lines)
        assert not any(line[0] in "、。）」ーゃゅょっ)," for line in lines)
        assert len(lines) <= 5
        if text.isascii():
            assert " ".join(lines).split() == text.split()


@pytest.mark.parametrize("text", ["自家消費型太陽光発電・屋根置き", "Every project of the mechanism, with its source"])
def test_lines_of_a_title_are_of_like_length_and_still_part_no_word(text):
    lines = balanced(text, 14)

    assert len(lines) == len(in_lines(text, 14))
    assert max(map(breadth, lines)) < 14
    assert set("".join(lines)) == set(text) - {" "} or " ".join(lines) == text
    assert "自家消費型太陽光発電・" in lines or text.isascii()


def card(**says):
    usual = {"kind": "x", "key": "x", "kicker": "Project", "facts": [], "figures": [], "source": "", "name": "Portal"}
    return Card(**usual | {"title": "Title", "day": "as of today"} | says)


def test_a_title_is_set_as_large_as_its_length_allows():
    def size(title):
        return int(re.search(r'font-size="(\d+)"[^>]*>' + title[:4], card(title=title, facts=["x"]).svg())[1])

    assert size("Solar") == TITLES[0]
    assert TITLES[0] > size("Solar power " * 8) > size("Solar power " * 20) >= TITLES[-1]


def test_only_a_title_longer_than_any_is_cut_and_then_after_a_word():
    assert shortened("Solar power in a factory", 100, 1) == ["Solar power in a factory"]
    cut = shortened("Solar power, in a factory of paper and pulp", 12, 2)
    assert cut == ["Solar power, in a", "factory of paper…"]
    words = card(title="Solar " * 200).svg()
    assert "…" in words
    assert "Sola…" not in words


def test_all_that_a_card_says_is_drawn_and_is_in_its_words():
    figures = [Figure("1,234", "tonnes"), Figure("not stated", "credits", known=False)]
    full = card(facts=["Mongolia"], figures=figures, source="3 sources")

    for text in ("Project", "Title", "Mongolia", "1,234", "tonnes", "not stated", "3 sources", "Portal", "as of today"):
        assert f">{text}<" in full.svg()
        assert text in full.words


@pytest.mark.django_db
@pytest.mark.parametrize("status", Status.values)
def test_a_status_is_a_shape_before_its_word(status):
    drawing = card(figures=[Figure(str(Status(status).label), "Status", mark=cards.shape_of(status))]).svg()

    assert "<circle" in drawing.partition("<circle")[2]  # that of the status, and that of the portal's mark
    assert f">{Status(status).label}<" in drawing
