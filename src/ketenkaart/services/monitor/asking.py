"""Read statistics as users write them, `mean:api00`, and find their variables in a table."""

from __future__ import annotations

import re

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.types import (
    NOT_APPLICABLE,
    STATES,
    Floats,
    Statistic,
    StatisticKind,
    Variable,
)
from ketenkaart.services.monitor.adjusting import NO, YES
from ketenkaart.sources.survey.table import COMMA, DOT, SurveyTable, state_of

WHERE = "--statistic"
FORMS = (
    "Write mean:VAR, total:VAR, ratio:NUM/DEN, proportion:VAR, proportion:VAR=VALUE, "
    "quantile:VAR:0.5, median:VAR or count."
)
NUMBER = re.compile(f"{DOT}|{COMMA}")
KINDS = ("mean", "total", "ratio", "proportion", "quantile", "median", "count")
OTHER_WORDS = {
    "average": "mean", "avg": "mean", "sum": "total", "share": "proportion", "prop": "proportion",
    "percentage": "proportion", "percentile": "quantile", "n": "count",
    "gemiddelde": "mean", "totaal": "total", "aandeel": "proportion", "mediaan": "median",
}  # fmt: skip
Missing = dict[str, dict[str, int]]


class Asking:
    """The statistics asked of one table; `missing` counts, per variable, why values are absent."""

    def __init__(self, table: SurveyTable, *, leave_out: bool) -> None:
        self.table = table
        self.leave_out = leave_out
        self.missing: Missing = {}

    def statistics(self, text: str) -> list[Statistic]:
        """Return what one text asks: one statistic, or one per value, share or variable it names.

        Raises `InputError` for a form or column that is not there, and for a cell that is no
        number, outside 0 to 1, or missing while missing values are refused.
        """
        kind, _, rest = text.partition(":")
        kind, rest = kind.strip().casefold(), rest.strip()
        if kind == "count" and not rest:
            whole = Variable("count", np.ones(self.table.rows))
            return [Statistic(text, "count", whole)]
        if not rest:
            raise InputError(f"{text[:60]!r} names no variable", where=WHERE, fix=self._near(text))
        several = self._several(rest)
        if kind in ("mean", "total", "proportion", "count", "median") and several:
            return [item for name in several for item in self.statistics(f"{kind}:{name}")]
        return self._one(text, kind, rest)

    def _one(self, text: str, kind: str, rest: str) -> list[Statistic]:
        """Return what a kind of statistic asks of one variable."""
        if kind in ("mean", "total"):
            shape: StatisticKind = "mean" if kind == "mean" else "total"
            return [Statistic(text, shape, self.number(rest))]
        if kind == "ratio":
            return [self._ratio(text, rest)]
        if kind in ("proportion", "count"):
            return self._shares(text, kind, rest)
        if kind in ("quantile", "median"):
            return self._quantiles(text, kind, rest)
        raise InputError(f"{kind[:40]!r} is no statistic", where=WHERE, fix=self._near(text))

    def _several(self, rest: str) -> list[str]:
        """Return the columns that a list with commas names; none where it is no such list."""
        names = [part.strip() for part in rest.split(",")]
        is_list = len(names) > 1 and rest not in self.table.columns
        return names if is_list and all(name in self.table.columns for name in names) else []

    def _near(self, text: str) -> str:
        """Return what to write, near to what was written where that can be guessed."""
        kind, _, rest = text.replace("(", ":").replace("~", "").strip(") ").partition(":")
        kind, rest = kind.strip().casefold().removeprefix("svy"), rest.strip()
        meant = OTHER_WORDS.get(kind, kind if kind in KINDS else "")
        if kind in self.table.columns and not rest:
            meant, rest = "mean", kind
        if meant and rest.partition("=")[0] in self.table.columns:
            return f"Write {meant}:{rest}{':0.5' * (meant == 'quantile')}."
        return FORMS

    def number(self, name: str) -> Variable:
        """Return a column of numbers as a variable."""
        column = self.table.require(name, WHERE)
        values, states = self.table.numbers(column)
        return self._variable(column, values, states)

    def _variable(self, column: str, values: Floats, states: NDArray[np.integer]) -> Variable:
        absent = states != 0
        if not absent.any():
            return Variable(column, values)
        counts = np.bincount(states, minlength=len(STATES))
        self.missing[column] = {STATES[k]: int(counts[k]) for k in range(1, 5) if counts[k]}
        open_cells = absent & (states != NOT_APPLICABLE)
        if open_cells.any() and not self.leave_out:
            first = int(np.flatnonzero(open_cells)[0])
            self.table.refuse(
                first,
                column,
                f"The value is {STATES[int(states[first])]}",
                "Fill it in, or say `--missing leave_out`: then the figures are about those whose "
                "value is known.",
                more=int(open_cells.sum()) - 1,
            )
        return Variable(column, np.where(absent, 0.0, values), ~absent)

    def _ratio(self, text: str, rest: str) -> Statistic:
        for place, sign in enumerate(rest):
            above, below = rest[:place].strip(), rest[place + 1 :].strip()
            if sign == "/" and above in self.table.columns and below in self.table.columns:
                return Statistic(text, "ratio", self.number(above), self.number(below))
        above, sign, below = rest.partition("/")
        if not sign:
            parts = [part.strip() for part in rest.split(":")]
            known = len(parts) == 2 and all(part in self.table.columns for part in parts)
            fix = f"Write ratio:{'/'.join(parts)}." if known else FORMS
            raise InputError(f"{text[:60]!r} has no denominator", where=WHERE, fix=fix)
        return Statistic(text, "ratio", self.number(above.strip()), self.number(below.strip()))

    def _shares(self, text: str, kind: str, rest: str) -> list[Statistic]:
        """Return the share, or the number, of those with a value, or of each value in turn."""
        shape = "proportion" if kind == "proportion" else "total"
        name, equals, value = rest, "", ""
        if rest not in self.table.columns and "=" in rest:
            name, equals, value = (part.strip() for part in rest.rpartition("="))
            name = name.removesuffix("=").strip()
        self._require_equals(kind, rest)
        column = self.table.require(name, WHERE)
        if not equals and self.table.is_number(column):
            variable = self.number(column)
            self._require_share(column, variable)
            return [Statistic(text, "proportion" if shape == "proportion" else "total", variable)]
        if not equals:
            self._require_one_kind(column)
        codes, names = self.table.codes(column)
        states = np.array([state_of(item) for item in names])[codes]
        wanted = [item for item in names if not state_of(item)]
        if equals:
            if value not in wanted:
                raise InputError(
                    f"No row has {value[:60]!r} in column {column}", where=WHERE,
                    fix=f"Use one of {', '.join(wanted[:12])}.",
                )  # fmt: skip
            wanted = [value]
        elif {item.casefold() for item in wanted} <= {*YES, *NO}:
            truth = np.array([item.casefold() in YES for item in names])[codes]
            found = self._variable(column, truth.astype(np.float64), states)
            return [Statistic(text, "proportion" if shape == "proportion" else "total", found)]
        return [
            Statistic(
                text if equals else f"{text}={item}",
                "proportion" if shape == "proportion" else "total",
                self._variable(column, (codes == names.index(item)).astype(np.float64), states),
            )
            for item in wanted
        ]

    def _require_equals(self, kind: str, rest: str) -> None:
        name, colon, value = rest.rpartition(":")
        if colon and rest not in self.table.columns and name in self.table.columns:
            raise InputError(
                f"{value[:40]!r} follows a colon", where=WHERE, fix=f"Write {kind}:{name}={value}."
            )

    def _require_one_kind(self, column: str) -> None:
        """Refuse a column of numbers in which a word stands: it would count as a group."""
        text = self.table.words(column)
        numbers = [cell for cell in text if NUMBER.fullmatch(cell)]
        words = [cell for cell in text if not NUMBER.fullmatch(cell) and not state_of(cell)]
        if (
            numbers
            and words
            and sum(text[cell][0] for cell in numbers) >= sum(text[cell][0] for cell in words)
        ):
            _, row = min((text[cell] for cell in words), key=lambda item: item[1])
            self.table.refuse(
                row, column, f"{self.table.cell(row, column)!r} is no number, as others are",
                "Correct it; if the values are names of groups, ask for one of them: "
                f"proportion:{column}=VALUE.", more=sum(text[cell][0] for cell in words) - 1,
            )  # fmt: skip

    def _require_share(self, column: str, variable: Variable) -> None:
        bad = (variable.values < 0) | (variable.values > 1)
        if bad.any():
            first = int(np.flatnonzero(bad)[0])
            self.table.refuse(
                first,
                column,
                f"{self.table.cell(first, column)!r} is no share: it lies outside 0 to 1",
                "Give 0 or 1, or a share between them; for the share of a value write "
                f"proportion:{column}=VALUE.",
                more=int(bad.sum()) - 1,
            )

    def _quantiles(self, text: str, kind: str, rest: str) -> list[Statistic]:
        if kind == "median":
            return [Statistic(text, "quantile", self.number(rest), probability=0.5)]
        name, sign, shares = rest.rpartition(":")
        if not sign:
            raise InputError(
                f"{text[:60]!r} names no share", where=WHERE, fix=f"Write quantile:{rest}:0.5."
            )
        variable = self.number(name.strip())
        found: list[Statistic] = []
        for share in shares.split(","):
            try:
                probability = float(share)
            except ValueError:
                probability = -1.0
            if not 0 < probability < 1:
                meant = probability / 100 if 1 <= probability < 100 else 0.5
                raise InputError(
                    f"{share.strip()[:40]!r} is no share between 0 and 1", where=WHERE,
                    fix=f"Write {kind}:{name.strip()}:{meant:g}.",
                )  # fmt: skip
            label = f"{kind}:{name.strip()}:{share.strip()}"
            found.append(Statistic(label, "quantile", variable, probability=probability))
        return found


def missing_notes(missing: Missing, rows: int) -> list[str]:
    """Return, in words, which values are absent, why, and what was done with them.

    Who a question does not apply to is no part of what it is about: that is exact. Leaving out the
    others supposes that they are like those who are known.
    """
    notes = []
    for column, why in missing.items():
        absent = sum(why.values())
        counts = ", ".join(f"{name.replace('_', ' ')} {count}" for name, count in why.items())
        note = (
            f"{column}: {absent} of {rows} rows have no value ({counts}); the figures are about "
            "the others, and a total leaves these out."
        )
        if absent > why.get(STATES[NOT_APPLICABLE], 0):
            note += " That supposes that those who are not known are like those who are."
        notes.append(note)
    return notes
