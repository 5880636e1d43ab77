from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PortalConfig(AppConfig):
    name = "jcm_portal"
    verbose_name = _("Sources")

    def ready(self) -> None:
        from jcm_portal import checks  # noqa: F401  importing registers them
