"""Files that belong to nothing are gone after a day; all others stay."""

import datetime as dt
import os
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db.models import Model
from django.utils import timezone

from knowledgebase import publishing
from servicedesk.accounts.models import Import
from servicedesk.lib.stored_files import file_fields
from sla.contracts.models import Contract, ContractDocument
from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.models import Attachment, Draft, IncomingEmail
from tickets.sweeping import sweep_orphans

pytestmark = pytest.mark.django_db


@pytest.fixture
def draft(requester) -> Draft:
    return drafting.keep(drafting.draft_of(requester, Draft.Kind.NEW_TICKET), {"subject": "Vraag"})


def left_behind(name: str, *, hours: int) -> Path:
    default_storage.save(name, ContentFile(b"x"))
    path = Path(settings.MEDIA_ROOT) / name
    then = (timezone.now() - dt.timedelta(hours=hours)).timestamp()
    os.utime(path, (then, then))
    return path


def age_all() -> None:
    for path in Path(settings.MEDIA_ROOT).rglob("*"):
        os.utime(path, (1, 1))


def test_files_of_somebody_stay_however_old(draft, requester, agent, screenshot):
    attachment = attach(screenshot(), draft=draft, by=requester)
    article = publishing.write_article(publishing.Content("T", "S", "B"), by=agent)
    picture = publishing.add_picture(article, screenshot(), by=agent)
    age_all()
    assert sweep_orphans() == 0
    for file in (attachment.file, attachment.shown, picture.file):
        assert file.storage.exists(file.name)


def test_what_nobody_points_to_goes_after_a_day(db):
    old = left_behind("attachments/ab/abcdef", hours=25)
    part = left_behind("attachments/ab/.part-x", hours=25)
    picture = left_behind("articles/123", hours=25)
    people = left_behind("imports/ab/abc.csv", hours=25)
    young = left_behind("attachments/ab/abcd", hours=23)
    other = left_behind("elders/abcd", hours=99)
    assert sweep_orphans() == 4
    assert sweep_orphans() == 0
    assert [path.exists() for path in (old, part, picture, people, young, other)] == [
        False, False, False, False, True, True,
    ]  # fmt: skip


@pytest.fixture
def owners(draft, requester, agent, supplier, screenshot) -> list[Model]:
    """A row of every model that has files, each with a file in every field."""
    article = publishing.write_article(publishing.Content("T", "S", "B"), by=agent)
    contract = Contract.objects.create(supplier=supplier, name="Web", starts_on=dt.date(2026, 1, 1))
    look = {"filename": "a.pdf", "content_type": "application/pdf", "size": 1, "sha256": "a" * 64}
    stored = ContentFile(b"x", "x")
    return [
        attach(screenshot(), draft=draft, by=requester),
        publishing.add_picture(article, screenshot(), by=agent),
        Import.objects.create(file=stored, created_by=agent),
        IncomingEmail.objects.create(key="a" * 64, body_digest="b" * 64, raw=stored, raw_size=1),
        ContractDocument.objects.create(contract=contract, file=stored, uploaded_by=agent, **look),
    ]


@pytest.mark.parametrize("field", file_fields(), ids=str)
def test_the_folder_of_every_field_is_swept_around_what_is_somebodys(field, owners):
    """A model with files that is new here has to be among the owners."""
    (owner,) = [row for row in owners if isinstance(row, field.model)]
    kept = getattr(owner, field.name)
    lost = left_behind(f"{Path(kept.name).parent}/{'0' * 32}", hours=25)
    age_all()
    assert sweep_orphans() == 1
    assert (kept.storage.exists(kept.name), lost.exists()) == (True, False)


def test_a_row_that_belongs_to_nothing_goes_too(
    draft, requester, screenshot, django_capture_on_commit_callbacks
):
    attachment = attach(screenshot(), draft=draft, by=requester)
    Draft.objects.all().delete()  # as an erased person would leave it
    with django_capture_on_commit_callbacks(execute=True):
        assert sweep_orphans() == 0
        assert sweep_orphans(now=timezone.now() + dt.timedelta(hours=25)) >= 1
    assert not Attachment.objects.exists()
    assert not attachment.file.storage.exists(attachment.file.name)
    assert not attachment.shown.storage.exists(attachment.shown.name)


def test_an_empty_storage_is_swept_too(db):
    assert sweep_orphans() == 0
