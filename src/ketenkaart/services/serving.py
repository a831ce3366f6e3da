"""Serve the site on one machine."""

from __future__ import annotations

import errno
import multiprocessing
import os
import socket
from pathlib import Path

from ketenkaart.core.errors import InputError, StoreError

APPLICATION = "ketenkaart.config.wsgi:application"
STACK_BYTES = 32 * 1024 * 1024


def check_port(host: str, port: int) -> None:
    """Return when `port` on `host` is free.

    Raises `InputError` for a port number that cannot be, `StoreError` when the port is taken,
    reserved for the system, or the host is none of this machine's addresses.
    """
    where = f"{host}:{port}"
    if not 0 < port < 65_536:
        raise InputError(
            f"{port} is no port number", where="--port", fix="Choose one from 1024 up to 65535."
        )
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        # The server sets the same option, so a port that only waits to be released counts as free.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise StoreError(_why(error), where=where, fix=_advice(error, port)) from error


def _why(error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return "The port is in use by another program"
    if error.errno == errno.EACCES:
        return "This user may not open the port"
    return f"The address cannot be used: {error.strerror or error}"


def _advice(error: OSError, port: int) -> str:
    if error.errno == errno.EADDRINUSE:
        other = port + 1 if port < 65_535 else 8000
        return f"Stop that program, or choose another port: ketenkaart up --port {other}."
    if error.errno == errno.EACCES:
        return "Choose a port from 1024 up, for example --port 8000."
    return "Use 127.0.0.1, or an address of this machine."


def serve_site(host: str, port: int, data_folder: Path) -> None:
    """Serve the site on `host`:`port` from the stores in `data_folder`, until interrupted.

    Raises `StoreError` when the port cannot be used; it is checked before anything starts.
    """
    check_port(host, port)
    os.environ["KETENKAART_DATA"] = str(data_folder)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ketenkaart.config.settings")
    # The chain's linear algebra needs more stack than the server gives its threads by default;
    # without this the process dies on a large system. Rust reads it before its first thread.
    os.environ.setdefault("RUST_MIN_STACK", str(STACK_BYTES))
    # A forked worker would inherit thread pools whose threads it does not have.
    multiprocessing.set_start_method("spawn", force=True)
    # Only this function needs the server, and importing it starts threads.
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    Granian(
        APPLICATION,
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=4,
        log_access=False,
        websockets=False,
    ).serve()
