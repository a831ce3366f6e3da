"""Read design.yml: how a sample was drawn, and what is known of the population."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any, Literal

from pydantic import Field, model_validator

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.monitor.types import IntervalMethod, LonelyPolicy
from ketenkaart.core.provenance import Frozen
from ketenkaart.sources.reference.document import Document, read_document

Names = tuple[str, ...]
MethodName = Literal["jackknife", "jk1", "jkn", "brr", "fay", "bootstrap"]


class Replicates(Frozen):
    """How replicates are made, or which columns hold them and how they were made."""

    method: MethodName | Literal["other"]
    columns: Names | str | None = None
    count: int | None = Field(default=None, ge=2, le=100_000)
    seed: int = Field(default=1, ge=0)
    rho: float | None = Field(default=None, ge=0, lt=1)
    mse: bool = True
    combined: bool = True
    scale: float | None = Field(default=None, gt=0)
    rscales: tuple[float, ...] | float | None = None


class KnownSizes(Frozen):
    """Sizes in the population of the groups that columns make; of crossed columns `A, B`."""

    by: str | Names
    totals: dict[str, float] = Field(min_length=1)


class KnownTotals(Frozen):
    """Totals in the population of columns: `size`, a number's name, or `column=value`."""

    totals: dict[str, float] = Field(min_length=1)
    method: Literal["linear", "raking", "logit"] = "linear"
    bounds: tuple[float, float] | None = None

    @model_validator(mode="after")
    def _bounded(self) -> KnownTotals:
        if (self.method == "logit") != (self.bounds is not None):
            raise ValueError("method logit needs bounds, and only that method has them")
        if self.bounds is not None and not 0 <= self.bounds[0] < 1 < self.bounds[1]:
            raise ValueError("bounds lie on both sides of 1, the lower one at 0 or more")
        return self


class NonResponse(Frozen):
    """Which column says who answered, and by what the others are stood in for."""

    answered: str
    classes: str | Names | None = None
    propensity: str | Names | None = None

    @model_validator(mode="after")
    def _one_way(self) -> NonResponse:
        if (self.classes is None) == (self.propensity is None):
            raise ValueError("give either classes or propensity")
        return self


class DesignFile(Frozen):
    """The whole of design.yml; every key may be left out."""

    id: str | None = None
    strata: str | Names | None = None
    clusters: str | Names | None = None
    nest: bool = False
    weights: str | None = None
    fpc: str | float | tuple[str | float, ...] | dict[str, float] | None = None
    frame: str | None = None
    replicates: Replicates | None = None
    lonely: LonelyPolicy = "fail"
    poststrata: KnownSizes | None = None
    rake: tuple[KnownSizes, ...] | None = None
    calibrate: KnownTotals | None = None
    nonresponse: NonResponse | None = None
    missing: Literal["refuse", "leave_out"] = "leave_out"
    interval: IntervalMethod = "wilson"
    level: float = Field(default=0.95, gt=0.5, lt=1)

    @model_validator(mode="after")
    def _one_calibration(self) -> DesignFile:
        given = [self.poststrata, self.rake, self.calibrate]
        if sum(item is not None for item in given) > 1:
            raise ValueError("give one of poststrata, rake and calibrate")
        if self.frame is not None and self.fpc is not None:
            raise ValueError("a frame says what fpc would say: give one of the two")
        return self


class DesignDocument:
    """A design file with the lines of its keys, for messages."""

    def __init__(self, path: Path, document: Document, content: DesignFile) -> None:
        self.path = path
        self.content = content
        self._document = document

    def where(self, *keys: str | int) -> str:
        """Return file, line and key for a message."""
        return self._document.where(keys)


def read_design(path: Path) -> DesignDocument:
    """Return the design of a file. Raises `InputError` with file, line and key."""
    try:
        document = read_document(path, path.name)
        document = replace(document, data=_in_lower_case(document.data))
        content = document.parse(DesignFile)
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from error
    return DesignDocument(path, document, content)


def _in_lower_case(data: Any) -> Any:
    """Return the data with the name of the replicates' method in lower case: JK1 is jk1."""
    if data is None:
        return {}
    if isinstance(data, dict):
        made = data.get("replicates")
        if isinstance(made, str):
            return {**data, "replicates": {"method": made.casefold()}}
        if isinstance(made, dict):
            # R says `type` for what is called the method here
            named = {("method" if key == "type" else key): value for key, value in made.items()}
            if isinstance(named.get("method"), str):
                named["method"] = named["method"].casefold()
            return {**data, "replicates": named}
    return data
