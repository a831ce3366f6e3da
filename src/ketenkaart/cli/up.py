"""`ketenkaart up`: from nothing to the headline and the site."""

from __future__ import annotations

import os
import shlex
from pathlib import Path
from typing import Annotated

import typer

from ketenkaart.cli.output import say, tell
from ketenkaart.warehouse.folder import FOLDER_VARIABLE


def up(
    serve: Annotated[bool, typer.Option(help="Serve the site when all is ready.")] = True,
    host: Annotated[str, typer.Option(help="Address to serve on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(help="Port to serve on.")] = 8000,
) -> None:
    """Build the stores, load the starter edition, compute the gap, print it, serve the site.

    A second run changes nothing. The data folder is KETENKAART_DATA, or `ketenkaart` in your own
    data folder.

    Example: ketenkaart up --no-serve
    """
    from ketenkaart.cli.gap import print_answer
    from ketenkaart.cli.progress import Steps
    from ketenkaart.core.governance.answers import GapQuery
    from ketenkaart.services.governance import compute_gap, gap_series
    from ketenkaart.services.installed import install_starter
    from ketenkaart.services.serving import check_port, serve_site
    from ketenkaart.services.stores import prepare_stores, require_web
    from ketenkaart.warehouse.folder import chosen_data_folder

    require_web()
    if serve:
        check_port(host, port)
    folder = chosen_data_folder()
    with Steps(total=4 + SERIES_YEARS) as steps:
        steps.begin("Stores")
        published = prepare_stores(folder)
        from ketenkaart.services.accounts import has_accounts

        steps.begin("Starter edition")
        edition = install_starter(folder)
        steps.begin("Chain and gap in breadth")
        answer = compute_gap(GapQuery())
        steps.begin("Chain and gap in depth")
        compute_gap(GapQuery(kind="depth"))
        gap_series(progress=lambda year: steps.begin(f"Instruments of {year}"))
    state = "changed" if published.is_changed or edition.is_changed else "unchanged"
    tell(f"Data folder {folder}: {state}.")
    print_answer(answer)
    if not has_accounts():
        say("", "Nobody can log in yet. To judge letters and follow promises, make an account:")
        say(f"  {_prefix(folder)}ketenkaart account add NAME --role administrator --role coder")
    if not serve:
        say("", "Not serving. `ketenkaart up` serves the site.")
        return
    say("", f"Serving the site on http://{host}:{port} - stop with Ctrl+C.")
    serve_site(host, port, folder)


def _prefix(folder: Path) -> str:
    """Return what stands before a command so that it finds the same data folder."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return f"{FOLDER_VARIABLE}={shlex.quote(str(folder))} " if chosen else ""


SERIES_YEARS = 8
