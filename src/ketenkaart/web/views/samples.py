"""Size a sample, estimate from a small table, see what of it can be published: nothing is kept.

No page here changes anything or knows who asks, so none needs a token or sets a cookie.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from django.http import HttpRequest, HttpResponse, QueryDict
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.disclosure.types import Rules
from ketenkaart.core.monitor.sampling.allocation import allocate
from ketenkaart.core.monitor.sampling.sizes import Need, size_for_mean, size_for_proportion
from ketenkaart.core.monitor.types import IntervalMethod
from ketenkaart.services.monitor.uploads import LARGEST_BYTES, estimate_sent, protect_sent
from ketenkaart.web.exports import csv_download
from ketenkaart.web.monitor.intervals import interval_pictures
from ketenkaart.web.render import page

SECTION = "indicators"
INTERVALS: tuple[IntervalMethod, ...] = ("wilson", "clopper_pearson", "logit", "t")
MOST_STRATA = 200
COLUMNS = ("statistic", "domain", "estimate", "se", "low", "high", "n", "df")
SIZE_FIELDS = ("share", "sd", "margin", "population", "deff", "response", "strata")
ESTIMATE_FIELDS = ("statistic", "by", "weights", "strata", "clusters", "fpc", "id")
SAFE_FIELDS = ("by", "group", "value", "least", "percent")


@require_safe
def sample_size(request: HttpRequest) -> HttpResponse:
    """Say how many units an interval needs, and how they fall over strata."""
    sent = request.GET
    need, strata, problem = None, None, None
    if sent.get("margin"):
        try:
            given = _strata(sent.get("strata", ""))
            need = _need(sent, sum(size for _, size, _ in given))
            strata = _divided(need, given)
        except InputError as error:
            problem = error
    return page(
        request, SECTION, "monitor/sample_size.html",
        {
            "sent": {name: sent.get(name, "") for name in SIZE_FIELDS},
            "kind": "mean" if sent.get("kind") == "mean" else "proportion",
            "need": need, "strata": strata, "problem": problem,
        },
        status=400 if problem else 200,
    )  # fmt: skip


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def estimates(request: HttpRequest) -> HttpResponse:
    """Estimate from a table that is sent, with intervals; it is not kept."""
    sent, found, problem = request.POST, None, None
    method = _method(sent.get("interval", ""))
    if request.method == "POST":
        try:
            found = estimate_sent(
                *_file(request), design=_design(sent), statistics=_lines(sent.get("statistic", "")),
                by=_names(sent.get("by", "")), interval=method,
            )  # fmt: skip
        except InputError as error:
            problem = error
    if found is not None and sent.get("act") == "csv":
        rows = [[getattr(row, name) for name in COLUMNS] for row in found.rows]
        return csv_download("ketenkaart-estimates", COLUMNS, rows)
    return page(
        request, SECTION, "monitor/estimates.html",
        {
            "sent": {name: sent.get(name, "") for name in ESTIMATE_FIELDS},
            "methods": INTERVALS, "method": method, "found": found, "problem": problem,
            "pictures": interval_pictures(found.rows) if found else [],
        },
        status=400 if problem else 200,
    )  # fmt: skip


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def disclosure(request: HttpRequest) -> HttpResponse:
    """Say what of a table that is sent can be published, and why the rest cannot."""
    sent, safe, problem = request.POST, None, None
    if request.method == "POST":
        try:
            rules = Rules(
                least_groups=int(_number(sent, "least", 3)),
                percent=_figure(sent.get("percent", "").replace("%", "") or "10", "percent"),
            )
            safe = protect_sent(
                *_file(request), by=_names(sent.get("by", "")), group=sent.get("group", "").strip(),
                value=sent.get("value", "").strip() or None, rules=rules,
            )  # fmt: skip
        except InputError as error:
            problem = error
    if safe is not None and sent.get("act") == "csv":
        cells = [[*cell.key, cell.state, cell.value, cell.groups] for cell in safe.cells]
        return csv_download("ketenkaart-safe", (*safe.by, "state", "value", "groups"), cells)
    return page(
        request, SECTION, "monitor/disclosure.html",
        {
            "sent": {
                "least": "3", "percent": "10",
                **{name: sent[name] for name in SAFE_FIELDS if name in sent},
            },
            "safe": safe, "problem": problem,
        },
        status=400 if problem else 200,
    )  # fmt: skip


def _need(sent: QueryDict, in_strata: int) -> Need:
    population = int(_number(sent, "population", in_strata)) or None
    options = {
        "design_effect": _number(sent, "deff", 1.0), "response": _number(sent, "response", 1.0),
    }  # fmt: skip
    margin = _number(sent, "margin", 0.0)
    if sent.get("kind") == "mean":
        return size_for_mean(_number(sent, "sd", 0.0), margin, population=population, **options)
    share = _number(sent, "share", 0.5)
    return size_for_proportion(share, margin, population=population, **options)


def _strata(text: str) -> list[tuple[str, int, float]]:
    """Return name, size and spread by stratum, one a line. Raises `InputError` naming the line."""
    rows = []
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        parts = [part.strip() for part in line.replace("\t", ";").split(";")]
        where = f"strata, line {number}"
        if len(parts) not in (2, 3) or not parts[0]:
            raise InputError(
                f"{line.strip()[:40]!r} is no stratum", where=where,
                fix="Write name; size; spread, such as: food; 400; 12.",
            )  # fmt: skip
        size, spread = _figure(parts[1], where), _figure((parts[2:] or ["1"])[0], where)
        if size < 1 or size != int(size) or spread < 0:
            raise InputError(
                f"{line.strip()[:40]!r} has no size or spread that can be", where=where,
                fix="The size is a whole number above zero, the spread zero or more.",
            )  # fmt: skip
        rows.append((parts[0], int(size), spread))
    if len(rows) > MOST_STRATA:
        raise InputError(f"There are {len(rows)} strata", where="strata", fix="Give 200 or fewer.")
    return rows


def _divided(need: Need, rows: list[tuple[str, int, float]]) -> list[dict[str, object]] | None:
    """Return the draw by stratum, in proportion and after Neyman; None without strata."""
    if not rows:
        return None
    sizes = np.array([size for _, size, _ in rows])
    spreads = np.array([spread for _, _, spread in rows])
    plain = allocate(need.draw, sizes)
    neyman = (
        allocate(need.draw, sizes, method="neyman", spreads=spreads) if spreads.any() else plain
    )
    return [
        {"name": name, "size": size, "spread": spread, "plain": int(a), "neyman": int(b)}
        for (name, size, spread), a, b in zip(rows, plain, neyman, strict=True)
    ]


def _number(sent: Mapping[str, str], name: str, usual: float) -> float:
    text = sent.get(name, "").strip()
    return _figure(text, name) if text else usual


def _figure(text: str, where: str) -> float:
    """Return a number as people type it: 0.05, 0,05 or 5%."""
    plain = text.strip().removesuffix("%").strip().replace(",", ".")
    try:
        value = float(plain)
    except ValueError:
        value = float("nan")
    if not abs(value) < 1e12:
        raise InputError(
            f"{text[:40]!r} is no number", where=where, fix="Write it as 0.05, 0,05 or 5%."
        )
    return value / 100 if text.strip().endswith("%") else value


def _file(request: HttpRequest) -> tuple[str, bytes]:
    upload = request.FILES.get("file")
    if upload is None:
        raise InputError("No file was sent", where="file", fix="Choose a table first.")
    return upload.name or "", upload.read(LARGEST_BYTES + 1)


def _names(text: str) -> list[str]:
    return [part.strip() for part in text.split(",") if part.strip()]


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]


def _method(text: str) -> IntervalMethod:
    return next((method for method in INTERVALS if method == text), "wilson")


def _design(sent: QueryDict) -> dict[str, object]:
    design: dict[str, object] = {}
    for key in ("weights", "id"):
        name = sent.get(key, "").strip()
        if name:
            design[key] = name
    for key in ("strata", "clusters", "fpc"):
        names = _names(sent.get(key, ""))
        if names:
            design[key] = names
    return design
