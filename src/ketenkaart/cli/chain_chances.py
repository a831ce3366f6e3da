"""The options that put an interval beside every figure, and how far the draws are."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from ketenkaart.cli.output import tell
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    from ketenkaart.services.chain.intervals import Chances

Uncertain = Annotated[
    bool,
    typer.Option(
        "--uncertainty", help="A 95 % interval beside every figure: an estimate, from draws."
    ),
]
Draws = Annotated[
    int | None,
    typer.Option(
        metavar="N",
        help="How many tables are drawn. Default: 1000; 0 gives first-order intervals at once.",
    ),
]
Seed = Annotated[
    int | None, typer.Option(metavar="S", help="The same seed gives the same figures. Default: 1.")
]
Errors = Annotated[
    Literal["shared", "independent"] | None,
    typer.Option(help="Whether cells of one reporting country share an error. Default: shared."),
]


@dataclass(frozen=True, kw_only=True)
class IntervalOptions:
    """The options that ask for intervals, and say how they are made."""

    uncertainty: Uncertain = False
    draws: Draws = None
    seed: Seed = None
    errors: Errors = None


@dataclass(frozen=True, kw_only=True)
class AtOnceOptions:
    """The options that ask for first-order intervals, where draws would take too long."""

    uncertainty: Annotated[
        bool,
        typer.Option(
            "--uncertainty",
            help="A 95 % interval beside the figures: an estimate, to first order.",
        ),
    ] = False
    errors: Errors = None

    def chosen(self) -> Literal["shared", "independent"] | None:
        """Return which errors intervals are to have; None where none are asked for.

        Raises `InputError` for errors without intervals.
        """
        if not self.uncertainty and self.errors is not None:
            raise InputError(
                "--errors is about intervals", where="--errors", fix="Add --uncertainty."
            )
        return (self.errors or "shared") if self.uncertainty else None


@contextmanager
def drawing(asked: IntervalOptions) -> Iterator[Chances | None]:
    """Give how intervals are to be made, with a progress bar; None where none are asked for.

    Raises `InputError` for an option that means nothing without --uncertainty.
    """
    if not asked.uncertainty:
        given = {"--draws": asked.draws, "--seed": asked.seed, "--errors": asked.errors}
        for name, value in given.items():
            if value is not None:
                raise InputError(f"{name} is about intervals", where=name, fix="Add --uncertainty.")
        yield None
        return
    from ketenkaart.cli.progress import Share
    from ketenkaart.services.chain.intervals import DRAWS, Chances

    number = DRAWS if asked.draws is None else asked.draws
    with Share() as share:
        show = share.show if number else _silent
        seed = 1 if asked.seed is None else asked.seed
        yield Chances(number, seed, asked.errors or "shared", show)
    if number:
        tell(f"{number:,} tables drawn.")


def _silent(_label: str, _done: float) -> None:
    pass
