"""Say where somebody's analysis of risks looks at one risk only while others are high."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.governance.defence.together_answers import AnalysisWarnings, NarrowLook
from ketenkaart.services.governance.defence.case_file import Case, CaseFile, read_case_file
from ketenkaart.services.governance.inputs import Inputs, load_inputs
from ketenkaart.services.governance.query import check_query
from ketenkaart.services.installed import edition_folder
from ketenkaart.sources.reference.defence import load_together


def check_analysis(
    path: Path, *, as_of: date | None = None, edition: Path | None = None
) -> AnalysisWarnings:
    """Return the places that an analysis (country, sector, issue) looks at for one risk only.

    Only places where another risk is known and high count. Raises `InputError` for a file that
    is no such list, naming row and column.
    """
    inputs = load_inputs(edition or edition_folder())
    check_query(GapQuery(as_of=as_of), inputs)
    return narrow_looks(read_case_file(path, inputs), inputs)


def narrow_looks(file: CaseFile, inputs: Inputs) -> AnalysisWarnings:
    """Return the places that a list of cases looks at for one risk only."""
    high = load_together().high_risk.from_value
    countries = inputs.countries
    by_place: dict[tuple[str, str], list[Case]] = {}
    for case in file.cases:
        by_place.setdefault((case.country, case.sector), []).append(case)
    found = []
    labels = inputs.labels
    for (country, sector), cases in by_place.items():
        looked_at = {case.issue for case in cases}
        if len(looked_at) > 1 or country not in countries.countries:
            continue
        c, s = countries.countries.index(country), countries.sectors.index(sector)
        index = np.nan_to_num(countries.central[:, c, s]) * (countries.known[:, c, s] > 0)
        others = [
            (labels["issue"][issue], float(value))
            for issue, value in zip(countries.issues, index, strict=True)
            if issue not in looked_at and value >= high
        ]
        if others:
            found.append(
                NarrowLook(
                    row=cases[0].row,
                    country_label=labels["country"][country],
                    sector_label=labels["sector"][sector],
                    issue_label=labels["issue"][cases[0].issue],
                    others=tuple(sorted(others, key=lambda pair: -pair[1])),
                )
            )
    return AnalysisWarnings(name=file.name, looked_at=len(by_place), narrow=tuple(found))
