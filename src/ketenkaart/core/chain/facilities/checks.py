"""What must hold of what is said of a facility, whoever says it."""

from __future__ import annotations

import math
import re
import unicodedata

from ketenkaart.core.chain.facilities.types import FacilityDraft, Workers
from ketenkaart.core.errors import InputError

LONGEST_NAME = 500
LONGEST_ADDRESS = 1_000
MOST_WORKERS = 10_000_000
OS_ID = re.compile(r"[A-Z]{2}[0-9]{7}[0-9A-Z]{6}")
"""The form of an id of Open Supply Hub; its check character is for its owner to judge."""


def checked_draft(said: FacilityDraft) -> FacilityDraft:
    """Return what is said when it can be so.

    Raises `InputError` naming the field: an empty or overlong name or address, signs that cannot
    be seen, a country that is no alpha-3 code, a place off the globe or known by half, workers
    that run backwards, an id that Open Supply Hub cannot have given.
    """
    if re.fullmatch(r"[A-Z]{3}", said.country) is None:
        raise InputError(
            f"{said.country[:20]!r} is no alpha-3 country code", where="country", fix="As BGD."
        )
    check_words(said.name, "name", LONGEST_NAME)
    check_words(said.address, "address", LONGEST_ADDRESS)
    _check_place(said.latitude, said.longitude)
    _check_workers(said.workers)
    if said.os_id is not None and OS_ID.fullmatch(said.os_id) is None:
        raise InputError(
            f"{said.os_id[:40]!r} is no id of Open Supply Hub",
            where="os_id",
            fix="It has 15 characters, as BD2019085AT4WB7; leave it empty where there is none.",
        )
    _check_lists(said)
    for division in said.isic4:
        if re.fullmatch(r"[0-9]{2}", division) is None:
            raise InputError(
                f"{division[:20]!r} is no division of ISIC Rev. 4", where="isic4", fix="As 14."
            )
    return said


def _check_lists(said: FacilityDraft) -> None:
    lists = {
        "sectors_given": said.sectors_given,
        "product_types": said.product_types,
        "facility_types": said.facility_types,
        "processing_types": said.processing_types,
    }
    for where, words in lists.items():
        for word in words:
            check_words(word, where, LONGEST_NAME)
            if "|" in word:
                raise InputError(
                    "A bar parts words, and stands in none", where=where, fix="Give two words."
                )


def check_words(text: str, where: str, longest: int) -> None:
    """Return when a text says something in signs that can be seen; raise `InputError` else."""
    if not any(sign.isalnum() for sign in text):
        raise InputError(f"The {where} says nothing", where=where, fix="Fill it in.")
    if len(text) > longest:
        raise InputError(
            f"The {where} has {len(text)} characters", where=where, fix=f"Use at most {longest}."
        )
    if any(unicodedata.category(sign) in {"Cc", "Cs", "Co"} for sign in text):
        raise InputError(
            f"The {where} holds signs that cannot be seen", where=where, fix="Type it again."
        )


def _check_place(latitude: float | None, longitude: float | None) -> None:
    if (latitude is None) != (longitude is None):
        raise InputError(
            "Only one of latitude and longitude is known",
            where="latitude, longitude",
            fix="Give both or neither.",
        )
    if latitude is None or longitude is None:
        return
    known = math.isfinite(latitude) and math.isfinite(longitude)
    if not (known and abs(latitude) <= 90 and abs(longitude) <= 180):
        raise InputError(
            f"{latitude}, {longitude} is no place on the globe",
            where="latitude, longitude",
            fix="Use degrees: latitude -90 to 90, longitude -180 to 180.",
        )


def _check_workers(workers: Workers | None) -> None:
    if workers is None:
        return
    high = workers.low if workers.high is None else workers.high
    if not 0 <= workers.low <= high <= MOST_WORKERS:
        raise InputError(
            f"{workers.low} to {workers.high} is no number of workers",
            where="workers",
            fix="Give a figure, or the lower one first.",
        )
