"""Which e-mail addresses can be somebody's."""

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

#: No mail ever arrives there (RFC 2606): the desk's own, for who stands where nobody is known.
HOUSE_OF_NOBODY = "desk.invalid"
#: As long as an address can be (RFC 3696, erratum 1690).
LONGEST = 254


def is_nobodys(email: str) -> bool:
    """Nobody writes from it, signs in with it or is invited to it."""
    return email.strip().lower().rpartition("@")[2] == HOUSE_OF_NOBODY


def check_address(email: str) -> None:
    """Raises ValidationError for what can be nobody's address."""
    validate_email(email)
    if len(email) > LONGEST or is_nobodys(email):
        raise ValidationError(validate_email.message, code=validate_email.code)
