"""The filter of the motions: read it, check it, and say per field what is wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlencode

from ketenkaart.core.ledger.execution import EXECUTION_STATES, ExecutionState
from ketenkaart.core.ledger.motions import Appreciation
from ketenkaart.services.parliament.motions import LONGEST_SEARCH, MotionQuery
from ketenkaart.web.gap_form import MAX_SHOWN, Field, Option, OptionGroup
from ketenkaart.web.text import say

PAGE = 25
MAX_PAGE = 10_000


@dataclass(slots=True)
class MotionFilter:
    """What was asked of the motions; a wrong field is named in `errors`."""

    language: str
    given: Mapping[str, str]
    errors: dict[str, str] = field(default_factory=dict)

    @classmethod
    def read(cls, given: Mapping[str, str], language: str) -> MotionFilter:
        """Return the filter that `given` asks for."""
        names = ("q", "verdict", "state", "page")
        chosen = cls(language, {name: given.get(name, "").strip() for name in names})
        chosen._check("verdict", [item.value for item in Appreciation])
        chosen._check("state", list(EXECUTION_STATES))
        return chosen

    def _check(self, name: str, known: list[str]) -> None:
        value = self.given[name]
        if value and value not in known:
            self.errors[name] = say("gap.error_choice", self.language, value=value[:MAX_SHOWN])

    @property
    def page(self) -> int:
        """The page of the list, counted from 1; anything else than a page is the first."""
        text = self.given["page"]
        is_number = text.isascii() and text.isdigit() and len(text) <= len(str(MAX_PAGE))
        return max(1, int(text)) if is_number else 1

    def query(self, *, limit: int = PAGE, page: int | None = None) -> MotionQuery:
        """Return what to list; wrong fields ask for everything."""
        verdict = "" if "verdict" in self.errors else self.given["verdict"]
        state: ExecutionState | None = next(
            (name for name in EXECUTION_STATES if name == self.given["state"]), None
        )
        return MotionQuery(
            about=self.given["q"][:LONGEST_SEARCH],
            appreciation=Appreciation(verdict) if verdict else None,
            state=state,
            limit=limit,
            offset=((page or self.page) - 1) * limit,
        )

    def address(self, page: int | None = None) -> str:
        """Return the query string of this filter, for a page of the list."""
        chosen = {name: value for name, value in self.given.items() if value and name != "page"}
        if page is not None and page > 1:
            chosen["page"] = str(page)
        return urlencode(chosen)

    def fields(self) -> tuple[Field, ...]:
        """Return the fields in the order in which they are asked."""
        return (
            Field("q", self.given["q"]),
            self._choice("verdict", "parliament.said_", [item.value for item in Appreciation]),
            self._choice("state", "parliament.state_", list(EXECUTION_STATES)),
        )

    def _choice(self, name: str, prefix: str, codes: list[str]) -> Field:
        value = self.given[name]
        options = [Option("", say("frame.any", self.language), not value)]
        options += [
            Option(code, say(f"{prefix}{code}", self.language), code == value) for code in codes
        ]
        groups = (OptionGroup("", tuple(options)),)
        return Field(name, value, groups, error=self.errors.get(name, ""))
