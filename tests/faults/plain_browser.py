"""A browser without scripts, for whoever needs a desk and nothing of its code."""

import http.client
import http.cookiejar
import re
import urllib.error
import urllib.parse
import urllib.request

from tests.servicedesk.local.desk import Desk

EMAIL, PASSWORD = "sofie@heidedal.example", "een-lang-wachtwoord"
#: What a browser shows as a page that cannot be reached, or as “try again”.
AWAY = (urllib.error.URLError, http.client.HTTPException, OSError)


class PlainBrowser:
    """Gets pages, sends forms, signs in."""

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
