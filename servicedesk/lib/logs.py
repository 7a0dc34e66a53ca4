"""Log lines: one shape for the whole house, with the id of their request, without people.

Everything is written through the standard library's loggers; structlog only draws the lines.
A line may hold ids, names of code and counts. Whatever else slips in is taken out here, as
the last thing before it is written: values under telling names, addresses, tokens, and what
PostgreSQL quotes from rows in its errors.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import MutableMapping
from typing import Any

import structlog
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

Line = MutableMapping[str, Any]

#: Names whose values never belong in a log, whoever logs them.
TELLING = re.compile(
    r"pass(word|wd)|secret|token|cookie|session|authori[sz]ation|csrf|signature|api_?key"
    r"|e?mail|address|phone|(^|_)(ip|name|subject|body|text|html|query|data|headers|filename)$",
    re.IGNORECASE,
)
REMOVED = "[removed]"
_ADDRESS = re.compile(r"[^\s<>\"'(),;:=\[\]]+@[^\s<>\"'(),;:\[\]]+")
_PASSWORD_IN_URL = re.compile(r"(?<=://)[^/\s@]+(?=@)")
#: Long runs of letters and digits together: keys, tokens, links of one use. Not ids of tasks.
_TOKEN = re.compile(
    r"\b(?![0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}\b)"
    r"(?=[\w\-]*\d)(?=[\w\-]*[A-Za-z])[A-Za-z0-9_\-]{24,}\b"
)
#: PostgreSQL quotes rows after these words; an exception repeats them.
_ROWS = re.compile(r"^(DETAIL|CONTEXT|LINE \d+|PARAMETERS?|HINT):?.*$", re.MULTILINE)
#: Ours, and no secret: they tie lines together.
_KEPT = frozenset({"request", "task_id", "timestamp", "level", "logger"})
_REQUEST_ID = re.compile(r"[A-Za-z0-9\-]{8,64}")


def request_id(given: str = "") -> str:
    """The id that a proxy gave this request, if it looks like one; else a new one."""
    return given if _REQUEST_ID.fullmatch(given) else uuid.uuid4().hex


def begin(**known: object) -> None:
    """From now on every line of this thread holds `known`, and nothing of before."""
    clear_contextvars()
    bind_contextvars(**known)


def current_request() -> str:
    """The id of the request that this thread works for, in a task too; '' when for none."""
    return str(get_contextvars().get("request", ""))


def scrub(text: str) -> str:
    """`text` without addresses, tokens and quoted rows."""
    without_rows = _ROWS.sub(REMOVED, text)
    without_people = _ADDRESS.sub(REMOVED, _PASSWORD_IN_URL.sub(REMOVED, without_rows))
    return _TOKEN.sub(REMOVED, without_people)


def without_people(_logger: object, _method: str, line: Line) -> Line:
    """The processor that every line passes last."""
    for name, value in list(line.items()):
        if name in _KEPT or name.startswith("_"):
            continue
        if TELLING.search(name):
            line[name] = REMOVED
        elif not isinstance(value, (bool, int, float, type(None))):
            line[name] = scrub(str(value))
    return line


def without_paths(_logger: object, _method: str, line: Line) -> Line:
    """Django puts the path into its line, and a path may be a link of one use."""
    if str(line.get("logger")).startswith(("django.request", "django.security.csrf")):
        line["event"] = str(line["event"]).partition(":")[0]
    return line


SHARED: list[structlog.typing.Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.stdlib.ExtraAdder(
        allow=["code", "route", "method", "status", "milliseconds", "user", "directive", "blocked"]
    ),
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]


def formatter(shape: str) -> structlog.stdlib.ProcessorFormatter:
    """Draws lines as `json` for machines or as `console` for people."""
    drawn = (
        structlog.processors.JSONRenderer(ensure_ascii=True)
        if shape == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=SHARED,
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            structlog.processors.format_exc_info,
            without_paths,
            without_people,
            drawn,
        ],
    )


def configuration(*, shape: str, level: str) -> dict[str, Any]:
    """`LOGGING` of the settings."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": "servicedesk.lib.logs.formatter", "shape": shape}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # Each request has a line of our own; here only what went wrong, with its traceback.
            "django.request": {"level": "ERROR"},
            # What they tell of sign-ins is in the audit trail.
            "axes": {"level": "WARNING"},
            "fido2": {"level": "WARNING"},
        },
    }
