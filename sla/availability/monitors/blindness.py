"""Is it them, or is it our own network? Asked of addresses outside that are always there.

A monitor that fails proves nothing while none of the addresses of DESK_MONITORS_REFERENCES answers:
its service has no data then. The desk is told once, when that begins.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy

from servicedesk.accounts.models import User
from servicedesk.outbox import sentences
from servicedesk.outbox.writing import notify
from sla.availability.models import BlindSpell, Monitor
from sla.availability.monitors.probing import Question, ask

#: Seconds a reference has to answer.
TIMEOUT = 5

sentences.register(
    {
        "monitors_blind": gettext_lazy(
            "Our own network reaches nothing outside: until it does, monitors prove nothing."
        )
    }
)


def look_outside(*, something_failed: bool) -> bool:
    """Whether our own network is away. Asks outside only when something failed, or was away."""
    references = settings.DESK_MONITORS_REFERENCES
    if not references or not (something_failed or going_on()):
        return False
    with ThreadPoolExecutor(len(references), thread_name_prefix="reference") as pool:
        is_blind = not any(pool.map(_answers, references))
    _note(is_blind)
    return is_blind


def going_on() -> BlindSpell | None:
    """The spell that has not ended."""
    return BlindSpell.objects.filter(ended_at=None).first()


def _answers(reference: str) -> bool:
    kind = Monitor.Kind.HTTP if "://" in reference else Monitor.Kind.TCP
    return ask(Question(kind, reference, timeout=TIMEOUT)).ok


@transaction.atomic
def _note(is_blind: bool) -> None:
    if not is_blind:
        BlindSpell.objects.filter(ended_at=None).update(ended_at=timezone.now())
        return
    spell, begins = BlindSpell.objects.get_or_create(ended_at=None)
    if begins:
        agents = User.objects.agents().values_list("pk", flat=True)
        notify(agents, key=f"monitors-blind-{spell.pk}", kind="monitors_blind")
