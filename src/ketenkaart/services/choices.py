"""What can be asked of the gap: every issue, country, sector and instrument that has an answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from ketenkaart.core.provenance import Text
from ketenkaart.services.editions import EditionDetail, show_edition
from ketenkaart.services.governance.inputs import load_inputs
from ketenkaart.services.installed import edition_folder
from ketenkaart.warehouse.editions import read_manifest


@dataclass(frozen=True, slots=True)
class GapChoices:
    """Labels by id. `regions` have a place in the table, `members` lie inside a composite one."""

    issues: Mapping[str, Text]
    regions: Mapping[str, Text]
    members: Mapping[str, Text]
    sectors: Mapping[str, Text]
    instruments: Mapping[str, Text]
    as_of: date


def gap_choices(*, edition: Path | None = None) -> GapChoices:
    """Return what the edition can answer; raises `EditionError` where it cannot be read."""
    inputs = load_inputs(edition)
    members = {code for region in inputs.composites.values() for code in region.members}
    return GapChoices(
        issues={issue: inputs.labels["issue"][issue] for issue in inputs.nodes.issues},
        regions={
            code: inputs.labels["country"][code]
            for code in inputs.table.regions
            if code != inputs.table.home
        },
        members={
            code: inputs.labels["country"][code]
            for code in members
            if code in inputs.labels["country"]
        },
        sectors={sector: inputs.labels["sector"][sector] for sector in inputs.table.sectors},
        instruments={item.id: item.name for item in inputs.instruments if item.worked_out},
        as_of=inputs.edition.manifest.edition_date,
    )


def edition_in_use() -> EditionDetail:
    """Return the edition that answers are computed from, with the sidecar of every table."""
    return show_edition(read_manifest(edition_folder()).id)
