"""Files and small things the stories about tickets share."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from PIL import Image


@pytest.fixture
def screenshot():
    """`screenshot("x.png")`: an uploaded picture of that name."""

    def make(name: str = "scherm.png") -> SimpleUploadedFile:
        out = BytesIO()
        Image.new("RGB", (4, 3), "teal").save(out, "PNG")
        return SimpleUploadedFile(name, out.getvalue(), "image/png")

    return make


@pytest.fixture
def queries():
    """`queries(browser.get, "/")`: how many queries that call makes."""

    def count(act, *args) -> int:
        with CaptureQueriesContext(connection) as seen:
            act(*args)
            return len(seen)

    return count
