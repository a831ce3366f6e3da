"""The same reader on a Spark session: paths are spread, rows come back."""

from __future__ import annotations

import json
import os
import sys
import warnings
from collections.abc import Iterable, Iterator
from importlib.util import find_spec
from pathlib import Path
from shutil import which

from ketenkaart.core.errors import InputError
from ketenkaart.services.endorsement.rows import DocumentRow, row_of

FILES_PER_TASK = 20


def require_spark() -> None:
    """Raise `InputError` where Spark or its Java is missing, with how to get it."""
    if find_spec("pyspark") is None:
        raise InputError(
            "The engine spark needs pyspark, which is not installed",
            where="--engine",
            fix="Install `ketenkaart[spark]`, or use --engine own.",
        )
    named = os.environ.get("JAVA_HOME")
    if not (Path(named, "bin", "java").exists() if named else which("java")):
        raise InputError(
            "The engine spark needs Java 17 or newer, and none was found",
            where="--engine",
            fix="Install a Java, or set JAVA_HOME to one; else use --engine own.",
        )


def read_on_spark(jobs: Iterable[tuple[int, Path]]) -> Iterator[tuple[int, DocumentRow]]:
    """Yield the number and the row of each file, read by the workers of a Spark session.

    Every worker must see the files under the same paths. A session that is there is used and goes
    on; else one is made and stopped.
    """
    from pyspark.sql import SparkSession  # noqa: PLC0415 - installed with the extra `spark` alone

    given = [(number, str(path)) for number, path in jobs]
    if not given:
        return
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Spark's own, about its own insides
        is_ours = SparkSession.getActiveSession() is None
        session = (
            SparkSession.builder.appName("ketenkaart")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
        try:
            parts = max(1, len(given) // FILES_PER_TASK, session.sparkContext.defaultParallelism)
            spread = session.sparkContext.parallelize(given, min(parts, len(given)))
            for number, text in spread.map(_read_one).toLocalIterator():
                yield number, row_of(json.loads(text), given[0][1])
        finally:
            if is_ours:
                session.stop()


def _read_one(job: tuple[int, str]) -> tuple[int, str]:
    from ketenkaart.services.endorsement.worker import read_row  # noqa: PLC0415 - on the worker

    number, path = job
    return number, json.dumps(read_row(Path(path)).as_data())
