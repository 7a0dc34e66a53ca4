from django.urls import path, register_converter

from sla.contracts.views import claims, contracts, months, suppliers
from sla.reports.months import Month

app_name = "contracts"


class MonthConverter:
    """`2025-10` in an address."""

    regex = "2[0-9]{3}-(?:0[1-9]|1[0-2])"

    def to_python(self, value: str) -> Month:
        month = Month.parse(value)
        if month is None:
            raise ValueError(value)
        return month

    def to_url(self, value: Month | str) -> str:
        return str(value)


register_converter(MonthConverter, "month")

urlpatterns = [
    path("suppliers/", suppliers.supplier_list, name="supplier-list"),
    path("suppliers/<int:pk>/", suppliers.supplier_detail, name="supplier-detail"),
    path("suppliers/<int:pk>/figures.csv", suppliers.supplier_csv, name="supplier-csv"),
    path("suppliers/<int:pk>/contracts/new/", contracts.contract_create, name="contract-create"),
    path("contracts/<int:pk>/", contracts.contract_edit, name="contract-edit"),
    path("contracts/<int:pk>/documents/", contracts.document_add, name="document-add"),
    path("contracts/documents/<int:pk>/", contracts.document_download, name="document-download"),
    path("contracts/documents/<int:pk>/remove/", contracts.document_remove, name="document-remove"),
    path("contracts/<int:pk>/<month:month>/", months.month_detail, name="month-detail"),
    path("contracts/<int:pk>/<month:month>/review/", months.month_review, name="month-review"),
    path(
        "contracts/<int:pk>/<month:month>/<slug:measure>/",
        months.month_tickets,
        name="month-tickets",
    ),
    path("compensations/", claims.compensation_list, name="compensation-list"),
    path("compensations/<int:pk>/", claims.compensation_detail, name="compensation-detail"),
    path("compensations/<int:pk>/move/", claims.compensation_move, name="compensation-move"),
]
