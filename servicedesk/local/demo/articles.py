"""The first articles of the knowledge base, from the files in articles/, with pictures and votes.

A file begins with lines such as `title: …` and an empty line; the rest is Markdown.
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path
from random import Random

from django.core.files.uploadedfile import SimpleUploadedFile

from knowledgebase.models import Article, ArticleVote
from knowledgebase.publishing import Content, add_picture, markdown_for, publish, write_article
from servicedesk.accounts.models import User
from servicedesk.catalogue.models import Service
from servicedesk.local.demo.screens import screen
from tickets.models import Deflection

FOLDER = Path(__file__).with_name("articles")
COMMENTS = [
    "Bij ons heet het menu net anders.",
    "Een schermafbeelding bij elke stap zou helpen.",
    "Ik heb de rol niet, dus ik raakte niet verder.",
    "Niet gevonden wat ik zocht.",
]


@dataclass(frozen=True)
class _Source:
    heading: dict[str, str]
    body: str

    @classmethod
    def read(cls, path: Path) -> "_Source":
        head, _blank, body = path.read_text("utf-8").partition("\n\n")
        pairs = (line.partition(":") for line in head.splitlines())
        return cls({key.strip(): value.strip() for key, _colon, value in pairs}, body.strip())


def make_articles(dice: Random, *, now: dt.datetime) -> None:
    """Writes and publishes them, once: where there is any article, nothing happens."""
    if Article.objects.exists():
        return
    editor = User.objects.get(email="yasmina.benali@desk.example")
    readers = list(User.objects.filter(role=User.Role.REQUESTER).order_by("pk")[:200])
    for path in sorted(FOLDER.glob("*.md")):
        source = _Source.read(path)
        article = _write(source, by=editor)
        _date(article, now - dt.timedelta(days=dice.randint(12, 190), hours=dice.randint(1, 9)))
        _vote(dice, article, source, readers, now=now)
        _deflect(dice, article, readers, now=now)


def _write(source: _Source, *, by: User) -> Article:
    heading = source.heading
    content = Content(
        title=heading["title"],
        summary=heading["summary"],
        body=source.body.replace("{picture}\n\n", ""),
        audience=heading.get("audience", Article.Audience.REQUESTERS),
        service=Service.objects.filter(slug=heading["service"]).first(),
        icon=heading["icon"],
        home_position=int(heading["home"]),
    )
    article = write_article(content, by=by)
    if "picture" in heading:
        article = _add_picture(article, source, content, by=by)
    return publish(article, by=by)


def _add_picture(article: Article, source: _Source, content: Content, *, by: User) -> Article:
    name, title, lines = (part.strip() for part in source.heading["picture"].split("|"))
    drawn = screen(title, [line.strip() for line in lines.split(",")])
    picture = add_picture(article, SimpleUploadedFile(name, drawn, "image/png"), by=by)
    shown = markdown_for(picture).replace(f"![{name.removesuffix('.png')}]", f"![{title}]")
    body = source.body.replace("{picture}", shown)
    illustrated = Content(**{**vars(content), "body": body})
    return write_article(illustrated, by=by, article=article, note="Schermafbeelding toegevoegd")


def _date(article: Article, at: dt.datetime) -> None:
    Article.objects.filter(pk=article.pk).update(created_at=at, updated_at=at, published_at=at)
    article.revisions.update(at=at)
    article.published_at = at


def _vote(
    dice: Random, article: Article, source: _Source, readers: list[User], *, now: dt.datetime
) -> None:
    count, share = (int(part) for part in source.heading["votes"].split())
    if article.audience == Article.Audience.AGENTS:
        readers = list(User.objects.agents().order_by("pk"))
    voters = dice.sample(readers, min(count, len(readers)))
    pleased = round(len(voters) * share / 100)
    ArticleVote.objects.bulk_create(
        ArticleVote(
            article=article,
            user=voter,
            helpful=row < pleased,
            comment="" if row < pleased or dice.random() < 0.4 else dice.choice(COMMENTS),
            at=_between(dice, article, now),
        )
        for row, voter in enumerate(voters)
    )


def _deflect(dice: Random, article: Article, readers: list[User], *, now: dt.datetime) -> None:
    """Some were helped while they were typing their question."""
    if article.audience == Article.Audience.REQUESTERS and article.home_position:
        Deflection.objects.bulk_create(
            Deflection(
                article=article,
                user=dice.choice(readers),
                service_id=article.service_id,
                at=_between(dice, article, now),
            )
            for _helped in range(dice.randint(8, 40))
        )


def _between(dice: Random, article: Article, now: dt.datetime) -> dt.datetime:
    published = article.published_at or now
    return published + (now - published) * dice.random()
