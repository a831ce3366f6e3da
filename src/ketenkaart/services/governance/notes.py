"""What every answer says beside its figures (DESIGN.md, points 9, 13 and 14)."""

from __future__ import annotations

from ketenkaart.core.governance.answers import GapQuery
from ketenkaart.core.provenance import Text
from ketenkaart.services.governance.inputs import Inputs
from ketenkaart.services.governance.query import Scope

APPLIES = Text(
    nl="Dekking betekent dat een instrument geldt, niet dat het werkt.",
    en="Coverage means that an instrument applies, not that it works.",
)
INDEX = Text(
    nl="De intensiteit is een index van waarschijnlijkheid, geen telling van misstanden.",
    en="Intensity is an index of likelihood, not a count of abuses.",
)
CENTRE = Text(
    nl=(
        "Middenwaarden gebruiken alleen cellen met een bekende intensiteit en instrumenten met een "
        "bekend bereik, en nemen aan dat bedrijven onafhankelijk van elkaar meedoen. Is van minder "
        "dan de helft iets bekend, dan is er geen middenwaarde."
    ),
    en=(
        "Central values use only cells of known intensity and instruments of known reach, and "
        "assume independent uptake. Where less than half is known, there is no central value."
    ),
)
JOBS = Text(
    nl=(
        "Persoonsjaren zijn een schatting: banen per land en brede bedrijfstak, verdeeld naar "
        "toegevoegde waarde."
    ),
    en=(
        "Person-years are an estimate: jobs per country and broad activity, spread by value added."
    ),
)
DEPTH = Text(
    nl=(
        "Diepte weegt hoe dwingend een instrument is en welke stappen van gepaste zorgvuldigheid "
        "het vraagt. Die weging is een oordeel (graad: aangenomen)."
    ),
    en=(
        "Depth weighs how binding an instrument is and which due-diligence steps it asks for. "
        "That weighting is a judgement (grade: assumed)."
    ),
)


TRADE = Text(
    nl=(
        "Dit is de invoer aan de Nederlandse grens. Nooit op te tellen bij de eindvraag: die zit "
        "er helemaal in, en daarbij komt wat bedrijven invoeren voor hun uitvoer. Wat uitgaat en "
        "terugkomt, telt dubbel. Zuivere doorvoer en voorraden zitten er niet in."
    ),
    en=(
        "These are imports at the Dutch border. Never to be added to final demand: all of that is "
        "in them, and on top comes what industry imports for its exports. What goes out and comes "
        "back counts twice. Goods that only pass through and inventories are left out."
    ),
)
STEPS_AT_HOME = Text(
    nl=(
        "Lagen tellen vanaf de grens. Tussen een bedrijf dat invoert en de koper van zijn product "
        "ligt hier een stap: het kleinste aantal dat er kan zijn."
    ),
    en=(
        "Layers count from the border. Between an importing industry and the buyer of its product "
        "lies one step here: the fewest there can be."
    ),
)
FORESEEN = Text(
    nl=(
        "Deze dag ligt na de datum van de editie: de instrumenten zijn die welke toen waren "
        "voorzien. Wat er daarna is veranderd, is hier niet onderzocht."
    ),
    en=(
        "This day lies after the edition's date: the instruments are those foreseen then. What has "
        "changed since is not researched here."
    ),
)


def notes_for(query: GapQuery, inputs: Inputs, scope: Scope) -> tuple[Text, ...]:
    """Return the sentences that belong beside this answer, the general ones first."""
    notes = [APPLIES, INDEX, CENTRE]
    if inputs.table.year != scope.as_of.year:
        notes.append(
            Text(
                nl=(
                    f"De handel is die van {inputs.table.year}; de instrumenten zijn die van "
                    f"{scope.as_of.isoformat()}."
                ),
                en=(
                    f"Trade is that of {inputs.table.year}; instruments are those of "
                    f"{scope.as_of.isoformat()}."
                ),
            )
        )
    if query.view == "trade":
        notes += [TRADE, STEPS_AT_HOME]
    if scope.as_of > inputs.manifest.edition_date:
        notes.append(FORESEEN)
    if query.kind == "depth":
        notes.append(DEPTH)
    if query.measure == "person_years":
        notes.append(JOBS)
    if scope.member is not None and scope.region is not None:
        places = inputs.labels["country"]
        country, region = places[scope.member], places[scope.region]
        notes.append(
            Text(
                nl=(
                    f"{country.nl} staat niet apart in de tabel, maar in «{region.nl}». Het "
                    "aandeel is een schatting, met een interval over de manieren om te wegen."
                ),
                en=(
                    f"{country.en} is not shown apart in the table but inside '{region.en}'. Its "
                    "share is an estimate, with an interval over the ways to weight."
                ),
            )
        )
    return tuple(notes)
