"""Filters of the admin's lists under a name, and the way from a record to the next of its list."""

import pytest
from django.db import IntegrityError, transaction
from django.test import Client

from jcm_portal.models import SavedFilter
from projects.models import Project
from tests.adminpages import told
from tests.factories import make_country, make_editor, make_project, make_technology, make_user

pytestmark = pytest.mark.django_db

LIST = "/admin/projects/project/"
FILTERS = f"{LIST}filters/"
LOW = "confidence__exact=low"


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


def save(client, parameters=LOW, name="Doubtful", **more):
    return client.post(FILTERS, {"name": name, "parameters": parameters, **more}, follow=True)


def page(client, address=LIST):
    return client.get(address).content.decode()


def test_a_filter_is_saved_without_page_and_order_and_opens_the_same_list(hana):
    answer = save(hana, f"p=2&o=3&{LOW}&q=solar&all=")

    assert told(answer) == ["The filter “Doubtful” is saved."]
    saved = SavedFilter.objects.get()
    assert (saved.parameters, saved.owner, saved.shared) == (f"{LOW}&q=solar", hana.user, False)
    assert f'<a href="{FILTERS}{saved.pk}/" aria-current="true">Doubtful</a>' in page(hana, f"{LIST}?{LOW}&q=solar&p=1")
    assert hana.get(f"{FILTERS}{saved.pk}/")["Location"] == f"{LIST}?{LOW}&q=solar"


def test_others_see_what_is_shared_with_its_owners_name_and_can_neither_change_nor_delete_it(hana, ken):
    save(hana, name="Mine alone")
    save(hana, name="For all", shared="on")
    private, shared = SavedFilter.objects.order_by("-name")

    assert "Mine alone" not in page(ken)
    assert 'For all</a> <span class="quiet">(hana)</span>' in page(ken)
    assert ken.get(f"{FILTERS}{private.pk}/").status_code == 404
    assert ken.get(f"{FILTERS}{shared.pk}/").status_code == 302
    assert ken.post(FILTERS, {"delete": shared.pk}).status_code == 404
    assert ken.post(FILTERS, {"change": shared.pk, f"{shared.pk}-name": "Of Ken"}).status_code == 404
    assert SavedFilter.objects.filter(name="For all").exists()


def test_ones_own_is_renamed_shared_and_deleted(hana):
    save(hana)
    pk = SavedFilter.objects.get().pk

    hana.post(FILTERS, {"change": pk, f"{pk}-name": "To check", f"{pk}-shared": "on"})
    assert SavedFilter.objects.filter(pk=pk, name="To check", shared=True).exists()
    hana.post(FILTERS, {"delete": pk})

    assert not SavedFilter.objects.exists()


REFUSED = {
    "nothing": ("p=3", "The list is not narrowed by anything, so there is no filter to save."),
    "no field": ("nonsense=1", "One of its parameters is no filter of this list."),
    "a field that is no filter": (
        "note__contains=x",
        "“note__contains=x” is no filter of this list, or its value is no choice.",
    ),
    "no choice": ("missing=nonsense", "“missing=nonsense” is no filter of this list, or its value is no choice."),
    "no number": ("fiscal_year=x", "One of its parameters is no filter of this list."),
    "no day": ("selected_on__year=x", "One of its parameters is no filter of this list."),
}


@pytest.mark.parametrize(("parameters", "sentence"), REFUSED.values(), ids=REFUSED)
def test_what_does_not_narrow_the_list_is_not_saved_and_the_page_says_why(hana, parameters, sentence):
    answer = save(hana, parameters)

    assert answer.status_code == 200
    assert sentence in answer.content.decode()
    assert not SavedFilter.objects.exists()


def test_a_name_is_given_and_taken_once_by_a_person(hana, ken):
    save(hana)
    assert "You have a filter of this name for this list already." in save(hana, "publication=draft").content.decode()
    assert "This field is required." in save(hana, name="  ").content.decode()
    save(ken)

    assert SavedFilter.objects.count() == 2


@pytest.mark.parametrize(("parameters", "sentence"), list(REFUSED.values())[1:], ids=list(REFUSED)[1:])
def test_a_saved_filter_that_no_longer_works_says_so_and_shows_the_whole_list(hana, parameters, sentence):
    save(hana)
    SavedFilter.objects.update(parameters=parameters)

    answer = hana.get(f"{FILTERS}{SavedFilter.objects.get().pk}/", follow=True)

    assert answer.redirect_chain == [(LIST, 302)]
    assert told(answer) == [f"The saved filter “Doubtful” no longer works: {sentence} The list is shown whole."]


def test_who_may_not_see_the_list_has_no_filters_of_it(hana):
    save(hana, shared="on")
    nobody = signed_in(make_user(is_staff=True))

    for address in (FILTERS, f"{FILTERS}{SavedFilter.objects.get().pk}/"):
        assert nobody.get(address).status_code == 403
    assert nobody.post(FILTERS, {"name": "x", "parameters": LOW}).status_code == 403


WRONG = {"has_a_name": {"name": ""}, "narrows": {"parameters": ""}, "name_once": {}}


@pytest.mark.parametrize(("rule", "wrong"), WRONG.items(), ids=WRONG)
def test_the_database_refuses_a_filter_without_a_name_or_effect(hana, rule, wrong):
    save(hana)
    saved = SavedFilter.objects.get()
    saved.pk = None
    for name, value in wrong.items():
        setattr(saved, name, value)

    with pytest.raises(IntegrityError, match=f"jcm_portal_savedfilter_{rule}"), transaction.atomic():
        saved.save()


# -- The next of the list ----------------------------------------------------------------------------------------


@pytest.fixture
def three(db):
    country = make_country()
    return [make_project(country=country, title=title, confidence="low") for title in ("ZZ 1", "ZZ 2", "ZZ 3")]


def step(client, record, way, filters=f"q=ZZ&{LOW}"):
    return client.get(f"{LIST}{record.pk}/{way}/", {"_changelist_filters": filters}, follow=True)


def place(answer):
    return answer.redirect_chain[-1][0].partition("?")[0]


def test_the_next_and_the_previous_record_are_those_of_the_list_that_one_came_from(hana, three):
    first, second, third = three
    make_project(country=first.country, title="ZZ 1b", confidence="high")

    answer = step(hana, first, "next")
    assert place(answer) == f"{LIST}{second.pk}/change/"
    assert "_changelist_filters=q%3DZZ%26confidence__exact%3Dlow" in answer.redirect_chain[-1][0]
    assert place(step(hana, third, "previous")) == f"{LIST}{second.pk}/change/"
    assert f"{LIST}{second.pk}/next/?_changelist_filters=" in answer.content.decode()


def test_after_the_last_comes_the_list_as_it_was_filtered(hana, three):
    answer = step(hana, three[2], "next")

    assert answer.redirect_chain[-1][0] == f"{LIST}?q=ZZ&{LOW}"
    assert told(answer) == ["This was the last one of the list."]


def test_a_record_that_has_left_the_list_still_knows_its_next(hana, three):
    Project.objects.filter(pk=three[0].pk).update(technology=make_technology(), confidence="high")

    assert place(step(hana, three[0], "next")) == f"{LIST}{three[1].pk}/change/"


def test_filters_that_are_none_lead_to_the_list(hana, three):
    assert place(step(hana, three[0], "next", "nonsense=1")) == LIST
