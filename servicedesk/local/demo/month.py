"""One month of the plan: how many tickets live which life in it, and of which category.

A ticket counts in the month of its answer, of its solution (or of the breach, if that came first)
and of its solve. Four kinds of lives make all figures of a month come out at once:

    at once     created, answered and solved in one month
    overnight   created after the last closing of a month, all else in the next
    waiting     created and answered in a month, solved in time in the next
    late        created, answered and broken in a month, solved in the next
"""

from dataclasses import dataclass
from random import Random

from servicedesk.local.demo.figures import NONE

Counts = dict[str, int]

#: Solved by the requester or a rule, or raised by a monitor: their lives are short and simple.
UNASKED = (NONE, "monitoring")


@dataclass(frozen=True)
class Month:
    """How many tickets of each life a month holds; what is over goes on into the next month."""

    number: int
    solved: Counts
    answers: int
    answers_in_time: int
    resolutions: int
    resolutions_in_time: int
    #: How many said whether they were satisfied, and how many of them were.
    opinions: int
    satisfied: int
    #: Created in it, and solved in the next month.
    late: int
    waiting: int
    overnight: int
    #: Solved in it, and created in the month before.
    late_before: int
    waiting_before: int
    overnight_before: int

    @property
    def at_once(self) -> int:
        before = self.late_before + self.waiting_before + self.overnight_before
        return sum(self.solved.values()) - before

    @property
    def created(self) -> int:
        return self.at_once + self.late + self.waiting + self.overnight

    @property
    def late_answers(self) -> int:
        return self.answers - self.answers_in_time

    @property
    def late_at_once(self) -> int:
        """Broken and solved within the month."""
        return self.resolutions - self.resolutions_in_time - self.late


def deck_of(month: Month, seed: str) -> list[str]:
    """The categories of the tickets solved in a month, one card each, in the order of lives.

    First those created in the month before: late, waiting, overnight. Somebody asked them, and
    somebody gave them a category.
    """
    dice = Random(f"{seed} deck {month.number}")
    cards = [name for name, count in month.solved.items() for _card in range(count)]
    asked = [name for name in cards if name not in UNASKED]
    dice.shuffle(asked)
    before = month.late_before + month.waiting_before + month.overnight_before
    rest = asked[before:] + [name for name in cards if name in UNASKED]
    dice.shuffle(rest)
    return asked[:before] + rest
