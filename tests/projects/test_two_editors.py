"""Two people with one record: the second to save sees both versions and chooses; nothing is overwritten, or lost."""

import os
import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from http.client import HTTPConnection
from http.cookies import SimpleCookie
from threading import Barrier
from urllib.parse import urlencode

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from jcm_portal.models import Editing
from jcm_portal.versions import Reading, sealed, unsealed
from projects.models import Milestone, Project
from tests.adminpages import FormReader, fields_of, problems, sent, told
from tests.concurrency import in_own_connection, second_one_waiting
from tests.factories import (
    make_announcement,
    make_country,
    make_editor,
    make_milestone,
    make_project,
    make_publisher,
    make_selection,
    make_technology,
    make_user,
)

PAIRS = 50 if os.environ.get("SLOW") else 8
pytestmark = pytest.mark.django_db


def signed_in(user):
    client = Client()
    client.force_login(user)
    client.user = user
    return client


@pytest.fixture
def hana():
    return signed_in(make_editor(username="hana"))


@pytest.fixture
def ken():
    return signed_in(make_editor(username="ken"))


def address(record, page="change"):
    return f"/admin/{record._meta.app_label}/{record._meta.model_name}/{record.pk}/{page}/"


def opened(client, record):
    """What the form sends that the person has just opened."""
    return fields_of(client, address(record), f"{record._meta.model_name}_form")


def saves(client, record, **changes):
    """The person opens the form and saves it at once."""
    return sent(client, address(record), f"{record._meta.model_name}_form", **changes)


def asked(answer):
    """Each difference that the page with both versions shows: as opened, as saved, as entered, what is proposed."""
    assert answer.status_code == 200, answer.status_code
    assert "admin/two_versions.html" in [template.name for template in answer.templates]
    return {one.name: (one.opened, one.saved, one.yours, one.chosen) for one in answer.context["meanwhile"].differences}


def answers(client, record, page, button="_save", **chosen):
    """Send the page with both versions back, with the choices."""
    reader = FormReader("two_versions_form")
    reader.feed(page.content.decode())
    proposed = {one.field_name: one.chosen for one in page.context["meanwhile"].differences if one.chosen}
    data = {name: value for name, value in reader.fields.items() if not name.startswith("_choose-")}
    # Fields of several values are hidden fields of one name.
    for name, value in page.context["hidden"]:
        if name in data and data[name] != value:
            data[name] = [other for key, other in page.context["hidden"] if key == name]
    return client.post(
        address(record), data | proposed | {f"_choose-{name}": which for name, which in chosen.items()} | {button: "1"}
    )


def again(record):
    return type(record).objects.get(pk=record.pk)


# -- Both versions -----------------------------------------------------------------------------------------------


def test_the_second_to_save_sees_both_versions_and_nothing_is_saved_yet(hana, ken):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="Of Hana")

    page = ken.post(address(project), form | {"title": "Of Ken", "_save": "1"})

    assert asked(page) == {"title": ("Old", "Of Hana", "Of Ken", "")}
    assert "<strong>hana</strong> – Changed Title." in page.content.decode()
    assert again(project).title == "Of Hana"


def test_what_only_one_of_the_two_changed_is_proposed(hana, ken):
    project = make_project(title="Old", note="", locality="", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="Of Hana", note="Seen")

    page = ken.post(address(project), form | {"locality": "Cebu", "_save": "1"})

    assert asked(page) == {
        "title": ("Old", "Of Hana", "Old", "theirs"),
        "note": ("–", "Seen", "–", "theirs"),
        "locality": ("–", "–", "Cebu", "mine"),
    }
    answer = answers(ken, project, page)
    assert answer.status_code == 302
    project = again(project)
    assert (project.title, project.note, project.locality) == ("Of Hana", "Seen", "Cebu")


@pytest.mark.parametrize(("which", "title"), [("theirs", "Of Hana"), ("mine", "Of Ken")])
def test_who_is_second_chooses(hana, ken, which, title):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="Of Hana")
    page = ken.post(address(project), form | {"title": "Of Ken", "_save": "1"})

    answer = answers(ken, project, page, title=which)

    assert answer.status_code == 302
    assert again(project).title == title


def test_without_a_choice_the_page_asks_again_and_keeps_the_choices_made(hana, ken):
    project = make_project(title="Old", note="Old", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="Of Hana", note="Of Hana")
    page = ken.post(address(project), form | {"title": "Of Ken", "note": "Of Ken", "_save": "1"})

    page = answers(ken, project, page, note="mine")

    assert {name: one[-1] for name, one in asked(page).items()} == {"title": "", "note": "mine"}
    assert "choose one version of each" in page.content.decode()
    assert again(project).title == "Of Hana"


