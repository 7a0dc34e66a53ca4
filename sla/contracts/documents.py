"""The documents of a contract: what is looked at, stored and served like the files of tickets."""

from __future__ import annotations

from dataclasses import asdict

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils.translation import gettext as _

from servicedesk.accounts.models import User
from servicedesk.audit.recording import record
from sla.contracts.exceptions import ContractError
from sla.contracts.models import Contract, ContractDocument
from sla.contracts.permissions import may_change_contracts
from tickets.actions.attaching import look_at, store

#: More than any contract has.
MOST = 100


def add_document(contract: Contract, upload: UploadedFile, *, by: User) -> ContractDocument:
    """Stores a file. It is on the disk, whole, when this returns.

    Raises TicketError with a sentence that names the file, as for a file on a ticket.
    """
    _guard(by)
    looked = look_at(upload, by=by)
    with transaction.atomic():
        Contract.objects.select_for_update().get(pk=contract.pk)
        if contract.documents.count() >= MOST:
            raise ContractError(
                _("A contract has at most %(most)s documents.") % {"most": MOST}, "file"
            )
        document = ContractDocument(contract=contract, uploaded_by=by, **asdict(looked))
        store(document.file, looked.filename, upload)
        try:
            document.save()
            record("contract_document_added", by=by, about=contract, document=document.pk)
        except BaseException:
            document.file.delete(save=False)
            raise
    return document


@transaction.atomic
def remove_document(document: ContractDocument, *, by: User) -> None:
    """Takes a document away, for good; that somebody did stays in the audit trail."""
    _guard(by)
    record("contract_document_removed", by=by, about=document.contract, document=document.pk)
    file = document.file
    document.delete()
    transaction.on_commit(lambda: file.delete(save=False))


def _guard(by: User) -> None:
    if not may_change_contracts(by):
        raise ContractError(_("Only managers may do this."))
