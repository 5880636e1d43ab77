"""Sweeps over every model: each rule speaks to a person, and some test shows that the database keeps it."""

import pytest
from django.apps import apps
from django.contrib.contenttypes.models import ContentType
from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone
from pghistory.models import Event

from countries.models import CountryDocument, PartnerCountry
from jcm_portal.models import Editing, SavedFilter, Source
from projects.models import (
    Announcement,
    CreditIssuance,
    GlossaryTerm,
    Identifier,
    ImportFile,
    ImportRow,
    ImportRun,
    IssuanceStatement,
    LoadedRecord,
    Methodology,
    Milestone,
    Organisation,
    OrganisationAlias,
    Participation,
    Programme,
    Project,
    ProjectMethodology,
    SearchEntry,
    SearchName,
    Sector,
    Selection,
    SelectionRound,
    StatedTotal,
    Target,
    Technology,
    WrittenRow,
)
from tests import factories
from tests.countries import test_models as of_countries
from tests.projects import test_constraints as of_projects
from tests.projects import test_undo as of_imports
from tests.site import test_saved_filters as of_filters
from tests.site import test_sources as of_sources

OUR_APPS = ["jcm_portal", "countries", "projects"]
# The tables of events, and the names that the tables of lists have for them, are copies: tests/site/test_history.py.
OUR_MODELS = [
    model
    for app in OUR_APPS
    for model in apps.get_app_config(app).get_models()
    if not (issubclass(model, Event) or model._meta.proxy)
]
FACTORIES = {
    Announcement: factories.make_announcement,
    CountryDocument: factories.make_country_document,
    CreditIssuance: factories.make_issuance,
    GlossaryTerm: factories.make_term,
    Identifier: factories.make_identifier,
    IssuanceStatement: factories.make_issuance_statement,
    Methodology: factories.make_methodology,
    Milestone: factories.make_milestone,
    Organisation: factories.make_organisation,
    OrganisationAlias: factories.make_alias,
    Participation: factories.make_participation,
    PartnerCountry: factories.make_country,
    Programme: factories.make_programme,
    Project: factories.make_project,
    ProjectMethodology: factories.make_project_methodology,
    Sector: factories.make_sector,
    Selection: factories.make_selection,
    SelectionRound: factories.make_round,
    Source: factories.make_source,
    StatedTotal: factories.make_stated_total,
    Target: factories.make_target,
    Technology: factories.make_technology,
}
# Written by the loader, by an import or by the database itself; and what is of one person of the staff alone.
OWN_RECORDS = {
    Editing,
    ImportFile,
    ImportRow,
    ImportRun,
    LoadedRecord,
    SavedFilter,
    SearchEntry,
    SearchName,
    WrittenRow,
}
# No person meets these: what nobody enters, and what a foreign key in the database refers to.
WITHOUT_A_SENTENCE = {
    "jcm_portal_editing_once",
    "projects_importfile_once",
    "projects_importrow_once",
    "projects_loadedrecord_once",
    "projects_loadedrecord_record_once",
    "projects_searchentry_once",
    "projects_searchname_once",
    "projects_selectionround_programme_and_year",
    "projects_writtenrow_once",
}
# Refused in a test of their own, beside the tables.
REFUSED_ELSEWHERE = {
    "jcm_portal_savedfilter_has_a_name": of_filters.test_the_database_refuses_a_filter_without_a_name_or_effect,
    "jcm_portal_savedfilter_name_once": of_filters.test_the_database_refuses_a_filter_without_a_name_or_effect,
    "jcm_portal_savedfilter_narrows": of_filters.test_the_database_refuses_a_filter_without_a_name_or_effect,
    "projects_importrun_undone_after_written": of_imports.test_only_what_was_written_is_undone_and_by_somebody,
    "projects_project_status_is_known": of_projects.test_a_status_that_is_none_is_refused_where_the_trigger_is_off,
}


def constraints():
    return [constraint for model in OUR_MODELS for constraint in model._meta.constraints]


def fields_of(*kinds, also=lambda field: True):
    """Each field of our models that is of one of the kinds, named like `project.key`."""
    return [
        pytest.param(model, field.name, id=f"{model._meta.model_name}.{field.name}")
        for model in FACTORIES
        for field in model._meta.concrete_fields
        if isinstance(field, kinds) and also(field)
    ]


def refused(rows, **wrong):
    """The name of the constraint by which the database refuses the values."""
    with pytest.raises(IntegrityError) as refusal, transaction.atomic():
        rows.update(**wrong)
    return refusal.value.__cause__.diag.constraint_name


# -- Every constraint ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("constraint", constraints(), ids=lambda constraint: constraint.name)
def test_each_constraint_has_a_sentence_of_its_own(constraint):
    has_one = constraint.violation_error_message != constraint.default_violation_error_message

    assert has_one != (constraint.name in WITHOUT_A_SENTENCE)


def test_each_constraint_is_shown_to_be_refused():
    shown = {
        refusal.constraint for tests in (of_sources, of_countries, of_projects) for refusal in tests.REFUSALS
    } | set(REFUSED_ELSEWHERE)

    assert shown == {constraint.name for constraint in constraints()} - WITHOUT_A_SENTENCE


