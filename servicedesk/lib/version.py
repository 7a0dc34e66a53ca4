"""The version of the desk, as pyproject.toml says."""

import tomllib

from django.conf import settings

_project = tomllib.loads((settings.BASE_DIR / "pyproject.toml").read_text("utf-8"))["project"]
VERSION: str = _project["version"]
