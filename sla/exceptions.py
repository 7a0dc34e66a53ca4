"""What the verbs of sla say when they refuse."""


class PromiseError(Exception):
    """A rule of the desk forbids this. Its text is a sentence for the user."""
