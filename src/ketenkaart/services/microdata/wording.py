"""What is said of an export, in Dutch and English."""

from __future__ import annotations

from ketenkaart.core.monitor.microdata.topcoding import Merged
from ketenkaart.core.monitor.microdata.types import SUPPRESSED
from ketenkaart.core.provenance import Text

PSEUDONYM = Text(nl="vervangen door een pseudoniem", en="replaced by a pseudonym")


def generalised(name: str, level: int) -> Text:
    """Say to which level a column was generalised."""
    return Text(
        nl=f"grover gemaakt tot niveau {level} ({name})",
        en=f"generalised to level {level} ({name})",
    )


def suppressed(rows: int) -> Text:
    """Say in how many rows a column was suppressed."""
    return Text(
        nl=f"in {rows} rijen onderdrukt (code {SUPPRESSED})",
        en=f"suppressed in {rows} rows (code {SUPPRESSED})",
    )


def merged(tail: Merged) -> Text:
    """Say what became of a tail; from which value, only by a value that stands in the data."""
    upper = tail.tail == "upper"
    dutch, english = ("grootste", "largest") if upper else ("kleinste", "smallest")
    beyond_nl = beyond_en = ""
    if tail.nearest is not None:
        beyond_nl = f", {'boven' if upper else 'onder'} {tail.nearest:.6g},"
        beyond_en = f", {'above' if upper else 'below'} {tail.nearest:.6g},"
    return Text(
        nl=f"de {tail.rows} {dutch} waarden{beyond_nl} zijn hun gewogen gemiddelde, "
        f"{tail.value:.6g}",
        en=f"the {tail.rows} {english} values{beyond_en} are their weighted mean, {tail.value:.6g}",
    )


def design_tells(k: int) -> Text:
    """Say that strata and weights narrow classes down to k units."""
    return Text(
        nl=f"Wie ook strata, clusters en gewichten kent, vindt groepen van {k}: spreek af dat de "
        "ontvanger die niet koppelt.",
        en=f"Whoever also knows strata, clusters and weights finds groups of {k}: agree that the "
        "recipient does not link them.",
    )


def lonely(name: str, strata: int) -> Text:
    """Say that strata have one unit."""
    return Text(
        nl=f"{name}: {strata} strata hebben één eenheid. Hun spreiding is niet te schatten "
        "(`lonely` in design.yml), en wie erin zit is alleen.",
        en=f"{name}: {strata} strata have one unit. Their variance cannot be estimated "
        "(`lonely` in design.yml), and whoever is in one is alone there.",
    )


def rows_together(k: int) -> Text:
    """Say that the rows of one unit, taken together, narrow it down to k units."""
    return Text(
        nl="Eenheden hebben meer rijen. Wie de rijen van een eenheid samen neemt, vindt groepen "
        f"van {k}; k geldt per rij.",
        en="Units have several rows. Whoever takes the rows of a unit together finds groups of "
        f"{k}; k holds row by row.",
    )


def occurs_once(name: str, share: float) -> Text:
    """Say that most values of a column are its row's own."""
    return Text(
        nl=f"{name}: {share:.0%} van de waarden komt één keer voor; wie zo'n waarde kent, "
        "vindt de rij.",
        en=f"{name}: {share:.0%} of the values occur once; whoever knows such a value finds "
        "the row.",
    )
