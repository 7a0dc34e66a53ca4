"""Files in object storage: the desk works, is audited, saved and restored as with a folder."""

import json
import uuid
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.urls import reverse
from moto.server import ThreadedMotoServer

from servicedesk.operations import health
from tickets.actions import drafting
from tickets.actions.attaching import attach
from tickets.actions.replying import Text, reply
from tickets.models import Attachment, Draft

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("new_desk")]


@pytest.fixture
def bucket(settings) -> Iterator:
    """An S3 of our own on this machine, and the desk's files in it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0)
    server.start()
    host, port = server.get_host_and_port()
    name = f"files-{uuid.uuid4().hex}"
    keys = {"endpoint_url": f"http://{host}:{port}", "region_name": "eu-west-1"}
    made = boto3.resource(
        "s3", **keys, aws_access_key_id="desk", aws_secret_access_key="geheim"
    ).create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    options = {
        **keys, "bucket_name": name, "access_key": "desk", "secret_key": "geheim",
        "default_acl": None, "file_overwrite": False, "addressing_style": "path",
    }  # fmt: skip
    s3 = {"BACKEND": "storages.backends.s3.S3Storage", "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": s3}
    yield made
    server.stop()


@pytest.fixture
def file(bucket, ticket, requester) -> Attachment:
    draft = drafting.keep(drafting.draft_of(requester, Draft.Kind.PUBLIC_REPLY, ticket), {})
    upload = attach(SimpleUploadedFile("log.txt", b"regel 1\n"), draft=draft, by=requester)
    reply(ticket, Text("Zie het bestand.", [upload]), by=requester)
    return upload


def test_what_is_sent_is_stored_there_and_given_back(bucket, file, as_user, requester):
    assert [stored.key for stored in bucket.objects.all()] == [file.file.name]
    answer = as_user(requester).get(reverse("tickets:attachment-download", args=[file.pk]))
    assert b"".join(answer) == b"regel 1\n"


def test_the_desk_is_audited_saved_and_restored(bucket, file, tmp_path: Path, capsys):
    call_command("doctor")
    archive = tmp_path / "desk.zip"
    call_command("backup", str(archive))
    bucket.objects.all().delete()
    capsys.readouterr()
    with pytest.raises(SystemExit):
        call_command("doctor")
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["check"] for line in lines if not line["ok"]] == ["files_missing"]

    call_command("restore", str(archive), "--replace")
    call_command("doctor")
    with default_storage.open(file.file.name) as stored:
        assert stored.read() == b"regel 1\n"


def test_health_says_when_it_does_not_answer(bucket, settings):
    assert health.storage() == "ok"
    options = {**settings.STORAGES["default"]["OPTIONS"], "bucket_name": "nobody s bucket"}
    s3 = {**settings.STORAGES["default"], "OPTIONS": options}
    settings.STORAGES = {**settings.STORAGES, "default": s3}
    assert health.storage() == "unreachable"