def test_a_third_who_saved_in_between_is_seen_too(hana, ken):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="Of Hana")
    page = ken.post(address(project), form | {"title": "Of Ken", "_save": "1"})
    saves(hana, project, title="Once more", note="New")

    page = answers(ken, project, page, title="mine")

    assert asked(page) == {"title": ("Old", "Once more", "Of Ken", "mine"), "note": ("–", "New", "–", "theirs")}
    assert again(project).title == "Once more"


def test_the_choice_may_be_looked_over_in_the_form_first(hana, ken):
    project = make_project(title="Old", note="", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="Of Hana", note="Seen")
    page = ken.post(address(project), form | {"title": "Of Ken", "_continue": "1"})

    looked = answers(ken, project, page, button="_look", title="mine")

    assert looked.status_code == 200
    assert told(looked) == ["Not saved yet: look it over, and save."]
    assert not problems(looked)
    reader = FormReader("project_form")
    reader.feed(looked.content.decode())
    assert (reader.fields["title"], reader.fields["note"]) == ("Of Ken", "Seen")
    assert again(project).title == "Of Hana"
    fields = {name: value for name, value in reader.fields.items() if "__prefix__" not in name}
    answer = ken.post(address(project), fields | {"title": "Of both", "_save": "1"})
    assert answer.status_code == 302
    assert again(project).title == "Of both"


def test_a_choice_that_cannot_be_saved_is_said_in_the_form_which_keeps_all(hana, ken):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="Of Hana")
    page = ken.post(address(project), form | {"title": "", "note": "Kept", "_save": "1"})

    answer = answers(ken, project, page, title="mine")

    assert problems(answer) == ["This field is required."]
    assert "Kept" in answer.content.decode()
    assert again(project).title == "Of Hana"


@pytest.mark.parametrize("kind", ["relation", "list", "number", "choice", "day"])
def test_values_of_each_kind_are_shown_in_words(hana, ken, kind):
    one, other = make_technology(name="Solar"), make_technology(name="Wind")
    project = make_project(state="draft", technology=one)
    announcement = make_announcement(state="draft")
    record, field, theirs, mine, shown = {
        "relation": (project, "technology", other.pk, "", ("Solar", "Wind", "–")),
        "list": (project, "further_technologies", [one.pk, other.pk], [other.pk], ("–", "Solar; Wind", "Wind")),
        "number": (project, "fiscal_year", 2023, 2024, ("–", "2023", "2024")),
        "choice": (project, "confidence", "low", "high", ("medium", "low", "high")),
        "day": (announcement, "closes_on", "2026-08-20", "2026-08-21", ("–", "2026-08-20", "2026-08-21")),
    }[kind]
    form = opened(ken, record)
    saves(hana, record, **{field: theirs})

    page = ken.post(address(record), form | {field: mine, "_save": "1"})

    assert asked(page)[field] == (*shown, "")
    answer = answers(ken, record, page, **{field: "theirs"})
    assert answer.status_code == 302


def test_the_same_entered_by_both_is_no_difference(hana, ken):
    project = make_project(title="Old", note="One\nTwo", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="New", note="One\r\nTwo", capacity_mw="1.5")

    answer = ken.post(address(project), form | {"title": " New ", "capacity_mw": "1.50", "_save": "1"})

    assert answer.status_code == 302


def test_saving_twice_by_a_double_click_is_no_conflict(ken):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project) | {"title": "New", "_save": "1"}

    assert ken.post(address(project), form).status_code == 302
    assert ken.post(address(project), form).status_code == 302


@pytest.mark.parametrize("carried", [{}, {"_version": "x"}, {"_version": "1", "_as_read": "not signed"}])
def test_a_form_that_does_not_say_what_it_was_read_from_overwrites_nothing(hana, ken, carried):
    project = make_project(title="Old", state="draft")
    form = {name: value for name, value in opened(ken, project).items() if name not in ("_version", "_as_read")}
    saves(hana, project, title="Of Hana")

    page = ken.post(address(project), form | carried | {"title": "Of Ken", "_save": "1"})

    assert asked(page) == {"title": ("not known", "Of Hana", "Of Ken", "")}


