"""The overview: the headline gap, the answers per theme, the deadlines."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.ledger.status import count_by_theme, count_deadlines
from ketenkaart.core.ledger.types import DeadlineState, ResponseClass
from ketenkaart.services.governance import compute_gap, gap_series
from ketenkaart.services.ledger import current_ledger
from ketenkaart.services.register import names
from ketenkaart.web.charts import PLOT_HEIGHT, interval_bar, series_columns, stacked, weighed
from ketenkaart.web.formats import year_range
from ketenkaart.web.render import page

VERDICT_STATES: tuple[DeadlineState, ...] = ("kept", "kept_late", "partly_kept", "not_kept")
PASSED_STATES: tuple[DeadlineState, ...] = (
    "kept",
    "kept_late",
    "partly_kept",
    "not_kept",
    "not_researched",
)


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """Show the overview."""
    answer = compute_gap(GapQuery(by="issue"))
    depth = compute_gap(GapQuery(by="issue", kind="depth"))
    points = gap_series("breadth")
    ledger = current_ledger()
    themes = count_by_theme(ledger)
    largest = max(theme.total for theme in themes)
    labels = names()
    return page(
        request,
        "home",
        "home.html",
        {
            "answer": answer,
            "risk_years": year_range(answer.years.risk.values()),
            "bar": interval_bar(answer.total.gap, answer.total.gap_known_reach),
            "depth": depth,
            "depth_bar": interval_bar(depth.total.gap, depth.total.gap_known_reach),
            "issues": [
                (row, interval_bar(row.gap, row.gap_known_reach), answer.years.risk.get(row.key))
                for row in answer.rows
            ],
            "missing_facts": weighed(answer),
            "not_researched": [labels[issue] for issue in answer.not_researched],
            "points": points,
            "columns": series_columns(points),
            "plot_height": PLOT_HEIGHT,
            "ledger": ledger,
            "themes": [
                (theme, stacked({code.value: n for code, n in theme.responses.items()}, largest))
                for theme in themes
            ],
            "classes": [
                (code.value, sum(theme.responses[code] for theme in themes))
                for code in ResponseClass
            ],
            "deadlines": (counts := count_deadlines(ledger, answer.as_of)),
            "other_verdicts": sum(
                counts.states[state] - counts.passed_states[state] for state in VERDICT_STATES
            ),
            "passed": [(state, counts.passed_states[state]) for state in PASSED_STATES],
        },
    )
