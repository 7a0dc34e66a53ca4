"""Whether the requester's side was satisfied, and what the desk does with it.

A negative answer is a task of the team: it stays on the page of feedback, on the ticket and
behind the bell until somebody says that it was followed up. It is no ticket of its own, which
would count as a question, and no mere note, which is in nobody's queue.
"""

from __future__ import annotations

from django.utils import timezone
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from tickets.actions.locking import guard, lock
from tickets.events import record_event, verb
from tickets.models import Rating, ThanksToCheck, Ticket
from tickets.permissions import may_rate, may_work

LONGEST_COMMENT = 2000


@verb
def rate(
    ticket: Ticket, verdict: str, *, by: User, comment: str = "", via: str = Rating.Via.PORTAL
) -> Rating:
    """The answer of the requester's side; the last one counts, and the same again changes nothing.

    Without words the ones given before with the same verdict stay, for not every page shows them.
    Raises TicketError when the ticket is not solved or the answer can no longer be changed.
    """
    ticket = lock(ticket)
    given = Rating.objects.filter(ticket=ticket).first()
    guard(verdict in Rating.Verdict.values, _("Choose whether you were satisfied."))
    guard(may_rate(by, ticket, given), _("Your opinion on this answer can no longer be changed."))
    kept = given.comment if given is not None and given.verdict == verdict else ""
    words = comment.strip()[:LONGEST_COMMENT] or kept
    if given is not None and (given.verdict, given.comment) == (verdict, words):
        return given
    rating = given or Rating(ticket=ticket, first_answered_at=timezone.now())
    was = rating.verdict
    rating.verdict, rating.comment, rating.via = verdict, words, via
    rating.answered_at = timezone.now()
    if verdict != was:
        rating.follow_up_open = verdict == Rating.Verdict.NEGATIVE
    rating.save()
    record_event(ticket, "rated", by=by, verdict=verdict, via=via)
    return rating


@verb
def follow_up_rating(ticket: Ticket, *, by: User) -> Ticket:
    """Somebody of the desk did something with a negative answer. Twice is once."""
    guard(may_work(by))
    ticket = lock(ticket)
    if Rating.objects.filter(ticket=ticket, follow_up_open=True).update(follow_up_open=False):
        record_event(ticket, "rating_followed_up", by=by)
    return ticket


@verb
def check_thanks(ticket: Ticket, *, by: User) -> Ticket:
    """Somebody of the desk read the thanks that came by mail, and they are no more than that."""
    guard(may_work(by))
    ticket = lock(ticket)
    gone, _rows = ThanksToCheck.objects.filter(message__ticket=ticket).delete()
    if gone:
        record_event(ticket, "thanks_checked", by=by)
    return ticket
