"""What search reads: one row of words for each ticket."""

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models

from tickets.models.ticket import Ticket


class SearchDocument(models.Model):
    """The words of a ticket, as search finds them. Rewritten whole by `tickets.search.refresh`.

    `public` is what the requester's side may find. `everything` holds internal notes and letters
    of suppliers too, and is for agents only. Only `everything` has an index: a requester's few
    tickets are found by their owner first.
    """

    ticket = models.OneToOneField(
        Ticket, on_delete=models.CASCADE, primary_key=True, related_name="search_document"
    )
    public = SearchVectorField()
    everything = SearchVectorField()

    class Meta:
        indexes = [GinIndex(fields=["everything"], name="ticket_search", fastupdate=False)]

    def __str__(self) -> str:
        return f"#{self.ticket_id}"
