from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    name = "servicedesk.accounts"
    label = "accounts"
    verbose_name = _("People")

    def ready(self) -> None:
        from servicedesk.accounts import receivers

        receivers.connect()
