"""Static files as they are served: hashed names, and no file that names one that is not there."""

import re
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.management import call_command
from django.template.loader import render_to_string

from servicedesk import settings as desk_settings


@pytest.fixture
def collected(settings, tmp_path) -> Path:
    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = desk_settings.STORAGES
    call_command("collectstatic", interactive=False, verbosity=0)
    return tmp_path


def test_every_page_asks_for_files_that_are_there_and_never_change(collected):
    page = render_to_string("500.html")
    asked = re.findall(rf'(?:href|src)="{django_settings.STATIC_URL}([^"#]+)', page)
    assert len(asked) > 15
    assert [name for name in asked if not (collected / name).is_file()] == []
    assert [name for name in asked if not re.search(r"\.[0-9a-f]{12}\.", name)] == []


def test_modules_import_nothing_because_imports_get_no_hashed_name():
    scripts = (Path(django_settings.BASE_DIR) / "static" / "js").glob("*.js")
    assert [s.name for s in scripts if re.search(r"^\s*import\b", s.read_text("utf-8"), re.M)] == []
