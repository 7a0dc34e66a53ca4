from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AvailabilityConfig(AppConfig):
    name = "sla.availability"
    verbose_name = _("Availability")

    def ready(self) -> None:
        from sla.availability import receivers  # noqa: F401  (connects them)
