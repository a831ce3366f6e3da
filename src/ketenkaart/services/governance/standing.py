"""Whether the gap was validated: results are kept in the data folder and shown with every gap."""

from __future__ import annotations

import os
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from pydantic import ValidationError

from ketenkaart.core.errors import InputError, NotFoundError, StoreError
from ketenkaart.core.governance.defence.validation_answers import (
    KeptValidation,
    ScoreName,
    ValidationAnswer,
    ValidationStanding,
)
from ketenkaart.core.provenance import Text
from ketenkaart.warehouse.folder import chosen_data_folder, open_data_folder

FOLDER = "validations"
LEAST_NAMED = 8

NOT_VALIDATED = Text(
    nl=(
        "Niet gevalideerd: de kloof is niet getoetst aan een lijst van bekende gevallen van "
        "onafhankelijke herkomst (opdracht: ketenkaart gap validate)."
    ),
    en=(
        "Not validated: the gap was not tested against a list of known cases of independent "
        "origin (command: ketenkaart gap validate)."
    ),
)
SCORE_NAMES: dict[ScoreName, Text] = {
    "gap": Text(nl="de kloof", en="the gap"),
    "exposure": Text(nl="omvang alleen", en="exposure alone"),
    "risk_list": Text(nl="een kale risicolijst", en="a plain risk list"),
}


def keep_validation(
    answer: ValidationAnswer, *, actor: str, at: datetime, folder: Path | None = None
) -> KeptValidation:
    """Keep a validation beside the editions, without its single cases; whole or not at all.

    Raises `InputError` where nobody stated the origin and independence of the list, `StoreError`
    for a data folder that cannot be written.
    """
    if not answer.is_independent:
        raise InputError(
            "Where the list comes from, and why it is independent, is not stated",
            where=answer.file.name,
            fix="Give --origin and --independent; without them nothing is kept.",
        )
    data = folder or chosen_data_folder()
    open_data_folder(data)
    kept = KeptValidation(
        kept_at=at.astimezone(UTC), actor=actor, answer=answer.model_copy(update={"ranked": ()})
    )
    target = data / FOLDER / f"{answer.file.sha256[:16]}-{answer.edition}-{answer.kind}.json"
    half = target.with_suffix(f".{os.getpid()}.half")
    try:
        target.parent.mkdir(exist_ok=True, mode=0o700)
        with half.open("w", encoding="utf-8") as stream:
            stream.write(kept.model_dump_json(indent=2) + "\n")
            stream.flush()
            os.fsync(stream.fileno())
        half.replace(target)
    except OSError as error:
        half.unlink(missing_ok=True)
        raise StoreError(
            f"The validation cannot be kept: {error.strerror or error}",
            where=str(target),
            fix="Make the data folder writable.",
        ) from error
    return kept


def forget_validation(sha256: str, *, folder: Path | None = None) -> int:
    """Take away what was kept of a list, named by the start of its hash; return how many.

    Raises `InputError` for too short a name, `NotFoundError` where nothing was kept of it.
    """
    if len(sha256) < LEAST_NAMED or not all(c in "0123456789abcdef" for c in sha256):
        raise InputError(
            f"{sha256[:70]!r} is no start of a hash",
            where="--forget",
            fix=f"Give at least {LEAST_NAMED} characters of it, from --list.",
        )
    place = (folder or chosen_data_folder()) / FOLDER
    found = [path for path, kept in _files(place) if kept.answer.file.sha256.startswith(sha256)]
    if not found:
        raise NotFoundError(
            f"Nothing is kept of a list {sha256!r}", where="--forget", fix="See --list."
        )
    for path in found:
        path.unlink()
    return len(found)


def kept_validations(folder: Path | None = None) -> tuple[KeptValidation, ...]:
    """Return every validation that was kept, the newest first."""
    found = [kept for _, kept in _files((folder or chosen_data_folder()) / FOLDER)]
    return tuple(sorted(found, key=lambda kept: kept.kept_at, reverse=True))


def validation_standing(edition: str, folder: Path | None = None) -> ValidationStanding:
    """Return whether the gap of an edition was validated with a list of independent origin."""
    kept = kept_validations(folder)
    here = next((item for item in kept if item.answer.edition == edition), None)
    if here is not None:
        return ValidationStanding(state="validated", text=_sentence(here), kept=here)
    if kept:
        other = kept[0].answer.edition
        return ValidationStanding(
            state="outdated",
            text=Text(
                nl=f"Niet gevalideerd voor deze editie; wel voor {other}. Toets opnieuw.",
                en=f"Not validated for this edition; it was for {other}. Test again.",
            ),
            kept=kept[0],
        )
    return ValidationStanding(state="not_validated", text=NOT_VALIDATED)


def noted(notes: tuple[Text, ...], edition: str) -> tuple[Text, ...]:
    """Return notes with, last, whether the gap of the edition was validated."""
    return (*notes, validation_standing(edition).text)


def _sentence(kept: KeptValidation) -> Text:
    answer = kept.answer
    gap = next(item for item in answer.scores if item.score == "gap")
    ends = gap.clustered if gap.clustered.low is not None else gap.delong
    best = None if answer.best is None else SCORE_NAMES[answer.best]
    between = "" if ends.low is None or ends.high is None else f" ({ends.low:.2f}–{ends.high:.2f})"
    return Text(
        nl=(
            f"Getoetst aan {answer.cases} bekende gevallen ({answer.file.origin}): AUC van de "
            f"kloof {gap.auc:.2f}{between}, waarbij 0,50 toeval is. "
            + (f"Het best ordent {best.nl}." if best else "Geen maat is aantoonbaar de beste.")
        ),
        en=(
            f"Tested against {answer.cases} known cases ({answer.file.origin}): AUC of the gap "
            f"{gap.auc:.2f}{between}, where 0.50 is chance. "
            + (f"Best ranks {best.en}." if best else "No score is shown to be best.")
        ),
    )


def _files(place: Path) -> list[tuple[Path, KeptValidation]]:
    if not place.is_dir():
        return []
    return [(path, _read(path, path.stat().st_mtime_ns)) for path in sorted(place.glob("*.json"))]


@lru_cache(maxsize=64)
def _read(path: Path, _stamp: int) -> KeptValidation:
    try:
        return KeptValidation.model_validate_json(path.read_bytes())
    except (OSError, ValidationError) as error:
        raise StoreError(
            "A validation that was kept cannot be read",
            where=str(path),
            fix="Take the file away, and validate again.",
        ) from error
