"""How often a machine that sorts documents by level is wrong, and what that does to a share."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import exp, log, sqrt

from ketenkaart.core.errors import InputError
from ketenkaart.core.monitor.coding import LEAST_INFORMATION, CorrectedShare
from ketenkaart.core.monitor.intervals import t_quantile, wilson

LEAST_PER_LEVEL = 5
"""Fewer judged documents of a level that the machine gave tell too little of it."""
LEAST_PER_SIDE = 10
"""Fewer judged documents on either side of the line tell too little of sensitivity."""
WHERE = "judged sample"
Ends = tuple[float, float]


@dataclass(frozen=True, slots=True)
class JudgedStratum:
    """The documents to which the machine gave one level.

    `population` were read, `judged` of them drawn at random and judged; `truth` counts these by
    the level that people gave.
    """

    level: int
    population: int
    truth: Mapping[int, int]

    def __post_init__(self) -> None:
        """Refuse counts that cannot be."""
        if any(count < 0 for count in self.truth.values()) or self.judged > self.population:
            raise InputError(
                f"{self.judged} judged of {self.population} documents at level {self.level}",
                where=WHERE,
                fix="No more can be judged than there are, and none less than nothing.",
            )

    @property
    def judged(self) -> int:
        """Return how many were judged."""
        return sum(self.truth.values())

    def at_least(self, line: int) -> int:
        """Return how many people put at `line` or above."""
        return sum(count for level, count in self.truth.items() if level >= line)


@dataclass(frozen=True, slots=True)
class LevelError:
    """Of the documents that the machine put at a level: how many people put elsewhere.

    `error` is an estimate, with Wilson's interval; `None` where nothing was judged. `recall` is
    the weighted share of the documents truly at this level that the machine put there, `None`
    where none was found.
    """

    level: int
    population: int
    judged: int
    wrong: int
    error: float | None
    low: float | None
    high: float | None
    recall: float | None


def level_errors(strata: Sequence[JudgedStratum], confidence: float = 0.95) -> list[LevelError]:
    """Return the machine's error per level that it gave.

    Within a level documents are drawn alike, so Wilson's interval holds (J. Am. Stat. Assoc. 22,
    1927, 209-212); recall weighs levels by population over judged.

    >>> found = level_errors([JudgedStratum(0, 90, {0: 9, 2: 1}), JudgedStratum(2, 10, {2: 10})])
    >>> [(item.wrong, round(item.error, 2), round(item.recall, 3)) for item in found]
    [(1, 0.1, 1.0), (0, 0.0, 0.526)]
    """
    found = []
    for stratum in strata:
        right = stratum.truth.get(stratum.level, 0)
        wrong = stratum.judged - right
        share = wrong / stratum.judged if stratum.judged else None
        low, high = (None, None) if share is None else wilson(share, stratum.judged, confidence)
        truly = sum(_weighted(item, stratum.level) for item in strata)
        found.append(
            LevelError(
                level=stratum.level,
                population=stratum.population,
                judged=stratum.judged,
                wrong=wrong,
                error=share,
                low=low,
                high=high,
                recall=_weighted(stratum, stratum.level) / truly if truly else None,
            )
        )
    return found


def _weighted(stratum: JudgedStratum, level: int) -> float:
    if not stratum.judged:
        return 0.0
    return stratum.population * stratum.truth.get(level, 0) / stratum.judged


@dataclass(frozen=True, slots=True)
class MachineError:
    """Sensitivity and specificity of "at least `line`", estimated from a stratified judged sample.

    The variances and the covariance are those of drawing the judged ones from all that were read.
    `judged_above` and `judged_below` count judged documents by side of the machine's line.
    """

    line: int
    sensitivity: float
    specificity: float
    variance_sensitivity: float
    variance_specificity: float
    covariance: float
    judged_above: int
    judged_below: int

    def ends(self, which: str, confidence: float = 0.95) -> Ends:
        """Return the interval of `sensitivity` or `specificity`, on the logit scale."""
        return logit_ends(
            getattr(self, which), sqrt(getattr(self, f"variance_{which}")), confidence
        )


def too_few(strata: Sequence[JudgedStratum], line: int) -> str | None:
    """Return why the judged sample cannot put a share right, `None` where it can."""
    for stratum in strata:
        wanted = min(LEAST_PER_LEVEL, stratum.population)
        if stratum.judged < wanted:
            return (
                f"of the {stratum.population} documents that the machine put at level "
                f"{stratum.level}, {stratum.judged} were judged; at least {wanted} are needed"
            )
    for side, wanted_above in (("or above", True), ("below", False)):
        part = [item for item in strata if (item.level >= line) is wanted_above]
        judged, there = sum(i.judged for i in part), sum(i.population for i in part)
        if judged < min(LEAST_PER_SIDE, there) or not there:
            return (
                f"of the {there} documents that the machine put at level {line} {side}, {judged} "
                f"were judged; at least {LEAST_PER_SIDE} are needed"
            )
    if not 0 < sum(item.at_least(line) for item in strata) < sum(item.judged for item in strata):
        return f"people put no judged document on one side of level {line}"
    return None


def machine_error(strata: Sequence[JudgedStratum], line: int) -> MachineError:
    """Return how well the machine tells documents at `line` or above from the others.

    Sensitivity and specificity are ratios of weighted counts; their variances are linearised, with
    the finite population correction, and with half a case added per level, so that no error is
    taken for impossible. Raises `InputError` where `too_few` gives a reason.

    Source: Särndal, Swensson & Wretman (1992), Model Assisted Survey Sampling, sections 5.5-5.7.

    >>> strata = [JudgedStratum(0, 50, {0: 45, 2: 5}), JudgedStratum(2, 50, {0: 10, 2: 40})]
    >>> found = machine_error(strata, 2)
    >>> round(found.sensitivity, 4), round(found.specificity, 4)
    (0.8889, 0.8182)
    """
    reason = too_few(strata, line)
    if reason is not None:
        raise InputError(
            f"Too few were judged: {reason}", where=WHERE, fix="Judge more of the sample."
        )
    known = [item for item in strata if item.population]
    above = {item.level: item.population * item.at_least(line) / item.judged for item in known}
    below = {item.level: item.population - above[item.level] for item in known}
    yes, no = sum(above.values()), sum(below.values())
    sensitivity = sum(v for level, v in above.items() if level >= line) / yes
    specificity = sum(v for level, v in below.items() if level < line) / no
    first = second = both = 0.0
    for item in known:
        is_above = item.level >= line
        p = (item.at_least(line) + 0.5) / (item.judged + 1)
        spread = (1 - item.judged / item.population) * p * (1 - p) / item.judged
        slope_yes = item.population * (is_above - sensitivity) / yes
        slope_no = -item.population * ((not is_above) - specificity) / no
        first += spread * slope_yes**2
        second += spread * slope_no**2
        both += spread * slope_yes * slope_no
    return MachineError(
        line=line,
        sensitivity=sensitivity,
        specificity=specificity,
        variance_sensitivity=first,
        variance_specificity=second,
        covariance=both,
        judged_above=sum(item.judged for item in known if item.level >= line),
        judged_below=sum(item.judged for item in known if item.level < line),
    )


def correct_for_machine(
    share: float, se: float, error: MachineError, *, is_same: bool = False
) -> CorrectedShare:
    """Return the share truly at the line or above, behind the share that the machine put there.

    `se` is the standard error of sampling. As `core.monitor.coding.correct_for_coding`, but with
    errors measured on a sample stratified by what the machine said: sensitivity and specificity
    then vary together, and their covariance counts. Say `is_same` where the judged sample was
    drawn from the very documents of the share, each counting alike: the value is then the
    stratified estimate itself, and chance in the machine's errors no longer adds to the error of
    sampling. Raises `InputError` where the machine tells too little.

    Sources: Rogan & Gladen (1978), American Journal of Epidemiology 107, 71-76; Tenenbein (1970),
    Journal of the American Statistical Association 65, 1350-1361.
    """
    information = error.sensitivity + error.specificity - 1
    if information < LEAST_INFORMATION:
        raise InputError(
            f"The machine finds {error.sensitivity:.0%} of the documents at level {error.line} or "
            f"above and {error.specificity:.0%} of the others: too little to put a share right",
            where=WHERE,
            fix="Mend the reader, or judge every document.",
        )
    value = min(1.0, max(0.0, (share + error.specificity - 1) / information))
    coded = (
        value**2 * error.variance_sensitivity
        + (1 - value) ** 2 * error.variance_specificity
        - 2 * value * (1 - value) * error.covariance
    )
    sampled, coding = se / information, sqrt(max(0.0, coded)) / information
    if is_same and 0 < share < 1:
        # The error of the true share, had all been judged: as large as its own spread asks.
        sampled = se * sqrt(value * (1 - value) / (share * (1 - share)))
    return CorrectedShare(value, sqrt(sampled**2 + coding**2), sampled, coding)


def logit_ends(share: float, se: float, confidence: float, df: float = float("inf")) -> Ends:
    """Return the ends of an interval of a share that stays within 0 and 1.

    At 0 and 1 themselves, where the logit has no value, the interval is the plain one, cut off.

    >>> [round(end, 3) for end in logit_ends(0.5, 0.05, 0.95)]
    [0.403, 0.597]
    """
    reach = t_quantile(confidence, min(df, 1e9)) * se
    if not 0 < share < 1 or not se:
        return max(0.0, share - reach), min(1.0, share + reach)
    centre, far = log(share / (1 - share)), reach / (share * (1 - share))
    return _share(centre - far), _share(centre + far)


def _share(logit: float) -> float:
    return 1 / (1 + exp(-logit)) if logit > -700 else 0.0
