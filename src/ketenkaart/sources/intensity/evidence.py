"""Gather what the sources say of each issue, by country and sector."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl

from ketenkaart.core.classification import Sector
from ketenkaart.core.errors import ReferenceDataError
from ketenkaart.core.risk.classify import Evidence, listing_number
from ketenkaart.core.risk.scale import Extent, Scale
from ketenkaart.core.risk.types import Floats
from ketenkaart.sources import cahra, dol, inform, owid, wdi, wgi

FILES = {
    "dol_tvpra_2022": "dol_ilab/tvpra_goods_2022.csv",
    "dol_findings_2022": "dol_ilab/ilab_country_profiles_2022.csv",
    "wgi_2020": "wgi/wgi_1996_2019.csv",
    "inform_2021": "crba/inform_risk_2021.csv",
    "cahra_2026_06": "cahra/cahra.json",
    "fariss_2020": "owid/human_rights_protection_fariss_et_al_2020/data.csv",
    "pendrill_2019": "owid/deforestation_in_trade_pendrill/data.csv",
    "wdi_qog_2024": "wdi/wdi_cross_section.csv",
}
DEFORESTATION_YEARS = (2011, 2012, 2013)
BROAD_OF_ACTIVITY = {
    "agriculture": "agriculture",
    "mining_utilities": "industry",
    "manufacturing": "industry",
    "construction": "industry",
    "trade_hospitality": "services",
    "transport_communication": "services",
    "other_services": "services",
}


@dataclass(frozen=True, slots=True)
class Frame:
    """The cells to fill, and where everything is found."""

    folder: Path
    countries: Sequence[str]
    sectors: Sequence[Sector]
    goods: Mapping[str, dol.GoodsMapping]

    @property
    def shape(self) -> tuple[int, int]:
        """Return (countries, sectors)."""
        return len(self.countries), len(self.sectors)

    def path(self, source: str) -> Path:
        """Return the file of a source."""
        return self.folder / FILES[source]

    def column(self, frame: pl.DataFrame, name: str) -> Floats:
        """Return a column by country, in our order; NaN where the frame has none. Shape (c,)."""
        found = dict(zip(frame["country"], frame[name], strict=True))
        values = [found.get(country) for country in self.countries]
        return np.array([np.nan if value is None else value for value in values])

    def everywhere(self, values: Floats) -> Floats:
        """Return one value per country, the same in all sectors. Shape (countries, sectors)."""
        return np.repeat(values[:, None], len(self.sectors), axis=1)


@dataclass(frozen=True, slots=True)
class Found:
    """Evidence of one issue, and the listed goods or areas as text per (country, sector)."""

    evidence: Evidence
    texts: Mapping[tuple[int, int], str]


def _unlisted(frame: Frame) -> np.ndarray[tuple[int, int], np.dtype[np.int64]]:
    return np.full(frame.shape, -1, dtype=np.int64)


def _plain(frame: Frame, value: Floats, margin: Floats | None = None, sign: float = 1.0) -> Found:
    spread = np.zeros_like(value) if margin is None else margin
    return Found(
        Evidence(
            value=frame.everywhere(value),
            best=frame.everywhere(value - sign * spread),
            worst=frame.everywhere(value + sign * spread),
            listed=_unlisted(frame),
            is_exact=np.ones(frame.shape, dtype=bool),
        ),
        {},
    )


def listed_goods(frame: Frame, flag: str) -> tuple[dict[tuple[int, int], str], set[str]]:
    """Return the goods listed per cell, as text, and the goods that no sector makes.

    A derived good is named in the text with `(derived)` only where another good lists the cell: on
    its own it lists nothing. Raises `ReferenceDataError` for a good without a mapping.
    """
    goods = dol.read_goods_list(frame.path("dol_tvpra_2022"))
    position = {country: k for k, country in enumerate(frame.countries)}
    sector_at = {sector.id: k for k, sector in enumerate(frame.sectors)}
    names: dict[tuple[int, int], list[str]] = {}
    derived: dict[tuple[int, int], list[str]] = {}
    outside: set[str] = set()
    inside = goods.filter(pl.col("country").is_in(frame.countries))
    for row in inside.sort("country", "good").iter_rows(named=True):
        mapping = frame.goods.get(row["good"])
        if mapping is None:
            raise ReferenceDataError(
                f"No sector is given for the good {row['good']!r}",
                where=f"intensity/dol_goods.csv; row {row['row']} of the list",
                fix="Add a line with its sectors, grade and reason.",
            )
        if not mapping.sectors:
            outside.add(mapping.good)
        for sector in mapping.sectors:
            cell = position[row["country"]], sector_at[sector]
            if row[flag]:
                names.setdefault(cell, []).append(row["good"])
            elif row["is_derived"]:
                derived.setdefault(cell, []).append(f"{row['good']} (derived)")
    texts = {cell: "; ".join([*found, *derived.get(cell, [])]) for cell, found in names.items()}
    return texts, outside


def _with_goods(found: Found, frame: Frame, scale: Scale, flag: str) -> Found:
    texts, _ = listed_goods(frame, flag)
    listed = found.evidence.listed.copy()
    for cell in texts:
        listed[cell] = listing_number(scale, Extent.GOODS)
    old = found.evidence
    return Found(Evidence(old.value, old.best, old.worst, listed, old.is_exact), texts)


def child_labour(frame: Frame, scale: Scale) -> Found:
    """Return the percentage of children at work, by sector where the profile splits it.

    With a split, a sector's value is the percentage times how concentrated children are in its
    broad sector: their share there over that of all workers there.
    """
    children = dol.read_working_children(frame.path("dol_findings_2022"))
    workers = wdi.read_wdi(frame.path("wdi_qog_2024"))
    total = frame.column(children, "percentage")
    value = frame.everywhere(total)
    is_exact = np.zeros(frame.shape, dtype=bool)
    for s, sector in enumerate(frame.sectors):
        broad = BROAD_OF_ACTIVITY[sector.activity]
        ratio = frame.column(children, broad) / frame.column(workers, broad)
        known = np.isfinite(ratio) & np.isfinite(total)
        value[:, s] = np.where(known, total * ratio, value[:, s])
        is_exact[:, s] = known
    evidence = Evidence(value, value, value, _unlisted(frame), is_exact)
    return _with_goods(Found(evidence, {}), frame, scale, "is_child_labour")


def forced_labour(frame: Frame, scale: Scale) -> Found:
    """Return the listing alone: nothing else is known."""
    nothing = _plain(frame, np.full(len(frame.countries), np.nan))
    return _with_goods(nothing, frame, scale, "is_forced_labour")


def _governance(indicator: str) -> Callable[[Frame, Scale], Found]:
    def gather(frame: Frame, scale: Scale) -> Found:
        data = wgi.read_wgi(frame.path("wgi_2020"), indicator, _year(scale))
        margin = scale.margin_stderr * frame.column(data, "stderr")
        # a higher estimate is better, so the worst end lies below it
        return _plain(frame, frame.column(data, "estimate"), margin, sign=-1.0)

    return gather


def conflict(frame: Frame, scale: Scale) -> Found:
    """Return INFORM's human hazard, and the listing of a country or its regions."""
    data = inform.read_inform(frame.path("inform_2021"))
    value = frame.everywhere(frame.column(data, "human"))
    is_running = frame.everywhere(frame.column(data, "current")) > 0
    # without violence today a high value is a forecast; a low one is low either way
    is_exact = is_running | (value < scale.cuts()[0])
    listed = _unlisted(frame)
    texts: dict[tuple[int, int], str] = {}
    listings = cahra.read_cahra(frame.path("cahra_2026_06"))
    for c, country in enumerate(frame.countries):
        if country not in listings:
            continue
        entry = listings[country]
        extent = Extent.WHOLE if entry.is_whole else Extent.PART
        listed[c, :] = listing_number(scale, extent)
        text = "whole country" if entry.is_whole else f"{entry.regions} regions"
        texts |= {(c, s): text for s in range(len(frame.sectors))}
    return Found(Evidence(value, value, value, listed, is_exact), texts)


