"""Records of the Tweede Kamer's open data (OData v4), as its `$metadata` describes them.

Only the properties that are used here are declared; others are tolerated and listed. Every field
carries the property's own name as its alias. A time becomes the day in Amsterdam with `day`.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any, ClassVar
from uuid import UUID
from zoneinfo import ZoneInfo

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field, StrictBool
from pydantic import StrictInt as Integer
from pydantic import StrictStr as String

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def _text_only(value: Any) -> Any:
    """Refuse what OData never writes: a number where an id or a time stands as text."""
    if isinstance(value, str | datetime | UUID) or value is None:
        return value
    raise ValueError("should be text")


Guid = Annotated[UUID, BeforeValidator(_text_only)]
Moment = Annotated[AwareDatetime, BeforeValidator(_text_only)]


def day(moment: datetime | None) -> date | None:
    """Return the day of a moment in Amsterdam; `None` for year 1, the publisher's empty time.

    >>> day(datetime.fromisoformat("2019-11-21T23:30:00+00:00"))
    datetime.date(2019, 11, 22)
    """
    if moment is None or moment.year == 1:
        return None
    return moment.astimezone(AMSTERDAM).date()


class Record(BaseModel):
    """One entity; `removed` marks what the publisher took back, with most fields empty."""

    model_config = ConfigDict(frozen=True, extra="ignore", populate_by_name=True)
    entity: ClassVar[str]
    signature: ClassVar[frozenset[str]]
    """Properties that no other entity read here has: they tell a record without a type apart."""
    unused: ClassVar[frozenset[str]]
    """Properties that the publisher has and that nothing here needs."""

    id: Guid = Field(alias="Id")
    changed: Moment | None = Field(default=None, alias="GewijzigdOp")
    api_changed: Moment | None = Field(default=None, alias="ApiGewijzigdOp")
    removed: StrictBool | None = Field(default=None, alias="Verwijderd")


class Kamerstukdossier(Record):
    """A numbered series of papers."""

    entity = "Kamerstukdossier"
    signature = frozenset({"Toevoeging", "HoogsteVolgnummer"})
    unused = frozenset({
        "Alias", "Document", "Zaak",
    })  # fmt: skip

    number: Integer | None = Field(default=None, alias="Nummer")
    suffix: String | None = Field(default=None, alias="Toevoeging")
    title: String | None = Field(default=None, alias="Titel")
    short_title: String | None = Field(default=None, alias="Citeertitel")
    highest: Integer | None = Field(default=None, alias="HoogsteVolgnummer")
    closed: StrictBool | None = Field(default=None, alias="Afgesloten")
    chamber: String | None = Field(default=None, alias="Kamer")


class DocumentVersie(Record):
    """One version of a document; its outside identifier is the number of the official paper."""

    entity = "DocumentVersie"
    signature = frozenset({"Versienummer", "ExterneIdentifier"})
    unused = frozenset({
        "Bestandsgrootte", "DocumentPublicatie", "DocumentPublicatieMetadata",
    })  # fmt: skip

    status: String | None = Field(default=None, alias="Status")
    number: Integer | None = Field(default=None, alias="Versienummer")
    dated: Moment | None = Field(default=None, alias="Datum")
    document_id: Guid | None = Field(default=None, alias="Document_Id")
    publication: String | None = Field(default=None, alias="ExterneIdentifier")
    extension: String | None = Field(default=None, alias="Extensie")
    document: Document | None = Field(default=None, alias="Document")


class Stemming(Record):
    """How one member or party voted."""

    entity = "Stemming"
    signature = frozenset({"FractieGrootte", "Vergissing"})
    unused = frozenset({
        "ActorNaam", "Besluit", "Besluit_Id", "Fractie", "Fractie_Id", "Persoon",
        "Persoon_Id", "SidActorFractie", "SidActorLid", "Vergissing",
    })  # fmt: skip

    kind: String | None = Field(default=None, alias="Soort")
    seats: Integer | None = Field(default=None, alias="FractieGrootte")
    party: String | None = Field(default=None, alias="ActorFractie")


class Besluit(Record):
    """A decision of parliament about a case, as a vote."""

    entity = "Besluit"
    signature = frozenset({"BesluitSoort", "BesluitTekst", "StemmingsSoort"})
    unused = frozenset({
        "AgendapuntZaakBesluitVolgorde", "Opmerking",
    })  # fmt: skip

    kind: String | None = Field(default=None, alias="BesluitSoort")
    text: String | None = Field(default=None, alias="BesluitTekst")
    voting: String | None = Field(default=None, alias="StemmingsSoort")
    status: String | None = Field(default=None, alias="Status")
    agenda_item_id: Guid | None = Field(default=None, alias="Agendapunt_Id")
    agenda_item: Agendapunt | None = Field(default=None, alias="Agendapunt")
    votes: tuple[Stemming, ...] = Field(default=(), alias="Stemming")
    cases: tuple[Zaak, ...] = Field(default=(), alias="Zaak")


class Agendapunt(Record):
    """An item on the agenda of an activity."""

    entity = "Agendapunt"
    signature = frozenset({"Rubriek", "Volgorde", "Activiteit_Id"})
    unused = frozenset({
        "Aanvangstijd", "Activiteit_Id", "Besluit", "Document", "Eindtijd", "Noot",
        "Rubriek", "Status", "Volgorde", "Zaak",
    })  # fmt: skip

    number: String | None = Field(default=None, alias="Nummer")
    subject: String | None = Field(default=None, alias="Onderwerp")
    activity: Activiteit | None = Field(default=None, alias="Activiteit")


class Activiteit(Record):
    """A debate, a vote, a meeting."""

    entity = "Activiteit"
    signature = frozenset({"DatumSoort", "Besloten", "Voortouwnaam"})
    unused = frozenset({
        "Aanvangstijd", "Aanvraagdatum", "ActiviteitActor", "Agendapunt", "Besloten",
        "DatumMededelingEersteVerlenging", "DatumMededelingTweedeVerlenging",
        "DatumSoort", "DatumVerzoekEersteVerlenging", "DatumVerzoekTweedeVerlenging",
        "Document", "Eindtijd", "Kamer", "Locatie", "Noot", "Reservering",
        "SidVoortouw", "VRSNummer", "Vervaldatum", "VervangenDoor", "VervangenVanuit",
        "VoortgezetIn", "VoortgezetVanuit", "Voortouwafkorting", "Voortouwcommissie",
        "Voortouwcommissie_Id", "Voortouwkortenaam", "Voortouwnaam",
    })  # fmt: skip

    kind: String | None = Field(default=None, alias="Soort")
    number: String | None = Field(default=None, alias="Nummer")
    subject: String | None = Field(default=None, alias="Onderwerp")
    dated: Moment | None = Field(default=None, alias="Datum")
    status: String | None = Field(default=None, alias="Status")
    session_year: String | None = Field(default=None, alias="Vergaderjaar")
    commitments: tuple[Toezegging, ...] = Field(default=(), alias="Toezegging")
    cases: tuple[Zaak, ...] = Field(default=(), alias="Zaak")


class Document(Record):
    """A document of parliament: a letter, a motion, a report."""

    entity = "Document"
    signature = frozenset({"DocumentNummer", "DatumRegistratie", "HuidigeDocumentVersie_Id"})
    unused = frozenset({
        "Aanhangselnummer", "Activiteit", "Agendapunt", "Alias", "BijlageDocument",
        "BronDocument", "Citeertitel", "ContentLength", "ContentType", "DatumOntvangst",
        "DatumRegistratie", "DocumentActor", "KenmerkAfzender", "Organisatie",
    })  # fmt: skip

    kind: String | None = Field(default=None, alias="Soort")
    document_number: String | None = Field(default=None, alias="DocumentNummer")
    title: String | None = Field(default=None, alias="Titel")
    subject: String | None = Field(default=None, alias="Onderwerp")
    dated: Moment | None = Field(default=None, alias="Datum")
    session_year: String | None = Field(default=None, alias="Vergaderjaar")
    chamber: Integer | None = Field(default=None, alias="Kamer")
    sequence: Integer | None = Field(default=None, alias="Volgnummer")
    current_version_id: Guid | None = Field(default=None, alias="HuidigeDocumentVersie_Id")
    current_version: DocumentVersie | None = Field(default=None, alias="HuidigeDocumentVersie")
    versions: tuple[DocumentVersie, ...] = Field(default=(), alias="DocumentVersie")
    dossiers: tuple[Kamerstukdossier, ...] = Field(default=(), alias="Kamerstukdossier")
    cases: tuple[Zaak, ...] = Field(default=(), alias="Zaak")


class ZaakActor(Record):
    """Somebody with a part in a case, as the first to sign a motion."""

    entity = "ZaakActor"
    signature = frozenset({"Zaak_Id", "ActorAfkorting"})
    unused = frozenset({
        "ActorAfkorting", "Commissie", "Commissie_Id", "Fractie", "Fractie_Id",
        "Functie", "Persoon", "Persoon_Id", "SidActor", "Zaak", "Zaak_Id",
    })  # fmt: skip

    name: String | None = Field(default=None, alias="ActorNaam")
    party: String | None = Field(default=None, alias="ActorFractie")
    relation: String | None = Field(default=None, alias="Relatie")


class Zaak(Record):
    """A case before parliament: a letter, a motion, a bill."""

    entity = "Zaak"
    signature = frozenset({"GestartOp", "Afgedaan", "Kabinetsappreciatie", "GrootProject"})
    unused = frozenset({
        "Activiteit", "Agendapunt", "Alias", "Citeertitel", "GerelateerdNaar",
        "GerelateerdVanuit", "Grondslagvoorhang", "GrootProject",
        "HuidigeBehandelstatus", "Organisatie", "Termijn",
    })  # fmt: skip

    number: String | None = Field(default=None, alias="Nummer")
    kind: String | None = Field(default=None, alias="Soort")
    title: String | None = Field(default=None, alias="Titel")
    subject: String | None = Field(default=None, alias="Onderwerp")
    status: String | None = Field(default=None, alias="Status")
    started: Moment | None = Field(default=None, alias="GestartOp")
    session_year: String | None = Field(default=None, alias="Vergaderjaar")
    sequence: Integer | None = Field(default=None, alias="Volgnummer")
    settled: StrictBool | None = Field(default=None, alias="Afgedaan")
    appreciation: String | None = Field(default=None, alias="Kabinetsappreciatie")
    documents: tuple[Document, ...] = Field(default=(), alias="Document")
    dossiers: tuple[Kamerstukdossier, ...] = Field(default=(), alias="Kamerstukdossier")
    decisions: tuple[Besluit, ...] = Field(default=(), alias="Besluit")
    actors: tuple[ZaakActor, ...] = Field(default=(), alias="ZaakActor")
    replaced_by: tuple[Zaak, ...] = Field(default=(), alias="VervangenDoor")
    replaces: tuple[Zaak, ...] = Field(default=(), alias="VervangenVanuit")


class Toezegging(Record):
    """A commitment that a minister made to parliament.

    The publisher gives every commitment a day of fulfilment: `due` cannot be empty.
    """

    entity = "Toezegging"
    signature = frozenset({"DatumNakoming", "KamerbriefNakoming", "Aanmaakdatum"})
    unused = frozenset({
        "Activiteit", "IsAangevuldVanuit", "IsAanvullingOp", "IsGewijzigdDoor",
        "IsHerhaaldDoor", "IsHerhalingVan", "IsWijzigingVan", "ToegezegdAanFractie",
        "ToegezegdAanPersoon",
    })  # fmt: skip

    number: String | None = Field(default=None, alias="Nummer")
    text: String | None = Field(default=None, alias="Tekst")
    status: String | None = Field(default=None, alias="Status")
    created: Moment = Field(alias="Aanmaakdatum")
    due: Moment = Field(alias="DatumNakoming")
    activity_number: String | None = Field(default=None, alias="ActiviteitNummer")
    fulfilled_in: String | None = Field(default=None, alias="KamerbriefNakoming")
    ministry: String | None = Field(default=None, alias="Ministerie")
    name: String | None = Field(default=None, alias="Naam")
    surname: String | None = Field(default=None, alias="Achternaam")
    particle: String | None = Field(default=None, alias="Tussenvoegsel")
    initials: String | None = Field(default=None, alias="Initialen")
    first_name: String | None = Field(default=None, alias="Voornaam")
    name_suffix: String | None = Field(default=None, alias="Achtervoegsel")
    title: String | None = Field(default=None, alias="Titulatuur")
    office: String | None = Field(default=None, alias="Functie")


ENTITIES: tuple[type[Record], ...] = (
    Zaak, Document, DocumentVersie, Kamerstukdossier, Toezegging, Activiteit, Besluit, Agendapunt,
    Stemming, ZaakActor,
)  # fmt: skip
for _entity in ENTITIES:
    _entity.model_rebuild()
