"""Shares in percent, as they are published: each rounded on its own, half up, two decimals."""

from decimal import Decimal


def share(part: int, whole: int) -> Decimal | None:
    """`part` of `whole` in percent with two decimals, exact on integers; None of nothing.

    >>> share(837, 1927)
    Decimal('43.44')
    """
    if whole == 0:
        return None
    hundredths = (part * 20_000 + whole) // (2 * whole)
    return Decimal(hundredths).scaleb(-2).quantize(Decimal("0.01"))
