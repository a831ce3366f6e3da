"""Advice on the portfolio of initiatives, and the decisions that people took."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from pathlib import Path

from ketenkaart.core.errors import InputError, NotFoundError, ReferenceDataError, StoreError
from ketenkaart.core.governance.types import Instrument
from ketenkaart.core.monitor.evidence.advising import (
    Advice,
    AdviceRule,
    Counsel,
    Ground,
    SetAside,
    Variant,
    advise,
)
from ketenkaart.core.monitor.evidence.grouping import SeenFinding
from ketenkaart.core.monitor.evidence.types import (
    Choice,
    Initiative,
    PortfolioDecision,
    Search,
)
from ketenkaart.core.provenance import Text
from ketenkaart.services.evidence.reading import EvidenceBase, evidence_base, own_folder
from ketenkaart.services.register import find_instrument
from ketenkaart.sources.reference.evidence import load_advice_rule, read_own_rule

GROUNDS = {
    Ground.NO_STUDY: Text(
        nl="Er is geen studie bekend die het effect mat.",
        en="No study is known that measured the effect.",
    ),
    Ground.NOTHING_COUNTS: Text(
        nl="Er zijn bevindingen, maar geen ervan telt: zie waarom bij elk.",
        en="There are findings, but none counts: each says why.",
    ),
    Ground.NO_SIZES: Text(
        nl="Er zijn bevindingen die tellen, maar zonder grootte met interval: een richting alleen "
        "is geen stem.",
        en="There are findings that count, but without a size with an interval: a direction alone "
        "is no vote.",
    ),
    Ground.ONE_TOO_WEAK: Text(
        nl="Er is een enkel effect met interval, uit een opzet die niet alleen mag spreken.",
        en="There is a single effect with an interval, of a design that may not speak alone.",
    ),
    Ground.INTERVAL_HOLDS_BOTH: Text(
        nl="Het interval laat zowel baat als geen baat toe.",
        en="The interval allows for benefit and for none.",
    ),
    Ground.OUTCOMES_CLASH: Text(
        nl="De ene uitkomst wijst op houden, de andere op stoppen; zij worden niet tegen elkaar "
        "weggestreept.",
        en="One outcome points to keep, another to stop; they are not offset against each other.",
    ),
    Ground.ABOVE_ZERO: Text(
        nl="Het interval ligt geheel boven nul.",
        en="The interval lies above zero as a whole.",
    ),
    Ground.BELOW_WORTH: Text(
        nl="Het interval ligt geheel onder wat de moeite waard is.",
        en="The interval lies below what is worth having as a whole.",
    ),
}
ASIDE = {
    SetAside.NOT_MEASURED: Text(nl="niet gemeten", en="not measured"),
    SetAside.STEP_TOO_EARLY: Text(
        nl="zegt alleen wat is opgeleverd", en="says only what was delivered"
    ),
    SetAside.DESIGN_TOO_WEAK: Text(nl="geen vergelijkingsgroep", en="no comparison group"),
    SetAside.GRADE: Text(nl="vindplaats niet nagelezen", en="source not checked"),
}
COUNSELS = {
    Counsel.KEEP: Text(nl="houden", en="keep"),
    Counsel.STOP: Text(nl="stoppen", en="stop"),
    Counsel.NOT_ENOUGH: Text(nl="niet genoeg bewijs", en="not enough evidence"),
}


@dataclass(frozen=True, slots=True)
class InitiativeAnswer:
    """An initiative with all evidence about it, the advice, and what people decided and said.

    `evidence_sha256` is the hash of the findings and the rule: a decision keeps it, so one can see
    whether the evidence changed since.
    """

    initiative: Initiative
    instrument: Instrument
    findings: tuple[SeenFinding, ...]
    advice: Advice
    rule: AdviceRule
    searches: tuple[Search, ...]
    decisions: tuple[PortfolioDecision, ...]
    evidence_sha256: str

    @property
    def is_outdated(self) -> bool:
        """Whether the newest decision rests on other evidence or another rule than today's."""
        return bool(self.decisions) and (self.decisions[-1].evidence_sha256 != self.evidence_sha256)


