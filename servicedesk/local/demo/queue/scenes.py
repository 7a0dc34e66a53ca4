"""One ticket of the queue as a chain of acts, and how it is played into a life."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from servicedesk.lib import html
from servicedesk.local.demo.cast import Person
from servicedesk.local.demo.facts import Opening, Words
from servicedesk.local.demo.life import Life
from servicedesk.local.demo.queue.stage import Stage
from servicedesk.local.demo.texts import escaped
from tickets.intake.questions import KWIS, Sort

MINUTE = 60
PRIORITIES = {"alone": "low", "several": "normal", "blocked": "high", "public": "high"}

Act = Callable[[Life], None]


@dataclass(frozen=True)
class File:
    """Something added to a message, by the position of that message in the ticket."""

    message: int
    filename: str
    content: bytes


@dataclass
class Scene:
    """What is asked; what happens to it is added act by act, in the order of time."""

    stage: Stage
    created: int
    requester: Person
    service: str
    subject: str
    body: str
    channel: str = "portal"
    sort: Sort = Sort.DISRUPTION
    impact: str = ""
    intake: dict[str, Any] = field(default_factory=dict)
    completeness: int | None = None
    callback: tuple[str, str] | None = None
    branch: str = ""
    #: The agent who wrote it down during a call or a visit.
    by: str = ""
    acts: list[Act] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    said: int = 1

    # --- acts -------------------------------------------------------------------------------

    def service_set(self, at: int, by: str) -> "Scene":
        """The desk finds out what it is about, as with most mail."""
        service = self.stage.services[self.service]
        agent = self.stage.person(by)
        return self._then(
            lambda life: life.set_service(at, service.pk, service.owner_team_id, agent)
        )

    def assigned(self, at: int, to: str, by: str = "Noor Peeters") -> "Scene":
        agent, dispatcher = self.stage.person(to), self.stage.person(by)
        return self._then(lambda life: life.assign(at, agent.team, agent, dispatcher))

    def given_to_team(self, at: int, team: str, by: str = "Noor Peeters") -> "Scene":
        pk, dispatcher = self.stage.cast.team_ids[team], self.stage.person(by)
        return self._then(lambda life: life.assign(at, pk, None, dispatcher))

    def raised(self, at: int, to: str, reason: str, by: str = "Noor Peeters") -> "Scene":
        agent = self.stage.person(by)
        return self._then(lambda life: life.set_priority(at, to, reason, agent))

    def answered(self, at: int, by: str, text: str, then: str = "", category: str = "") -> "Scene":
        """A public reply; `{requester}` is the first name of who asked."""
        agent, kind = self.stage.person(by), self.stage.kinds.get(category)
        words = markdown(text.replace("{requester}", self.requester.first_name))
        return self._say(lambda life: life.answer(at, agent, words, then, kind))

    def noted(self, at: int, by: str, text: str, then: str = "") -> "Scene":
        agent, words = self.stage.person(by), markdown(text)
        return self._say(lambda life: life.note(at, agent, words, then))

    def forwarded(self, at: int, by: str, text: str) -> "Scene":
        """Put before the supplier of the service, who must act from now on."""
        agent, words = self.stage.person(by), markdown(text)
        supplier = self.stage.services[self.service].supplier_id or 0
        return self._say(lambda life: life.forward(at, agent, supplier, words))

    def supplier_wrote(self, at: int, text: str) -> "Scene":
        words = plain(text)
        return self._say(lambda life: life.hear_supplier(at, words))

    def called(self, at: int, by: str, text: str) -> "Scene":
        agent, words = self.stage.person(by), markdown(text)
        return self._say(lambda life: life.call(at, agent, words))

    def wrote_back(self, at: int, text: str, by: str = "") -> "Scene":
        words = plain(text)
        author = self.stage.person(by) if by else None
        return self._say(lambda life: life.write_back(at, words, author))

    def thanked(self, at: int, text: str) -> "Scene":
        words = plain(text)
        return self._say(lambda life: life.thank(at, words))

    def confirmed(self, at: int) -> "Scene":
        return self._then(lambda life: life.confirm(at))

    def followed(self, at: int, by: str, adder: str) -> "Scene":
        follower, person = self.stage.person(by), self.stage.person(adder)
        return self._then(lambda life: life.follow(at, follower, person))

    def read(self, *who: str) -> "Scene":
        """These people saw all that was written so far."""
        seen, ids = self.said, [self.stage.person(name).id for name in who]

        def mark(life: Life) -> None:
            for pk in ids:
                life.read_by[pk] = max(life.message_id(seen - 1), life.read_by.get(pk, 0))

        return self._then(mark)

    def with_file(self, filename: str, content: bytes) -> "Scene":
        """Added to what was said last."""
        self.files.append(File(self.said - 1, filename, content))
        return self

    # --- playing ----------------------------------------------------------------------------

    def play(self, life: Life) -> None:
        life.open(self._opening())
        for act in self.acts:
            act(life)
        life.close_in_time()
        # Search finds a ticket by the names of its files, too.
        life.public += [escaped(file.filename) for file in self.files]

    def _opening(self) -> Opening:
        service = self.stage.services[self.service]
        known = self.channel != "mail"
        with_form = self.channel == "portal"
        place = next(
            (p for p in self.stage.cast.places if p.name == self.requester.organisation_name), None
        )
        branches = {name: pk for pk, name in place.branches} if place else {}
        return Opening(
            at=self.created,
            requester=self.requester,
            subject=escaped(self.subject),
            words=plain(self.body),
            channel=self.channel,
            kwis=KWIS[self.sort].value if with_form else "information",
            priority=PRIORITIES.get(self.impact, "normal"),
            impact=self.impact,
            service=service.pk if known else None,
            team=service.owner_team_id if known else None,
            branch=branches.get(self.branch),
            by=self.stage.person(self.by) if self.by else self.requester,
            intake={"sort": self.sort.value, **self.intake} if with_form else {},
            completeness=self.completeness if with_form else None,
            callback=self.callback,
        )

    def _then(self, act: Act) -> "Scene":
        self.acts.append(act)
        return self

    def _say(self, act: Act) -> "Scene":
        self.said += 1
        return self._then(act)


def plain(text: str) -> Words:
    clean = text.strip()
    return escaped(clean), escaped(html.from_plain_text(clean))


def markdown(text: str) -> Words:
    clean = text.strip()
    return escaped(clean), escaped(html.from_markdown(clean))
