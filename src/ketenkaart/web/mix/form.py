"""The forms of the mix and of what-if: read them, and say per field what is wrong."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import get_args
from urllib.parse import urlencode

from ketenkaart.core.errors import InputError
from ketenkaart.core.governance.answers import Measure
from ketenkaart.core.governance.mix.answers import MixQuery
from ketenkaart.core.governance.mix.changes import Change, WhatIfQuery
from ketenkaart.core.governance.mix.types import Candidate, Objective, Rule
from ketenkaart.core.governance.types import LAYERS
from ketenkaart.services.mix.whatif import Knob
from ketenkaart.web import formats
from ketenkaart.web.gap_form import MAX_SHOWN, Field, Option, OptionGroup
from ketenkaart.web.text import say

MOST_BUDGET = 1e12
MIX_NAMES = ("budget", "objective", "kind", "rule", "measure", "as_of", "more")


@dataclass(slots=True)
class _Form:
    """What was given, and what is wrong with it."""

    language: str
    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    def _word(self, name: str, known: Iterable[str]) -> str:
        known = tuple(known)
        value = self.given.get(name, "") or known[0]
        if value not in known:
            self.errors[name] = say("gap.error_choice", self.language, value=value[:MAX_SHOWN])
            return known[0]
        return value

    def day(self) -> date | None:
        """Return the day asked for, or `None`; a day that is none is noted as an error."""
        value = self.given.get("as_of", "")
        if not value:
            return None
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.errors["as_of"] = say("gap.error_date", self.language, value=value[:MAX_SHOWN])
            return None

    def _list(self, name: str, known: Iterable[str], prefix: str = "mix") -> Field:
        chosen = self.given.get(name, "")
        words = tuple(known)
        options = tuple(
            Option(
                value,
                say(f"{prefix}.{name}_{value.replace('-', '_')}", self.language),
                value == (chosen or words[0]),
            )
            for value in words
        )
        return Field(name, chosen, (OptionGroup("", options),), "", self.errors.get(name, ""))

    def _text(self, name: str, hint: str = "") -> Field:
        return Field(name, self.given.get(name, ""), hint=hint, error=self.errors.get(name, ""))

    def refuse(self, error: InputError, names: Iterable[str]) -> None:
        """Show what the service refused at the field that it names, else at the first."""
        known = tuple(names)
        name = (error.where or "").strip("-").replace("-", "_")
        self.errors[name if name in known else known[0]] = (
            f"{error.what}. {error.fix or ''}".strip()
        )


@dataclass(slots=True)
class MixForm(_Form):
    """The question for a mix: `query` is `None` while no budget is given or a field is wrong."""

    query: MixQuery | None = None

    @classmethod
    def read(cls, given: Mapping[str, str], language: str) -> MixForm:
        """Return the form filled in with what was given."""
        form = cls(language, {name: value.strip() for name, value in given.items()})
        words: dict[str, object] = {
            "objective": form._word("objective", get_args(Objective)),
            "kind": form._word("kind", ("depth", "breadth")),
            "rule": form._word("rule", get_args(Rule)),
            "measure": form._word("measure", get_args(Measure)),
            "as_of": form.day(),
        }
        form._word("more", MORE)
        budget = form._budget()
        if budget is not None and not form.errors:
            form.query = MixQuery.model_validate({"budget": budget, **words})
        return form

    @property
    def more(self) -> str:
        """What is asked beside the mix: nothing, other budgets, or how stable it is."""
        return self.given.get("more", "") or MORE[0]

    def _budget(self) -> float | None:
        """Return the budget in euro a year; the form asks for millions."""
        text = self.given.get("budget", "")
        if not text:
            return None
        try:
            value = float(text.replace(",", ".")) * 1e6
        except ValueError:
            value = -1.0
        if not 0 <= value <= MOST_BUDGET:
            self.errors["budget"] = say("mix.error_budget", self.language, value=text[:MAX_SHOWN])
            return None
        return value

    def address(self) -> str:
        """Return the query string of this question, without empty fields."""
        return urlencode({k: v for k, v in self.given.items() if v and k in MIX_NAMES})

    def fields(self, today: date) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        hint = say("gap.hint_as_of", self.language, day=today.isoformat())
        return (
            self._text("budget", say("mix.hint_budget", self.language)),
            self._list("objective", get_args(Objective)),
            self._list("kind", ("depth", "breadth"), "gap"),
            self._list("rule", get_args(Rule)),
            self._list("measure", get_args(Measure), "gap"),
            self._list("more", MORE),
            self._text("as_of", hint),
        )


MORE = ("none", "frontier", "stability", "segments")


@dataclass(frozen=True, slots=True)
class KnobRow:
    """One instrument in the form of what-if, with what was given for it."""

    knob: Knob
    is_off: bool
    uptake: str
    employees: str
    layers: tuple[Option, ...]
    error: str


@dataclass(frozen=True, slots=True)
class CandidateRow:
    """One candidate in the form of what-if, with its levels to choose from."""

    candidate: Candidate
    levels: tuple[Option, ...]
    error: str


@dataclass(slots=True)
class WhatIfForm(_Form):
    """A scenario as asked: `query` is `None` when a field is wrong."""

    query: WhatIfQuery | None = None
    knobs: tuple[Knob, ...] = ()
    candidates: tuple[Candidate, ...] = ()

    @classmethod
    def read(
        cls,
        given: Mapping[str, str],
        knobs: tuple[Knob, ...],
        candidates: tuple[Candidate, ...],
        language: str,
    ) -> WhatIfForm:
        """Return the scenario that was given."""
        plain = {name: value.strip() for name, value in given.items()}
        form = cls(language, plain, knobs=knobs, candidates=candidates)
        kind: object = form._word("kind", ("depth", "breadth"))
        measure: object = form._word("measure", get_args(Measure))
        day = form.day()
        changes = [change for knob in knobs if (change := form._change(knob)) is not None]
        added = [name for item in candidates if (name := form._level(item))]
        if not form.errors:
            form.query = WhatIfQuery.model_validate(
                {
                    "changes": tuple(changes),
                    "added": tuple(added),
                    "kind": kind,
                    "measure": measure,
                    "as_of": day,
                }
            )
        return form

    @property
    def is_base(self) -> bool:
        """Return whether nothing was changed: things as they are."""
        return self.query is not None and not self.query.changes and not self.query.added

    def _change(self, knob: Knob) -> Change | None:
        name = knob.instrument.id
        if self.given.get(f"off_{name}"):
            return Change(instrument=name, off=True)
        uptake = self._number(f"uptake_{name}", name, 0, 100)
        employees = self._number(f"employees_{name}", name, 1, 10_000_000)
        layer = self.given.get(f"layer_{name}", "")
        if layer and layer not in LAYERS:
            self.errors[name] = say("gap.error_choice", self.language, value=layer[:MAX_SHOWN])
        if uptake is not None and employees is not None:
            self.errors[name] = say("mix.error_both", self.language)
        if name in self.errors or (uptake is None and employees is None and not layer):
            return None
        return Change.model_validate(
            {
                "instrument": name,
                "uptake": None if uptake is None else uptake / 100,
                "employees": None if employees is None else int(employees),
                "layer": layer or None,
            }
        )

    def _number(self, key: str, name: str, least: float, most: float) -> float | None:
        text = self.given.get(key, "").rstrip("% ")
        if not text:
            return None
        try:
            value = float(text.replace(",", "."))
        except ValueError:
            value = least - 1
        if not least <= value <= most:
            self.errors[name] = say(
                "mix.error_number",
                self.language,
                value=text[:MAX_SHOWN],
                least=f"{least:g}",
                most=f"{most:.0f}",
            )
            return None
        return value

    def _level(self, candidate: Candidate) -> str | None:
        level = self.given.get(f"add_{candidate.id}", "")
        if not level:
            return None
        if level not in {item.id for item in candidate.levels}:
            self.errors[candidate.id] = say(
                "gap.error_choice", self.language, value=level[:MAX_SHOWN]
            )
            return None
        return f"{candidate.id}.{level}"

    def address(self) -> str:
        """Return the query string of this scenario: only what was changed."""
        known = {"kind", "measure", "as_of"}
        for knob in self.knobs:
            known |= {f"{part}_{knob.instrument.id}" for part in PARTS}
        known |= {f"add_{item.id}" for item in self.candidates}
        plain = {"kind": "depth", "measure": "value_added"}
        return urlencode(
            {k: v for k, v in self.given.items() if v and k in known and plain.get(k) != v}
        )

    def fields(self, today: date) -> tuple[Field, ...]:
        """Return the fields that concern the whole scenario."""
        hint = say("gap.hint_as_of", self.language, day=today.isoformat())
        return (
            self._list("kind", ("depth", "breadth"), "gap"),
            self._list("measure", get_args(Measure), "gap"),
            self._text("as_of", hint),
        )

    def rows(self) -> tuple[KnobRow, ...]:
        """Return one row per instrument that applies."""
        return tuple(
            KnobRow(
                knob=knob,
                is_off=bool(self.given.get(f"off_{knob.instrument.id}")),
                uptake=self.given.get(f"uptake_{knob.instrument.id}", ""),
                employees=self.given.get(f"employees_{knob.instrument.id}", ""),
                layers=self._layers(knob),
                error=self.errors.get(knob.instrument.id, ""),
            )
            for knob in self.knobs
        )

    def problems(self) -> list[tuple[str, str, str]]:
        """Return what is wrong: where on the page, of what, and what it is."""
        lang = self.language
        labels = {knob.instrument.id: knob.instrument.name for knob in self.knobs}
        labels |= {item.id: item.name for item in self.candidates}
        return [
            (
                name if name in labels else "whole",
                labels[name].in_language(lang)
                if name in labels
                else say(f"mix.field_{name}", lang),
                problem,
            )
            for name, problem in self.errors.items()
        ]

    def changes(self) -> tuple[str, ...]:
        """Return the scenario in words, one line per change."""
        if self.query is None:
            return ()
        names = {knob.instrument.id: knob.instrument.name for knob in self.knobs}
        lines = [
            line
            for change in self.query.changes
            for line in self._in_words(change, names[change.instrument].in_language(self.language))
        ]
        for item in self.candidates:
            for level in item.levels:
                if f"{item.id}.{level.id}" in self.query.added:
                    name = item.name.in_language(self.language)
                    step = level.name.in_language(self.language)
                    lines.append(say("mix.change_added", self.language, name=name, level=step))
        return tuple(lines)

    def _in_words(self, change: Change, name: str) -> list[str]:
        lang = self.language
        if change.off:
            return [say("mix.change_off", lang, name=name)]
        lines = []
        if change.uptake is not None:
            share = formats.percent(change.uptake, lang)
            lines.append(say("mix.change_uptake", lang, name=name, share=share))
        if change.employees is not None:
            count = formats.number(change.employees, lang, 0)
            lines.append(say("mix.change_employees", lang, name=name, count=count))
        if change.layer is not None:
            layer = self._layer(change.layer)
            lines.append(say("mix.change_layer", lang, name=name, layer=layer))
        return lines

    def _layers(self, knob: Knob) -> tuple[Option, ...]:
        chosen = self.given.get(f"layer_{knob.instrument.id}", "")
        plain = say("mix.layer_as_is", self.language, layer=self._layer(knob.layer))
        return (
            Option("", plain, not chosen),
            *(Option(item, self._layer(item), item == chosen) for item in LAYERS),
        )

    def _layer(self, layer: str) -> str:
        return say("mix.layer_rest", self.language) if layer == "rest" else layer

    def candidate_rows(self) -> tuple[CandidateRow, ...]:
        """Return one row per candidate."""
        found = []
        for item in self.candidates:
            chosen = self.given.get(f"add_{item.id}", "")
            options = (
                Option("", say("mix.level_none", self.language), not chosen),
                *(
                    Option(level.id, level.name.in_language(self.language), level.id == chosen)
                    for level in item.levels
                ),
            )
            found.append(CandidateRow(item, options, self.errors.get(item.id, "")))
        return tuple(found)


PARTS = ("off", "uptake", "employees", "layer")
