"""Everything known of effects in one place: study files, instruments' dossiers, policy theories."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError
from ketenkaart.core.governance.dossier import Bindingness, Evidence, StudyDesign
from ketenkaart.core.governance.theory.types import Theory, TheoryArrow, TheoryEvidence
from ketenkaart.core.governance.types import Instrument, Kind
from ketenkaart.core.monitor.evidence.grouping import SeenFinding
from ketenkaart.core.monitor.evidence.mapping import CellState, MapCell, evidence_map
from ketenkaart.core.monitor.evidence.types import (
    Compulsion,
    DossierLink,
    Initiative,
    LeftOut,
    PortfolioDecision,
    Reached,
    Search,
    Study,
    StudyFinding,
    Way,
)
from ketenkaart.services.instruments.in_use import instruments_in_use, kept_while_facts_stand
from ketenkaart.sources.reference.evidence import (
    EvidenceFiles,
    load_evidence,
    read_own_evidence,
)
from ketenkaart.sources.reference.instrument_codes import load_study_designs
from ketenkaart.sources.reference.theory import load_theories
from ketenkaart.warehouse.folder import chosen_data_folder

BINDING = {Bindingness.STATUTE, Bindingness.CONTRACT, Bindingness.CONDITION_OF_SUPPORT}
KINDS = tuple(kind.value for kind in Kind)


@dataclass(frozen=True, slots=True)
class TheoryUse:
    """An arrow of a policy theory that cites a study."""

    theory: Theory
    arrow: TheoryArrow
    finding: TheoryEvidence


@dataclass(frozen=True, slots=True)
class LooseEvidence:
    """Evidence in an instrument's dossier that no study file claims: it is shown apart."""

    instrument: Instrument
    evidence: Evidence


@dataclass(frozen=True, slots=True)
class EvidenceBase:
    """All studies by id, every finding, the searches, and what stands outside the map."""

    studies: dict[str, Study]
    findings: tuple[SeenFinding, ...]
    searches: tuple[Search, ...]
    left_out: tuple[LeftOut, ...]
    initiatives: tuple[Initiative, ...]
    decisions: tuple[PortfolioDecision, ...]
    uses: tuple[TheoryUse, ...]
    loose: tuple[LooseEvidence, ...]
    designs: dict[str, StudyDesign]
    files: EvidenceFiles
    folder: Path | None

    def of(self, study: str) -> tuple[SeenFinding, ...]:
        """Return the findings of one study, its own first and those in dossiers after."""
        return tuple(item for item in self.findings if item.study == study)

    def about(self, instrument: str) -> tuple[SeenFinding, ...]:
        """Return every finding that names an instrument."""
        return tuple(item for item in self.findings if instrument in item.instruments)


@dataclass(frozen=True, slots=True)
class EvidenceChoice:
    """Which findings to look at; None is no condition.

    A country or sector keeps only findings that name it: one that names none may be about it or
    not, and is left out.
    """

    kind: str | None = None
    step: Reached | None = None
    compulsion: Compulsion | None = None
    country: str | None = None
    sector: str | None = None
    instrument: str | None = None
    way: Way | None = None
    least_level: int | None = None

    def holds(self, item: SeenFinding) -> bool:
        """Return whether a finding meets every condition."""
        wanted = (
            self.kind is None or self.kind in item.kinds,
            self.step is None or item.step is self.step,
            self.compulsion is None or item.compulsion in (self.compulsion, Compulsion.BOTH),
            self.country is None or self.country in (item.countries or ()),
            self.sector is None or self.sector in (item.sectors or ()),
            self.instrument is None or self.instrument in item.instruments,
            self.way is None or item.way is self.way,
            self.least_level is None or item.level >= self.least_level,
        )
        return all(wanted)


@dataclass(frozen=True, slots=True)
class EvidenceFault:
    """Something that the files contradict each other in; `where` names study and place."""

    where: str
    what: str
    is_wrong: bool = field(default=True)


