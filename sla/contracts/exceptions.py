"""What a verb of contracts refuses to do."""

from tickets.exceptions import TicketError


class ContractError(TicketError):
    """A sentence for who asked; `field` names what it is about, when it is about one."""

    def __init__(self, sentence: str, field: str = "") -> None:
        super().__init__(sentence)
        self.field = field