def test_what_was_read_is_sealed_for_its_record_alone():
    one, other = make_project(), make_project()
    reading = Reading(version=1, at="2026-08-20T14:00:00+09:00", state="draft", fields={"title": "x"})

    assert unsealed(one, sealed(one, reading)) == reading
    assert unsealed(other, sealed(one, reading)) is None
    assert unsealed(one, sealed(one, reading)[:-1]) is None


def test_a_change_from_elsewhere_says_so(ken):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)
    Project.objects.filter(pk=project.pk).update(title="By a load")

    page = ken.post(address(project), form | {"title": "Of Ken", "_save": "1"})

    assert asked(page) == {"title": ("Old", "By a load", "Of Ken", "")}
    assert "It was changed by a load of files" in page.content.decode()


def test_a_name_with_markup_stays_text(hana, ken):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)
    saves(hana, project, title="<script>theirs")

    page = ken.post(address(project), form | {"title": "<script>mine", "_save": "1"}).content.decode()

    assert "<script>theirs" not in page
    assert "<script>mine" not in page


def test_who_may_not_change_a_record_is_not_shown_it(hana):
    project = make_project(title="Old", state="draft")
    form = opened(hana, project)
    nobody = signed_in(make_user(is_staff=True))

    answer = nobody.post(address(project), form | {"_version": "0", "title": "x", "_save": "1"})

    assert answer.status_code == 403


# -- Rows --------------------------------------------------------------------------------------------------------


def rows_of(project):
    return [(row.kind, row.note) for row in project.milestones.order_by("kind")]


@pytest.fixture
def project():
    project = make_project(state="draft")
    make_milestone(project=project, kind="registered", note="Old")
    make_milestone(project=project, kind="selected", note="Old", reached_on="2023-08-17")
    return project


def place(form, note_of):
    """The number of the row with that kind."""
    return next(name.split("-")[1] for name, value in form.items() if name.endswith("-kind") and value == note_of)


def test_rows_that_each_of_the_two_changed_are_saved_together(hana, ken, project):
    mine, theirs = opened(ken, project), opened(hana, project)
    registered, selected = place(mine, "registered"), place(mine, "selected")
    hana.post(address(project), theirs | {f"milestones-{registered}-note": "Of Hana", "_save": "1"})

    page = ken.post(address(project), mine | {f"milestones-{selected}-note": "Of Ken", "_save": "1"})

    assert sorted(one[-1] for one in asked(page).values()) == ["mine", "theirs"]
    assert answers(ken, project, page).status_code == 302
    assert rows_of(project) == [("registered", "Of Hana"), ("selected", "Of Ken")]


@pytest.mark.parametrize(("which", "note"), [("theirs", "Of Hana"), ("mine", "Of Ken")])
def test_a_row_that_both_changed_is_chosen(hana, ken, project, which, note):
    mine, theirs = opened(ken, project), opened(hana, project)
    field = f"milestones-{place(mine, 'registered')}-note"
    hana.post(address(project), theirs | {field: "Of Hana", "_save": "1"})

    page = ken.post(address(project), mine | {field: "Of Ken", "_save": "1"})

    (name,) = asked(page)
    assert answers(ken, project, page, **{name: which}).status_code == 302
    assert ("registered", note) in rows_of(project)


def test_a_row_that_somebody_added_stays_and_is_told_and_mine_comes_besides(hana, ken, project):
    source = project.source_id
    form = opened(ken, project)
    saves(hana, project, rows=[("milestones", {"kind": "validated", "source": source})])
    mine = {"milestones-TOTAL_FORMS": "3", "milestones-2-kind": "completed", "milestones-2-source": source}

    page = ken.post(address(project), form | mine | {"_save": "1"})

    assert not asked(page)
    assert "Added: milestone “Validated”." in page.content.decode()
    assert answers(ken, project, page).status_code == 302
    assert {kind for kind, _note in rows_of(project)} == {"completed", "registered", "selected", "validated"}


def test_a_row_that_somebody_removed_stays_away_unless_it_was_changed(hana, ken, project):
    form = opened(ken, project)
    Milestone.objects.get(project=project, kind="registered").delete()

    page = ken.post(address(project), form | {"note": "Of Ken", "_save": "1"})

    assert set(asked(page)) == {"note"}
    assert "Removed: milestone" in page.content.decode()
    assert answers(ken, project, page).status_code == 302
    assert rows_of(project) == [("selected", "Old")]
    assert again(project).note == "Of Ken"


