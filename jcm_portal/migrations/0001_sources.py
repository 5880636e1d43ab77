from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True

    dependencies = []

    operations = [
        migrations.CreateModel(
            name="Source",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "key",
                    models.SlugField(
                        help_text="Stable; links and files name it.", max_length=60, unique=True, verbose_name="key"
                    ),
                ),
                ("publisher", models.CharField(max_length=200, verbose_name="publisher")),
                ("title", models.CharField(help_text="As the page gives it.", max_length=400, verbose_name="title")),
                ("url", models.URLField(blank=True, max_length=600, verbose_name="address")),
                (
                    "language",
                    models.CharField(help_text="ISO 639 code: en, ja, es, …", max_length=3, verbose_name="language"),
                ),
                ("published_on", models.DateField(blank=True, null=True, verbose_name="published on")),
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
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("release", "release"),
                            ("news", "news"),
                            ("page", "page"),
                            ("report", "report"),
                            ("slides", "slides"),
                            ("code", "code"),
                            ("package", "package"),
                        ],
                        max_length=10,
                        verbose_name="kind",
                    ),
                ),
                (
                    "seen_on",
                    models.DateField(
                        help_text="The day on which somebody last read it for the portal.", verbose_name="seen on"
                    ),
                ),
            ],
            options={
                "verbose_name": "source",
                "verbose_name_plural": "sources",
                "ordering": ["key"],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("published_on__isnull", True), ("published_on_precision", "unknown")),
                            models.Q(("published_on__isnull", False), ("published_on_precision", "day")),
                            models.Q(
                                ("published_on__day", 1),
                                ("published_on__isnull", False),
                                ("published_on_precision", "month"),
                            ),
                            models.Q(
                                ("published_on__day", 1),
                                ("published_on__isnull", False),
                                ("published_on__month", 1),
                                ("published_on_precision", "year"),
                            ),
                            _connector="OR",
                        ),
                        name="jcm_portal_source_published_on_precision",
                        violation_error_message="The date and how exact it is do not agree: a month is stored as its first day, a year as 1 January, and a date that is not known is left empty.",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("url", ""), _negated=True),
                        fields=("url",),
                        name="jcm_portal_source_url_once",
                        violation_error_message="A source with this address is on record already; choose that one.",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("language__regex", "^[a-z]{2,3}$")),
                        name="jcm_portal_source_language_is_a_code",
                        violation_error_message="The language is a code of two or three small letters, such as en or ja.",
                    ),
                ],
            },
        ),
    ]
