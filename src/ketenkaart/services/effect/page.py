"""Reports as pages: effects of procurement, and self-evaluations beside the frame."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.effect.change import Difference
from ketenkaart.core.monitor.effect.effects import SAID, EffectRow, Status
from ketenkaart.core.monitor.effect.reporters import Leaning
from ketenkaart.services.effect.estimating import EffectAnswer
from ketenkaart.services.effect.html import (
    Bar,
    heading,
    items,
    paragraph,
    picture,
    table,
    whole_page,
)
from ketenkaart.services.effect.self_reporting import SelfReportAnswer
from ketenkaart.services.monitor.writing import write_bytes
from ketenkaart.sources.reference.effect_questions import load_effect_questions
from ketenkaart.sources.reference.effect_words import load_effect_words
from ketenkaart.sources.reference.product_groups import load_product_groups

SHARES = ("mvi", "ambition")


class _Words:
    """Words, names and numbers in one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self.words = load_effect_words(language)
        groups = load_product_groups()[0].groups
        self.groups = {group.id: group.name.in_language(language) for group in groups}
        self.effects = {item.id: item for item in load_effect_questions().effects}

    def __call__(self, key: str, **values: object) -> str:
        return self.words[key].format(**values)

    def group(self, name: str | None, count: int = 0) -> str:
        return self("all_groups", n=count) if name is None else self.groups.get(name, name)

    def effect(self, name: str, unit: str) -> str:
        item = self.effects.get(name)
        if item is None:
            return f"{name}, {unit}"
        return f"{item.name.in_language(self.language)}, {item.unit.in_language(self.language)}"

    def number(self, value: float | None, *, is_share: bool = False) -> str:
        """Return a number as the language writes it; a dash where there is none."""
        if value is None:
            return "–"
        text = f"{value * 100:.1f}" if is_share else _short(value)
        if self.language == "nl":
            text = text.translate(str.maketrans(",.", ".,"))
        return f"{text} %" if is_share else text

    def reach(self, low: float | None, high: float | None, *, is_share: bool = False) -> str:
        if low is None or high is None:
            return "–"
        return " – ".join(self.number(end, is_share=is_share) for end in (low, high))


def _short(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:,.3g}"


def _require_html(path: Path) -> None:
    if path.suffix.casefold() not in (".html", ".htm"):
        raise InputError("A report is a page", where="--report", fix="End its name in .html.")


def write_effect_page(found: EffectAnswer, path: Path, language: str, *, force: bool) -> None:
    """Write estimates as a page of its own, a picture and a table for each effect."""
    _require_html(path)
    write_bytes(path, effect_page(found, language).encode(), force=force)


def effect_page(found: EffectAnswer, language: str) -> str:
    """Return estimates of effects as a page."""
    say = _Words(language)
    body = [paragraph(say("lead", level=f"{found.plan.level:.0%}"))]
    over = say("over_term" if found.plan.per == "term" else "over_year")
    for name, unit in found.units.items():
        title = f"{say.effect(name, unit)}, {over}"
        body += _part(say, title, [row for row in found.rows if row.figure == name])
    for name in SHARES:
        body += _part(say, say(name), [row for row in found.shares if row.figure == name])
    if found.differences:
        body += _differences(say, found)
    body += [heading(say("remarks"))]
    body += [items([note.in_language(language) for note in found.notes])]
    record = found.record
    body.append(
        paragraph(
            say(
                "made_from",
                frame=record.frame,
                sha=record.frame_sha256,
                seed=record.seed,
                method=record.method,
                currency=record.currency,
            ),
            "soft",
        )
    )
    return whole_page(language, say("title", period=record.period), body)


def _drawn(rows: Sequence[EffectRow], method: str) -> list[EffectRow]:
    """Return the rows of a picture: the whole first, then groups from most to least."""
    there = [row for row in rows if row.method == method and row.status in SAID]
    return sorted(there, key=lambda row: (row.group is not None, -(row.estimate or 0.0)))


def _bar(say: _Words, row: EffectRow, *, is_share: bool) -> Bar:
    value = row.estimate or 0.0
    low = value if row.low is None else row.low
    high = value if row.high is None else row.high
    text = say.number(value, is_share=is_share)
    if row.status is Status.ESTIMATED:
        text = f"{text} ({say.reach(row.low, row.high, is_share=is_share)})"
    else:
        text = f"{text} ({say(row.status.value)})"
    return Bar(say.group(row.group, row.groups), value, low, high, text)


