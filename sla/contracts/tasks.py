"""Work of contracts for the workers."""

from __future__ import annotations

from celery import shared_task

from sla.contracts import alerts
from sla.contracts.alert_mail import mail_supplier_alerts
from sla.contracts.reminding import remind_of_notice
from sla.contracts.reviewing import review_months


@shared_task
def check_suppliers() -> int:
    """Rings for the clocks of suppliers that are due, and writes the mail about it; gives the
    number of alerts."""
    raised = alerts.check()
    mail_supplier_alerts()
    return raised


@shared_task
def review_contracts() -> list[str]:
    """Reviews the months whose day has come and reminds of notice dates; names the reviews."""
    remind_of_notice()
    return [str(review) for review in review_months()]
