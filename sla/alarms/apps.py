from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AlarmsConfig(AppConfig):
    name = "sla.alarms"
    verbose_name = _("Alarms and on-call duty")

    def ready(self) -> None:
        from sla.alarms import audited, receivers  # noqa: F401  (their words; connects them)
