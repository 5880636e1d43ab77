"""The version of a partner country, raised by a change of its documents too."""

from importlib import import_module

from django.db import migrations

VERSIONS = import_module("jcm_portal.migrations.0002_versions")
COUNTRY, DOCUMENT = "countries_partnercountry", "countries_countrydocument"


class Migration(migrations.Migration):
    dependencies = [("countries", "0001_partner_countries"), ("jcm_portal", "0002_versions")]

    operations = [
        migrations.AddField("partnercountry", "version", VERSIONS.version()),
        VERSIONS.rises(COUNTRY),
        VERSIONS.part(DOCUMENT, "country_id", COUNTRY),
        VERSIONS.part(f"{DOCUMENT}_further_sources", "countrydocument_id", COUNTRY, DOCUMENT, "country_id"),
    ]
