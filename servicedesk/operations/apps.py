from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "servicedesk.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from servicedesk.operations import receivers  # noqa: F401 (connects the signals)
