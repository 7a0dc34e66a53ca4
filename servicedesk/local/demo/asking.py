"""Who asks what, through which door, with which answers of the guided form."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from random import Random

from servicedesk.catalogue.models import Category, Service
from servicedesk.local.demo import phrases
from servicedesk.local.demo.blanks import Blanks
from servicedesk.local.demo.cast import Cast, Person, Place
from servicedesk.local.demo.facts import Kind, Opening
from servicedesk.local.demo.figures import NONE
from servicedesk.local.demo.form import Form
from servicedesk.local.demo.lives import CONTACT, Fate
from servicedesk.local.demo.office_time import OfficeTime
from servicedesk.local.demo.phrases import Exchange
from servicedesk.local.demo.stories import Story, stories
from servicedesk.local.demo.texts import Piece, from_desk, from_requester, joined, line
from servicedesk.local.demo.weights import Weighted
from tickets.intake.clarity import is_clear

SERVICE_WEIGHTS = {
    "wise": 38, "websites": 21, "mijn-bibliotheek": 18, "aquabrowser": 7, "e-boeken": 6,
    "uitpas": 5, "wise-analytics": 3, "leerplatform": 3, "podiumtickets": 4,
}  # fmt: skip
#: What an arts centre asks about; libraries ask about all but the stage.
OF_ARTS_CENTRES = {"podiumtickets", "uitpas", "leerplatform"}


@dataclass(frozen=True)
class Tale:
    """A story made ready: its texts as pieces."""

    story: Story
    subjects: list[str]
    openings: list[Piece]
    clear: list[bool]
    solution: Piece
    exchanges: list[Exchange]
    note: Piece | None


@dataclass(frozen=True)
class Question:
    """One ticket before anybody worked on it."""

    opening: Opening
    tale: Tale
    blanks: Blanks
    owner_team: int | None
    service: int


def _tale(story: Story) -> Tale:
    shared = phrases.EXCHANGES.get(story.category, phrases.EXCHANGES[""])
    own = (
        [Exchange(from_desk(story.question), from_requester(story.answer))]
        if story.has_question
        else shared
    )
    return Tale(
        story=story,
        subjects=[line(subject) for subject in story.subjects],
        openings=[from_requester(opening) for opening in story.openings],
        clear=[is_clear(opening) for opening in story.openings],
        solution=from_desk(story.solution),
        exchanges=own,
        note=from_desk(story.note) if story.note else None,
    )


class Library:
    """All stories with the services they are about, and the people who may ask."""

    def __init__(self, cast: Cast, office: OfficeTime) -> None:
        self.cast, self.office = cast, office
        self.services = {
            service.slug: service
            for service in Service.objects.prefetch_related("intake_questions")
        }
        self.kinds = {
            slug: Kind(pk, kwis)
            for slug, pk, kwis in Category.objects.values_list("slug", "pk", "kwis")
        }
        self.form = Form(self.services.values())
        self.first_line = cast.agents[cast.team_ids["eerste-lijn"]]
        #: By its position, for a place is no key.
        self.places: Weighted[int] = Weighted(dict(enumerate(cast.weights)))

    @cached_property
    def tales(self) -> list[Tale]:
        return [_tale(story) for story in stories()]

    @cached_property
    def by_category(self) -> dict[tuple[str, bool], Weighted[int]]:
        """Positions of tales, by category and whether an arts centre asks."""
        found: dict[tuple[str, bool], dict[int, float]] = {}
        siblings = Counter((tale.story.service, tale.story.category) for tale in self.tales)
        for position, tale in enumerate(self.tales):
            service, category = tale.story.service, tale.story.category
            weight = SERVICE_WEIGHTS[service] / siblings[service, category]
            for arts in _askers(service):
                for kind in {category, NONE} if category in _PLAIN else {category}:
                    found.setdefault((kind, arts), {})[position] = weight
        return {key: Weighted(weights) for key, weights in found.items()}

    def ask(self, dice: Random, fate: Fate) -> Question:
        """What somebody asks who gets this fate."""
        place, tale = self._who_and_what(dice, fate.category)
        monitored = fate.category == "monitoring"
        person = self.cast.monitor if monitored else self._asker(dice, place)
        branch, branch_name = place.branches[int(dice.random() ** 2 * len(place.branches))]
        blanks = Blanks(
            dice,
            fate.created,
            requester=person.first_name,
            name=person.name,
            organisation=person.organisation_name,
            branch=in_words(branch_name, place),
            site=place.website,
        )
        channel = self._channel(dice, fate, monitored)
        service = self.services[tale.story.service]
        known = channel != "mail" or dice.random() < 0.3
        opening = Opening(
            at=fate.created,
            requester=person,
            subject=dice.choice(tale.subjects) % blanks,
            words=("", ""),
            channel=channel,
            kwis="information",
            priority="normal",
            impact="",
            service=service.pk if known else None,
            team=service.owner_team_id if known else None,
            branch=branch if channel == "portal" and dice.random() < 0.6 else None,
            by=dice.choice(self.first_line) if channel in _BY_AGENT else person,
            intake={},
        )
        self._write(dice, opening, tale, blanks)
        return Question(opening, tale, blanks, service.owner_team_id, service.pk)

    # --- who, what, how -------------------------------------------------------------------

    def _who_and_what(self, dice: Random, category: str) -> tuple[Place, Tale]:
        while True:
            place = self.cast.places[self.places.draw(dice)]
            if found := self.by_category.get((category, place.kind == "arts_centre")):
                return place, self.tales[found.draw(dice)]

    def _asker(self, dice: Random, place: Place) -> Person:
        # Some ask far more often than others.
        return place.staff[int(dice.random() ** 1.7 * len(place.staff))]

    def _channel(self, dice: Random, fate: Fate, monitored: bool) -> str:
        if monitored:
            return "monitor"
        chance = dice.random()
        if fate.pattern == CONTACT:
            return "phone" if chance < 0.85 else "desk"
        if chance < 0.05 and self.office.is_open(fate.created):
            return "chat"
        return "mail" if chance < 0.35 else "post" if chance > 0.996 else "portal"

    def _write(self, dice: Random, opening: Opening, tale: Tale, blanks: Blanks) -> None:
        which = int(dice.random() * len(tale.openings))
        pieces = [tale.openings[which]]
        if opening.channel == "mail":
            pieces = [dice.choice(phrases.MAIL_BEGINS), *pieces, dice.choice(phrases.MAIL_ENDS)]
        elif opening.channel == "portal":
            if dice.random() < 0.3:
                pieces.append(dice.choice(phrases.PORTAL_ENDS))
            self.form.fill(opening, tale.story, blanks, clear=tale.clear[which])
        elif opening.channel == "monitor":
            opening.kwis = "disruption"
        opening.words = joined(pieces, blanks)


_PLAIN = {"kennisvraag", "taak", "bug"}
_BY_AGENT = {"phone", "desk", "chat", "post"}


def _askers(service: str) -> tuple[bool, ...]:
    """Whether libraries (False) and arts centres (True) ask about a service."""
    if service == "podiumtickets":
        return (True,)
    return (False, True) if service in OF_ARTS_CENTRES else (False,)


def in_words(branch: str, place: Place) -> str:
    """A branch as it stands in a sentence after “in” or “voor”."""
    if branch in ("Hoofdgebouw", "Atelier"):
        return f"het {branch.lower()}"
    if place.kind == "arts_centre":
        return f"de {branch.lower()}"
    return "ons kantoor" if branch == "Kantoor" else branch
