"""Whether the time of an answer tells which addresses a desk knows.

    python -m tests.benchmarks.enumeration http://127.0.0.1:8000 somebody@known.example \\
        [contact@person.example PASSWORD]

Signs in with a wrong password and asks for a link, for that address and for one that nobody has, in
turn, so that the limits of the desk meet both alike; prints the median of each in milliseconds.
They allow few attempts a minute: it takes about two minutes for each form. With the sign-in of
somebody who may invite, both are invited too.
"""

import re
import statistics
import sys
import time
from collections.abc import Iterator

import requests

SAMPLES, PAUSE = 10, 13.0
FORMS = {
    "sign in": ("/accounts/login/", "login", {"password": "een-verkeerd-wachtwoord"}),
    "ask for a link": ("/accounts/password/reset/", "email", {}),
}


def post(browser: requests.Session, base: str, path: str, form: dict[str, str]) -> float:
    """Seconds until the answer to a form."""
    page = browser.get(base + path, timeout=30).text
    token = re.search(r'name="csrfmiddlewaretoken" value="([^"]+)"', page)
    assert token, "no form at that address"
    form = {**form, "csrfmiddlewaretoken": token[1]}
    start = time.perf_counter()
    answer = browser.post(base + path, form, headers={"Referer": base + path}, timeout=30)
    assert answer.status_code < 500
    return time.perf_counter() - start


def samples(base: str, known: str, name: str) -> Iterator[tuple[str, float]]:
    path, field, more = FORMS[name]
    unknown = f"nobody@{time.time_ns()}.example"
    for _turn in range(SAMPLES):
        for kind, email in (("known", known), ("unknown", unknown)):
            # A browser that was never here before.
            yield kind, post(requests.Session(), base, path, {field: email, **more})
        time.sleep(PAUSE)


def invitations(base: str, known: str, login: str, password: str) -> Iterator[tuple[str, float]]:
    browser = requests.Session()
    post(browser, base, "/accounts/login/", {"login": login, "password": password})
    unknown = f"nobody@{time.time_ns()}.example"
    for _turn in range(SAMPLES):
        for kind, email in (("known", known), ("unknown", unknown)):
            form = {"name": "Iemand", "email": email, "language": "nl", "role": "requester"}
            yield kind, post(browser, base, "/invitations/", form)


def tell(name: str, answers: Iterator[tuple[str, float]]) -> None:
    times: dict[str, list[float]] = {"known": [], "unknown": []}
    for kind, seconds in answers:
        times[kind].append(seconds)
    medians = {kind: statistics.median(found) * 1000 for kind, found in times.items()}
    print(f"{name}: known {medians['known']:.0f} ms, unknown {medians['unknown']:.0f} ms")


def main(base: str, known: str, *inviter: str) -> None:
    base = base.rstrip("/")
    if inviter:
        tell("invite", invitations(base, known, *inviter))
    for name in FORMS:
        tell(name, samples(base, known, name))


if __name__ == "__main__":
    main(*sys.argv[1:])
