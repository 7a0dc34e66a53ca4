"""What a line behind the bell says. Each room registers the sentences of its own kinds."""

from collections.abc import Mapping

from django.utils.functional import Promise

from servicedesk.outbox.models import Notification

_sentences: dict[str, Promise | str] = {}


def register(sentences: Mapping[str, Promise | str]) -> None:
    """Adds the sentence of each kind; may use %(ticket)s and whatever the kind keeps as data."""
    _sentences.update(sentences)


def sentence(line: Notification) -> str:
    """The line in the reader's language; for an unknown kind its bare name and ticket."""
    template = _sentences.get(line.kind)
    if template is None:
        return f"{line.kind} #{line.ticket}"
    return str(template) % {"ticket": line.ticket, **line.data}
