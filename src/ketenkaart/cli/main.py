"""The command line: `ketenkaart`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

import ketenkaart
from ketenkaart.cli.account import account_app
from ketenkaart.cli.chain_commands import chain_app
from ketenkaart.cli.edition import edition_app
from ketenkaart.cli.followup_acting import followup_app
from ketenkaart.cli.gap import gap, why
from ketenkaart.cli.instruments import instruments_app
from ketenkaart.cli.law import law_app
from ketenkaart.cli.ledger import ledger_app
from ketenkaart.cli.letter import letter_app
from ketenkaart.cli.output import say, tell
from ketenkaart.cli.parliament import parliament_app
from ketenkaart.cli.up import up
from ketenkaart.core.errors import KetenkaartError

app = typer.Typer(
    name="ketenkaart",
    help="Mind the governance gap, map the chain: software for responsible business conduct.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def _version(value: bool) -> None:
    if value:
        say(f"ketenkaart {ketenkaart.__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_version, is_eager=True, help="Print the version."),
    ] = False,
) -> None:
    """Map the chain, overlay the instruments, show the gap.

    Start with `ketenkaart up`, or ask one question: `ketenkaart gap --by country`.
    """


app.command(short_help="Build, compute, print the headline, serve the site.")(up)
app.command(short_help="Show the governance gap in Dutch final demand.")(gap)
app.command(short_help="Show where a figure comes from, down to its source.")(why)
app.add_typer(chain_app, name="chain", short_help="What a purchase, sector or country reaches.")
app.add_typer(ledger_app, name="ledger", short_help="Recommendations, answers, promises.")
app.add_typer(
    followup_app, name="followup", short_help="Claims, evidence, verdicts, deadlines, plans."
)
app.add_typer(letter_app, name="letter", short_help="Read letters, judge what was read.")
app.add_typer(
    instruments_app, name="instruments", short_help="Laws, covenants, finance, procurement."
)
app.add_typer(law_app, name="law", short_help="Which laws apply to a firm, on which day.")
app.add_typer(
    parliament_app, name="parliament", short_help="Motions, papers, commitments of parliament."
)
app.add_typer(account_app, name="account", short_help="Who may judge, publish, own, verify.")
app.add_typer(edition_app, name="edition", short_help="The tables that every figure comes from.")


def run() -> None:
    """Run the command line; an error becomes one message and its exit code, no traceback."""
    try:
        app()
    except KetenkaartError as error:
        tell(f"ketenkaart: {error}")
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        tell("ketenkaart: stopped.")
        sys.exit(130)