def advice_rule(folder: Path | None = None) -> AdviceRule:
    """Return the rule by which evidence becomes advice: one's own, or that of the package.

    Raises `InputError`, with file, line and key, for a rule of one's own that is wrong.
    """
    chosen = own_folder(folder)
    try:
        own = None if chosen is None else read_own_rule(chosen)
    except ReferenceDataError as error:
        raise InputError(error.what, where=error.where, fix=error.fix) from error
    return own or load_advice_rule()


def initiatives(folder: Path | None = None) -> tuple[InitiativeAnswer, ...]:
    """Return every initiative of the portfolio with its advice."""
    base, rule = evidence_base(folder), advice_rule(folder)
    return tuple(_answer(item, base, rule) for item in base.initiatives)


def find_initiative(initiative_id: str, folder: Path | None = None) -> InitiativeAnswer:
    """Return one initiative; raises `NotFoundError` for an unknown id."""
    base = evidence_base(folder)
    for item in base.initiatives:
        if item.id == initiative_id.lower():
            return _answer(item, base, advice_rule(folder))
    names = ", ".join(item.id for item in base.initiatives)
    raise NotFoundError(
        f"There is no initiative {initiative_id[:40]!r}", where="initiative",
        fix=f"Use one of {names}, or add a file to your own folder.",
    )  # fmt: skip


def reasons(answer: InitiativeAnswer) -> tuple[Text, ...]:
    """Return why the advice is what it is, in sentences."""
    return tuple(_reasons(answer))


def decide(
    *, initiative: str, choice: Choice, reason: str, actor: str, at: datetime, folder: Path
) -> PortfolioDecision:
    """Keep a person's decision about an initiative in `decisions.yml` of their own folder.

    The advice of the moment and the hash of its evidence are kept with it; earlier decisions stay.
    Raises `InputError` without a reason or a name, `StoreError` where the file cannot be written.
    """
    if not reason.strip() or not actor.strip():
        raise InputError(
            "A decision has a name and a reason", where="--by, --reason", fix="Give both."
        )
    answer = find_initiative(initiative, folder)
    made = PortfolioDecision(
        initiative=answer.initiative.id, choice=choice, reason=reason.strip(), by=actor.strip(),
        at=at.isoformat(timespec="seconds"), advice=answer.advice.counsel.value,
        evidence_sha256=answer.evidence_sha256,
    )  # fmt: skip
    every = (*evidence_base(folder).decisions, made)
    # JSON strings are YAML strings, so nothing that somebody types can break the file.
    lines = ["# Decisions by people, the newest last. Written by `ketenkaart evidence decide`."]
    lines.append("decisions:")
    for item in every:
        data = item.model_dump(mode="json")
        cells = ", ".join(
            f"{key}: {json.dumps(value, ensure_ascii=False)}" for key, value in data.items()
        )
        lines.append(f"  - {{{cells}}}")
    target = folder / "decisions.yml"
    part = folder / ".decisions.part"
    try:
        part.write_text("\n".join(lines) + "\n", encoding="utf-8")
        part.replace(target)
    except OSError as error:
        raise StoreError(
            f"The decision cannot be written: {error.strerror or error}", where=str(target),
            fix="Make the folder writable.",
        ) from error  # fmt: skip
    return made


def _answer(item: Initiative, base: EvidenceBase, rule: AdviceRule) -> InitiativeAnswer:
    instrument = find_instrument(item.instrument)
    findings = base.about(item.instrument)
    searches = tuple(one for one in base.searches if item.instrument in one.instruments)
    digest = sha256(rule.model_dump_json().encode())
    for finding in findings:
        digest.update(repr(_hashed(finding)).encode())
    return InitiativeAnswer(
        item, instrument, findings, advise(findings, rule), rule, searches,
        tuple(one for one in base.decisions if one.initiative == item.id), digest.hexdigest(),
    )  # fmt: skip


