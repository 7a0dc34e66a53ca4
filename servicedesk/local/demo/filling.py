"""Fills an empty desk: people and catalogue, articles, months of history, the living queue."""

import datetime as dt
import heapq
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from random import Random

from django.db import transaction
from django.utils import timezone

from servicedesk.local.demo import copying
from servicedesk.local.demo.articles import make_articles
from servicedesk.local.demo.asking import Library
from servicedesk.local.demo.cast import read_cast
from servicedesk.local.demo.catalogue import make_catalogue
from servicedesk.local.demo.contracts import keep_contracts, make_contracts
from servicedesk.local.demo.figures import (
    ANSWERED_IN_TIME,
    CATEGORIES,
    NONE,
    OPENED,
    first_day,
    month_of,
)
from servicedesk.local.demo.fitting import Shown, leave_room
from servicedesk.local.demo.life import FIRST_NUMBER, Life
from servicedesk.local.demo.lives import Fate, Fates, Target
from servicedesk.local.demo.month import Month
from servicedesk.local.demo.months import plan
from servicedesk.local.demo.office_time import (
    HOUR,
    OfficeTime,
    local_day,
    midnight,
    moment,
    seconds,
)
from servicedesk.local.demo.outages import make_outages
from servicedesk.local.demo.people import make_people
from servicedesk.local.demo.promises import Promises
from servicedesk.local.demo.publishing import publish_months
from servicedesk.local.demo.queue import Scene, scenes
from servicedesk.local.demo.queue.around import keep_files, ring_bells
from servicedesk.local.demo.queue.stage import Stage
from servicedesk.local.demo.roster import make_roster
from servicedesk.local.demo.rows import Rows
from servicedesk.local.demo.sharing import share_out
from servicedesk.local.demo.telling import Teller
from servicedesk.local.demo.writing import write
from sla.legs import Metric
from tickets.models import Ticket

#: Agents have read what is older than so much office time.
READ_UP_TO = 2 * HOUR
#: Tickets that are brought in together.
BATCH = 1500

#: Told of how many tickets are in, of about how many.
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Wish:
    """How large the demo shall be, as of when, and how many processes may write it."""

    seed: str = "1"
    months: int | None = None
    tickets: int | None = None
    now: dt.datetime = field(default_factory=timezone.now)
    processes: int = 1


@dataclass(frozen=True)
class Block:
    """The tickets created in one month; `following` is the month after it."""

    month: Month
    following: Month | None
    scenes: tuple[Scene, ...]
    first_number: int

    @property
    def size(self) -> int:
        return self.month.created + len(self.scenes)


def is_filled() -> bool:
    """Whether the desk holds tickets already."""
    return Ticket.objects.exists()


