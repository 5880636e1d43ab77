import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.fields.ranges
import django.contrib.postgres.indexes
import django.contrib.postgres.search
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("contenttypes", "0002_remove_content_type_name"),
        ("countries", "0001_partner_countries"),
        ("jcm_portal", "0001_sources"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    # The extensions are trusted: the owner of the database may create them.
    operations = [
        BtreeGistExtension(),
        TrigramExtension(),
        UnaccentExtension(),
        migrations.CreateModel(
            name="Sector",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="word in the address")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_ja", models.CharField(max_length=100, verbose_name="name in Japanese")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="description")),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
            ],
            options={
                "verbose_name": "sector",
                "verbose_name_plural": "sectors",
                "ordering": ["position", "slug"],
            },
        ),
        migrations.CreateModel(
            name="GlossaryTerm",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="word in the address")),
                ("term", models.CharField(max_length=100, verbose_name="term")),
                ("term_ja", models.CharField(blank=True, max_length=100, verbose_name="term in Japanese")),
                ("definition", models.CharField(max_length=400, verbose_name="definition")),
                ("definition_ja", models.CharField(blank=True, max_length=400, verbose_name="definition in Japanese")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
            ],
            options={
                "verbose_name": "glossary term",
                "verbose_name_plural": "glossary terms",
                "ordering": ["term", "slug"],
            },
        ),
        migrations.CreateModel(
            name="Methodology",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "number",
                    models.CharField(help_text="Such as VN_AM001.", max_length=8, unique=True, verbose_name="number"),
                ),
                (
                    "family",
                    models.SlugField(
                        blank=True,
                        help_text="Ours: the same word joins like methodologies.",
                        max_length=60,
                        verbose_name="family",
                    ),
                ),
                (
                    "title",
                    models.CharField(blank=True, help_text="Empty: not seen.", max_length=300, verbose_name="title"),
                ),
                ("sectoral_scope", models.CharField(blank=True, max_length=150, verbose_name="sectoral scope")),
                ("approved_on", models.DateField(blank=True, null=True, verbose_name="approved on")),
                (
                    "approved_on_precision",
                    models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year"), ("unknown", "not known")],
                        default="unknown",
                        help_text="Left at “not known” beside a date, it becomes “day”.",
                        max_length=7,
                        verbose_name="how exact",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="methodologies",
                        to="countries.partnercountry",
                        verbose_name="partner country",
                    ),
                ),
                (
                    "further_sources",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Others that say so.",
                        related_name="+",
                        to="jcm_portal.source",
                        verbose_name="further sources",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
            ],
            options={
                "verbose_name": "methodology",
                "verbose_name_plural": "methodologies",
                "ordering": ["number"],
            },
        ),
        migrations.CreateModel(
            name="Organisation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=80, unique=True, verbose_name="word in the address")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                ("name_ja", models.CharField(blank=True, max_length=200, verbose_name="name in Japanese")),
                (
                    "usual_side",
                    models.CharField(
                        blank=True,
                        choices=[("japan", "Japan"), ("host", "host country")],
                        help_text="Empty: not known, or both.",
                        max_length=5,
                        verbose_name="usual side",
                    ),
                ),
                (
                    "country",
                    models.ForeignKey(
                        blank=True,
                        help_text="Of a host-country organisation that takes part in one country only.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="organisations",
                        to="countries.partnercountry",
                        verbose_name="partner country",
                    ),
                ),
            ],
            options={
                "verbose_name": "organisation",
                "verbose_name_plural": "organisations",
                "ordering": ["name", "slug"],
            },
        ),
        migrations.CreateModel(
            name="Programme",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="word in the address")),
                ("name", models.CharField(max_length=150, verbose_name="name")),
                ("name_ja", models.CharField(max_length=150, verbose_name="name in Japanese")),
                ("financed_by", models.CharField(blank=True, max_length=200, verbose_name="financed by")),
                ("description", models.CharField(blank=True, max_length=400, verbose_name="description")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
            ],
            options={
                "verbose_name": "programme",
                "verbose_name_plural": "programmes",
                "ordering": ["name", "slug"],
            },
        ),
        migrations.CreateModel(
            name="Announcement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_review", "in review"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn"),
                        ],
                        db_index=True,
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="publication",
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="submitted at")),
                (
                    "published_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="May lie ahead: the record is public from then on.",
                        null=True,
                        verbose_name="public from",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at")),
                (
                    "withdrawal_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Shown to the public.",
                        max_length=300,
                        verbose_name="reason for the withdrawal",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "key",
                    models.SlugField(
                        help_text="Stable; files and links name it.", max_length=60, unique=True, verbose_name="key"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("selection_result", "selection result"),
                            ("call", "call for proposals"),
                            ("new_partner", "new partner country"),
                            ("registration", "registration"),
                            ("credits_issued", "issuance of credits"),
                            ("other", "other"),
                        ],
                        max_length=16,
                        verbose_name="kind",
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                ("title_ja", models.CharField(blank=True, max_length=300, verbose_name="title in Japanese")),
                (
                    "title_kind",
                    models.CharField(
                        choices=[("official", "official title"), ("description", "our description")],
                        default="official",
                        max_length=11,
                        verbose_name="the title is",
                    ),
                ),
                (
                    "published_on",
                    models.DateField(
                        blank=True,
                        help_text="Of a new partner country: the day of signing.",
                        null=True,
                        verbose_name="released on",
                    ),
                ),
                (
                    "published_on_precision",
                    models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year"), ("unknown", "not known")],
                        default="unknown",
                        help_text="Left at “not known” beside a date, it becomes “day”.",
                        max_length=7,
                        verbose_name="how exact",
                    ),
                ),
                ("publisher", models.CharField(blank=True, max_length=200, verbose_name="publisher")),
                (
                    "url",
                    models.URLField(
                        blank=True,
                        help_text="Of the release itself, else of a page that reports it.",
                        max_length=600,
                        verbose_name="address",
                    ),
                ),
                ("fiscal_year", models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="fiscal year")),
                (
                    "stated_selected",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="As the release states. Empty: not stated.",
                        null=True,
                        verbose_name="projects selected",
                    ),
                ),
                (
                    "stated_cumulative",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="cumulative projects"),
                ),
                (
                    "stated_cumulative_series",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("model_projects", "JCM Model Projects"),
                            ("all_moe_programmes", "all financing programmes of the Ministry of the Environment"),
                            ("all_programmes", "all programmes"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="which the cumulative number counts",
                    ),
                ),
                (
                    "stated_reduction_by_fy2030_tco2",
                    models.PositiveBigIntegerField(
                        blank=True, null=True, verbose_name="cumulative reduction by FY2030 (tCO2)"
                    ),
                ),
                (
                    "stated_partner_countries",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="partner countries then"),
                ),
                ("opens_on", models.DateField(blank=True, help_text="Of a call.", null=True, verbose_name="opens on")),
                (
                    "closes_on",
                    models.DateField(blank=True, help_text="Of a call.", null=True, verbose_name="closes on"),
                ),
                (
                    "body",
                    models.TextField(
                        blank=True, help_text="Two to five sentences of ours; Markdown.", verbose_name="text"
                    ),
                ),
                (
                    "note",
                    models.CharField(blank=True, help_text="Shown to the public.", max_length=400, verbose_name="note"),
                ),
                (
                    "countries",
                    models.ManyToManyField(
                        blank=True,
                        help_text="That it is about, besides the countries of its selected projects.",
                        related_name="announcements",
                        to="countries.partnercountry",
                        verbose_name="partner countries",
                    ),
                ),
                (
                    "further_sources",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Others that say so.",
                        related_name="+",
                        to="jcm_portal.source",
                        verbose_name="further sources",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="announcements",
                        to="projects.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "announcement",
                "verbose_name_plural": "announcements",
                "ordering": [
                    models.OrderBy(models.F("published_on"), descending=True, nulls_last=True),
                    "-fiscal_year",
                    "key",
                ],
                "abstract": False,
                "default_permissions": ("add", "change", "delete", "view", "publish"),
            },
        ),
        migrations.CreateModel(
            name="Project",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("draft", "draft"),
                            ("in_review", "in review"),
                            ("published", "published"),
                            ("withdrawn", "withdrawn"),
                        ],
                        db_index=True,
                        default="draft",
                        editable=False,
                        max_length=10,
                        verbose_name="publication",
                    ),
                ),
                ("submitted_at", models.DateTimeField(editable=False, null=True, verbose_name="submitted at")),
                (
                    "published_at",
                    models.DateTimeField(
                        editable=False,
                        help_text="May lie ahead: the record is public from then on.",
                        null=True,
                        verbose_name="public from",
                    ),
                ),
                ("withdrawn_at", models.DateTimeField(editable=False, null=True, verbose_name="withdrawn at")),
                (
                    "withdrawal_reason",
                    models.CharField(
                        blank=True,
                        editable=False,
                        help_text="Shown to the public.",
                        max_length=300,
                        verbose_name="reason for the withdrawal",
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created at")),
                ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated at")),
                (
                    "key",
                    models.SlugField(
                        help_text="Stable; files and links name it.", max_length=80, unique=True, verbose_name="key"
                    ),
                ),
                ("title", models.CharField(max_length=300, verbose_name="title")),
                (
                    "title_ja",
                    models.CharField(
                        blank=True, help_text="Never our own words.", max_length=300, verbose_name="title in Japanese"
                    ),
                ),
                (
                    "title_kind",
                    models.CharField(
                        choices=[("official", "official title"), ("description", "our description")],
                        default="official",
                        max_length=11,
                        verbose_name="the title is",
                    ),
                ),
                (
                    "fiscal_year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of the first selection. Empty: not known.",
                        null=True,
                        verbose_name="fiscal year",
                    ),
                ),
                (
                    "locality",
                    models.CharField(blank=True, help_text="In words.", max_length=300, verbose_name="locality"),
                ),
                (
                    "latitude",
                    models.DecimalField(blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="latitude"),
                ),
                (
                    "longitude",
                    models.DecimalField(
                        blank=True, decimal_places=6, max_digits=9, null=True, verbose_name="longitude"
                    ),
                ),
                (
                    "location_precision",
                    models.CharField(
                        choices=[
                            ("site", "site"),
                            ("city", "city"),
                            ("province", "province"),
                            ("country", "country"),
                            ("head_office", "head office only"),
                            ("unknown", "not known"),
                        ],
                        default="unknown",
                        max_length=11,
                        verbose_name="how exact the place is",
                    ),
                ),
                ("capacity", models.CharField(blank=True, max_length=100, verbose_name="capacity, as written")),
                (
                    "capacity_mw",
                    models.DecimalField(
                        blank=True,
                        decimal_places=6,
                        help_text="Power output; heat and batteries are not counted. Empty: not stated.",
                        max_digits=12,
                        null=True,
                        verbose_name="capacity (MW)",
                    ),
                ),
                (
                    "expected_reduction_tco2_per_year",
                    models.PositiveIntegerField(
                        blank=True,
                        help_text="Empty: not stated.",
                        null=True,
                        verbose_name="expected emission reductions (tCO2/year)",
                    ),
                ),
                ("url", models.URLField(blank=True, max_length=600, verbose_name="page of the project")),
                (
                    "confidence",
                    models.CharField(
                        choices=[("high", "high"), ("medium", "medium"), ("low", "low")],
                        default="medium",
                        max_length=6,
                        verbose_name="confidence",
                    ),
                ),
                (
                    "note",
                    models.TextField(
                        blank=True,
                        help_text="Shown to the public: where sources differ, and what is inferred.",
                        verbose_name="note",
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("selected", "Selected"),
                            ("no_objection", "No objection"),
                            ("in_validation", "In validation"),
                            ("registered", "Registered"),
                            ("credits_issued", "Credits issued"),
                            ("withdrawn", "Withdrawn"),
                            ("unknown", "Not known"),
                        ],
                        db_index=True,
                        default="unknown",
                        editable=False,
                        max_length=14,
                        verbose_name="status",
                    ),
                ),
                ("selected_on", models.DateField(editable=False, null=True, verbose_name="first selected on")),
                ("search", django.contrib.postgres.search.SearchVectorField(editable=False, null=True)),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="countries.partnercountry",
                        verbose_name="partner country",
                    ),
                ),
                (
                    "further_sources",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Others that say so.",
                        related_name="+",
                        to="jcm_portal.source",
                        verbose_name="further sources",
                    ),
                ),
                (
                    "location_source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jcm_portal.source",
                        verbose_name="source of the place",
                    ),
                ),
                (
                    "merged_into",
                    models.ForeignKey(
                        blank=True,
                        help_text="This record is then no longer public; its address leads to the other.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="merged_records",
                        to="projects.project",
                        verbose_name="merged into",
                    ),
                ),
                (
                    "possibly_same_as",
                    models.ManyToManyField(blank=True, to="projects.project", verbose_name="possibly the same as"),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        help_text="Empty: not known.",
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="projects",
                        to="projects.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="published by",
                    ),
                ),
                (
                    "reduction_source",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="jcm_portal.source",
                        verbose_name="source of the reductions",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
                (
                    "submitted_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="submitted by",
                    ),
                ),
                (
                    "withdrawn_by",
                    models.ForeignKey(
                        blank=True,
                        editable=False,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="withdrawn by",
                    ),
                ),
            ],
            options={
                "verbose_name": "project",
                "verbose_name_plural": "projects",
                "ordering": [models.OrderBy(models.F("fiscal_year"), descending=True, nulls_last=True), "title", "pk"],
                "abstract": False,
                "default_permissions": ("add", "change", "delete", "view", "publish"),
            },
        ),
        migrations.CreateModel(
            name="ProjectMethodology",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.CharField(blank=True, max_length=10, verbose_name="version")),
                (
                    "methodology",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="project_methodologies",
                        to="projects.methodology",
                        verbose_name="methodology",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="project_methodologies",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "methodology of the project",
                "verbose_name_plural": "methodologies of the project",
                "ordering": ["project", "methodology", "pk"],
            },
        ),
        migrations.AddField(
            model_name="methodology",
            name="projects",
            field=models.ManyToManyField(
                related_name="methodologies", through="projects.ProjectMethodology", to="projects.project"
            ),
        ),
        migrations.CreateModel(
            name="Selection",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "fiscal_year",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Only where the announcement is not known.",
                        null=True,
                        verbose_name="fiscal year",
                    ),
                ),
                (
                    "number_in_list",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="One entry of a list may name several projects.",
                        null=True,
                        verbose_name="number in the list",
                    ),
                ),
                ("stated_title", models.CharField(blank=True, max_length=300, verbose_name="stated title")),
                (
                    "stated_title_ja",
                    models.CharField(blank=True, max_length=300, verbose_name="stated title in Japanese"),
                ),
                ("stated_country", models.CharField(blank=True, max_length=100, verbose_name="stated country")),
                (
                    "stated_representative",
                    models.CharField(blank=True, max_length=200, verbose_name="stated representative participant"),
                ),
                (
                    "stated_reduction_tco2_per_year",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="stated reductions (tCO2/year)"),
                ),
                ("quote", models.CharField(blank=True, max_length=300, verbose_name="quotation")),
                (
                    "confidence",
                    models.CharField(
                        choices=[("high", "high"), ("medium", "medium"), ("low", "low")],
                        default="medium",
                        max_length=6,
                        verbose_name="confidence",
                    ),
                ),
                (
                    "announcement",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="selections",
                        to="projects.announcement",
                        verbose_name="announcement",
                    ),
                ),
                (
                    "programme",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="selections",
                        to="projects.programme",
                        verbose_name="programme",
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="selections",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
            ],
            options={
                "verbose_name": "selection",
                "verbose_name_plural": "selections",
                "ordering": ["announcement", models.OrderBy(models.F("number_in_list"), nulls_last=True), "pk"],
            },
        ),
        migrations.CreateModel(
            name="SelectionRound",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.SlugField(max_length=60, unique=True, verbose_name="word in the address")),
                (
                    "fiscal_year",
                    models.PositiveSmallIntegerField(help_text="Japan's: April to March.", verbose_name="fiscal year"),
                ),
                (
                    "number",
                    models.PositiveSmallIntegerField(
                        blank=True,
                        help_text="Of the call up to FY2018, of the round since FY2019; empty for a selection within a call.",
                        null=True,
                        verbose_name="number",
                    ),
                ),
                ("label", models.CharField(max_length=150, verbose_name="label")),
                ("label_ja", models.CharField(blank=True, max_length=150, verbose_name="label in Japanese")),
                (
                    "programme",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rounds",
                        to="projects.programme",
                        verbose_name="programme",
                    ),
                ),
            ],
            options={
                "verbose_name": "selection round",
                "verbose_name_plural": "selection rounds",
                "ordering": ["-fiscal_year", "programme", "-number", "key"],
            },
        ),
        migrations.AddField(
            model_name="announcement",
            name="round",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="announcements",
                to="projects.selectionround",
                verbose_name="selection round",
            ),
        ),
        migrations.CreateModel(
            name="StatedTotal",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("stated_on", models.DateField(blank=True, null=True, verbose_name="stated on")),
                (
                    "stated_on_precision",
                    models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year"), ("unknown", "not known")],
                        default="unknown",
                        help_text="Left at “not known” beside a date, it becomes “day”.",
                        max_length=7,
                        verbose_name="how exact",
                    ),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("cumulative_selected", "projects selected so far"),
                            ("registered_projects", "registered projects"),
                            ("partner_countries", "partner countries"),
                            ("reduction_by_fy2030_tco2", "expected reduction by FY2030 (tCO2)"),
                            ("credits_issued_tco2", "credits issued (tCO2)"),
                        ],
                        max_length=24,
                        verbose_name="what",
                    ),
                ),
                ("value", models.PositiveBigIntegerField(help_text="Tons, or a count.", verbose_name="value")),
                (
                    "programme_scope",
                    models.CharField(blank=True, max_length=200, verbose_name="of which programmes, in words"),
                ),
                (
                    "series",
                    models.CharField(
                        choices=[
                            ("model_projects", "JCM Model Projects"),
                            ("all_moe_programmes", "all financing programmes of the Ministry of the Environment"),
                            ("all_programmes", "all programmes"),
                            ("other", "other"),
                        ],
                        max_length=20,
                        verbose_name="series",
                    ),
                ),
                ("quote", models.CharField(blank=True, max_length=300, verbose_name="quotation")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
            ],
            options={
                "verbose_name": "stated total",
                "verbose_name_plural": "stated totals",
                "ordering": ["what", "series", "stated_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Target",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("set_on", models.DateField(blank=True, null=True, verbose_name="set on")),
                (
                    "set_on_precision",
                    models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year"), ("unknown", "not known")],
                        default="unknown",
                        help_text="Left at “not known” beside a date, it becomes “day”.",
                        max_length=7,
                        verbose_name="how exact",
                    ),
                ),
                ("statement", models.CharField(max_length=300, verbose_name="target")),
                (
                    "value_tco2",
                    models.PositiveBigIntegerField(
                        blank=True,
                        help_text="The lower bound of a range; empty: it counts no tons.",
                        null=True,
                        verbose_name="value (tCO2)",
                    ),
                ),
                (
                    "by_fiscal_year",
                    models.PositiveSmallIntegerField(blank=True, null=True, verbose_name="by fiscal year"),
                ),
                ("quote", models.CharField(blank=True, max_length=300, verbose_name="quotation")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
            ],
            options={
                "verbose_name": "target",
                "verbose_name_plural": "targets",
                "ordering": ["by_fiscal_year", "set_on", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Technology",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("slug", models.SlugField(max_length=60, unique=True, verbose_name="word in the address")),
                ("name", models.CharField(max_length=100, verbose_name="name")),
                ("name_ja", models.CharField(max_length=100, verbose_name="name in Japanese")),
                ("description", models.CharField(blank=True, max_length=300, verbose_name="description")),
                (
                    "synonyms_en",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        help_text="Words by which titles and visitors name it; search finds its projects by each of them.",
                        verbose_name="English synonyms",
                    ),
                ),
                (
                    "synonyms_ja",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=100),
                        blank=True,
                        default=list,
                        verbose_name="Japanese synonyms",
                    ),
                ),
                ("position", models.PositiveSmallIntegerField(default=0, verbose_name="position")),
                (
                    "sector",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="technologies",
                        to="projects.sector",
                        verbose_name="sector",
                    ),
                ),
            ],
            options={
                "verbose_name": "technology",
                "verbose_name_plural": "technologies",
                "ordering": ["sector__position", "position", "slug"],
            },
        ),
        migrations.AddField(
            model_name="project",
            name="further_technologies",
            field=models.ManyToManyField(
                blank=True,
                related_name="further_projects",
                to="projects.technology",
                verbose_name="further technologies",
            ),
        ),
        migrations.AddField(
            model_name="project",
            name="technology",
            field=models.ForeignKey(
                blank=True,
                help_text="Empty: no source states it.",
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="projects",
                to="projects.technology",
                verbose_name="main technology",
            ),
        ),
        migrations.CreateModel(
            name="LoadedRecord",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("file", models.CharField(max_length=40)),
                ("key", models.CharField(max_length=200)),
                ("object_id", models.BigIntegerField()),
                ("values", models.JSONField()),
                ("loaded_at", models.DateTimeField(auto_now=True)),
                (
                    "model",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="contenttypes.contenttype"
                    ),
                ),
            ],
            options={
                "ordering": ["file", "key"],
                "constraints": [
                    models.UniqueConstraint(fields=("file", "key"), name="projects_loadedrecord_once"),
                    models.UniqueConstraint(fields=("model", "object_id"), name="projects_loadedrecord_record_once"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrganisationAlias",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("name", models.CharField(max_length=200, verbose_name="name")),
                (
                    "language",
                    models.CharField(
                        choices=[("en", "English"), ("ja", "Japanese")], max_length=2, verbose_name="language"
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="aliases",
                        to="projects.organisation",
                        verbose_name="organisation",
                    ),
                ),
            ],
            options={
                "verbose_name": "alias",
                "verbose_name_plural": "aliases",
                "ordering": ["organisation", "name", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("organisation", "name"),
                        name="projects_organisationalias_once",
                        violation_error_message="The organisation has this alias already.",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="Participation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "side",
                    models.CharField(
                        choices=[("japan", "Japan"), ("host", "host country")], max_length=5, verbose_name="side"
                    ),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[("representative", "representative participant"), ("participant", "participant")],
                        default="participant",
                        max_length=14,
                        verbose_name="role",
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="participations",
                        to="projects.organisation",
                        verbose_name="organisation",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="participations",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "participation",
                "verbose_name_plural": "participations",
                "ordering": ["project", "-side", "-role", "pk"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("project", "organisation", "side"),
                        name="projects_participation_once",
                        violation_error_message="The organisation takes part in this project on this side already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("role__in", ["representative", "participant"]), ("side__in", ["japan", "host"])
                        ),
                        name="projects_participation_side_and_role_are_known",
                        violation_error_message="Choose a side and a role of the lists.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Milestone",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("selected", "Selected"),
                            ("no_objection", "No objection by the Joint Committee"),
                            ("in_validation", "In validation"),
                            ("validated", "Validated"),
                            ("registered", "Registered"),
                            ("monitoring_report", "Monitoring report"),
                            ("verified", "Verified"),
                            ("credits_issued", "Credits issued"),
                            ("completed", "Completed"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=17,
                        verbose_name="kind",
                    ),
                ),
                ("reached_on", models.DateField(blank=True, null=True, verbose_name="reached on")),
                (
                    "reached_on_precision",
                    models.CharField(
                        blank=True,
                        choices=[("day", "day"), ("month", "month"), ("year", "year"), ("unknown", "not known")],
                        default="unknown",
                        help_text="Left at “not known” beside a date, it becomes “day”.",
                        max_length=7,
                        verbose_name="how exact",
                    ),
                ),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "further_sources",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Others that say so.",
                        related_name="+",
                        to="jcm_portal.source",
                        verbose_name="further sources",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="milestones",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "milestone",
                "verbose_name_plural": "milestones",
                "ordering": ["project", models.OrderBy(models.F("reached_on"), nulls_first=True), "pk"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("reached_on__isnull", True), ("reached_on_precision", "unknown")),
                            models.Q(("reached_on__isnull", False), ("reached_on_precision", "day")),
                            models.Q(
                                ("reached_on__day", 1), ("reached_on__isnull", False), ("reached_on_precision", "month")
                            ),
                            models.Q(
                                ("reached_on__day", 1),
                                ("reached_on__isnull", False),
                                ("reached_on__month", 1),
                                ("reached_on_precision", "year"),
                            ),
                            _connector="OR",
                        ),
                        name="projects_milestone_reached_on_precision",
                        violation_error_message="The date and how exact it is do not agree: a month is stored as its first day, a year as 1 January, and a date that is not known is left empty.",
                    ),
                    models.UniqueConstraint(
                        fields=("project", "kind", "reached_on"),
                        name="projects_milestone_once_a_day",
                        nulls_distinct=False,
                        violation_error_message="This step is on record for this day already.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            (
                                "kind__in",
                                [
                                    "selected",
                                    "no_objection",
                                    "in_validation",
                                    "validated",
                                    "registered",
                                    "monitoring_report",
                                    "verified",
                                    "credits_issued",
                                    "completed",
                                    "withdrawn",
                                ],
                            )
                        ),
                        name="projects_milestone_kind_is_known",
                        violation_error_message="Choose a step of the list.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="IssuanceStatement",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("monitoring_from", models.DateField(blank=True, null=True, verbose_name="monitoring from")),
                ("monitoring_to", models.DateField(blank=True, null=True, verbose_name="monitoring to")),
                ("total_tco2", models.PositiveIntegerField(blank=True, null=True, verbose_name="total (tCO2)")),
                ("japan_tco2", models.PositiveIntegerField(blank=True, null=True, verbose_name="to Japan (tCO2)")),
                (
                    "host_tco2",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="to the host country (tCO2)"),
                ),
                (
                    "japan_share_means",
                    models.CharField(
                        choices=[
                            ("japanese_side", "all credits of the Japanese side"),
                            ("government_only", "the part that the Japanese government obtained"),
                            ("unknown", "not stated"),
                        ],
                        default="unknown",
                        max_length=15,
                        verbose_name="“to Japan” means",
                    ),
                ),
                (
                    "decided_on",
                    models.DateField(
                        blank=True, help_text="By the Joint Committee.", null=True, verbose_name="decided on"
                    ),
                ),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                ("key", models.SlugField(max_length=60, unique=True, verbose_name="key")),
                ("quote", models.CharField(blank=True, max_length=300, verbose_name="quotation")),
                (
                    "country",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="issuance_statements",
                        to="countries.partnercountry",
                        verbose_name="partner country",
                    ),
                ),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
                (
                    "projects",
                    models.ManyToManyField(
                        blank=True,
                        help_text="Empty: the source names none.",
                        related_name="issuance_statements",
                        to="projects.project",
                        verbose_name="projects",
                    ),
                ),
            ],
            options={
                "verbose_name": "issuance statement",
                "verbose_name_plural": "issuance statements",
                "ordering": [
                    "country",
                    models.OrderBy(
                        django.db.models.functions.comparison.Coalesce("issued_on", "decided_on"), nulls_last=True
                    ),
                    "key",
                ],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("monitoring_from__isnull", True),
                            ("monitoring_to__isnull", True),
                            ("monitoring_to__gte", models.F("monitoring_from")),
                            _connector="OR",
                        ),
                        name="projects_issuancestatement_period_in_order",
                        violation_error_message="The monitoring period cannot end before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total_tco2__isnull", True),
                            (
                                "total_tco2__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.functions.comparison.Coalesce(
                                        models.F("japan_tco2"), models.Value(0)
                                    ),
                                    "+",
                                    django.db.models.functions.comparison.Coalesce(
                                        models.F("host_tco2"), models.Value(0)
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="projects_issuancestatement_shares_within_total",
                        violation_error_message="The shares of Japan and of the host country together exceed the total.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issued_on__isnull", True),
                            ("decided_on__isnull", True),
                            ("issued_on__gte", models.F("decided_on")),
                            _connector="OR",
                        ),
                        name="projects_issuancestatement_decided_before_issued",
                        violation_error_message="Credits cannot be issued before the Joint Committee decides.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="Identifier",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "scheme",
                    models.CharField(
                        choices=[
                            ("jcm", "JCM reference"),
                            ("gec", "GEC number"),
                            ("nedo", "NEDO number"),
                            ("adb", "ADB number"),
                            ("iges", "IGES row"),
                            ("cad_trust", "CAD Trust id"),
                        ],
                        max_length=10,
                        verbose_name="scheme",
                    ),
                ),
                ("value", models.CharField(max_length=60, verbose_name="value")),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="identifiers",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "identifier",
                "verbose_name_plural": "identifiers",
                "ordering": ["project", "scheme", "value"],
                "constraints": [
                    models.UniqueConstraint(
                        fields=("scheme", "value"),
                        name="projects_identifier_once",
                        violation_error_message="Another project has this identifier; an identifier is never used again.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("scheme", "jcm"), _negated=True),
                            ("value__regex", "^[A-Z]{2}[0-9]{3}$"),
                            _connector="OR",
                        ),
                        name="projects_identifier_jcm_reference_form",
                        violation_error_message="A JCM reference has two capital letters and three digits, such as VN003.",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="CreditIssuance",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("monitoring_from", models.DateField(blank=True, null=True, verbose_name="monitoring from")),
                ("monitoring_to", models.DateField(blank=True, null=True, verbose_name="monitoring to")),
                ("total_tco2", models.PositiveIntegerField(blank=True, null=True, verbose_name="total (tCO2)")),
                ("japan_tco2", models.PositiveIntegerField(blank=True, null=True, verbose_name="to Japan (tCO2)")),
                (
                    "host_tco2",
                    models.PositiveIntegerField(blank=True, null=True, verbose_name="to the host country (tCO2)"),
                ),
                (
                    "japan_share_means",
                    models.CharField(
                        choices=[
                            ("japanese_side", "all credits of the Japanese side"),
                            ("government_only", "the part that the Japanese government obtained"),
                            ("unknown", "not stated"),
                        ],
                        default="unknown",
                        max_length=15,
                        verbose_name="“to Japan” means",
                    ),
                ),
                (
                    "decided_on",
                    models.DateField(
                        blank=True, help_text="By the Joint Committee.", null=True, verbose_name="decided on"
                    ),
                ),
                ("issued_on", models.DateField(blank=True, null=True, verbose_name="issued on")),
                ("note", models.CharField(blank=True, max_length=300, verbose_name="note")),
                (
                    "source",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, to="jcm_portal.source", verbose_name="source"
                    ),
                ),
                (
                    "project",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="issuances",
                        to="projects.project",
                        verbose_name="project",
                    ),
                ),
            ],
            options={
                "verbose_name": "issuance",
                "verbose_name_plural": "issuances",
                "ordering": [
                    "project",
                    models.OrderBy(models.F("monitoring_from"), nulls_last=True),
                    models.OrderBy(
                        django.db.models.functions.comparison.Coalesce("issued_on", "decided_on"), nulls_last=True
                    ),
                    "pk",
                ],
                "abstract": False,
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("monitoring_from__isnull", True),
                            ("monitoring_to__isnull", True),
                            ("monitoring_to__gte", models.F("monitoring_from")),
                            _connector="OR",
                        ),
                        name="projects_creditissuance_period_in_order",
                        violation_error_message="The monitoring period cannot end before it starts.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("total_tco2__isnull", True),
                            (
                                "total_tco2__gte",
                                django.db.models.expressions.CombinedExpression(
                                    django.db.models.functions.comparison.Coalesce(
                                        models.F("japan_tco2"), models.Value(0)
                                    ),
                                    "+",
                                    django.db.models.functions.comparison.Coalesce(
                                        models.F("host_tco2"), models.Value(0)
                                    ),
                                ),
                            ),
                            _connector="OR",
                        ),
                        name="projects_creditissuance_shares_within_total",
                        violation_error_message="The shares of Japan and of the host country together exceed the total.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("issued_on__isnull", True),
                            ("decided_on__isnull", True),
                            ("issued_on__gte", models.F("decided_on")),
                            _connector="OR",
                        ),
                        name="projects_creditissuance_decided_before_issued",
                        violation_error_message="Credits cannot be issued before the Joint Committee decides.",
                    ),
                    django.contrib.postgres.constraints.ExclusionConstraint(
                        condition=models.Q(("monitoring_from__isnull", False), ("monitoring_to__isnull", False)),
                        expressions=[
                            ("project", "="),
                            (
                                models.Func(
                                    models.F("monitoring_from"),
                                    models.F("monitoring_to"),
                                    django.contrib.postgres.fields.ranges.RangeBoundary(
                                        inclusive_lower=True, inclusive_upper=True
                                    ),
                                    function="daterange",
                                    output_field=django.contrib.postgres.fields.ranges.DateRangeField(),
                                ),
                                "&&",
                            ),
                        ],
                        name="projects_creditissuance_periods_apart",
                        violation_error_message="The monitoring period overlaps another one of this project.",
                    ),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name="projectmethodology",
            constraint=models.UniqueConstraint(
                fields=("project", "methodology"),
                name="projects_projectmethodology_once",
                violation_error_message="The project uses this methodology already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="methodology",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("approved_on__isnull", True), ("approved_on_precision", "unknown")),
                    models.Q(("approved_on__isnull", False), ("approved_on_precision", "day")),
                    models.Q(
                        ("approved_on__day", 1), ("approved_on__isnull", False), ("approved_on_precision", "month")
                    ),
                    models.Q(
                        ("approved_on__day", 1),
                        ("approved_on__isnull", False),
                        ("approved_on__month", 1),
                        ("approved_on_precision", "year"),
                    ),
                    _connector="OR",
                ),
                name="projects_methodology_approved_on_precision",
                violation_error_message="The date and how exact it is do not agree: a month is stored as its first day, a year as 1 January, and a date that is not known is left empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="methodology",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__regex", "^[A-Z]{2}_AM[0-9]{3}$")),
                name="projects_methodology_number_form",
                violation_error_message="A methodology is numbered like VN_AM001.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fiscal_year__isnull", True),
                    models.Q(("fiscal_year__gte", 2010), ("fiscal_year__lte", 2060)),
                    _connector="OR",
                ),
                name="projects_selection_fiscal_year_is_plausible",
                violation_error_message="A fiscal year is written with four digits and lies between 2010 and 2060.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("announcement__isnull", False), ("fiscal_year__isnull", True)),
                    models.Q(("announcement__isnull", True), ("fiscal_year__isnull", False)),
                    _connector="OR",
                ),
                name="projects_selection_announcement_or_fiscal_year",
                violation_error_message="A selection belongs to an announcement, or else is known by a fiscal year.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.UniqueConstraint(
                fields=("announcement", "project"),
                name="projects_selection_project_once",
                violation_error_message="This announcement lists the project already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.UniqueConstraint(
                condition=models.Q(("announcement__isnull", True)),
                fields=("fiscal_year", "project"),
                name="projects_selection_project_once_a_year",
                violation_error_message="A selection of this project in this fiscal year is on record already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selection",
            constraint=models.CheckConstraint(
                condition=models.Q(("number_in_list__isnull", True), ("number_in_list__gte", 1), _connector="OR"),
                name="projects_selection_number_counts_from_one",
                violation_error_message="The rows of a list are numbered from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selectionround",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fiscal_year__isnull", True),
                    models.Q(("fiscal_year__gte", 2010), ("fiscal_year__lte", 2060)),
                    _connector="OR",
                ),
                name="projects_selectionround_fiscal_year_is_plausible",
                violation_error_message="A fiscal year is written with four digits and lies between 2010 and 2060.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selectionround",
            constraint=models.UniqueConstraint(
                fields=("programme", "fiscal_year", "number"),
                name="projects_selectionround_number_once",
                violation_error_message="This programme has a round with this number in this fiscal year already.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selectionround",
            constraint=models.CheckConstraint(
                condition=models.Q(("number__isnull", True), ("number__gte", 1), _connector="OR"),
                name="projects_selectionround_number_counts_from_one",
                violation_error_message="Rounds are numbered from 1.",
            ),
        ),
        migrations.AddConstraint(
            model_name="selectionround",
            constraint=models.UniqueConstraint(
                fields=("id", "programme", "fiscal_year"), name="projects_selectionround_programme_and_year"
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", False), ("state__in", ["published", "withdrawn"])),
                    models.Q(("published_at__isnull", True), ("state__in", ["draft", "in_review"])),
                    _connector="OR",
                ),
                name="projects_announcement_published_has_a_time",
                violation_error_message="A published record has a time from which it is public, a draft has none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawal_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "withdrawn"), _negated=True),
                        ("withdrawal_reason", ""),
                        ("withdrawn_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="projects_announcement_withdrawn_has_a_reason",
                violation_error_message="A withdrawn record has a time and a reason; others have neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_review"), _negated=True), ("submitted_at__isnull", False), _connector="OR"
                ),
                name="projects_announcement_in_review_was_submitted",
                violation_error_message="A record in review was submitted by somebody at some time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submitted_by__isnull", True), ("submitted_at__isnull", False), _connector="OR"),
                    models.Q(("published_by__isnull", True), ("published_at__isnull", False), _connector="OR"),
                    models.Q(("withdrawn_by__isnull", True), ("withdrawn_at__isnull", False), _connector="OR"),
                ),
                name="projects_announcement_who_comes_with_when",
                violation_error_message="Who moved a record is kept together with when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_on__isnull", True), ("published_on_precision", "unknown")),
                    models.Q(("published_on__isnull", False), ("published_on_precision", "day")),
                    models.Q(
                        ("published_on__day", 1), ("published_on__isnull", False), ("published_on_precision", "month")
                    ),
                    models.Q(
                        ("published_on__day", 1),
                        ("published_on__isnull", False),
                        ("published_on__month", 1),
                        ("published_on_precision", "year"),
                    ),
                    _connector="OR",
                ),
                name="projects_announcement_published_on_precision",
                violation_error_message="The date and how exact it is do not agree: a month is stored as its first day, a year as 1 January, and a date that is not known is left empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fiscal_year__isnull", True),
                    models.Q(("fiscal_year__gte", 2010), ("fiscal_year__lte", 2060)),
                    _connector="OR",
                ),
                name="projects_announcement_fiscal_year_is_plausible",
                violation_error_message="A fiscal year is written with four digits and lies between 2010 and 2060.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True),
                name="projects_announcement_has_a_title",
                violation_error_message="An announcement has a title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("round__isnull", True),
                    models.Q(("fiscal_year__isnull", False), ("programme__isnull", False)),
                    _connector="OR",
                ),
                name="projects_announcement_round_with_programme_and_year",
                violation_error_message="With a round, give its programme and fiscal year too.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stated_cumulative__isnull", True), ("stated_cumulative_series", "")),
                    models.Q(
                        ("stated_cumulative__isnull", False), models.Q(("stated_cumulative_series", ""), _negated=True)
                    ),
                    _connector="OR",
                ),
                name="projects_announcement_cumulative_has_a_series",
                violation_error_message="A cumulative number comes with what it counts.",
            ),
        ),
        migrations.AddConstraint(
            model_name="announcement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("opens_on__isnull", True),
                    ("closes_on__isnull", True),
                    ("closes_on__gte", models.F("opens_on")),
                    _connector="OR",
                ),
                name="projects_announcement_opens_before_it_closes",
                violation_error_message="A call cannot close before it opens.",
            ),
        ),
        migrations.AddConstraint(
            model_name="statedtotal",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("stated_on__isnull", True), ("stated_on_precision", "unknown")),
                    models.Q(("stated_on__isnull", False), ("stated_on_precision", "day")),
                    models.Q(("stated_on__day", 1), ("stated_on__isnull", False), ("stated_on_precision", "month")),
                    models.Q(
                        ("stated_on__day", 1),
                        ("stated_on__isnull", False),
                        ("stated_on__month", 1),
                        ("stated_on_precision", "year"),
                    ),
                    _connector="OR",
                ),
                name="projects_statedtotal_stated_on_precision",
                violation_error_message="The date and how exact it is do not agree: a month is stored as its first day, a year as 1 January, and a date that is not known is left empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("set_on__isnull", True), ("set_on_precision", "unknown")),
                    models.Q(("set_on__isnull", False), ("set_on_precision", "day")),
                    models.Q(("set_on__day", 1), ("set_on__isnull", False), ("set_on_precision", "month")),
                    models.Q(
                        ("set_on__day", 1),
                        ("set_on__isnull", False),
                        ("set_on__month", 1),
                        ("set_on_precision", "year"),
                    ),
                    _connector="OR",
                ),
                name="projects_target_set_on_precision",
                violation_error_message="The date and how exact it is do not agree: a month is stored as its first day, a year as 1 January, and a date that is not known is left empty.",
            ),
        ),
        migrations.AddConstraint(
            model_name="target",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("by_fiscal_year__isnull", True),
                    models.Q(("by_fiscal_year__gte", 2010), ("by_fiscal_year__lte", 2060)),
                    _connector="OR",
                ),
                name="projects_target_by_fiscal_year_is_plausible",
                violation_error_message="A fiscal year is written with four digits and lies between 2010 and 2060.",
            ),
        ),
        migrations.AddIndex(
            model_name="project",
            index=django.contrib.postgres.indexes.GinIndex(fields=["search"], name="projects_project_search"),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("published_at__isnull", False), ("state__in", ["published", "withdrawn"])),
                    models.Q(("published_at__isnull", True), ("state__in", ["draft", "in_review"])),
                    _connector="OR",
                ),
                name="projects_project_published_has_a_time",
                violation_error_message="A published record has a time from which it is public, a draft has none.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("state", "withdrawn"),
                        ("withdrawn_at__isnull", False),
                        models.Q(("withdrawal_reason", ""), _negated=True),
                    ),
                    models.Q(
                        models.Q(("state", "withdrawn"), _negated=True),
                        ("withdrawal_reason", ""),
                        ("withdrawn_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="projects_project_withdrawn_has_a_reason",
                violation_error_message="A withdrawn record has a time and a reason; others have neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "in_review"), _negated=True), ("submitted_at__isnull", False), _connector="OR"
                ),
                name="projects_project_in_review_was_submitted",
                violation_error_message="A record in review was submitted by somebody at some time.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("submitted_by__isnull", True), ("submitted_at__isnull", False), _connector="OR"),
                    models.Q(("published_by__isnull", True), ("published_at__isnull", False), _connector="OR"),
                    models.Q(("withdrawn_by__isnull", True), ("withdrawn_at__isnull", False), _connector="OR"),
                ),
                name="projects_project_who_comes_with_when",
                violation_error_message="Who moved a record is kept together with when.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("latitude__isnull", True), ("longitude__isnull", True)),
                    models.Q(("latitude__isnull", False), ("longitude__isnull", False)),
                    _connector="OR",
                ),
                name="projects_project_both_coordinates",
                violation_error_message="Give both latitude and longitude, or neither.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("latitude__isnull", True), models.Q(("latitude__gte", -90), ("latitude__lte", 90)), _connector="OR"
                ),
                name="projects_project_latitude_in_range",
                violation_error_message="The latitude lies between -90 and 90 degrees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("longitude__isnull", True),
                    models.Q(("longitude__gte", -180), ("longitude__lte", 180)),
                    _connector="OR",
                ),
                name="projects_project_longitude_in_range",
                violation_error_message="The longitude lies between -180 and 180 degrees.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("fiscal_year__isnull", True),
                    models.Q(("fiscal_year__gte", 2010), ("fiscal_year__lte", 2060)),
                    _connector="OR",
                ),
                name="projects_project_fiscal_year_is_plausible",
                violation_error_message="A fiscal year is written with four digits and lies between 2010 and 2060.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("expected_reduction_tco2_per_year__isnull", True),
                    models.Q(("expected_reduction_tco2_per_year__gte", 0), ("reduction_source__isnull", False)),
                    _connector="OR",
                ),
                name="projects_project_reduction_has_a_source",
                violation_error_message="Expected emission reductions are zero or more tCO2/year and name their source.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("capacity_mw__isnull", True), ("capacity_mw__gte", 0), _connector="OR"),
                name="projects_project_capacity_not_negative",
                violation_error_message="A capacity is zero or more MW.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("latitude__isnull", True), ("location_source__isnull", False), _connector="OR"),
                name="projects_project_coordinates_have_a_source",
                violation_error_message="Name the source of the coordinates.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(("title", ""), _negated=True),
                name="projects_project_has_a_title",
                violation_error_message="A project has a title.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(("merged_into", models.F("id")), _negated=True),
                    _connector="OR",
                ),
                name="projects_project_not_merged_into_itself",
                violation_error_message="A project cannot be merged into itself.",
            ),
        ),
        migrations.AddConstraint(
            model_name="project",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "status__in",
                        [
                            "selected",
                            "no_objection",
                            "in_validation",
                            "registered",
                            "credits_issued",
                            "withdrawn",
                            "unknown",
                        ],
                    )
                ),
                name="projects_project_status_is_known",
                violation_error_message="The status follows from the milestones.",
            ),
        ),
    ]