def _part(say: _Words, title: str, rows: list[EffectRow]) -> list[str]:
    is_share = bool(rows) and rows[0].figure in SHARES
    first = "share_of_tenders" if is_share else "horvitz_thompson"
    bars = [_bar(say, row, is_share=is_share) for row in _drawn(rows, first)]
    keys = ("group", "method", "estimate", "interval", "tenders", "drawn", "answered", "remark")
    cells = [
        [
            say.group(row.group, row.groups), say(row.method),
            say.number(row.estimate, is_share=is_share),
            say.reach(row.low, row.high, is_share=is_share), str(row.tenders), str(row.drawn),
            str(row.answered), say(row.status.value),
        ]
        for row in rows
    ]  # fmt: skip
    return [
        heading(title),
        picture(say("picture"), bars),
        table(title, [say(key) for key in keys], cells, (2, 3, 4, 5, 6)),
    ]


def _differences(say: _Words, found: EffectAnswer) -> list[str]:
    first = found.differences[0]
    title = say("differences", after=first.after, before=first.before)

    def cells(item: Difference) -> list[str]:
        is_share = item.figure in SHARES
        name = say(item.figure) if is_share else say.effect(item.figure, found.units[item.figure])
        group = say("group") if item.group is None else say.group(item.group)
        return [
            name, "–" if item.group is None else group, say(item.method),
            say.number(item.estimate, is_share=is_share),
            say.reach(item.low, item.high, is_share=is_share), str(item.shared),
        ]  # fmt: skip

    keys = ("figure", "group", "method", "difference", "interval", "shared")
    rows = [cells(item) for item in found.differences]
    return [heading(title), table(title, [say(key) for key in keys], rows, (3, 4, 5))]


def write_self_report_page(
    found: SelfReportAnswer, path: Path, language: str, *, force: bool
) -> None:
    """Write self-evaluations beside the frame as a page of its own."""
    _require_html(path)
    write_bytes(path, self_report_page(found, language).encode(), force=force)


def self_report_page(found: SelfReportAnswer, language: str) -> str:
    """Return self-evaluations beside the frame as a page."""
    say = _Words(language)
    share = say.number(found.reported / found.tenders, is_share=True)
    part = found.value_reported / found.value_frame if found.value_frame else None
    lead = say(
        "self_lead", reported=found.reported, tenders=found.tenders, share=share,
        value=say.number(part, is_share=True),
    )  # fmt: skip
    body = [paragraph(lead), items([note.in_language(language) for note in found.notes])]
    if found.bounds:
        body += _bounds(say, found)
    keys = ("dimension", "category", "tenders", "reported", "among_reporters", "among_others",
            "standardised", "interval")  # fmt: skip
    rows = [_leaning(say, item) for item in found.leanings]
    body += [heading(say("leanings")), table(say("leanings"), [say(k) for k in keys], rows,
                                             (2, 3, 4, 5, 6, 7))]  # fmt: skip
    tests = [
        [
            _dimension(say, item.dimension), say.number(item.statistic), str(item.freedom),
            say.number(item.p), say.number(item.v), say.reach(item.low, item.high),
            say("shuffled") if item.is_simulated else "",
        ]
        for item in found.tests
    ]  # fmt: skip
    names = [say("dimension"), "χ²", "df", "p", "V", say("interval"), say("remark")]
    body += [heading(say("tests")), table(say("tests"), names, tests, (1, 2, 3, 4, 5))]
    return whole_page(language, say("self_title"), body)


def _bounds(say: _Words, found: SelfReportAnswer) -> list[str]:
    bars, rows = [], []
    for item in found.bounds:
        if item.low is not None and item.high is not None:
            text = say.reach(item.low, item.high, is_share=True)
            # no dot: bounds hold no best value
            bars.append(Bar(say(item.by), None, item.low, item.high, text))
        rows.append(
            [say(item.by)]
            + [
                say.number(value, is_share=True)
                for value in (item.low, item.high, item.share_said, item.what_if)
            ]
        )
    title = say("bounds")
    keys = ("by", "low", "high", "said", "what_if")
    shown = table(title, [say(key) for key in keys], rows, (1, 2, 3, 4))
    return [heading(title), picture(title, bars, 1.0), shown]


def _dimension(say: _Words, name: str) -> str:
    return say(name)


def _leaning(say: _Words, item: Leaning) -> list[str]:
    category = say.groups.get(item.category, item.category.replace("_", " "))
    return [
        _dimension(say, item.dimension), category, str(item.tenders), str(item.reported),
        say.number(item.share_reported, is_share=True),
        say.number(item.share_others, is_share=True), say.number(item.difference),
        say.reach(item.low, item.high),
    ]  # fmt: skip
