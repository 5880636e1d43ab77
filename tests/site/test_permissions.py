"""Who may do what in the admin: every address and action, as the tables below say, and nothing else.

The addresses come from the URL resolver, so a view that no table names fails, and so does a row that names no view.
What was written, PostgreSQL itself counts, whoever wrote it: whoever is refused writes nothing, nor does any GET.

The letters name the least who may: A anybody, N staff without a role, E Editors, P Publishers, S superusers alone;
whoever comes later in that order may, too. Besides: - nobody, . not answered (405), · no such view.
"""

import logging
import re
from datetime import timedelta
from http.cookies import SimpleCookie
from types import SimpleNamespace

import pytest
from django.contrib import admin
from django.contrib.auth.models import Permission
from django.contrib.contenttypes.models import ContentType
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, transaction
from django.template.response import SimpleTemplateResponse
from django.test import Client
from django.urls import get_resolver, reverse
from django.utils import timezone
from django.utils.text import slugify

from jcm_portal.history import KEPT
from jcm_portal.historyadmin import EPOCH, INSTANT
from jcm_portal.models import SavedFilter
from projects.importing import runs
from projects.importing.tables import TABLES
from projects.models import Project
from tests.adminpages import read
from tests.factories import make_announcement, make_editor, make_project, make_publisher, make_selection, make_user
from tests.projects.test_import_pages import new_project, projects_file
from tests.records import SMALLEST

pytestmark = pytest.mark.django_db

ORDER = "ANEPS"
PEOPLE = {"anonymous": "A", "staff without a role": "N", "Editor": "E", "Publisher": "P", "superuser": "S"}

# The views of each noun, GET and POST; of an action (with brackets): to whom the list offers it. Of announcements and
# projects, drafts are meant.
NOUNS = """
                          changelist add change redirect delete history deleted recover restore editing preview delete_selected() next previous filters filter similar bulk change_fields()
countries.partnercountry      EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     ··     ··         ·
jcm_portal.source             EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     ··     .E         E
projects.announcement         EE     EE    EE      NN      PP     EE      EE      EE      EE      .E      EE            P          E.     E.      EE      E.     E.     ··         ·
projects.creditissuance       EE     EE    EE      NN      EE     EE      EE      EE      EE      .E      ··            E          E.     E.      EE      E.     ··     ··         ·
projects.glossaryterm         EE     EE    EE      NN      PP     EE      EE      EE      EE      .E      ··            P          E.     E.      EE      E.     ··     ··         ·
projects.issuancestatement    EE     EE    EE      NN      PP     EE      EE      EE      EE      .E      ··            P          E.     E.      EE      E.     ··     ··         ·
projects.methodology          EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     ··     ··         ·
projects.milestone            EE     --    E-      NN      EE     EE      --      --      --      .-      ··            -          E.     E.      EE      E.     ··     ··         ·
projects.organisation         EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     E.     .E         E
projects.programme            EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     ··     ··         ·
projects.project              EE     EE    EE      NN      PP     EE      EE      EE      EE      .E      EE            P          E.     E.      EE      E.     E.     .E         E
projects.sector               EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     ··     ··         ·
projects.selection            EE     EE    EE      NN      EE     EE      EE      EE      EE      .E      ··            E          E.     E.      EE      E.     ··     ··         ·
projects.selectionround       EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     ··     ··         ·
projects.statedtotal          EE     EE    EE      NN      PP     EE      EE      EE      EE      .E      ··            P          E.     E.      EE      E.     ··     ··         ·
projects.target               EE     EE    EE      NN      PP     EE      EE      EE      EE      .E      ··            P          E.     E.      EE      E.     ··     ··         ·
projects.technology           EE     EE    EE      NN      SS     EE      EE      EE      EE      .E      ··            S          E.     E.      EE      E.     ··     ··         ·
auth.group                    SS     SS    SS      NN      SS     SS      ··      ··      ··      ··      ··            S          ··     ··      ··      ··     ··     ··         ·
auth.user                     SS     SS    SS      NN      SS     SS      ··      ··      ··      ··      ··            S          ··     ··      ··      ··     ··     ··         ·
auth.permission               SS     --    S-      NN      --     SS      ··      ··      ··      ··      ··            ·          ··     ··      ··      ··     ··     ··         ·
"""  # noqa: E501

