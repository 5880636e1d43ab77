"""The site as a WSGI application: granian --interface wsgi jcm_portal.wsgi:application"""

import os

from django.conf import settings
from django.core.wsgi import get_wsgi_application

from jcm_portal import localdb

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "jcm_portal.settings")
if settings.LOCAL_CLUSTER:
    localdb.ensure(settings.LOCAL_CLUSTER)
application = get_wsgi_application()
