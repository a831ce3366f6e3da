"""`ketenkaart theory check|template|draw`: a theory of one's own, and a picture of any."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from ketenkaart.cli.output import Format, Printed, say

if TYPE_CHECKING:
    from ketenkaart.services.theory import SeenTheory
from ketenkaart.cli.theory import Named, print_theory, theory_app

__all__ = ["theory_app"]


class Language(StrEnum):
    """The language of a picture."""

    NL = "nl"
    EN = "en"


@theory_app.command("check", short_help="Check and assess a theory of one's own.")
def check(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A theory in YAML.")],
    svg: Annotated[
        Path | None, typer.Option(metavar="OUT", help="Also write the picture to this SVG file.")
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the picture.")] = Language.EN,
    format: Printed = Format.TABLE,
) -> None:
    """Check a theory of one's own and show it as `theory show` does; exit 2 if it is wrong.

    `ketenkaart theory template` writes a file to start from.

    Example: ketenkaart theory check my_theory.yml --svg my_theory.svg
    """
    from ketenkaart.services.theory import read_own_theory

    seen = read_own_theory(file)
    if svg is not None:
        _write(seen, svg, language)
    print_theory(seen, format)


@theory_app.command("template", short_help="Write a small theory to start from.")
def template() -> None:
    """Print a small theory in YAML, with comments, to fill in and give to `theory check`.

    Example: ketenkaart theory template > my_theory.yml
    """
    from ketenkaart.services.theory.starting import small_theory

    say(small_theory().rstrip("\n"))


@theory_app.command("draw", short_help="Draw a theory as SVG.")
def draw(
    theory: Named,
    out: Annotated[
        Path | None,
        typer.Option("--out", "--output", metavar="FILE", help="Default: standard output."),
    ] = None,
    language: Annotated[Language, typer.Option(help="Of the picture.")] = Language.EN,
) -> None:
    """Draw a theory of the package as an SVG picture; `theory check` draws one's own.

    Example: ketenkaart theory draw overall --language nl --out overall.svg
    """
    from ketenkaart.services.theory import find_theory
    from ketenkaart.services.theory.drawing import svg_file

    seen = find_theory(theory)
    if out is None:
        say(svg_file(seen, language.value).rstrip("\n"))
    else:
        _write(seen, out, language)


def _write(seen: SeenTheory, out: Path, language: Language) -> None:
    from ketenkaart.core.errors import InputError
    from ketenkaart.services.theory.drawing import svg_file

    try:
        out.write_text(svg_file(seen, language.value), encoding="utf-8")
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise InputError(
            f"The picture cannot be written ({reason})", where=str(out), fix="Name another file."
        ) from None
    sys.stderr.write(f"Picture written to {out}.\n")