# All other views; a word in brackets tells addresses of one view apart.
SITE = """
index                        NN
login                        AA
logout                       .N
password_change              NN
password_change_done         N.
auth_user_password_change    SS
jsi18n                       N.
app_list(countries)          EE
app_list(jcm_portal)         EE
app_list(projects)           EE
app_list(auth)               SS
autocomplete                 E.
export                       EE
import                       EE
import-template              EE
import-run                   E.
import-status                E.
import-file                  E.
import-examine               .E
import-rows                  .E
import-confirm               .E
import-undo                  .E
"""

# The buttons of a record's form: in which state, and for whom, they lead on.
BUTTONS = """
            draft in_review published withdrawn
_submit       E       -         -         -
_publish      P       P         -         P
_send_back    -       P         -         -
_withdraw     -       -         P         -
"""

# What a GET writes all the same, and why.
WRITTEN_BY_GET = {"change": {"jcm_portal_editing"}}  # others are told that the form is open
# Where a POST by somebody who may has to write, or the data that the matrix sends would prove nothing.
WRITING = {"add", "change", "delete", "recover", "restore", "editing", "delete_selected()", "filters", "login"}
WRITING |= {"password_change", "auth_user_password_change"}
WRITING |= {"import", "import-examine", "import-rows", "import-confirm", "import-undo"}

# A text of each noun that a form can change.
TEXT = {
    **dict.fromkeys(["announcement", "creditissuance", "issuancestatement", "milestone", "project"], "note"),
    **dict.fromkeys(["programme", "sector", "technology"], "description"),
    **dict.fromkeys(["selection", "statedtotal", "target"], "quote"),
    **dict.fromkeys(["organisation", "partnercountry"], "name_ja"),
    **dict.fromkeys(["methodology", "source"], "title"),
    "glossaryterm": "definition",
    "group": "name",
    "permission": "name",
    "selectionround": "label",
    "user": "first_name",
}


def table(text):
    """The cells by row and column."""
    header, *lines = text.strip("\n").splitlines()
    columns = header.split()
    rows = {line.split()[0]: line.split()[1:] for line in lines}
    assert all(len(cells) == len(columns) for cells in rows.values())
    return {name: dict(zip(columns, cells, strict=True)) for name, cells in rows.items()}


NOUNS, BUTTONS = table(NOUNS), table(BUTTONS)
SITE = dict(line.split() for line in SITE.strip().splitlines())


def may(person, letter):
    return letter in ORDER and ORDER.index(letter) <= ORDER.index(PEOPLE[person])


# -- What there is ---------------------------------------------------------------------------------------------


def patterns(resolver=None, route=""):
    """Every route of the site with its pattern."""
    for one in (resolver or get_resolver()).url_patterns:
        whole = route + str(one.pattern)
        if hasattr(one, "url_patterns"):
            yield from patterns(one, whole)
        else:
            yield whole, one


REGISTERED = {model._meta.label_lower: model for model in admin.site._registry}
NOWHERE = "(?P<url>.*)$"  # Django's answer to an address that is none


def named(route, pattern):
    """The noun, empty for a view of the whole site, and the name of the view."""
    label = ".".join(route.split("/")[1:3])
    if label not in REGISTERED or pattern.name == "auth_user_password_change":
        return "", pattern.name or route
    return label, (pattern.name or "redirect").removeprefix(f"{label.replace('.', '_')}_")


ADMIN = {
    named(route, one): one for route, one in patterns() if route.startswith("admin/") and str(one.pattern) != NOWHERE
}


def test_the_tables_name_every_view_and_nothing_else():
    views = {(label, view) for label, row in NOUNS.items() for view, cell in row.items() if cell != "··"}
    views |= {("", re.sub(r"\(.*", "", name)) for name in SITE}

    assert {view for view in views if "()" not in view[1]} == set(ADMIN)


def test_the_tables_name_every_action_and_offer_it_to_whom_they_say(rf):
    wrong = []
    people = staff()
    for label, model in REGISTERED.items():
        model_admin = admin.site.get_model_admin(model)
        named_here = {name.removesuffix("()"): letter for name, letter in NOUNS[label].items() if "()" in name}
        for person, user in people.items():
            request = rf.get("/")
            request.user = user
            offered = set(model_admin.get_actions(request))
            wanted = {name for name, letter in named_here.items() if may(person, letter)}
            if offered != wanted:
                wrong.append(f"{label} offers {person}: {offered}, not {wanted}")
    assert not wrong


# -- Asking ----------------------------------------------------------------------------------------------------