@pytest.mark.django_db
def test_the_database_has_each_constraint_of_the_models_and_no_other():
    """Foreign keys, primary keys and what a field asks for by itself are left out."""
    tables = [model._meta.db_table for model in OUR_MODELS]
    of_fields = "contype in ('p', 'n') or (contype = 'f' and conname ~ '_fk_') or (contype = 'u' and conname ~ '_key$')"
    with connection.cursor() as cursor:
        cursor.execute(
            f"select conname from pg_constraint where conrelid = any(%s::regclass[]) and not ({of_fields})", [tables]
        )
        in_database = {name for (name,) in cursor.fetchall()}
        cursor.execute(
            "select indexrelid::regclass::text from pg_index where indrelid = any(%s::regclass[]) and indisunique",
            [tables],
        )
        unique_indexes = {name for (name,) in cursor.fetchall()}

    by_models = {constraint.name for constraint in constraints()}
    of_positive_fields = {name for name in in_database if name.endswith("_check")}
    assert by_models <= in_database | unique_indexes
    assert in_database - by_models - of_positive_fields == {"projects_announcement_round_in_its_programme"}


@pytest.mark.django_db
def test_the_loaders_records_are_one_a_line_and_one_a_record():
    model = {"model": ContentType.objects.get_for_model(Project), "values": {}}
    LoadedRecord.objects.create(file="test.csv", key="1", object_id=-1, **model)

    for same in ({"file": "test.csv", "key": "1", "object_id": -2}, {"file": "test.csv", "key": "2", "object_id": -1}):
        with pytest.raises(IntegrityError, match="projects_loadedrecord_"), transaction.atomic():
            LoadedRecord.objects.create(**same, **model)


@pytest.mark.django_db
def test_the_search_knows_each_thing_once_and_each_name_of_it_once():
    technology = factories.make_technology()
    entry = SearchEntry.objects.get(kind="technology", ref=technology.pk)
    name = SearchName.objects.filter(kind="technology", ref=technology.pk).first()

    for record in (entry, name):
        record.pk = None
        with pytest.raises(IntegrityError, match=f"{record._meta.db_table}_once"), transaction.atomic():
            record.save(force_insert=True)


@pytest.mark.django_db
def test_somebody_has_the_form_of_a_record_open_once():
    form = {"content_type": ContentType.objects.get_for_model(Project), "object_id": 1, "user": factories.make_user()}
    Editing.objects.create(**form)

    with pytest.raises(IntegrityError, match="jcm_portal_editing_once"), transaction.atomic():
        Editing.objects.create(**form)


# -- What fields ask for by themselves -----------------------------------------------------------------------

POSITIVE = (models.PositiveSmallIntegerField, models.PositiveIntegerField, models.PositiveBigIntegerField)


@pytest.mark.django_db
# The database counts the version itself, whatever is written there: tests/site/test_versions.py.
@pytest.mark.parametrize(("model", "field"), fields_of(*POSITIVE, also=lambda field: field.name != "version"))
def test_a_count_an_amount_and_a_year_are_never_negative(model, field):
    record = FACTORIES[model]()

    assert refused(model._base_manager.filter(pk=record.pk), **{field: -1})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "field"),
    fields_of(models.Field, also=lambda field: field.unique and not field.primary_key and field.name != "iso3"),
)
def test_what_names_a_record_names_no_other(model, field):
    record, other = FACTORIES[model](), FACTORIES[model]()
    # The two codes of a country come as a pair, so that one alone cannot be taken from another country.
    taken = ["iso2", "iso3"] if field == "iso2" else [field]

    refusal = refused(model._base_manager.filter(pk=record.pk), **{name: getattr(other, name) for name in taken})

    assert refusal.startswith(f"{model._meta.db_table}_{field}_")


# -- Facts that come together ---------------------------------------------------------------------------------


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "field"), fields_of(models.ForeignKey, also=lambda field: field.name.endswith("_by"))
)
def test_who_did_it_is_kept_with_when(model, field):
    record = FACTORIES[model](state="draft")
    rows = model._base_manager.filter(pk=record.pk)

    assert refused(rows, **{field: factories.make_user()}).endswith("_who_comes_with_when")
    assert getattr(record, field.removesuffix("_by") + "_at") is None


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("model", "field"), fields_of(models.CharField, also=lambda field: field.name.endswith("_on_precision"))
)
def test_a_day_is_kept_with_how_exact_it_is(model, field):
    record = FACTORIES[model]()
    rows = model._base_manager.filter(pk=record.pk)
    day = field.removesuffix("_precision")

    assert refused(rows, **{day: None, field: "day"}).endswith(f"_{field}")
    assert refused(rows, **{day: timezone.localdate(), field: "unknown"}).endswith(f"_{field}")


# -- Every model ------------------------------------------------------------------------------------------------


def test_each_model_has_a_factory():
    assert set(FACTORIES) | OWN_RECORDS == set(OUR_MODELS)


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_each_model_says_what_it_is(model):
    assert not model.__doc__.startswith(f"{model.__name__}(")  # what Django puts there by itself
    assert model._meta.verbose_name == model._meta.verbose_name.lower() or model in OWN_RECORDS


@pytest.mark.parametrize("model", OUR_MODELS, ids=lambda model: model.__name__)
def test_each_order_is_total(model):
    assert model._meta.ordering
    assert model._default_manager.all().totally_ordered


@pytest.mark.parametrize(("model", "field"), fields_of(models.DateField, models.DateTimeField))
def test_a_day_ends_in_on_and_a_moment_in_at(model, field):
    moment = isinstance(model._meta.get_field(field), models.DateTimeField)

    assert field.endswith("_at" if moment else ("_on", "_from", "_to"))
