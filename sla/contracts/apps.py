from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class ContractsConfig(AppConfig):
    name = "sla.contracts"
    verbose_name = _("Suppliers and contracts")

    def ready(self) -> None:
        from sla.contracts import alerts, audited, receivers  # noqa: F401  (words; connects them)
