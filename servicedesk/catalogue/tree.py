"""Services in the order of their tree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from servicedesk.catalogue.models import Service


def in_tree_order(services: Iterable[Service]) -> Iterator[tuple[Service, int]]:
    """Each service once with its depth, parts right below what they are part of.

    A service whose parent is not among `services` stands at the top.
    """
    rows = list(services)
    known = {service.pk for service in rows}
    parts: dict[int | None, list[Service]] = defaultdict(list)
    for service in rows:
        parts[service.parent_id if service.parent_id in known else None].append(service)
    yield from _below(parts, None, 0)


def _below(
    parts: dict[int | None, list[Service]], parent: int | None, depth: int
) -> Iterator[tuple[Service, int]]:
    for service in parts[parent]:
        yield service, depth
        yield from _below(parts, service.pk, depth + 1)
