"""Log lines tell what happened, and nothing of people."""

import io
import json
import logging

import pytest
from celery.signals import before_task_publish, task_prerun
from structlog.contextvars import clear_contextvars

from servicedesk.celery import app
from servicedesk.lib import logs


@pytest.fixture(autouse=True)
def _nothing_bound():
    clear_contextvars()
    yield
    clear_contextvars()


@pytest.fixture
def lines():
    """`lines(act)`: the lines, as data, that `act(logger)` writes."""

    def written(act, shape: str = "json") -> str:
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(logs.formatter(shape))
        logger = logging.getLogger("servicedesk.test")
        logger.addHandler(handler)
        logger.setLevel("INFO")
        try:
            act(logger)
        finally:
            logger.removeHandler(handler)
        return stream.getvalue()

    return written


def test_a_line_holds_the_request_it_belongs_to(lines):
    logs.begin(request="a1b2c3d4")
    line = json.loads(lines(lambda log: log.info("mail %s sent", 881)))
    assert (line["event"], line["request"], line["level"]) == ("mail 881 sent", "a1b2c3d4", "info")


@pytest.mark.parametrize("shape", ["json", "console"])
@pytest.mark.parametrize(
    "secret",
    [
        "sofie@heidedal.example",
        "<sofie.vermeer+1@heidedal.example>",
        "postgres://desk:hunter2@db.internal/desk",
        "/accounts/password/reset/key/3-cz8k2v-0123456789abcdef0123456789abcdef/",
        "sk_live_51H8xkqL0mZ9y2JcT",
        "duplicate key\nDETAIL:  Key (name)=(Sofie Vermeer) already exists.",
    ],
)
def test_what_slips_into_a_line_is_taken_out(lines, shape, secret):
    def act(log):
        log.warning("not sent: %s", secret)
        try:
            raise ValueError(secret)
        except ValueError:
            log.exception("broke")

    text = lines(act, shape)
    assert "not sent" in text
    for word in ("sofie", "Sofie", "hunter2", "cz8k2v", "51H8xkq"):
        assert word not in text.replace("raise ValueError(secret)", "")


@pytest.mark.parametrize("name", ["code", "blocked"])
def test_only_known_extras_are_written(lines, name):
    line = json.loads(lines(lambda log: log.info("x", extra={name: "kept", "password": "no"})))
    assert line[name] == "kept"
    assert "no" not in json.dumps(line)


@pytest.mark.parametrize("name", ["password", "csrf_token", "Authorization", "email", "body"])
def test_values_under_telling_names_are_removed(name):
    assert logs.without_people(None, "", {name: "x", "event": "y"}) == {
        name: logs.REMOVED,
        "event": "y",
    }


def test_a_line_stays_one_line(lines):
    """Whatever a client sends, it cannot write a line of its own."""
    text = lines(lambda log: log.info("a\nb\r\x1b[31m\u2028c"))
    assert len(text.splitlines()) == 1
    assert "\x1b" not in text


@pytest.mark.parametrize("given", ["", "x" * 65, "a b c d e f", "<script>", "abc\n12345678"])
def test_only_a_plain_id_of_a_proxy_is_taken_over(given):
    assert logs.request_id(given) != given
    assert logs.request_id("0af76519-16cd43dd") == "0af76519-16cd43dd"


def test_a_task_writes_under_the_request_that_woke_it():
    seen = []

    @app.task(name="tests.look")
    def look():
        seen.append(logs.current_request())

    logs.begin(request="a1b2c3d4e5f6")
    headers: dict = {}
    before_task_publish.send(sender="tests.look", headers=headers, body=None)
    assert headers == {"desk_request": "a1b2c3d4e5f6"}
    clear_contextvars()
    look.push_request(**headers)
    task_prerun.send(sender=look, task_id="t1", task=look)
    look.run()
    assert seen == ["a1b2c3d4e5f6"]
