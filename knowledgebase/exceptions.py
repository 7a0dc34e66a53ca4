"""What a verb on articles says when it refuses."""


class ArticleError(Exception):
    """A rule forbids this. Its text is a sentence for the user."""