def own_folder(named: Path | None = None) -> Path | None:
    """Return the user's own folder of evidence: as named, or `evidence` in the data folder.

    None where there is none. Raises `InputError` for a named folder that is not there.
    """
    if named is not None:
        if not named.is_dir():
            raise InputError(
                f"There is no folder {named.name}",
                where=str(named),
                fix="Make it, or name another.",
            )
        return named
    folder = chosen_data_folder() / "evidence"
    return folder if folder.is_dir() else None


def evidence_base(folder: Path | None = None) -> EvidenceBase:
    """Return all evidence of the package and of the user's own folder.

    Raises `InputError`, with file, line and key, for the first thing that is wrong in one's own
    files.
    """
    chosen = own_folder(folder)
    return _base(chosen, _stamp(chosen))


def find_study(study_id: str, folder: Path | None = None) -> Study:
    """Return one study; raises `NotFoundError` for an unknown id."""
    studies = evidence_base(folder).studies
    if study_id.lower() not in studies:
        raise NotFoundError(
            f"There is no study {study_id[:40]!r}", where="study",
            fix="`ketenkaart evidence list` and the evidence map name them all.",
        )  # fmt: skip
    return studies[study_id.lower()]


def study_of(instrument_id: str, evidence_id: str) -> str | None:
    """Return the study whose file claims a piece of evidence in an instrument's dossier."""
    for study in evidence_base().studies.values():
        for link in study.dossiers:
            is_named = not link.instruments or instrument_id in link.instruments
            if link.evidence == evidence_id and is_named:
                return study.id
    return None


def chosen_findings(base: EvidenceBase, choice: EvidenceChoice) -> tuple[SeenFinding, ...]:
    """Return the findings that meet every condition, in the order of studies."""
    return tuple(item for item in base.findings if choice.holds(item))


def map_cells(base: EvidenceBase, choice: EvidenceChoice | None = None) -> tuple[MapCell, ...]:
    """Return the cells of the map for what was chosen; searches are never filtered away."""
    wanted = choice or EvidenceChoice()
    cells = evidence_map(chosen_findings(base, wanted), base.searches, KINDS)
    return tuple(
        cell
        for cell in cells
        if wanted.kind in (None, cell.kind) and wanted.step in (None, cell.step)
    )


def gap_cells(base: EvidenceBase, least_level: int) -> tuple[MapCell, ...]:
    """Return the cells without a study of a design of at least `least_level`."""
    return tuple(
        cell
        for cell in map_cells(base)
        if cell.state is not CellState.STUDIED or (cell.best_level or 0) < least_level
    )


def faults(base: EvidenceBase) -> tuple[EvidenceFault, ...]:
    """Return what files contradict each other in, and what of the dossiers no study claims."""
    return (*_dossier_faults(base), *_theory_faults(base), *_loose_faults(base))


def _dossier_faults(base: EvidenceBase) -> Iterator[EvidenceFault]:
    for study in base.studies.values():
        for link in study.dossiers:
            found = list(_linked(link, instruments_in_use()))
            there = {instrument.id for instrument, _ in found}
            for name in sorted(set(link.instruments) - there):
                yield EvidenceFault(study.id, f"the dossier of {name} has no {link.evidence}")
            if not found and not link.instruments:
                yield EvidenceFault(study.id, f"no dossier has {link.evidence}")
            for instrument, evidence in found:
                if evidence.design != study.design:
                    yield EvidenceFault(
                        study.id,
                        f"its design is {study.design}, in the dossier of {instrument.id} "
                        f"{evidence.design}",
                    )
                if evidence.on != study.published:
                    yield EvidenceFault(
                        study.id,
                        f"it is of {study.published}, in the dossier of {instrument.id} "
                        f"of {evidence.on}",
                    )  # fmt: skip


def _theory_faults(base: EvidenceBase) -> Iterator[EvidenceFault]:
    for theory, arrow, finding in _every_use():
        name = finding.study
        if name is not None and name not in base.studies:
            where = f"theory {theory.id}, arrow {arrow.id}"
            yield EvidenceFault(where, f"there is no study {name}")


def _loose_faults(base: EvidenceBase) -> Iterator[EvidenceFault]:
    for item in base.loose:
        yield EvidenceFault(
            f"instrument {item.instrument.id}",
            f"no study file claims its evidence {item.evidence.id}: it is not in the map",
            is_wrong=False,
        )


