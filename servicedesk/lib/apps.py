from django.apps import AppConfig


class LibConfig(AppConfig):
    name = "servicedesk.lib"
    label = "lib"
