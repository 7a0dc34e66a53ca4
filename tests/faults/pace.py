"""How patient a test of faults is: strict on a quiet machine, and as much less as it is slower.

A page must come within ten seconds whatever is dead, and all be well again within two minutes. On
a machine that other work keeps busy both are multiplied by how slow a page of a sound desk is.
"""

import http.client
import statistics
import time

from tests.servicedesk.local.desk import Desk

#: Seconds: for a page while something is dead, until all is well again, for a page in quiet.
PAGE, RECOVERY, USUAL = 10, 120, 0.5


class Pace:
    """Measured while the desk is sound."""

    def __init__(self, desk: Desk) -> None:
        took = [seconds_for_a_page(desk) for _turn in range(3)]
        self.slowness = max(1.0, statistics.median(took) / USUAL)

    @property
    def page(self) -> float:
        return PAGE * self.slowness

    @property
    def recovery(self) -> float:
        return RECOVERY * self.slowness


def seconds_for_a_page(desk: Desk) -> float:
    """From asking for the sign-in page until it is whole."""
    began = time.monotonic()
    connection = http.client.HTTPConnection("127.0.0.1", desk.port, timeout=120)
    connection.request("GET", "/accounts/login/")
    answer = connection.getresponse()
    assert answer.status == 200
    answer.read()
    connection.close()
    return time.monotonic() - began
