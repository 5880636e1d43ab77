"""A small data set with a row or three in each file, to be changed in one place by a test.

Its countries are none of the JCM's partners and its keys none of the bundled ones.
"""

import csv
import io
from copy import deepcopy

from projects.importing.tables import TABLES

JCM_TABLE = "cts-jcm-projects-2026"


def source(key, **cells):
    defaults = {
        "publisher": "Ministry of the Environment, Japan",
        "title": f"Release {key}",
        "url": f"https://example.org/{key}",
        "language": "en",
        "published_on": "2023-08-17",
        "kind": "release",
        "seen_on": "2026-11-24",
    }
    return {"source_id": key, **defaults, **cells}


SMALL = {
    "sources": [source("test-a"), source("test-b", published_on="2023-08"), source(JCM_TABLE, kind="code")],
    "countries": [
        {
            "iso2": "PE",
            "iso3": "PER",
            "name": "Peru",
            "name_ja": "ペルー",
            "region": "Latin America",
            "joined_on": "2014-05-01",
            "joined_source_id": "test-a",
            "variants_en": "Republic of Peru; Perú",
            "focal_point": "Ministry of Environment",
            "focal_source_id": "test-a",
            "latitude": "-10",
            "longitude": "-76.50",
        },
        {
            "iso2": "NP",
            "iso3": "NPL",
            "name": "Nepal",
            "name_ja": "ネパール",
            "region": "Asia",
            "joined_on": "2015-06-01",
            "joined_source_id": "test-b",
        },
    ],
    "country_documents": [
        {
            "iso2": "PE",
            "kind": "first",
            "document": "Low Carbon Partnership",
            "signed_on": "2014-05-01",
            "source_id": "test-a; test-b",
        },
        {"iso2": "PE", "kind": "mutual recognition", "signed_on": "2020", "source_id": "test-a"},
        {"iso2": "NP", "kind": "first", "signed_on": "2015-06-01", "source_id": "test-b"},
    ],
    "sectors": [{"slug": "test-energy", "name_en": "Energy", "name_ja": "エネルギー", "position": "1"}],
    "technologies": [
        {
            "slug": "test-solar",
            "sector": "test-energy",
            "name_en": "Solar",
            "name_ja": "太陽光",
            "synonyms_en": "PV; photovoltaic",
            "synonyms_ja": "太陽光発電",
            "position": "1",
        },
        {"slug": "test-wind", "sector": "test-energy", "name_en": "Wind", "name_ja": "風力", "position": "2"},
    ],
    "programmes": [
        {"slug": "test-model", "name_en": "Model", "name_ja": "設備補助", "source_id": "test-a"},
        {"slug": "test-lease", "name_en": "Lease", "name_ja": "リース", "source_id": "test-a"},
    ],
    "glossary": [{"slug": "test-term", "term_en": "Term", "definition_en": "A word.", "source_id": "test-a"}],
    "targets": [{"set_on": "2021-10", "target": "100 million t", "value_tco2": "100000000", "source_id": "test-a"}],
    "stated_totals": [
        {
            "date": "2022-08-17",
            "what": "cumulative_selected",
            "value": "207",
            "series": "model_projects",
            "source_id": "test-a",
        },
        {
            "date": "2023-08-17",
            "what": "cumulative_selected",
            "value": "219",
            "series": "model_projects",
            "source_id": "test-b",
        },
    ],
    "rounds": [
        {
            "round_id": "test-fy2023-1",
            "programme": "test-model",
            "fiscal_year": "2023",
            "number": "1",
            "label_en": "First round",
            "label_ja": "第1回",
        }
    ],
    "announcements": [
        {
            "announcement_id": "test-result",
            "kind": "selection_result",
            "title": "Two projects selected",
            "title_kind": "description",
            "published_on": "2023-08-17",
            "programme": "test-model",
            "fiscal_year": "2023",
            "round_id": "test-fy2023-1",
            "stated_selected": "2",
            "stated_cumulative": "219",
            "stated_cumulative_series": "model_projects",
            "body": "Two projects were selected. Both are solar.",
            "source_id": "test-a; test-b",
        },
        {
            "announcement_id": "test-undated",
            "kind": "selection_result",
            "title": "One more project selected",
            "title_kind": "description",
            "programme": "test-model",
            "fiscal_year": "2022",
            "source_id": "test-b",
        },
        {
            "announcement_id": "test-partner",
            "kind": "new_partner",
            "title": "Peru becomes a partner country",
            "title_kind": "description",
            "published_on": "2014-05-01",
            "source_id": "test-a",
        },
    ],
    "organisations": [
        {
            "organisation_key": "test-maker",
            "name": "Maker Co.",
            "name_ja": "メーカー株式会社",
            "aliases": "Maker KK; メーカー",
            "side_hint": "japan",
        },
        {"organisation_key": "test-mill", "name": "Mill S.A.", "side_hint": "host", "country_iso2": "PE"},
    ],
    "projects": [
        {
            "project_key": "pe001",
            "title": "Solar in Lima",
            "title_ja": "リマ太陽光",
            "title_kind": "official",
            "country_iso2": "PE",
            "technologies": "test-solar; test-wind",
            "programme": "test-model",
            "fiscal_year": "2023",
            "locality": "Lima",
            "latitude": "-12.0464",
            "longitude": "-77.0428",
            "location_precision": "city",
            "location_source_id": "test-b",
            "capacity": "1.50 MW",
            "capacity_mw": "1.50",
            "expected_reduction_tco2_per_year": "1200",
            "reduction_source_id": "test-a",
            "jcm_ref": "PE001",
            "jcm_status": "registered",
            "source_ids": "test-a; test-b",
            "confidence": "high",
            "note": "Possibly the same as pe-solar-mill.",
        },
        {
            "project_key": "pe-solar-mill",
            "title": "Solar at a mill",
            "title_kind": "description",
            "country_iso2": "PE",
            "technologies": "test-solar",
            "fiscal_year": "2023",
            "location_precision": "unknown",
            "source_ids": "test-a",
            "confidence": "low",
        },
        {
            "project_key": "np001",
            "title": "Wind in Nepal",
            "title_kind": "official",
            "country_iso2": "NP",
            "technologies": "test-wind",
            "location_precision": "unknown",
            "jcm_ref": "NP001",
            "jcm_status": "validation",
            "source_ids": JCM_TABLE,
            "confidence": "medium",
        },
    ],
    "participants": [
        {
            "project_key": "pe001",
            "organisation_key": "test-maker",
            "side": "japan",
            "role": "representative",
            "source_id": "test-a",
        },
        {
            "project_key": "pe001",
            "organisation_key": "test-mill",
            "side": "host",
            "role": "participant",
            "source_id": "test-a",
        },
    ],
    "selections": [
        {
            "announcement_id": "test-result",
            "round_id": "test-fy2023-1",
            "fiscal_year": "2023",
            "programme": "test-model",
            "number_in_list": "1",
            "project_key": "pe001",
            "stated_title": "Solar Power in Lima",
            "stated_country": "Peru",
            "stated_reduction_tco2_per_year": "1190",
            "source_id": "test-a",
            "quote": "1) Lima",
            "confidence": "high",
        },
        {
            "announcement_id": "test-result",
            "round_id": "test-fy2023-1",
            "fiscal_year": "2023",
            "programme": "test-lease",
            "number_in_list": "2",
            "project_key": "pe-solar-mill",
            "stated_country": "Peru",
            "source_id": "test-a",
            "quote": "2) a mill",
            "confidence": "high",
        },
        {
            "fiscal_year": "2022",
            "project_key": "np001",
            "stated_country": "Nepal",
            "source_id": "test-b",
            "confidence": "medium",
        },
    ],
    "milestones": [
        {"project_key": "pe001", "kind": "selected", "on": "2023-08-17", "source_id": "test-a; test-b"},
        {"project_key": "pe001", "kind": "registered", "on": "2024-02", "source_id": JCM_TABLE},
    ],
    "methodologies": [
        {
            "number": "PE_AM001",
            "country_iso2": "PE",
            "family": "solar",
            "approved_on": "2016",
            "source_id": f"test-a; {JCM_TABLE}",
        }
    ],
    "project_methodologies": [{"project_key": "pe001", "number": "PE_AM001", "version": "1.0"}],
    "issuances": [
        {
            "project_key": "pe001",
            "monitoring_from": "2024-03-01",
            "monitoring_to": "2024-12-31",
            "total_tco2": "900",
            "japan_tco2": "600",
            "host_tco2": "300",
            "japan_share_means": "japanese_side",
            "decided_on": "2025-05-01",
            "issued_on": "2025-05-20",
            "source_id": "test-a",
        },
        {"project_key": "pe001", "japan_share_means": "unknown", "source_id": "test-b", "note": "Nothing stated."},
    ],
    "issuance_statements": [
        {
            "statement_id": "test-2025",
            "country_iso2": "PE",
            "project_keys": "pe001; pe-solar-mill",
            "total_tco2": "1000",
            "japan_share_means": "unknown",
            "source_id": "test-a",
        }
    ],
}


def small_set():
    """The small set, to be changed: rows by file name without its ending."""
    return deepcopy(SMALL)


def contents(data):
    """The files of a data set, as bytes by file name."""
    return {f"{name}.csv": as_csv(name, rows) for name, rows in data.items()}


def as_csv(name, rows):
    columns = [column.name for column in TABLES[name].columns]
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def write(folder, data):
    """Put the files of a data set into a folder, and return the folder."""
    for file, content in contents(data).items():
        (folder / file).write_bytes(content)
    return folder