Stamp = tuple[tuple[str, int, int], ...]


def _stamp(folder: Path | None) -> Stamp:
    if folder is None:
        return ()
    found = sorted(folder.glob("**/*.yml"))
    return tuple((str(p), s.st_mtime_ns, s.st_size) for p in found if (s := p.stat()))


@kept_while_facts_stand(4)
def _base(folder: Path | None, _files: Stamp) -> EvidenceBase:
    try:
        files = load_evidence() if folder is None else read_own_evidence(folder)
    except ReferenceDataError as error:
        if folder is None:
            raise
        raise InputError(error.what, where=error.where, fix=error.fix) from error
    designs = {item.id: item for item in load_study_designs()}
    studies = {item.id: item for item in files.studies}
    instruments = instruments_in_use()
    findings = tuple(
        finding
        for study in studies.values()
        for finding in _findings(study, designs[study.design].level, instruments)
    )
    claimed = {
        (instrument.id, evidence.id)
        for study in studies.values()
        for link in study.dossiers
        for instrument, evidence in _linked(link, instruments)
    }
    loose = tuple(
        LooseEvidence(instrument, evidence)
        for instrument in instruments
        for evidence in instrument.evidence
        if (instrument.id, evidence.id) not in claimed
    )
    uses = tuple(
        TheoryUse(theory, arrow, finding)
        for theory, arrow, finding in _every_use()
        if finding.study in studies
    )
    return EvidenceBase(
        studies, findings, files.searches, files.left_out, files.initiatives, files.decisions,
        uses, loose, designs, files, folder,
    )  # fmt: skip


def _every_use() -> Iterator[tuple[Theory, TheoryArrow, TheoryEvidence]]:
    for theory in load_theories():
        for arrow in theory.arrows:
            for finding in arrow.evidence:
                yield theory, arrow, finding


def _findings(study: Study, level: int, instruments: Iterable[Instrument]) -> Iterator[SeenFinding]:
    for item in study.findings:
        yield _own_finding(study, item, level)
    for link in study.dossiers:
        for instrument, evidence in _linked(link, instruments):
            yield _dossier_finding(study, link, instrument, evidence, level)


def _own_finding(study: Study, item: StudyFinding, level: int) -> SeenFinding:
    return SeenFinding(
        study=study.id,
        finding=item.id,
        about=item.about,
        step=item.step,
        way=item.way,
        kinds=item.kinds,
        instruments=item.instruments,
        compulsion=item.compulsion,
        effect=item.effect,
        effect_state=item.effect_state,
        sample=item.sample or study.id,
        design=study.design,
        level=level,
        countries=item.countries if item.countries is not None else study.countries,
        sectors=item.sectors if item.sectors is not None else study.sectors,
        citation=item.citation,
    )


def _dossier_finding(
    study: Study, link: DossierLink, instrument: Instrument, evidence: Evidence, level: int
) -> SeenFinding:
    return SeenFinding(
        study=study.id,
        finding=f"dossier_{instrument.id}",
        about=evidence.about,
        step=link.step,
        way=Way(evidence.finding.value),
        kinds=(instrument.kind.value,),
        instruments=(instrument.id,),
        compulsion=_compulsion(instrument, evidence),
        effect=link.effect,
        effect_state=link.effect_state,
        sample=f"{study.id}.{instrument.id}",
        design=study.design,
        level=level,
        countries=study.countries,
        sectors=study.sectors,
        citation=evidence.citation,
        dossier=instrument.id,
    )


def _compulsion(instrument: Instrument, evidence: Evidence) -> Compulsion:
    held = [item for item in instrument.bindingness if item.start <= evidence.on]
    if not held or held[-1].value is None:
        return Compulsion.UNKNOWN
    return Compulsion.BINDING if held[-1].value in BINDING else Compulsion.VOLUNTARY


def _linked(
    link: DossierLink, instruments: Iterable[Instrument]
) -> Iterator[tuple[Instrument, Evidence]]:
    for instrument in instruments:
        if link.instruments and instrument.id not in link.instruments:
            continue
        for evidence in instrument.evidence:
            if evidence.id == link.evidence:
                yield instrument, evidence
