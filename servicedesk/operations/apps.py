from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class OperationsConfig(AppConfig):
    name = "servicedesk.operations"
    label = "operations"
    verbose_name = _("Operations")

    def ready(self) -> None:
        from servicedesk.audit import vocabulary
        from servicedesk.operations import receivers  # noqa: F401 (connects the signals)

        vocabulary.register(
            {
                "sending_resumed": vocabulary.Action(
                    _("Let a restored desk go on"),
                    vocabulary.Group.CONFIGURATION,
                    frozenset({"waited", "sent"}),
                )
            },
            {"waited": _("mails that waited"), "sent": _("sent")},
        )
