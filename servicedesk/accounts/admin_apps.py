"""Puts the desk's own administration in the place of Django's."""

from django.contrib.admin.apps import AdminConfig


class AdministrationConfig(AdminConfig):
    default_site = "servicedesk.accounts.admin_site.Administration"
