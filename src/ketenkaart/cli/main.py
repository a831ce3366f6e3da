"""The command line: `ketenkaart`."""

from __future__ import annotations

import sys
from typing import Annotated, ClassVar

import typer

import ketenkaart
from ketenkaart.cli.late import Late, LateGroup
from ketenkaart.cli.output import say, tell
from ketenkaart.core.errors import KetenkaartError

CLI = "ketenkaart.cli"


class Commands(LateGroup):
    """Every command, in the order and under the titles in which they are listed."""

    sections: ClassVar[dict[str, tuple[str, ...]]] = {
        "The gap": ("up", "gap", "why", "mix"),
        "The chain": ("chain", "facility", "edition"),
        "Promises": ("ledger", "letter", "followup", "parliament"),
        "Rules and instruments": ("instruments", "law", "norms", "theory", "evidence", "terms"),
        "Measuring": (
            "indicator",
            "sample",
            "estimate",
            "endorsement",
            "effect",
            "motives",
            "microdata",
            "disclosure",
        ),
        "People": ("account",),
    }
    late: ClassVar[dict[str, Late]] = {
        "up": Late(f"{CLI}.up", "up", "Build, compute, print the headline, serve the site."),
        "gap": Late(f"{CLI}.gap", "gap_app", "Show the governance gap in Dutch demand or imports."),
        "why": Late(f"{CLI}.gap", "why", "Show where a figure comes from, down to its source."),
        "mix": Late(f"{CLI}.mix", "mix", "Which measures close most of the gap for a budget."),
        "chain": Late(
            f"{CLI}.chain_commands", "chain_app", "What a purchase, sector or country reaches."
        ),
        "facility": Late(
            f"{CLI}.facility_commands", "facility_app", "Places where things are made, by name."
        ),
        "edition": Late(
            f"{CLI}.edition", "edition_app", "The tables that every figure comes from."
        ),
        "ledger": Late(f"{CLI}.ledger", "ledger_app", "Recommendations, answers, promises."),
        "letter": Late(f"{CLI}.letter", "letter_app", "Read letters, judge what was read."),
        "followup": Late(
            f"{CLI}.followup_acting",
            "followup_app",
            "Claims, evidence, verdicts, deadlines, plans.",
        ),
        "parliament": Late(
            f"{CLI}.parliament", "parliament_app", "Motions, papers, commitments of parliament."
        ),
        "instruments": Late(
            f"{CLI}.instruments", "instruments_app", "Laws, covenants, finance, procurement."
        ),
        "law": Late(f"{CLI}.law", "law_app", "Which laws apply to a firm, on which day."),
        "norms": Late(
            f"{CLI}.norms", "norms_app", "Standards scored; covenants beside their norms."
        ),
        "theory": Late(
            f"{CLI}.theory_own", "theory_app", "Why a measure would work, and what of it is tested."
        ),
        "evidence": Late(
            f"{CLI}.evidence_advice",
            "evidence_app",
            "Studies of effect, gaps, advice on initiatives.",
        ),
        "terms": Late(f"{CLI}.terms", "terms_app", "What things were called on which day."),
        "indicator": Late(
            f"{CLI}.indicator_exchange", "indicator_app", "Baselines, waves, targets and forecasts."
        ),
        "sample": Late(
            f"{CLI}.sample", "sample_app", "Size and draw samples, take filled sheets in."
        ),
        "estimate": Late(
            f"{CLI}.estimate", "estimate", "Figures from a sample, with their intervals."
        ),
        "endorsement": Late(
            f"{CLI}.endorsement_commands", "endorsement_app", "What reports say of the Guidelines."
        ),
        "effect": Late(
            f"{CLI}.effect", "effect_app", "What procurement changed: frame, sample, effect."
        ),
        "motives": Late(f"{CLI}.motives", "motives_app", "Why firms act; leaders, pack, laggards."),
        "microdata": Late(
            f"{CLI}.microdata", "microdata_app", "Records for evaluators, without names."
        ),
        "disclosure": Late(
            f"{CLI}.disclosure", "disclosure_app", "Totals of firms that give no firm away."
        ),
        "account": Late(f"{CLI}.account", "account_app", "Who may judge, publish, own, verify."),
    }


app = typer.Typer(
    name="ketenkaart",
    cls=Commands,
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
