"""The portal's settings: fixed sections, one file. What a place may change comes from the environment.

Importing this starts nothing and opens nothing: `help`, collectstatic and the type checker do it too.
"""

from pathlib import Path
from urllib.parse import urlsplit

import pghistory
from django.utils.csp import CSP

from jcm_portal import env, localdb

BASE_DIR = Path(__file__).resolve().parent.parent
VAR_DIR = BASE_DIR / "var"  # everything that running makes; never in the repository

# -- Where and how it runs --------------------------------------------------------------------------

DEBUG = env.flag("DEBUG")
HTTPS = env.flag("HTTPS")  # a proxy in front speaks TLS and sets X-Forwarded-Proto
SITE_URL = env.origin("SITE_URL")  # how the public reaches the site; empty: as the request says
LOCAL_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
ALLOWED_HOSTS = env.words("ALLOWED_HOSTS", [*LOCAL_HOSTS, *filter(None, [urlsplit(SITE_URL).hostname])])
CSRF_TRUSTED_ORIGINS = [SITE_URL] if SITE_URL else []

# -- Secrets ----------------------------------------------------------------------------------------

SECRET_KEY_FILE = VAR_DIR / "secret-key"  # made by `make run`
SECRET_KEY = env.secret_key("SECRET_KEY", SECRET_KEY_FILE, debug=DEBUG)

# -- Applications -----------------------------------------------------------------------------------

INSTALLED_APPS = [
    "jcm_portal",  # first: its templates and commands may stand in for a package's
    "countries",
    "projects",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.sitemaps",
    "django.contrib.postgres",
    "django_filters",
    "pgtrigger",
    "pghistory",
]
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
ROOT_URLCONF = "jcm_portal.urls"
WSGI_APPLICATION = "jcm_portal.wsgi.application"

# In the order the documentation of each asks for; a request passes downwards, its answer upwards.
MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.middleware.gzip.GZipMiddleware",
    "django.middleware.csp.ContentSecurityPolicyMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "jcm_portal.responses.asked_again",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "jcm_portal.history.StaffHistory",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# -- Database ---------------------------------------------------------------------------------------

# The embedded server to start before a query, or None when DATABASE_URL names a real one.
LOCAL_CLUSTER: localdb.Cluster | None = None
_database = env.database("DATABASE_URL")
if _database is None:
    LOCAL_CLUSTER = localdb.PORTAL
    _database = localdb.django_database(LOCAL_CLUSTER)
# Per process. Each connection is tried before it is reused, so that no visitor pays for a server that restarted.
_pool = {
    "min_size": env.integer("DATABASE_POOL_MIN", 1, low=0, high=100),
    "max_size": env.integer("DATABASE_POOL_MAX", 4, low=1, high=100),
    "timeout": 10,  # seconds a request waits for a free connection before it fails
}
# For the planner: the data is in memory or on a disk without moving parts; to ask a row whether it answers a search
# means to read its vector, which is stored apart; many pages are asked for at the same time; and to compile a query
# takes longer than to answer it.
_planner = "-c random_page_cost=1.1 -c cpu_operator_cost=0.01 -c max_parallel_workers_per_gather=0 -c jit=off"
_options = _database.get("OPTIONS", {})
DATABASES = {
    "default": {
        **_database,
        "CONN_MAX_AGE": 0,  # the pool keeps the connections
        "CONN_HEALTH_CHECKS": True,
        "OPTIONS": _options | {"options": f"{_planner} {_options.get('options', '')}".strip(), "pool": _pool},
    }
}

# -- Publication ------------------------------------------------------------------------------------

# Whoever changed a record last does not publish it: somebody else has looked at what the public will read.
FOUR_EYES = env.flag("FOUR_EYES")

# -- History ----------------------------------------------------------------------------------------

# What an event refers to may be gone, so its columns are joined as if they could be empty; indexes are named where
# they are needed. How a value is labelled and checked is the business of the noun itself.
PGHISTORY_CONTEXT_FIELD = pghistory.ContextForeignKey(related_name="+", db_index=True)
PGHISTORY_OBJ_FIELD = pghistory.ObjForeignKey(related_name="+", db_index=True)
PGHISTORY_FOREIGN_KEY_FIELD = pghistory.ForeignKey(db_index=False, null=True)
PGHISTORY_EXCLUDE_FIELD_KWARGS = {
    "django.db.models.Field": (
        *("verbose_name", "help_text", "choices", "validators", "default", "db_default"),
        *("blank", "editable", "auto_now", "auto_now_add"),
    )
}
PGHISTORY_CREATED_AT_FUNCTION = "CLOCK_TIMESTAMP()"  # the events of one transaction keep their order

# -- Languages and time -----------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("ja", "日本語")]
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_TZ = True
TIME_ZONE = "Asia/Tokyo"  # the JCM's announcements are dated in Japan

# -- Static files -----------------------------------------------------------------------------------

STATIC_URL = "/static/"
STATICFILES_DIRS = [BASE_DIR / "static"]
STATIC_ROOT = VAR_DIR / "static"
_static = "django.contrib.staticfiles.storage.StaticFilesStorage"
if not DEBUG:
    _static = "whitenoise.storage.CompressedManifestStaticFilesStorage"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": _static},
}
WHITENOISE_KEEP_ONLY_HASHED_FILES = True

# -- Security ---------------------------------------------------------------------------------------

# Nothing from elsewhere, nothing inline: scripts and styles are files of ours.
SECURE_CSP = {
    "default-src": [CSP.NONE],
    "script-src": [CSP.SELF],
    "style-src": [CSP.SELF],
    "img-src": [CSP.SELF, "data:"],
    "font-src": [CSP.SELF],
    "connect-src": [CSP.SELF],
    "manifest-src": [CSP.SELF],
    "form-action": [CSP.SELF],
    "base-uri": [CSP.NONE],
    "object-src": [CSP.NONE],
    "frame-ancestors": [CSP.NONE],
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = SECURE_SSL_REDIRECT = HTTPS
if HTTPS:
    # The server does not trust this header by itself; a proxy must set it on every request.
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
    SECURE_HSTS_SECONDS = 31_536_000  # one year
# HSTS for subdomains and preload lists (W005, W021) would speak for hosts that are not the portal's.
SILENCED_SYSTEM_CHECKS = ["security.W005", "security.W021"]
# An announcement in the admin with a few hundred selected projects on its page is some thousand fields.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 20_000

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": f"django.contrib.auth.password_validation.{validator}"}
    for validator in (
        "UserAttributeSimilarityValidator",
        "MinimumLengthValidator",
        "CommonPasswordValidator",
        "NumericPasswordValidator",
    )
]

# -- Logging ----------------------------------------------------------------------------------------

LOG_LEVEL = env.choice("LOG_LEVEL", "INFO", ["DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL"])
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
            "datefmt": "%Y-%m-%dT%H:%M:%S%z",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": LOG_LEVEL},
    # Django's own would be sent by mail to administrators who are not listed anywhere.
    "loggers": {"django": {"handlers": [], "level": LOG_LEVEL, "propagate": True}},
}
