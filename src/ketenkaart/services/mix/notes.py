"""What every answer about the mix says beside its figures."""

from __future__ import annotations

from ketenkaart.core.governance.mix.answers import MixQuery
from ketenkaart.core.provenance import Grade, Text
from ketenkaart.services.governance.notes import APPLIES, DEPTH
from ketenkaart.services.mix.options import Options

GOVERNMENT = Text(
    nl=(
        "Het budget telt alleen wat de overheid betaalt. Wat bedrijven betalen om te voldoen, is "
        "hier niet onderzocht: een wet is voor de overheid goedkoop en voor bedrijven niet."
    ),
    en=(
        "The budget counts what government pays only. What companies pay to comply is not "
        "researched here: a law is cheap for government and not for companies."
    ),
)
CENTRAL = Text(
    nl=(
        "De keuze is gemaakt op middenwaarden, over cellen met een bekend risico en instrumenten "
        "met een bekend bereik. De uitersten staan bij de kloof en bij hoe vast de keuze staat."
    ),
    en=(
        "The choice is made on central values, over cells of known risk and instruments of known "
        "reach. The ends stand beside the gap, and with how stable the choice is."
    ),
)
INDEPENDENT = Text(
    nl=(
        "Waar instrumenten elkaar overlappen, is aangenomen dat bedrijven onafhankelijk van elkaar "
        "meedoen."
    ),
    en="Where instruments overlap, companies are assumed to take part independently.",
)
LARGEST = Text(
    nl="Waar instrumenten elkaar overlappen, telt alleen het grootste bereik: voorzichtig gelezen.",
    en="Where instruments overlap, only the largest reach counts: the cautious reading.",
)
BREADTH = Text(
    nl=("In de breedte telt een advies even zwaar als een wet. Voor een mix zegt de diepte meer."),
    en="In breadth, advice counts as much as a law. For a mix, depth says more.",
)
UNREACHED = Text(
    nl=(
        "Voor de slechtste sector tellen alleen sectoren mee die een instrument of kandidaat kan "
        "bereiken."
    ),
    en="For the worst sector, only sectors that an instrument or candidate can reach count.",
)


def notes_for(options: Options, query: MixQuery) -> tuple[Text, ...]:
    """Return the sentences that belong beside this answer."""
    content = options.file.content
    graded = [
        item.citation.grade is Grade.ASSUMED
        for candidate in content.candidates
        for level in candidate.levels
        for item in (level.cost, level.uptake)
    ]
    notes = [APPLIES, CENTRAL, INDEPENDENT if query.rule == "independent" else LARGEST, GOVERNMENT]
    if any(graded):
        share = sum(graded) / len(graded)
        notes.insert(
            0,
            Text(
                nl=(
                    f"Aangenomen, niet gemeten: {share:.0%} van de kosten en aandelen van de "
                    "kandidaten. Het antwoord is zo goed als die aannames."
                ),
                en=(
                    f"Assumed, not measured: {share:.0%} of the costs and shares of the "
                    "candidates. The answer is as good as those assumptions."
                ),
            ),
        )
    notes.append(DEPTH if query.kind == "depth" else BREADTH)
    if query.objective == "worst-sector":
        notes.append(UNREACHED)
    ranges = [
        level.name
        for candidate in content.candidates
        for level in candidate.levels
        if level.cost.value is None
    ]
    if ranges:
        count = len(ranges)
        notes.append(
            Text(
                nl=(
                    f"Van {count} {'niveau' if count == 1 else 'niveaus'} zijn alleen de uitersten "
                    "van de kosten gegeven: het budget telt het hoogste. Wat er bij het laagste "
                    "anders wordt, staat bij hoe vast de keuze staat."
                ),
                en=(
                    f"Of {count} {'level' if count == 1 else 'levels'} only the ends of the cost "
                    "are given: the budget counts the high end. What changes at the low one stands "
                    "with how stable the choice is."
                ),
            )
        )
    return tuple(notes)
