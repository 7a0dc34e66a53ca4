"""The rows of contracts: what was agreed, how it went, what is owed for it."""

from sla.contracts.models.claims import Compensation, CompensationMove, MonthReview
from sla.contracts.models.clocks import SupplierAlert, SupplierAlertMail, SupplierClock
from sla.contracts.models.contracts import Contract, ContractDocument, Measure, Terms

__all__ = [
    "Compensation",
    "CompensationMove",
    "Contract",
    "ContractDocument",
    "Measure",
    "MonthReview",
    "SupplierAlert",
    "SupplierAlertMail",
    "SupplierClock",
    "Terms",
]