def physical_integrity(frame: Frame, scale: Scale) -> Found:
    """Return the human rights score of one year."""
    data = owid.read_human_rights(frame.path("fariss_2020"), _year(scale))
    return _plain(frame, frame.column(data, "score"))


def deforestation(frame: Frame, scale: Scale) -> Found:
    """Return hectares of forest lost per million US dollars of value added in agriculture."""
    del scale
    cleared = owid.read_deforestation(frame.path("pendrill_2019"), DEFORESTATION_YEARS)
    farming = wdi.read_wdi(frame.path("wdi_qog_2024"))
    value = frame.column(cleared, "hectares") / frame.column(farming, "agriculture_musd")
    return _plain(frame, value)


def _year(scale: Scale) -> int:
    if scale.year is None:
        raise ReferenceDataError(
            f"The table of {scale.issue} names no year",
            where=f"intensity/{scale.issue}.yml (key 'year')",
            fix="Name the year of the source.",
        )
    return scale.year


GATHER: dict[str, Callable[[Frame, Scale], Found]] = {
    "child_labour": child_labour,
    "forced_labour": forced_labour,
    "corruption": _governance("CC"),
    "freedom_of_association": _governance("VA"),
    "conflict": conflict,
    "physical_integrity": physical_integrity,
    "deforestation": deforestation,
}
