"""What the database refuses of a source."""

import pytest
from django.db.models import ProtectedError

from tests.factories import make_project, make_source
from tests.refusals import precision_refusals, refuses

pytestmark = pytest.mark.django_db

REFUSALS = [
    *precision_refusals("jcm_portal_source_published_on_precision", make_source, "published_on"),
    refuses("jcm_portal_source_url_once", "an address twice", make_source, url=lambda source: make_source().url),
    refuses("jcm_portal_source_language_is_a_code", "a language in words", make_source, language="日本語"),
    refuses("jcm_portal_source_language_is_a_code", "capital letters", make_source, language="EN"),
    refuses("jcm_portal_source_language_is_a_code", "no language", make_source, language=""),
]


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_the_database_refuses(refusal):
    refusal.comes_from_the_database()


@pytest.mark.parametrize("refusal", REFUSALS, ids=str)
def test_the_editor_is_told_why(refusal):
    refusal.is_told_in_a_sentence()


def test_sources_without_an_address_may_be_many():
    make_source(url="")

    assert make_source(url="").pk


def test_a_source_on_which_a_fact_stands_cannot_be_deleted():
    project = make_project()

    with pytest.raises(ProtectedError):
        project.source.delete()


def test_all_sources_are_the_first_and_the_further_ones():
    first, second = make_source(), make_source()

    project = make_project(source=first, further_sources=[second])

    assert project.all_sources() == [first, second]
