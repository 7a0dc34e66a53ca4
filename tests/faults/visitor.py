"""A requester with a browser without scripts, who tries again when the desk does not answer."""

import http.client
import http.cookiejar
import re
import time
import urllib.error
import urllib.parse
import urllib.request

from tests.servicedesk.local.desk import Desk
from tickets.intake.asking import NO_IDEA

EMAIL, PASSWORD = "sofie@heidedal.example", "een-lang-wachtwoord"
MAKE_SOFIE = (
    "from servicedesk.accounts.models import User;"
    f"User.objects.create_user('{EMAIL}', 'Sofie', '{PASSWORD}')"
)
#: What a browser shows as a page that cannot be reached, or as “try again”.
AWAY = (urllib.error.URLError, http.client.HTTPException, OSError)


class Visitor:
    """Signs in and sends the form."""

    def __init__(self, desk: Desk) -> None:
        self.base = f"http://127.0.0.1:{desk.port}"
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        with self.opener.open(self.base + path, timeout=60) as answer:
            return answer.read().decode()

    def post(self, path: str, page: str, **fields: str) -> str:
        hidden = dict(re.findall(r'name="(csrfmiddlewaretoken|token)"\s+value="([^"]+)"', page))
        data = urllib.parse.urlencode({**hidden, **fields}).encode()
        request = urllib.request.Request(self.base + path, data, {"Referer": self.base})
        with self.opener.open(request, timeout=60) as answer:
            return answer.geturl()

    def sign_in(self, email: str = EMAIL) -> None:
        url = self.post(
            "/accounts/login/", self.get("/accounts/login/"), login=email, password=PASSWORD
        )
        assert "login" not in url

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
