"""Counts as a file that opens in a spreadsheet, marked for use inside the city office.

One header row, one row a count, no merged cells and no units in figures, so that a machine can read it as well.
"""

from django.http import StreamingHttpResponse
from django.utils.translation import gettext as _

from city.codes import labels
from city.models import Code
from core import wareki
from core.csvfile import csv_response
from helpdesk.insights import Struggle
from materials.notation import plain


def insights_csv(rows: list[Struggle], *, fiscal_year: int | None, asked: dict[str, str]) -> StreamingHttpResponse:
    """Procedure × step × cause with counts, denominators and rates (between 0 and 1).

    `asked` is the question in words: a file that is passed on has to say whom its counts are about.
    """
    causes = labels(Code.Kind.CAUSE)
    header = [
        _("Handling"),
        _("Year"),
        _("Place"),
        _("Age band"),
        _("Device"),
        _("Procedure"),
        _("Guide"),
        _("Edition"),
        _("Step number"),
        _("Step"),
        _("Cause"),
        _("Stuck"),
        _("Reached"),
        _("Rate"),
    ]
    inside = _("inside the office only")
    year = wareki.fiscal_year_label(fiscal_year) if fiscal_year else ""
    lines = (
        [
            inside,
            asked["fiscal_year"],
            asked["venue"],
            asked["age_band"],
            asked["device"],
            row.procedure,
            plain(row.guide),
            row.edition_number,
            row.ordinal,
            plain(row.step_title),
            causes.get(row.cause, row.cause),
            row.rate.count,
            row.rate.of,
            round(row.rate.share, 4),
        ]
        for row in rows
    )
    name = "_".join(word for word in [inside, _("difficulties"), year] if word)
    return csv_response(lines, header, filename=f"{name}.csv")
