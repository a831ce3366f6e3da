"""How contracts were drawn, kept beside the draw and beside the answers."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field

from ketenkaart.core.errors import InputError, ReferenceDataError
from ketenkaart.core.monitor.sampling.drawing import PpsMethod
from ketenkaart.core.provenance import Frozen
from ketenkaart.services.monitor.writing import write_yaml
from ketenkaart.sources.reference.document import read_document


class NamedEffect(Frozen):
    """An effect that is asked: the name of its column, and its unit."""

    id: str = Field(pattern=r"^[a-z][a-z0-9_]{0,39}$")
    unit: str = Field(min_length=1, max_length=80)


class DrawnGroup(Frozen):
    """What the frame holds of a product group and period, and what was drawn of it.

    `reached` are the tenders that could be drawn: those with a value, and those without where some
    of these were drawn too; none where the group was not sampled.
    """

    group: str
    tenders: int = Field(ge=0)
    with_size: int = Field(ge=0)
    total_size: float = Field(ge=0)
    drawn: int = Field(ge=0)
    certain: int = Field(ge=0)
    without_value: int = Field(ge=0)
    reached: int = Field(ge=0)


class DrawRecord(Frozen):
    """How a draw was made, for estimates and for who wants to make it again."""

    frame: str
    frame_sha256: str
    period: str
    currency: str
    seed: int
    method: PpsMethod
    effects: tuple[NamedEffect, ...]
    groups: tuple[DrawnGroup, ...]
    empty_groups: tuple[str, ...] = ()

    def of(self, group: str) -> DrawnGroup | None:
        """Return what was drawn of a group."""
        return next((item for item in self.groups if item.group == group), None)


def write_record(path: Path, record: DrawRecord, *, force: bool) -> None:
    """Write how a draw was made."""
    write_yaml(path, record.model_dump(mode="json"), force=force)


def read_record(path: Path) -> DrawRecord:
    """Return how a draw was made. Raises `InputError` for a file that is absent or altered."""
    try:
        return read_document(path, path.name).parse(DrawRecord)
    except ReferenceDataError as error:
        raise InputError(
            error.what, where=error.where,
            fix="Keep it as `ketenkaart effect draw` and `effect import` wrote it.",
        ) from error  # fmt: skip


def parse_effect(text: str) -> NamedEffect:
    """Return an effect as a user writes it, `water_m3=cubic metres of water`."""
    name, sign, unit = text.partition("=")
    try:
        return NamedEffect(id=name.strip(), unit=unit.strip() if sign else "")
    except ValueError:
        raise InputError(
            f"{text[:60]!r} is no effect", where="--effect",
            fix="Write NAME=UNIT, as water_m3=cubic metres: small letters, digits, underscores.",
        ) from None  # fmt: skip
