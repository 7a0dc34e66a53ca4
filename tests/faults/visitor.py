"""A requester with a browser without scripts, who tries again when the desk does not answer."""

import time

from tests.faults.plain_browser import AWAY, EMAIL, PASSWORD, PlainBrowser
from tickets.intake.asking import NO_IDEA

MAKE_SOFIE = (
    "from servicedesk.accounts.models import User;"
    f"User.objects.create_user('{EMAIL}', 'Sofie', '{PASSWORD}')"
)


class Visitor(PlainBrowser):
    """Sends the form of a new question."""

    def ask(self, number: int) -> str:
        return self.send(self.get("/tickets/new/"), number)

    def send(self, page: str, number: int) -> str:
        subject, body = f"Vraag {number}", "Hoe pas ik de openingsuren van december aan?"
        return self.post(
            "/tickets/new/", page, kind="information", service=NO_IDEA, subject=subject, body=body
        )

    def insist(self, page: str, number: int, *, seconds: float) -> str:
        """Sends the very same form until it is answered, as one does who gets no answer."""
        deadline = time.monotonic() + seconds
        while True:
            try:
                return self.send(page, number)
            except AWAY:
                assert time.monotonic() < deadline, f"question {number} is not taken"
                time.sleep(0.2)
