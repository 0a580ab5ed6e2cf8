"""The charts of the analysis, drawn alike on the page and on paper."""

from django.utils.translation import gettext as _

from core import wareki
from core.charts import Bar, Series, bar_chart, line_chart
from core.scene import Scene
from helpdesk.before_after import Comparison
from helpdesk.insights import Heat, Month, Rate
from materials.notation import plain


def steps_chart(heat: Heat) -> Scene:
    """How many of those who reached each step got stuck there."""
    bars = [
        Bar(f"{row.step.ordinal} {plain(row.step.title)}", row.stuck.percent, shown(row.stuck), strong=row.is_starred)
        for row in heat.rows
    ]
    return bar_chart(_("Share of those who reached the step and got stuck there"), bars, top=_top(bars))


def comparison_chart(comparison: Comparison) -> Scene:
    """The share of one step in the edition before and in this one."""
    title = _("Share of those who got stuck at step %(number)s") % {"number": comparison.step.ordinal}
    pair = [(comparison.earlier, comparison.before, False), (comparison.later, comparison.after, True)]
    bars = [
        Bar(_("Edition %(number)s") % {"number": edition.number}, rate.percent, shown(rate), strong=strong)
        for edition, rate, strong in pair
    ]
    return bar_chart(title, bars, width=520)


def trend_chart(months: list[Month]) -> Scene | None:
    """Consultations month by month, and those in which somebody got stuck; None for less than two months."""
    if len(months) < 2:
        return None
    return line_chart(
        _("Consultations month by month"),
        [wareki.month_label(month.first_day) for month in months],
        [
            Series(_("Consultations"), [month.consultations for month in months]),
            Series(_("Somebody got stuck"), [month.stuck for month in months]),
        ],
    )


def shown(rate: Rate) -> str:
    """A rate with what it is made of: 29%（53 / 183）."""
    return _("%(percent)s%% (%(count)s / %(of)s)") % {
        "percent": rate.percent,
        "count": f"{rate.count:,}",
        "of": f"{rate.of:,}",
    }


def _top(bars: list[Bar]) -> float:
    """At least a fifth for a full-length bar, so that two in a hundred do not look like all."""
    return max([20.0, *(bar.value or 0 for bar in bars)])
