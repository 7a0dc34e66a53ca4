"""Work of tickets for the workers."""

from celery import shared_task

from tickets.actions.transitions import close_solved


@shared_task
def close_solved_tickets() -> int:
    """Closes tickets that were solved fourteen days ago. May run twice."""
    return close_solved()