@pytest.mark.parametrize(("which", "kinds"), [("theirs", ["selected"]), ("mine", ["registered", "selected"])])
def test_a_row_that_was_removed_and_changed_is_chosen(hana, ken, project, which, kinds):
    form = opened(ken, project)
    gone = Milestone.objects.get(project=project, kind="registered")
    name = f"milestones-{gone.pk}"
    gone.delete()

    page = ken.post(address(project), form | {f"milestones-{place(form, 'registered')}-note": "Mine", "_save": "1"})

    assert set(asked(page)) == {name}
    assert answers(ken, project, page, **{name: which}).status_code == 302
    assert [kind for kind, _note in rows_of(project)] == kinds


@pytest.mark.parametrize(("which", "kinds"), [("theirs", ["registered", "selected"]), ("mine", ["selected"])])
def test_a_row_that_i_remove_and_somebody_changed_is_chosen(hana, ken, project, which, kinds):
    form = opened(ken, project)
    row = Milestone.objects.get(project=project, kind="registered")
    Milestone.objects.filter(pk=row.pk).update(note="Of Hana")

    page = ken.post(address(project), form | {f"milestones-{place(form, 'registered')}-DELETE": "on", "_save": "1"})

    assert set(asked(page)) == {f"milestones-{row.pk}"}
    assert answers(ken, project, page, **{f"milestones-{row.pk}": which}).status_code == 302
    assert [kind for kind, _note in rows_of(project)] == kinds


def test_a_row_edited_on_its_own_page_counts_for_the_announcement(hana, ken):
    row = make_selection(announcement=make_announcement(state="draft"), stated_title="Old")
    form = opened(ken, row.announcement)
    saves(hana, row, stated_title="Of Hana")

    page = ken.post(address(row.announcement), form | {"selections-0-stated_title": "Of Ken", "_save": "1"})

    assert list(asked(page).values()) == [("Old", "Of Hana", "Of Ken", "")]


def test_new_rows_sent_twice_are_not_entered_twice_unasked(ken, project):
    form = opened(ken, project)
    form |= {"milestones-TOTAL_FORMS": "3", "milestones-2-kind": "completed", "milestones-2-source": project.source_id}

    ken.post(address(project), form | {"_save": "1"})
    page = ken.post(address(project), form | {"_save": "1"})

    assert not asked(page)
    assert Milestone.objects.filter(project=project, kind="completed").count() == 1


# -- Publication -------------------------------------------------------------------------------------------------


def test_a_button_takes_the_same_road(hana):
    project = make_project(title="Old", state="draft")
    publisher = signed_in(make_publisher())
    form = opened(publisher, project)
    saves(hana, project, title="Of Hana")

    page = publisher.post(address(project), form | {"_publish": "1"})

    assert asked(page) == {"title": ("Old", "Of Hana", "Old", "theirs")}
    assert again(project).state == "draft"
    assert 'name="_publish" value="Save and publish"' in page.content.decode()
    answer = answers(publisher, project, page, button="_publish")
    assert answer.status_code == 302
    assert (again(project).state, again(project).title) == ("published", "Of Hana")


def test_a_move_meanwhile_is_told(hana, ken):
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)
    saves(hana, project, _submit="1")

    page = ken.post(address(project), form | {"title": "Of Ken", "_save": "1"})

    assert "Publication: it was draft, and is in review." in page.content.decode()
    assert answers(ken, project, page).status_code == 302
    assert (again(project).state, again(project).title) == ("in_review", "Of Ken")


def test_a_key_that_became_fixed_is_told(ken):
    project = make_project(key="old-key", state="draft")
    form = opened(ken, project)
    saves(signed_in(make_publisher()), project, _publish="1")

    page = ken.post(address(project), form | {"key": "new-key", "note": "x", "_save": "1"})

    assert "Key can no longer be changed; you entered: new-key" in page.content.decode().replace("key can", "Key can")
    assert answers(ken, project, page).status_code == 302
    assert again(project).key == "old-key"


# -- At the same time --------------------------------------------------------------------------------------------


@pytest.fixture
def two():
    """Two who may do all: the groups are gone after a test that commits."""
    return [signed_in(make_user(username=name, is_staff=True, is_superuser=True)) for name in ("hana", "ken")]


@pytest.mark.django_db(transaction=True)
def test_the_second_of_two_saves_waits_and_then_sees_the_first(two):
    _hana, ken = two
    project = make_project(title="Old", state="draft")
    form = opened(ken, project)

    with second_one_waiting(lambda: ken.post(address(project), form | {"title": "Of Ken", "_save": "1"})) as second:
        Project.objects.filter(pk=project.pk).update(title="Of Hana")

    assert asked(second.result()) == {"title": ("Old", "Of Hana", "Of Ken", "")}
    assert again(project).title == "Of Hana"


