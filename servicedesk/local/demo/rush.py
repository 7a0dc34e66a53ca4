"""When people ask: mostly in the morning and early in the week, now and then at night."""

from bisect import bisect_right
from itertools import accumulate
from random import Random

from django.utils import timezone

from servicedesk.local.demo.office_time import HOUR, OfficeTime, moment

WEEKDAYS = (1.2, 1.08, 1.0, 1.0, 0.85, 0.1, 0.05)
#: From midnight on.
HOURS = (
    0.02, 0.01, 0.01, 0.01, 0.02, 0.05, 0.15, 0.5, 2.2, 6.0, 7.2, 6.2,
    3.2, 4.6, 6.4, 5.6, 4.4, 1.4, 0.9, 0.7, 0.5, 0.4, 0.2, 0.08,
)  # fmt: skip
HOLIDAY = 0.06


class Rush:
    """Draws moments of a stretch of time, each hour as likely as it is busy."""

    def __init__(self, office: OfficeTime, start: int, end: int) -> None:
        self.start, self.end = start, end
        self.hours = list(range(start - start % HOUR, end, HOUR))
        self.sums = list(accumulate(_weight(office, hour) for hour in self.hours))

    def draw(self, dice: Random, until: int | None = None) -> int:
        """A moment in the stretch, before `until` if that is given."""
        last = len(self.hours) if until is None else max(bisect_right(self.hours, until) - 1, 1)
        wanted = dice.random() * self.sums[last - 1]
        hour = self.hours[min(bisect_right(self.sums, wanted), last - 1)]
        at = hour + int(dice.random() * HOUR)
        return min(max(at, self.start), self.end - 1)


def _weight(office: OfficeTime, hour: int) -> float:
    local = timezone.localtime(moment(hour))
    weight = WEEKDAYS[local.weekday()] * HOURS[local.hour]
    closed = local.weekday() < 5 and 9 <= local.hour < 17 and not office.is_open(hour)
    return weight * HOLIDAY if closed else weight
