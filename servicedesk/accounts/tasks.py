"""Tidying up behind people who came in."""

from celery import shared_task

from servicedesk.accounts.importing.running import sweep_imports
from servicedesk.accounts.sessions import sweep_sessions
from servicedesk.accounts.throttling import sweep_attempts


@shared_task
def sweep_sign_ins() -> int:
    """Forgets sessions that ran out, attempts that no longer count and files that nobody imported;
    how many rows went."""
    return sweep_sessions() + sweep_attempts() + sweep_imports()