class Browser:
    """Somebody who is signed in, as far as forms are concerned, over real HTTP."""

    def __init__(self, site, client):
        self.host = site.removeprefix("http://")
        self.name = str(client.user)
        self.cookies = {"sessionid": client.cookies["sessionid"].value}

    def asks(self, method, address, data=None):
        server = HTTPConnection(self.host, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        headers = {"Cookie": cookies, "Content-Type": "application/x-www-form-urlencoded"}
        server.request(method, address, urlencode(data or {}, doseq=True), headers)
        answer = server.getresponse()
        text = answer.read().decode()
        server.close()
        self.cookies |= {name: one.value for name, one in SimpleCookie(answer.getheader("Set-Cookie")).items()}
        return answer.status, text

    def opens(self, record):
        reader = FormReader(f"{record._meta.model_name}_form")
        reader.feed(self.asks("GET", address(record))[1])
        return {name: value for name, value in reader.fields.items() if "__prefix__" not in name}


@pytest.mark.django_db(transaction=True)
def test_of_many_pairs_of_saves_at_once_each_has_one_winner_and_none_is_lost(two, live_server):
    project = make_project(title="Old", state="draft")
    row = make_milestone(project=project, note="Old")
    browsers = [Browser(live_server.url, client) for client in two]
    found = Counter()
    for number in range(PAIRS):
        field = ("title", "milestones-0-note")[number % 2]
        texts = [f"{browser.name} {number}" for browser in browsers]
        forms = [
            browser.opens(project) | {field: text, "_save": "1"} for browser, text in zip(browsers, texts, strict=True)
        ]
        start = Barrier(2)

        def save(browser, form, start=start):
            start.wait()
            return browser.asks("POST", address(project), form)

        with ThreadPoolExecutor(2) as pool:
            given = list(pool.map(save, browsers, forms))
        won = [text for text, (status, _page) in zip(texts, given, strict=True) if status == 302]
        stands = again(project).title if field == "title" else Milestone.objects.get(pk=row.pk).note
        found["saved"] += len(won)
        found["asked"] += sum(status == 200 and "Somebody else saved this record" in page for status, page in given)
        found["errors"] += sum(status >= 500 for status, _page in given)
        found["lost"] += [stands] != won

    sys.stdout.write(f"{PAIRS} pairs of saves at once over HTTP: {dict(found)}\n")
    assert found == {"saved": PAIRS, "asked": PAIRS, "errors": 0, "lost": 0}


@pytest.mark.django_db(transaction=True)
def test_two_saves_that_wait_for_each_other_end_without_an_error(two):
    """Each names the other's project as possibly the same, which writes to both."""
    hana, ken = two
    one, other = make_project(state="draft"), make_project(state="draft")
    forms = {hana: (one, opened(hana, one) | {"possibly_same_as": [other.pk], "note": "x", "_save": "1"})}
    forms[ken] = (other, opened(ken, other) | {"possibly_same_as": [one.pk], "note": "x", "_save": "1"})
    start = Barrier(2)

    def save(client):
        start.wait()
        record, form = forms[client]
        return client.post(address(record), form)

    with ThreadPoolExecutor(2) as pool:
        given = [pool.submit(in_own_connection, lambda client=client: save(client)) for client in forms]
        codes = [future.result(timeout=30).status_code for future in given]

    assert set(codes) <= {200, 302}
    assert 302 in codes


# -- Who else ----------------------------------------------------------------------------------------------------


def page_of(client, record):
    return client.get(address(record)).content.decode()


def test_who_opens_a_form_is_told_who_else_has_it_open(hana, ken):
    project = make_project()
    page_of(hana, project)
    Editing.objects.update(opened_at=datetime(2026, 11, 25, 5, 32, tzinfo=UTC))

    page = page_of(ken, project)

    assert "<strong>hana</strong> opened this record at 14:32" in page
    assert "<strong>ken</strong> opened" not in page
    assert "opened this record" not in page_of(ken, make_project())


def test_who_was_not_heard_of_for_ten_minutes_is_gone(hana, ken):
    project = make_project()
    page_of(hana, project)
    Editing.objects.update(seen_at=timezone.now() - timedelta(minutes=10, seconds=1))

    assert "opened this record" not in page_of(ken, project)
    assert [one.user for one in Editing.objects.all()] == [ken.user]


def last_word(client, record):
    return client.get(address(record)).context["seen"]["at"]


def test_an_open_form_says_that_it_is_there_and_that_it_is_left(hana):
    project = make_project()
    first = last_word(hana, project)

    answer = hana.post(address(project, "editing"))
    assert answer.content.decode() > first
    assert Editing.objects.get().seen_at.isoformat() == answer.content.decode()

    hana.post(address(project, "editing"), {"left": first})
    assert Editing.objects.exists(), "another page of hers spoke since"
    hana.post(address(project, "editing"), {"left": answer.content.decode()})
    assert not Editing.objects.exists()


@pytest.mark.parametrize("word", ["", "yesterday", "2026-08-20T14:00:00", "x" * 5000])
def test_a_last_word_that_is_none_does_nothing(hana, word):
    project = make_project()
    last_word(hana, project)

    assert hana.post(address(project, "editing"), {"left": word}).status_code in (200, 204)
    assert Editing.objects.count() == 1


def test_only_who_may_change_a_record_can_say_so(hana):
    project = make_project()

    assert hana.get(address(project, "editing")).status_code == 405
    assert hana.post(address(project, "editing").replace(str(project.pk), "0")).status_code == 404
    assert signed_in(make_user(is_staff=True)).post(address(project, "editing")).status_code == 403
    assert Client().post(address(project, "editing")).status_code == 302
    assert not Editing.objects.exists()


def test_who_else_takes_as_many_queries_however_many_they_are(hana, django_assert_num_queries):
    project = make_project()
    content_type = ContentType.objects.get_for_model(Project)
    for _number in range(10):
        Editing.objects.create(content_type=content_type, object_id=project.pk, user=make_editor())
    request = hana.get(address(project)).wsgi_request

    with django_assert_num_queries(1):
        assert len([str(one.user) for one in Editing.objects.others(project, request.user)]) == 10


# -- What the browser keeps --------------------------------------------------------------------------------------


def test_the_browser_is_told_what_is_saved_and_only_that(ken):
    project = make_project(state="draft")
    form = opened(ken, project) | {"_draft": "abc1", "_save": "1"}

    refused = ken.post(address(project), form | {"title": ""})
    assert "saved" not in refused.cookies
    assert 'name="_draft" value="abc1"' in refused.content.decode()
    looked = ken.post(address(project), form | {"title": "New", "_look": "1"})
    assert "saved" not in looked.cookies
    answer = ken.post(address(project), form | {"title": "New"})
    assert answer.cookies["saved"].value == "abc1"
    answer = ken.post(address(project), opened(ken, project) | {"_draft": "abc2", "_save": "1"})
    assert answer.cookies["saved"].value == "abc1.abc2"


def test_the_browser_is_not_told_that_a_move_was_saved_which_was_refused(ken):
    project = make_project(state="draft")
    form = opened(ken, project)

    answer = ken.post(address(project), form | {"_draft": "abc1", "_send_back": "1"})

    assert answer.status_code in (200, 403)
    assert "saved" not in answer.cookies


@pytest.mark.parametrize("number", ["<x>", "a" * 21, "a.b", "A;b"])
def test_a_number_of_a_draft_that_is_none_is_not_given_back(ken, number):
    project = make_project(state="draft")

    answer = ken.post(address(project), opened(ken, project) | {"_draft": number, "_save": "1"})

    assert answer.status_code == 302
    assert "saved" not in answer.cookies


def test_a_draft_of_a_new_record_is_put_into_its_form_without_saving(ken):
    country = make_country()
    form = fields_of(ken, "/admin/projects/project/add/", "project_form")

    page = ken.post("/admin/projects/project/add/", form | {"title": "Kept", "country": country.pk, "_look": "1"})

    assert page.status_code == 200
    assert 'value="Kept"' in page.content.decode()
    assert not Project.objects.filter(title="Kept").exists()


def test_after_logging_out_the_browser_is_told_to_forget_all(ken):
    assert '<meta name="drafts" content="clear">' in ken.post("/admin/logout/").content.decode()
    assert 'content="clear"' not in Client().get("/admin/login/").content.decode()


def test_a_form_whose_session_is_over_leads_to_the_login_and_back(ken):
    project = make_project(state="draft")
    form = opened(ken, project)
    ken.logout()

    answer = ken.post(address(project), form | {"title": "New", "_save": "1"})

    assert answer["Location"] == f"/admin/login/?next={address(project)}"
    assert again(project).title != "New"
