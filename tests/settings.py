"""The portal's settings as the tests need them, whatever the environment of whoever runs them says."""

import os

# Above all DATABASE_URL: tests never come near the database that somebody works with.
for name in ("ALLOWED_HOSTS", "DEBUG", "HTTPS", "LOG_LEVEL", "SITE_URL", "DATABASE_POOL_MIN", "DATABASE_POOL_MAX"):
    os.environ.pop(name, None)
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
os.environ["SECRET_KEY"] = "only-for-tests"

from jcm_portal.localdb import Cluster, django_database
from jcm_portal.settings import *
from jcm_portal.settings import DATABASES, LOCAL_CLUSTER, STORAGES, VAR_DIR

if LOCAL_CLUSTER is not None:
    # A cluster of their own, which may lose everything with the power.
    LOCAL_CLUSTER = Cluster(VAR_DIR / "test-pg18", ("fsync=off", "synchronous_commit=off", "full_page_writes=off"))
    DATABASES["default"].update(django_database(LOCAL_CLUSTER))

# Nobody has collected the static files: they are named plainly and served from where they are.
STORAGES["staticfiles"] = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True
# The real hasher is slow on purpose.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
