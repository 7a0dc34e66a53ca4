from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SlaConfig(AppConfig):
    name = "sla"
    verbose_name = _("Service levels")

    def ready(self) -> None:
        from sla import alerts, audited, overriding, receivers  # noqa: F401  (their words; connects them)
        from sla.reports import restating  # noqa: F401  (connects it)
