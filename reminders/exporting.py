"""The costs of texts as a file that opens in a spreadsheet, marked for use inside the city office."""

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from core.csvfile import csv_response
from core.wareki import fiscal_year_label
from reminders.costs import Year


def costs_csv(year: Year) -> StreamingHttpResponse:
    """One row a month and purpose: texts, parts, yen, and what the month was allowed."""
    inside = _("inside the office only")
    header = [
        _("Handling"), _("Year"), _("Month"), _("What for"), _("Texts"), _("Parts"), _("Yen"),
        _("Money of the month (yen)"),
    ]  # fmt: skip
    label = fiscal_year_label(year.year)
    rows = (
        [
            inside, label, f"{month.first:%Y-%m}", told.label, told.cost.texts, told.cost.parts, told.cost.yen,
            month.most_yen,
        ]
        for month in year.months
        for told in month.purposes
    )  # fmt: skip
    name = "_".join([inside, _("costs_of_texts"), label])
    return csv_response(rows, header, filename=f"{name}.csv")