class Filling:
    """One load of a desk."""

    def __init__(self, wish: Wish) -> None:
        self.wish = wish
        self.moment = wish.now.replace(microsecond=0)
        self.now, self.today = seconds(self.moment), local_day(seconds(self.moment))
        self.promises = Promises(self.moment)
        terms = self.promises.terms_at(self.moment)
        if terms is None:
            raise LookupError("No SLA policy holds for every ticket: the demo needs one.")
        targets = terms.policy_version.targets("normal")
        self.target = Target(targets.first_response or 4 * HOUR, targets.resolution or 8 * HOUR)
        first = first_day(min(OPENED, month_of(self.today)))
        self.opened = moment(midnight(first))
        hours = terms.calendar_version.business_hours
        self.office = OfficeTime.of(hours, first, self.today)

    def fill(self, progress: Progress) -> int:
        """Everything, in order; gives the number of tickets."""
        with transaction.atomic():
            make_people(Random(f"{self.wish.seed} people"), since=self.opened)
            make_catalogue()
            make_outages(self.wish.seed, now=self.moment)
            make_contracts(now=self.moment)
            make_roster(now=self.moment)
        self.cast = read_cast(Random(f"{self.wish.seed} cast"))
        blocks = list(self._blocks(scenes(Stage(self.cast, self.office, self.now))))
        total = round(
            sum(block.size for block in blocks[:-1]) + self._passed() * blocks[-1].month.created
        )
        with copying.many_words():
            share_out(
                blocks,
                size=lambda block: block.size,
                processes=self.wish.processes,
                write=self._write,
                told=lambda done: progress(done, total),
                meanwhile=self._write_articles,
            )
        with transaction.atomic():
            ring_bells(
                self._numbers_of_scenes(blocks),
                now=self.moment,
                read_until=moment(self.office.ago(self.now, READ_UP_TO)),
            )
        copying.gather_statistics()
        publish_months(now=self.moment)
        with transaction.atomic():
            keep_contracts(now=self.moment)
        return Ticket.objects.count()

    def _write_articles(self) -> None:
        with transaction.atomic():
            make_articles(Random(f"{self.wish.seed} articles"), now=self.moment)

    # --- history ----------------------------------------------------------------------------

    def _write(self, blocks: list[Block], told: Callable[[int], None]) -> None:
        """Writes whole months, in an open transaction; tells how many tickets came in."""
        library = Library(self.cast, self.office)
        teller = Teller(self.cast, library, self.office, corrected=self._corrected())
        with copying.bulk():
            for block in blocks:
                for batch in self._batches(block, teller):
                    copying.copy(batch.rows)
                    for scene, life in batch.scenes:
                        keep_files(scene, life)
                    told(batch.count)

    def _batches(self, block: Block, teller: Teller) -> "Iterator[_Batch]":
        dice = Random(f"{self.wish.seed} month {block.month.number}")
        batch = _Batch()
        for number, subject in self._subjects(block, dice):
            life = Life(number, self.now)
            if isinstance(subject, Scene):
                subject.play(life)
                batch.scenes.append((subject, life))
            else:
                teller.tell(dice, life, subject)
            if not write(life, batch.rows, self.promises):
                break  # they come in the order of time: the rest is still to come
            batch.count += 1
            if batch.count == BATCH:
                yield batch
                batch = _Batch()
        yield batch

    def _subjects(self, block: Block, dice: Random) -> Iterator[tuple[int, Fate | Scene]]:
        """Fates and scenes of a month with their numbers, in the order of creation."""
        fates = Fates(block.month, block.following, self.office, self.target)
        drawn: Iterable[Fate | Scene] = fates.draw(dice, self.wish.seed)
        merged = heapq.merge(drawn, block.scenes, key=lambda subject: subject.created)
        return enumerate(merged, block.first_number)

    # --- the plan ---------------------------------------------------------------------------

    def _blocks(self, told: list[Scene]) -> Iterator[Block]:
        months = plan(
            self.today,
            seed=self.wish.seed,
            months=self.wish.months,
            tickets=self.wish.tickets,
            passed=self._passed(),
        )
        if not self.wish.tickets:
            months = leave_room(months, [self._shown(scene) for scene in told])
        months = [_before(months[0]), *months]
        number = FIRST_NUMBER
        for month, following in zip(months, [*months[1:], None], strict=True):
            played = tuple(s for s in told if month_of(local_day(s.created)) == month.number)
            block = Block(month, following, played, number)
            number += block.size
            yield block

    def _shown(self, scene: Scene) -> Shown:
        """What this scene adds to the figures, found by playing it to nobody."""
        life = Life(FIRST_NUMBER, self.now)
        scene.play(life)
        counted = {
            reading.metric: (month_of(timezone.localtime(at).date()), not reading.breached_at)
            for reading in self.promises.readings(life.log())
            if (at := reading.breached_at or reading.stopped_at)
        }
        answered, in_time = counted.get(Metric.FIRST_RESPONSE, (None, False))
        resolved, solved_in_time = counted.get(Metric.RESOLUTION, (None, False))
        kinds = {kind.id: slug for slug, kind in scene.stage.kinds.items()}
        return Shown(
            solved=month_of(local_day(life.solved_at)) if life.solved_at else None,
            category=kinds.get(life.category or 0, NONE),
            answered=answered,
            answered_in_time=in_time,
            resolved=resolved,
            resolved_in_time=solved_in_time,
        )

    def _numbers_of_scenes(self, blocks: list[Block]) -> list[int]:
        """Which tickets tell a scene."""
        return [
            number
            for block in blocks
            if block.scenes
            for number, subject in self._subjects(
                block, Random(f"{self.wish.seed} month {block.month.number}")
            )
            if isinstance(subject, Scene)
        ]

    def _corrected(self) -> int | None:
        """The month of which a figure was restated: not one whose figures are well known."""
        month = month_of(self.today) - 3
        return month if month > max(ANSWERED_IN_TIME) else None

    def _passed(self) -> float:
        """How much of the running month's office time is over."""
        start = self.office.count(midnight(self.today.replace(day=1)))
        end = self.office.count(midnight(first_day(month_of(self.today) + 1)))
        return (self.office.count(self.now) - start) / max(end - start, 1)


@dataclass
class _Batch:
    """Some tickets on their way into the database."""

    rows: Rows = field(default_factory=Rows)
    scenes: list[tuple[Scene, Life]] = field(default_factory=list)
    count: int = 0


def _before(month: Month) -> Month:
    """The month before the first one: only what goes on into that one."""
    counts = Counter(dict.fromkeys(CATEGORIES, 0))
    return Month(
        number=month.number - 1,
        solved=counts,
        answers=0,
        answers_in_time=0,
        resolutions=0,
        resolutions_in_time=0,
        opinions=0,
        satisfied=0,
        late=month.late_before,
        waiting=month.waiting_before,
        overnight=month.overnight_before,
        late_before=0,
        waiting_before=0,
        overnight_before=0,
    )
