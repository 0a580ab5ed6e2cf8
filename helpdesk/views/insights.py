"""Where residents struggle, for those who decide what to mend and what to teach."""

from dataclasses import dataclass

from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, render
from django_tables2 import RequestConfig

from accounts.access import SignedInRequest, allow
from accounts.roles import Permission
from city.models import Code
from core.audit import record
from helpdesk.before_after import before_and_after
from helpdesk.charting import comparison_chart, steps_chart, trend_chart
from helpdesk.exporting import insights_csv
from helpdesk.insights import Heat, HeatRow, Total, heat, months, struggles
from helpdesk.question import edition_label, read_question
from helpdesk.tables import StruggleTable
from helpdesk.voices import Voice, open_voices
from materials.models import Edition, Step
from materials.notation import plain

MOST_IN_LIST = 200
# The mock-up of the page shows three; who wants more asks for all.
VOICES_AT_FIRST = 3


@dataclass(frozen=True)
class Cell:
    """A count and how dark it is drawn, from 0 to 5."""

    count: int
    shade: int


@dataclass(frozen=True)
class ShownRow:
    """A row of the heat table as the page draws it."""

    row: HeatRow
    title: str
    cells: list[Cell]
    is_chosen: bool


@dataclass(frozen=True)
class ShownVoice:
    """A note as the page shows it."""

    voice: Voice
    age_band: str


@allow(Permission.ANALYSE)
def insights(request: SignedInRequest) -> HttpResponse:
    """The heat table of one guide, what became of its chosen step, the trend, and what stops people over all guides."""
    question = read_question(request.GET.dict())
    edition, scope = question.edition, question.scope
    shown = heat(edition, question.counted) if edition else None
    chosen = _chosen(shown, request.GET.get("step", "")) if shown else None
    comparison = before_and_after(chosen.step, shown, question.counted) if shown and chosen else None
    by_month = months(scope, edition)
    causes = question.words[Code.Kind.CAUSE]
    table = StruggleTable(struggles(question.counted, limit=MOST_IN_LIST), causes=causes)
    RequestConfig(request, paginate={"per_page": 10}).configure(table)
    page = {
        "form": question.form,
        "total": Total.of(by_month),
        "edition": edition,
        "edition_label": edition_label(edition) if edition else "",
        "heat": shown,
        "heat_rows": _rows(shown, chosen) if shown else [],
        "heat_causes": [causes.get(cause, cause) for cause in shown.causes] if shown else [],
        "worst": plain(shown.worst.step.title) if shown and shown.worst else "",
        "chosen": chosen,
        "chosen_title": plain(chosen.step.title) if chosen else "",
        "comparison": comparison,
        "comparison_chart": comparison_chart(comparison) if comparison else None,
        "steps_chart": steps_chart(shown) if shown else None,
        "trend": trend_chart(by_month),
        "voice_count": chosen.notes if chosen else 0,
        "table": table,
        "query": _query(request),
        "may_write": request.user.may(Permission.WRITE),
        "may_plan": request.user.may(Permission.PLAN),
    }
    return render(request, "helpdesk/insights.html", page)


@allow(Permission.ANALYSE)
def insights_voices(request: SignedInRequest, pk: int) -> HttpResponse:
    """What was noted about one step, without names; reading it is on record."""
    step = get_object_or_404(
        Step.objects.select_related("edition__guide"), pk=pk, edition__state=Edition.State.PUBLISHED
    )
    question = read_question({**request.GET.dict(), "edition": str(step.edition_id)})
    ages = question.words[Code.Kind.AGE_BAND]
    voices = [
        ShownVoice(voice, ages.get(voice.age_band, "")) for voice in open_voices(step, question.scope, by=request.user)
    ]
    page = {
        "step": step,
        "step_title": plain(step.title),
        "edition_label": edition_label(step.edition),
        "voices": voices,
        "query": _query(request),
    }
    if request.headers.get("HX-Request"):
        latest = {**page, "voices": voices[:VOICES_AT_FIRST], "all": len(voices)}
        return render(request, "helpdesk/voices.html", latest)
    return render(request, "helpdesk/insights_voices.html", page)


@allow(Permission.ANALYSE)
def insights_export(request: SignedInRequest) -> StreamingHttpResponse:
    """The overview as a file for a spreadsheet, for use inside the city office only."""
    question = read_question(request.GET.dict())
    scope = question.scope
    rows = struggles(question.counted)
    record("insights.exported", None, by=request.user, fiscal_year=scope.fiscal_year, rows=len(rows))
    return insights_csv(rows, fiscal_year=scope.fiscal_year, asked=question.form.in_words)


def _query(request: SignedInRequest) -> str:
    """The question as it stands in the address, without the page of the table."""
    asked = request.GET.copy()
    for name in ("page", "sort", "step"):
        asked.pop(name, None)
    return asked.urlencode()


def _chosen(shown: Heat, asked: str) -> HeatRow | None:
    """The step that was asked for, else the one at which most people got stuck."""
    return next((row for row in shown.rows if str(row.step.ordinal) == asked), shown.worst)


def _rows(shown: Heat, chosen: HeatRow | None) -> list[ShownRow]:
    return [
        ShownRow(
            row,
            plain(row.step.title),
            [_cell(row.causes.get(cause, 0), shown.most) for cause in shown.causes],
            is_chosen=row is chosen,
        )
        for row in shown.rows
    ]


def _cell(count: int, most: int) -> Cell:
    """Shade 1 for the first fifth of the largest count up to 5 for the last."""
    return Cell(count, -(-count * 5 // most) if count else 0)
