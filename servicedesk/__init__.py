"""The plot: settings, ground floor (lib, outbox, accounts, catalogue) and front hall."""

from servicedesk.celery import app as celery_app

__all__ = ["celery_app"]
