"""The codebook of an export: what each column is, and what may leave the building."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from ketenkaart.core.provenance import Frozen, Text

Role = Literal[
    "pseudonym",
    "drop",
    "quasi",
    "sensitive",
    "plain",
    "text",
    "weight",
    "stratum",
    "cluster",
    "population",
]
Kind = Literal["text", "category", "number", "money", "date"]
HierarchyKind = Literal["nace", "breaks", "date", "prefix", "groups"]
ALL = "*"
SUPPRESSED = "suppressed"
STATE_SUFFIX = "__state"
KEYS_OF_ROLES: dict[str, tuple[str, ...]] = {
    "top": ("plain", "sensitive"),
    "hierarchy": ("quasi", "plain", "sensitive"),
    "reviewed": ("text",),
    "links": ("pseudonym", "stratum", "cluster"),
}
Name = Annotated[str, Field(pattern=r"^[A-Za-z][A-Za-z0-9_]{0,31}$")]
DatePart = Literal["month", "quarter", "year"]


class Hierarchy(Frozen):
    """How a value is made coarser, level by level; the last level, everything, is implied.

    `nace`: code, group, division, section. `breaks`: per level the numbers at which classes begin.
    `date`: per level what is left of a day. `prefix`: per level how many characters are kept.
    `groups`: per level what each group is called and which values of the level below it holds.
    """

    kind: HierarchyKind
    breaks: tuple[tuple[float, ...], ...] = ()
    parts: tuple[DatePart, ...] = ("month", "quarter", "year")
    keep: tuple[int, ...] = ()
    groups: tuple[dict[str, tuple[str, ...]], ...] = ()

    @model_validator(mode="after")
    def _complete(self) -> Self:
        needed = {"breaks": self.breaks, "prefix": self.keep, "groups": self.groups}
        if self.kind in needed and not needed[self.kind]:
            name = "keep" if self.kind == "prefix" else self.kind
            raise ValueError(f"a hierarchy of kind {self.kind} needs {name}")
        for level in self.breaks:
            if list(level) != sorted(set(level)):
                raise ValueError("breaks rise")
        for finer, coarser in zip(self.breaks, self.breaks[1:], strict=False):
            if not set(coarser) <= set(finer):
                raise ValueError("the breaks of a coarser level are among those of the finer one")
        if list(self.keep) != sorted(set(self.keep), reverse=True):
            raise ValueError("fewer characters are kept at each level")
        order = ("month", "quarter", "year")
        if list(self.parts) != sorted(set(self.parts), key=order.index):
            raise ValueError("parts go from month to quarter to year")
        return self


class Review(Frozen):
    """Who read every cell of a column of free text, and on which day."""

    by: str = Field(min_length=1)
    on: date


class Top(Frozen):
    """How the largest values are merged: at least `least` units, and beyond share `above`.

    More are merged until the units beyond the two largest give `percent` of what the largest gives,
    so that the second largest cannot find it out. With `tails` both, the smallest are merged too.
    """

    least: int = Field(default=3, ge=3)
    above: float | None = Field(default=None, gt=0, lt=1)
    percent: float = Field(default=10.0, gt=0, le=100)
    tails: Literal["upper", "both"] = "upper"


class VariableEntry(Frozen):
    """One column: what it is called there and here, what it is, and how it may be changed.

    `level` is the least level of a quasi-identifier, and the level itself of another column with a
    hierarchy. `links` names what a pseudonym stands for, so that exports under one key can be
    joined though the column is called otherwise. `not_identifier` says why values that look like
    those of a direct identifier are none.
    """

    name: Name
    column: str | None = None
    role: Role
    kind: Kind = "category"
    label: Text
    unit: str | None = None
    source: str | None = None
    codes: dict[str, Text] = Field(default_factory=dict)
    hierarchy: Hierarchy | None = None
    level: int = Field(default=0, ge=0)
    importance: float = Field(default=1.0, gt=0)
    links: str | None = None
    top: Top | None = None
    unaltered: str | None = Field(default=None, min_length=5)
    reviewed: Review | None = None
    not_identifier: str | None = Field(default=None, min_length=5)

    @property
    def heading(self) -> str:
        """Return what the column is called in the data."""
        return self.column or self.name

    @model_validator(mode="after")
    def _sensible(self) -> Self:
        if self.role == "quasi" and self.hierarchy is None:
            raise ValueError("a quasi-identifier needs a hierarchy")
        if self.role in ("plain", "sensitive") and self.kind == "money" and not self._said():
            raise ValueError("money needs top, or unaltered with the reason why not")
        if self.role in ("plain", "sensitive") and self.kind == "text":
            raise ValueError("text has role text (reviewed) or drop; short codes are kind category")
        if self.kind == "date" and self.role not in ("quasi", "drop") and not self._said():
            raise ValueError("a date needs a hierarchy, or unaltered with the reason why not")
        if self.top is not None and self.kind not in ("money", "number"):
            raise ValueError("only numbers and money have a top")
        return self

    @model_validator(mode="after")
    def _nothing_idle(self) -> Self:
        """Refuse a key that would change nothing where somebody thinks that it does."""
        for key, roles in KEYS_OF_ROLES.items():
            if getattr(self, key) and self.role not in roles:
                raise ValueError(f"{key} does nothing for role {self.role}")
        if self.top is not None and self.hierarchy is not None:
            raise ValueError("a column has a hierarchy or a top, not both")
        if self.level and self.hierarchy is None:
            raise ValueError("level is one of a hierarchy, and there is none")
        if self.name.endswith(STATE_SUFFIX):
            raise ValueError(f"names that end in {STATE_SUFFIX} are for reasons of missing values")
        return self

    def _said(self) -> bool:
        return bool(self.top or self.unaltered or self.hierarchy)


class ReleaseTerms(Frozen):
    """On what ground the data leave, to whom, and until when; every key is required."""

    purpose: Text
    legal_basis: str = Field(min_length=3)
    recipient: str = Field(min_length=2)
    agreement: str = Field(min_length=2)
    retain_until: date
    responsible: str = Field(min_length=2)


class PrivacyRules(Frozen):
    """What must hold: units per combination, known values in each, and the most that is withheld.

    `most_suppressed` is a share of rows. With l of 1 nothing is asked of sensitive values.
    """

    k: int = Field(default=5, ge=2)
    l: int = Field(default=1, ge=1)  # noqa: E741 - as the literature has it
    most_suppressed: float = Field(default=0.05, ge=0, lt=1)


class ExportCodebook(Frozen):
    """The whole of a codebook: title, terms, rules and every column."""

    title: Text
    abstract: Text
    release: ReleaseTerms
    rules: PrivacyRules = PrivacyRules()
    unit: Name
    variables: tuple[VariableEntry, ...] = Field(min_length=1)

    def of_role(self, *roles: Role) -> tuple[VariableEntry, ...]:
        """Return the columns of some roles, in order."""
        return tuple(item for item in self.variables if item.role in roles)

    @model_validator(mode="after")
    def _whole(self) -> Self:
        names = [item.name for item in self.variables]
        headings = [item.heading for item in self.variables]
        for found in (names, headings):
            twice = next((name for name in found if found.count(name) > 1), None)
            if twice is not None:
                raise ValueError(f"{twice} stands there twice")
        units = [item for item in self.variables if item.name == self.unit]
        if not units or units[0].role != "pseudonym":
            raise ValueError("unit names a variable of role pseudonym: whoever is protected")
        if len(self.of_role("weight")) > 1 or len(self.of_role("population")) > 1:
            raise ValueError("there is one weight and one population at most")
        if self.rules.l > 1 and not self.of_role("sensitive"):
            raise ValueError("l above 1 needs a sensitive variable")
        return self


__all__ = [
    "ALL",
    "STATE_SUFFIX",
    "SUPPRESSED",
    "DatePart",
    "ExportCodebook",
    "Hierarchy",
    "HierarchyKind",
    "Kind",
    "PrivacyRules",
    "ReleaseTerms",
    "Review",
    "Role",
    "Top",
    "VariableEntry",
]
