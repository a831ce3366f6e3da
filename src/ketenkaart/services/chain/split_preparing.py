"""Make a split ready: the table, how it is read, the evidence, and what would come out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from ketenkaart.core.chain.split.cut import Classes
from ketenkaart.core.chain.split.errors import bounds
from ketenkaart.core.chain.split.estimate import Draft, Subject, draft
from ketenkaart.core.chain.split.types import Evidence, Prior, Shares
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.chain.world import WorldTable
from ketenkaart.core.errors import InputError, StoreError
from ketenkaart.services.chain.split_evidence import Read, read_evidence
from ketenkaart.services.world_tables import open_world, show_table
from ketenkaart.sources.reference.splitting import SplitLayout, load_split_reference
from ketenkaart.warehouse.table_manifest import TableManifest

if TYPE_CHECKING:
    from ketenkaart.sources.reference.split_errors import SplitErrorsFile

METHOD = "split"
HOME = "NLD"
MOST_BYTES = 8 * 2**30


@dataclass(frozen=True, slots=True)
class Prepared:
    """A split before anything is balanced: the draft, the shares and where they come from."""

    subject: Subject
    attempt: Draft
    shares: Shares
    prior: Prior
    read: Read
    layout: SplitLayout


def prepare(
    edition: str,
    source: Path,
    countries: Sequence[str] | None,
    prior: Prior,
    rates: Path | None,
    data_folder: Path | None,
) -> Prepared:
    """Return a split of a table made ready; raises as `plan_split` says."""
    manifest = show_table(edition, data_folder).manifest
    layout = _layout(manifest)
    table = open_world(edition, data_folder)
    read = read_evidence(source, table.year, rates_file=rates)
    subject = subject_of(table, layout, read.evidence)
    chosen = _chosen(subject, countries)
    for code in chosen:
        if code in read.without_rate:
            raise InputError(
                f"There is no exchange rate of {code} for {table.year}, so its accounts cannot be "
                "read in dollars",
                where="--countries",
                fix="Give one with --rates FILE (CSV: country,per_usd), or leave it out.",
            )
    attempt = draft(subject, chosen)
    needed = needed_bytes(attempt, table)
    if needed > MOST_BYTES:
        raise StoreError(
            f"The split needs about {needed / 2**30:.1f} GiB of memory, and takes at most "
            f"{MOST_BYTES / 2**30:.0f}",
            where="countries",
            fix="Name the countries that matter with --countries; the others stay together.",
        )
    return Prepared(subject, attempt, attempt.shares(prior), prior, read, layout)


def _layout(manifest: TableManifest) -> SplitLayout:
    if manifest.estimate is not None and manifest.estimate.method == METHOD:
        raise InputError(
            f"{manifest.id} was split already",
            where="edition",
            fix=f"Split {manifest.estimate.prior}, with all countries at once.",
        )
    known = {item.layout: item for item in load_split_reference().layouts}
    if manifest.layout not in known:
        raise InputError(
            f"Tables of the layout {manifest.layout} cannot be split: it is not known which of "
            "their sectors belong to which activity in the accounts",
            where="edition",
            fix=f"Split a table of the layout {', '.join(known)}.",
        )
    return known[manifest.layout]


def subject_of(table: WorldTable, layout: SplitLayout, evidence: Evidence) -> Subject:
    """Return a table as something to split, with the layout's reading of sectors and buyers.

    Raises `InputError` for a sector or a category of final demand that the layout does not name.
    """
    owner = {code: name for name, codes in layout.activities.items() for code in codes}
    for what, codes, known in (
        ("sector", table.sectors, owner),
        ("category", tuple(c.category for c in table.final_demand), layout.kinds),
    ):
        missing = [code for code in codes if code not in known]
        if missing:
            raise InputError(
                f"It is not known what {what} {missing[0][:40]!r} means in the accounts",
                where="edition",
                fix="Split the table as its publisher gives it.",
            )
    classes = Classes(
        activity=np.array([evidence.activities.index(owner[code]) for code in table.sectors]),
        is_good=np.array([code in layout.goods for code in table.sectors]),
        mine=table.sectors.index(layout.mine) if layout.mine in table.sectors else None,
        supplied=np.array([code in layout.supplied for code in table.sectors]),
        kind=layout.kinds,
    )
    return Subject(
        table=table,
        region=layout.region,
        classes=classes,
        evidence=evidence,
        other_codes=layout.other_codes,
        home=HOME,
        missing_quantile=load_split_reference().missing_quantile,
    )


def _chosen(subject: Subject, countries: Sequence[str] | None) -> tuple[str, ...]:
    outside = subject.outside()
    if countries is None:
        return tuple(
            code for code, known in zip(outside.countries, outside.is_known, strict=True) if known
        )
    chosen = tuple(code.strip().upper() for code in countries)
    for code in chosen:
        if code not in subject.evidence.countries:
            raise InputError(
                f"There is no country {code[:20]!r}",
                where="--countries",
                fix="Use codes of ISO 3166-1 with three letters, such as BGD,VNM,KHM.",
            )
    return chosen


def unknown_countries(subject: Subject) -> tuple[str, ...]:
    """Return the countries of the region that have people at work, and no accounts."""
    outside = subject.outside()
    return tuple(
        code
        for code, known, persons in zip(
            outside.countries, outside.is_known, outside.workers, strict=True
        )
        if not known and persons > 0
    )


def needed_bytes(attempt: Draft, table: WorldTable) -> int:
    """Return the bytes that a split holds at once: flows, and the new table's matrix twice."""
    P, S = len(attempt.parts.members), len(table.sectors)
    K = S + len(attempt.region.kind)
    outside = len(attempt.places.outer)
    n = len(attempt.places.regions) * S
    flows = S * P * P * K + S * P * len(attempt.region.buyers) + K * P * outside
    return int(8 * (1.3 * flows + 2 * n * n + 3 * table.n**2))


def output_bounds(attempt: Draft, shares: Shares, errors: SplitErrorsFile) -> tuple[Floats, Floats]:
    """Return the ends of output per new node: the back-test's, widened to all informed priors."""
    output = attempt.region.output
    whole = max(float(output.sum()), 1e-300)
    central = shares.sectors * output
    low, high = bounds(central, central / whole, [item.made() for item in errors.output])
    for prior in (Prior.ACCOUNTS, Prior.TRADE, Prior.FACTORIES, Prior.EMPLOYMENT):
        other = attempt.shares(prior).sectors * output
        low, high = np.minimum(low, other), np.maximum(high, other)
    return low, np.minimum(high, np.maximum(output, central))