def staff():
    return {
        "staff without a role": make_user(is_staff=True),
        "Editor": make_editor(),
        "Publisher": make_publisher(),
        "superuser": make_user(is_staff=True, is_superuser=True),
    }


@pytest.fixture(autouse=True)
def sessions_in_cookies(settings):
    """Who is signed in is no query then, and no row."""
    settings.SESSION_ENGINE = "django.contrib.sessions.backends.signed_cookies"


def clients(people):
    """A browser of each person, and the cookies with which it begins every request."""
    made = {"anonymous": browser()}
    return made | {name: browser(user) for name, user in people.items()}


def browser(user=None, **options):
    client = Client(**options)
    if user is not None:
        client.force_login(user)
    client.begin = client.cookies.output(header="")
    return client


@pytest.fixture
def unrendered(monkeypatch, caplog):
    """Pages are read elsewhere; here only the answer counts, and a thousand forms take their time."""
    caplog.set_level(logging.ERROR, logger="django.request")  # a refusal is none

    def leave_empty():
        monkeypatch.setattr(SimpleTemplateResponse, "rendered_content", "")

    return leave_empty


def written():
    """Rows written in this transaction so far, by table, as the database has counted them."""
    with connection.cursor() as cursor:
        cursor.execute(
            "select relname, n_tup_ins + n_tup_upd + n_tup_del from pg_stat_xact_user_tables"
            " where n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


def asked(client, method, address, data=None):
    """The answer to the first request with its cookies; what a POST writes is taken back."""
    client.cookies = SimpleCookie(client.begin)
    if method == "get":
        return whole(client.get(address, data))
    with transaction.atomic():
        answer = whole(client.post(address, data))
        transaction.set_rollback(True)
    return answer


def whole(answer):
    if answer.streaming:
        list(answer)
    return answer


def outcome(answer, person):
    to = answer.get("Location", "")
    if to.startswith("/admin/login/") or (person, to) == ("anonymous", "/admin/"):
        return "login"
    return {403: "refused", 404: "not there", 405: "no method"}.get(answer.status_code, "done")


def expected(person, letter, view):
    if may(person, letter):
        return "done"
    if person == "anonymous":
        return "login"
    if letter == ".":
        return "no method"
    return "not there" if view.startswith("app_list") else "refused"


class Matrix:
    """Asks as each person, and keeps where the answer is another than the table says."""

    def __init__(self, people):
        self.clients = clients(people)
        self.without_token = browser(people["superuser"], enforce_csrf_checks=True)
        self.wrong = []
        self.before = {}

    def holds(self):
        assert not self.wrong, "\n".join(["", *self.wrong])

    def asked(self, client, method, address, data=None):
        """The answer, and the tables that were written for it."""
        answer = asked(client, method, address, data)
        before, self.before = self.before, written()
        return answer, {name for name, rows in self.before.items() if rows != before.get(name)}

    def ask(self, view, cell, address, data):
        """Each person GETs and POSTs it; a POST without a token is refused, whoever sends it."""
        self.before = written()
        for method, letter in zip(("get", "post"), cell, strict=True):
            for person in PEOPLE:
                self.check(view, letter, person, method, address, data() if method == "post" else None)
        answer, wrote = self.asked(self.without_token, "post", address, data())
        if answer.status_code != 403 or wrote:
            self.wrong.append(f"{address} without a token: {answer.status_code}, wrote {wrote}")

    def check(self, view, letter, person, method, address, data=None):
        answer, wrote = self.asked(self.clients[person], method, address, data)
        told = f"{person}: {method} {address}"
        found = outcome(answer, person)
        if letter == "." and found == "no method" and not wrote:
            return
        allowed = expected(person, letter, view)
        if found != allowed:
            self.wrong.append(f"{told}: {found} ({answer.status_code}), not {allowed}")
        if allowed != "done" or method == "get":
            wrote -= WRITTEN_BY_GET.get(view, set()) if allowed == "done" else set()
            if wrote:
                self.wrong.append(f"{told}: wrote {wrote}")
        elif bool(wrote) != (view in WRITING):
            self.wrong.append(f"{told}: wrote {wrote or 'nothing'}")

    def press(self, label, action, letter, record):
        """The action of the list does what it does for whom it is offered, and nothing for others."""
        self.before = written()
        chosen = {"action": action, "_selected_action": [record.pk], "post": "yes"}
        for person, client in self.clients.items():
            answer, wrote = self.asked(client, "post", address_of(label, "changelist", {}), chosen)
            writes = may(person, letter) and f"{action}()" in WRITING
            if bool(wrote) != writes or answer.status_code not in (200, 302, 403):
                self.wrong.append(f"{person}: {action} of {label}: {answer.status_code}, wrote {wrote}")


# -- The nouns -------------------------------------------------------------------------------------------------


def changed_form(client, record, **changes):
    """What the form of the record sends with the changes."""
    meta = record._meta
    address = f"/admin/{meta.app_label}/{meta.model_name}/{record.pk}/change/"
    return read(client, address, f"{meta.model_name}_form") | changes | {"_save": "1"}


def form_of_new(noun, data):
    """What the form of a new record sends: the values of one that is gone by then."""
    if noun == "user":
        return {"username": "new-one", "usable_password": "true", "password1": "lantern-9", "password2": "lantern-9"}
    return {name: "0" if name.endswith("_FORMS") else value for name, value in data.items() if name != "_version"}


def with_a_past(record, text):
    """The number of its first version, which is another than it is now."""
    kept = KEPT.get(type(record))
    if kept is None:
        return 0
    type(record).objects.filter(pk=record.pk).update(**{text: "Later"})
    first = kept.events.objects.filter(pgh_obj_id=record.pk).earliest("pgh_id")
    return (first.pgh_created_at - EPOCH) // INSTANT


def new_one(noun):
    """A record on which nothing else stands; where there are drafts, one of them."""
    return SMALLEST[noun](**({"state": "draft"} if noun in ("project", "announcement") else {}))


@pytest.mark.parametrize("label", NOUNS)
def test_who_may_do_what_with_the_records_of(label, unrendered):
    people = staff()
    matrix = Matrix(people)
    noun, cells = label.split(".")[1], NOUNS[label]
    record = new_one(noun)
    arguments = {"object_id": record.pk, "pk": record.pk, "version": with_a_past(record, TEXT[noun])}
    record.refresh_from_db()
    form = {}
    if not cells["change"].endswith("-"):
        form = changed_form(matrix.clients["superuser"], record, **{TEXT[noun]: "Another"})
    unrendered()
    post = {
        "add": form_of_new(noun, form),
        "change": form,
        "delete": {"post": "yes"},
        "recover": {"reason": "By mistake."},
        "restore": {"reason": "A slip.", "seen": str(getattr(record, "version", ""))},
        "filters": {"name": "Of a", "parameters": "q=a"},
    }
    kept = SavedFilter.objects.create(
        content_type=ContentType.objects.get_for_model(record),
        owner=people["superuser"],
        name="A",
        parameters="q=a",
        shared=True,
    )

    def ask(view):
        number = kept.pk if view == "filter" else arguments["pk"]
        address = address_of(label, view, arguments | {"pk": number})
        matrix.ask(view, cells[view], address, lambda: dict(post.get(view, {})))

    after = {"add", "recover"}
    for view, cell in cells.items():
        if "()" in view:
            matrix.press(label, view.removesuffix("()"), cell, record)
        elif cell != "··" and view not in after:
            ask(view)
    record.delete()
    for view in after:
        if cells[view] != "··":
            ask(view)

    matrix.holds()


def address_of(label, view, arguments):
    """Where the view is, with those of the arguments that its pattern asks for."""
    name = f"{label.replace('.', '_')}_{view}"
    if view == "redirect":
        return reverse(f"admin:{label.replace('.', '_')}_changelist") + f"{arguments['object_id']}/"
    asked_for = ADMIN[label, view].pattern.converters
    return reverse(f"admin:{name}", kwargs={argument: arguments[argument] for argument in asked_for})


def test_what_was_public_once_is_deleted_by_nobody(unrendered):
    matrix = Matrix(staff())
    records = [make_project(), make_announcement(), make_project(state="withdrawn")]
    unrendered()
    for record in records:
        label = record._meta.label_lower
        matrix.ask("delete", "--", address_of(label, "delete", {"object_id": record.pk}), lambda: {"post": "yes"})
        matrix.press(label, "delete_selected", "-", record)

    matrix.holds()


# -- The other views -------------------------------------------------------------------------------------------


@pytest.fixture
def imports(db):
    """Files of a superuser: one that was looked at, and one that was written."""
    by = make_user(is_staff=True, is_superuser=True)

    def looked_at(key):
        run = runs.receive(files=[projects_file(new_project(key))], by=by)
        runs.examine(run)
        return run

    found = SimpleNamespace(looked_at=looked_at("vn-one"), written=looked_at("vn-two"))
    runs.confirm(found.written, by=by)
    return found


def autocompletes():
    """Each relation for which a form of the admin proposes records."""
    for model_admin in admin.site._registry.values():
        for one in (model_admin, *model_admin.inlines):
            for field in one.autocomplete_fields:
                meta = one.model._meta
                yield f"app_label={meta.app_label}&model_name={meta.model_name}&field_name={field}"


def addresses(name, imports):
    """Each address of the view."""
    listed = [name for name, table in TABLES.items() if table.model in admin.site._registry]
    run = imports.written if name == "import-undo" else imports.looked_at
    arguments = {
        "app_list": [{"app_label": word} for word in re.findall(r"\((.*)\)", name)],
        "export": [{"name": table, "kind": kind} for table in listed for kind in ("csv", "xlsx")],
        "import-template": [{"name": table} for table in TABLES],
        "import-file": [{"pk": run.pk, "file": run.files.get().pk}],
        "auth_user_password_change": [{"id": make_user().pk}],
    }
    view = re.sub(r"\(.*", "", name)
    usual = {argument: run.pk for argument in ADMIN["", view].pattern.converters if argument == "pk"}
    for one in arguments.get(view, [usual]):
        address = reverse(f"admin:{view}", kwargs=one)
        if view == "autocomplete":
            # Those of rights, which are for superusers alone, come last.
            yield from (f"{address}?{field}" for field in sorted(set(autocompletes()), key=lambda one: "=auth&" in one))
        else:
            yield f"{address}?q=zqzq" if view == "export" else address


def test_who_may_do_what_at_the_addresses_of_no_noun(imports, unrendered):
    people = staff()
    matrix = Matrix(people)
    row = imports.looked_at.rows.first()
    passwords = {"new_password1": "lantern-9-x", "new_password2": "lantern-9-x"}
    post = {
        "login": {"username": people["Editor"].username, "password": "test"},
        "password_change": {"old_password": "test", **passwords},
        "auth_user_password_change": {
            "usable_password": "true",
            "password1": "lantern-9-x",
            "password2": "lantern-9-x",
        },
        "import-rows": {"shown": [row.pk], "row": []},
    }
    unrendered()

    def data(name):
        if name == "import":
            return {"upload": [SimpleUploadedFile(*projects_file(new_project("vn-three")))]}
        return dict(post.get(name, {}))

    for name, cell in SITE.items():
        first, *others = addresses(name, imports)
        matrix.ask(name, cell, first, lambda name=name: data(name))
        for address in others:
            for person in ("anonymous", "staff without a role", "Editor"):
                letter = "S" if "app_label=auth&" in address else cell[0]  # rights are for superusers alone
                matrix.check(name, letter, person, "get", address)

    matrix.holds()
    assert imports.looked_at.pk != imports.written.pk


def test_files_that_nobody_looked_at_are_for_who_sent_them_alone(unrendered):
    people = staff()
    run = runs.receive(files=[projects_file(new_project("vn-one"))], by=people["Editor"])
    unrendered()

    given = {
        person: asked(client, "get", reverse("admin:import-run", args=[run.pk])).status_code
        for person, client in clients(people).items()
    }

    assert given == {"anonymous": 302, "staff without a role": 403, "Editor": 200, "Publisher": 403, "superuser": 200}


def test_an_address_that_is_none_says_so_to_staff_alone():
    people = clients(staff())

    assert [asked(people[one], "get", "/admin/nowhere/").status_code for one in PEOPLE] == [302, 404, 404, 404, 404]


# -- The buttons -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("make", [make_project, make_announcement])
@pytest.mark.parametrize("state", ["draft", "in_review", "published", "withdrawn"])
def test_a_button_moves_a_record_for_whom_the_table_names(make, state, unrendered):
    people = staff()
    record = make(state=state)
    record.refresh_from_db()
    model, address = type(record), address_of(record._meta.label_lower, "change", {"object_id": record.pk})
    data = changed_form(clients(people)["superuser"], record, withdrawal_reason="Entered twice.")
    del data["_save"]
    unrendered()
    wrong = []
    for person, client in clients(people).items():
        form = asked(client, "get", address)
        offered = {button.name for button, _field in getattr(form, "context_data", {}).get("buttons", [])}
        for button, row in BUTTONS.items():
            if row[state] == "-" and person != "superuser":
                continue  # nobody may, so the others neither
            with transaction.atomic():
                client.cookies = SimpleCookie(client.begin)
                answer = client.post(address, data | {button: "1"})
                moved = model.objects.get(pk=record.pk).state != state
                changed = model.objects.get(pk=record.pk).version != record.version
                transaction.set_rollback(True)
            allowed = may(person, row[state])
            if (moved, button in offered) != (allowed, allowed) or (changed and not allowed):
                wrong.append(f"{person}: {button} of {state}: {answer.status_code}, moved: {moved}, {offered}")

    assert not wrong, "\n".join(["", *wrong])


def test_who_submitted_a_record_may_take_it_back_and_no_other_editor(unrendered):
    editor, other = make_editor(), make_editor()
    record = make_project(state="in_review")
    Project.objects.filter(pk=record.pk).update(submitted_by=editor)
    people = clients({"her": editor, "other": other})
    address = address_of("projects.project", "change", {"object_id": record.pk})
    data = changed_form(people["her"], record)
    del data["_save"]

    assert asked(people["other"], "post", address, data | {"_send_back": "1"}).status_code == 403
    people["her"].post(address, data | {"_send_back": "1"})
    assert Project.objects.get(pk=record.pk).state == "draft"


@pytest.mark.parametrize(("button", "least"), [("_submit", "E"), ("_publish", "P"), ("_withdraw", "-")])
def test_a_new_record_is_moved_at_once_by_whom_may_and_else_not_even_saved(button, least, unrendered):
    people = staff()
    spare = make_project(state="draft")
    data = form_of_new("project", changed_form(clients(people)["superuser"], spare))
    data |= {"key": "new-one", "withdrawal_reason": "x"}
    del data["_save"]
    unrendered()
    found = {}
    for person, client in clients(people).items():
        with transaction.atomic():
            client.cookies = SimpleCookie(client.begin)
            client.post("/admin/projects/project/add/", data | {button: "1"})
            found[person] = Project.objects.filter(key="new-one").exists()
            transaction.set_rollback(True)

    assert found == {person: may(person, least) for person in PEOPLE}


def test_an_announcement_is_published_only_by_who_may_publish_its_projects_too():
    editor = make_editor()
    editor.user_permissions.add(Permission.objects.get(codename="publish_announcement"))
    row = make_selection(announcement=make_announcement(state="draft"), project=make_project(state="draft"))
    client = clients({"her": editor})["her"]
    data = changed_form(client, row.announcement) | {"_publish": "1"}
    del data["_save"]

    answer = client.post(address_of("projects.announcement", "change", {"object_id": row.announcement_id}), data)

    assert answer.status_code == 403
    assert not Project.objects.published().filter(pk=row.project_id).exists()


# -- The public side -------------------------------------------------------------------------------------------


def quiet(make):
    """Records of each kind that the public does not see."""
    later = timezone.now() + timedelta(days=1)
    states = [{"state": "draft"}, {"state": "in_review"}, {"published_at": later}]
    return [make(title=f"Numbat {number}", **state) for number, state in enumerate(states)]


def public_addresses(projects, announcements):
    """Every public address; those of a record, of each of these."""
    slugs = {"country": projects[0].country.slug}
    for route, pattern in list(patterns()):
        if route.startswith("admin/"):
            continue
        records = [None]
        if "pk" in pattern.pattern.converters:
            records = announcements if "announcement" in route else projects
        if pattern.name == "card":
            records = [*announcements, *projects]
        for record in records:
            given = {"slug": slugs.get(pattern.name)}
            if record:
                given = {"pk": record.pk, "slug": slugify(record.title), "key": record.key}
                given["kind"] = record._meta.model_name
            yield "/" + re.sub(r"<\w+:(\w+)>", lambda found, given=given: str(given.get(found[1]) or "x"), route)


def test_no_public_address_shows_what_only_staff_may_see_or_leads_to_the_admin_or_writes():
    projects, announcements = quiet(make_project), quiet(make_announcement)
    for announcement, project in zip(announcements, projects, strict=True):
        make_selection(announcement=announcement, project=project, stated_title="Numbat")
    before, shown = written(), {}

    for address in public_addresses(projects, announcements):
        answer = Client().get(address, {"q": "numbat"})
        body = b"".join(answer.streaming_content) if answer.streaming else answer.content
        if answer.status_code == 200:
            shown[address] = body.decode()

    assert len(shown) > 20
    assert not [address for address, text in shown.items() if re.search(r"Numbat \d|numbat-\d|>Numbat<", text)]
    assert [address for address, text in shown.items() if "/admin/" in text] == ["/robots.txt"]
    assert written() == before