def _hashed(item: SeenFinding) -> tuple[str | None, ...]:
    effect = None if item.effect is None else item.effect.model_dump_json()
    return (
        item.study, item.finding, item.step.value, item.way.value, item.design, str(item.level),
        effect, item.sample, item.citation.grade.value,
    )  # fmt: skip


def _reasons(answer: InitiativeAnswer) -> Iterator[Text]:
    advice = answer.advice
    yield GROUNDS[advice.ground]
    studies = len({item.study for item in answer.findings})
    counted = len({item.study for item in advice.counted})
    if studies:
        yield Text(
            nl=f"Bekend: {_many(studies, 'studie', 'studies')}; daarvan "
            f"{'telt' if counted == 1 else 'tellen'} er {counted}.",
            en=f"Known: {_many(studies, 'study', 'studies')}, of which {counted} "
            f"{'counts' if counted == 1 else 'count'}.",
        )
    elif answer.searches:
        last = answer.searches[-1]
        yield Text(
            nl=f"Er is gezocht (laatst op {last.searched_on}), en niets gevonden"
            f"{'' if last.is_complete else '; alleen de eerste treffers zijn bekeken'}.",
            en=f"There was a search (last on {last.searched_on}), and nothing was found"
            f"{'' if last.is_complete else '; only the first hits were looked at'}.",
        )
    else:
        yield Text(
            nl="Naar dit initiatief is nog niet gezocht: niet onderzocht is iets anders dan niets "
            "gevonden.",
            en="Nobody searched for this initiative yet: not researched is not nothing found.",
        )
    if advice.counsel is Counsel.NOT_ENOUGH and not advice.further:
        rule = answer.rule
        yield Text(
            nl="Wat het advies zou veranderen: een studie van trede "
            f"{rule.alone_from_level} of hoger met een interval dat nul niet bevat, of twee "
            f"vergelijkbare van trede {rule.least_level} of hoger.",
            en=f"What would change the advice: one study of rung {rule.alone_from_level} or "
            "higher with an interval that does not hold zero, or two comparable ones of rung "
            f"{rule.least_level} or higher.",
        )
    for item in advice.further:
        yield _further(item.counsel, item.group.key.measures, item.low, item.high)
    for variant in advice.turns:
        yield _variant(variant)


def _many(count: int, one: str, more: str) -> str:
    return f"{count} {one if count == 1 else more}"


def _further(counsel: Counsel, measures: str, low: float | None, high: float | None) -> Text:
    name = COUNSELS[counsel]
    if low is not None and high is not None:
        nl, en = f"tussen {low:.3g} en {high:.3g}", f"between {low:.3g} and {high:.3g}"
    elif low is not None:
        nl, en = f"boven {low:.3g}", f"above {low:.3g}"
    elif high is not None:
        nl, en = f"onder {high:.3g}", f"below {high:.3g}"
    else:
        nl, en = "van elke grootte", "of any size"
    return Text(
        nl=f"Nog een even nauwkeurige studie met een effect {nl} op {measures} maakt het advies: "
        f"{name.nl}.",
        en=f"One more study, as precise, with an effect {en} on {measures} turns the advice to: "
        f"{name.en}.",
    )


def _variant(item: Variant) -> Text:
    name = COUNSELS[item.counsel]
    how = {
        "without_study": Text(
            nl=f"Zonder de studie {item.which}", en=f"Without the study {item.which}"
        ),
        "least_level": Text(
            nl=f"Telden studies vanaf trede {item.which} mee",
            en=f"Had studies counted from rung {item.which}",
        ),
        "every_grade": Text(
            nl="Telden ook niet nagelezen vindplaatsen mee",
            en="Had sources not checked counted too",
        ),
    }[item.what]
    return Text(nl=f"{how.nl}: {name.nl}.", en=f"{how.en}: {name.en}.")
