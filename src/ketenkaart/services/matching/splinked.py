"""The same model on Splink: pairs are found and weighed in SQL, on DuckDB or on Spark.

Splink gets the prepared columns, the keys of blocking and the probabilities of our model, and says
each level in SQL as `core.chain.matching.comparing` says it in NumPy. How rare a shared name is,
the rules and the bands are the same code for every engine.
"""

from __future__ import annotations

import logging
import os
import tempfile
import warnings
from collections.abc import Mapping
from importlib.util import find_spec
from pathlib import Path
from shutil import which
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from ketenkaart.core.chain.matching.blocking import BLOCKS
from ketenkaart.core.chain.matching.comparing import (
    ADDRESS_STEPS,
    COMPARISONS,
    DISTANCE_STEPS_KM,
    FIELDS,
    KM_PER_DEGREE,
    NAME_ALIKE,
    NAME_NEAR,
    OWN_ALIKE,
)
from ketenkaart.core.chain.matching.fellegi_sunter import Model
from ketenkaart.core.chain.matching.finding import Scored, Scorer
from ketenkaart.core.chain.matching.prepared import Prepared
from ketenkaart.core.chain.matching.signs import SIGN_WORDS
from ketenkaart.core.errors import InputError

if TYPE_CHECKING:
    import polars as pl

NEEDED = {
    "duckdb": (("splink", "duckdb"), "link"),
    "spark": (("splink", "pyspark"), "spark"),
}
"""What each engine imports, and the extra that brings it."""
JARO_WINKLER = {"duckdb": "jaro_winkler_similarity", "spark": "jaro_winkler"}
_SIGNS = range(SIGN_WORDS)


def require(engine: str) -> None:
    """Raise `InputError` where an engine lacks what it needs, naming it and how to get it."""
    modules, extra = NEEDED[engine]
    missing = [name for name in modules if find_spec(name) is None]
    if missing:
        raise InputError(
            f"The engine {engine} needs {' and '.join(missing)}, which is not installed",
            where="--engine",
            fix=f"Install `ketenkaart[{extra}]`, or use --engine own.",
        )
    if engine == "spark" and not _has_java():
        raise InputError(
            "The engine spark needs Java 17 or newer, and none was found",
            where="--engine",
            fix="Install a Java, or set JAVA_HOME to one; else use --engine duckdb.",
        )


def _has_java() -> bool:
    """Return whether there is a Java: where JAVA_HOME says, or on the path."""
    named = os.environ.get("JAVA_HOME")
    return Path(named, "bin", "java").exists() if named else which("java") is not None


def weigh(
    left: Prepared,
    right: Prepared,
    scorer: Scorer,
    model: Model,
    *,
    rows: npt.NDArray[np.int64],
    on: str,
) -> Scored:
    """Return the candidate pairs of some rows of the left list, ordered by row."""
    if scorer.keys is None:
        return scorer.score(rows)
    with tempfile.TemporaryDirectory(prefix="ketenkaart-") as name:
        folder = Path(name)
        tables = [folder / "left.parquet"]
        if left is right:
            _columns(left, scorer.keys.left, np.arange(len(left)), 0).write_parquet(tables[0])
        else:
            tables.append(folder / "right.parquet")
            _columns(left, scorer.keys.left, rows, 0).write_parquet(tables[0])
            everything = np.arange(len(right))
            _columns(right, scorer.keys.right, everything, len(left)).write_parquet(tables[1])
        run = {"duckdb": _on_duckdb, "spark": _on_spark}[on]
        kind = "dedupe_only" if left is right else "link_only"
        found = run(tables, settings(model, on, kind), folder)
    return _scored(found, scorer, len(left), rows, is_one=left is right)


def _columns(
    rows: Prepared, keys: npt.NDArray[np.int64], chosen: npt.NDArray[np.int64], first: int
) -> pl.DataFrame:
    """Return what Splink reads of some rows; a key of 0 is a null, and so is a missing value."""
    import polars as pl  # noqa: PLC0415 - half a second, for who takes this engine

    data: dict[str, Any] = {
        "unique_id": chosen + first,
        "name": rows.names_of(chosen),
        "sorted_name": rows.sorted_names_of(chosen),
        "own": rows.owns_of(chosen),
    }
    for name, codes in (
        ("name_code", rows.name_code),
        ("own_code", rows.own_code),
        ("units_code", rows.units_code),
        ("postcode_code", rows.postcode_code),
        ("postcode_begin_code", rows.postcode_begin_code),
        ("country_code", rows.country_code),
        ("number_sign", rows.number_sign),
    ):
        data[name] = codes[chosen]
    for name, signs in (("name", rows.name_sign), ("address", rows.address_sign)):
        part = signs[chosen]
        data[f"{name}_bits"] = np.bitwise_count(part.view(np.uint64)).sum(axis=1).astype(np.int64)
        data |= {f"{name}_sign_{k}": part[:, k] for k in _SIGNS}
    data["latitude"], data["longitude"] = rows.latitude[chosen], rows.longitude[chosen]
    blocks = {f"block_{k}": keys[chosen, k] for k in range(len(BLOCKS))}
    frame = pl.DataFrame(data | blocks, nan_to_null=True)
    return frame.with_columns(pl.col(name).replace(0, None) for name in blocks)


def settings(model: Model, on: str, kind: str) -> dict[str, Any]:
    """Return the model as settings of Splink, for the SQL of DuckDB or Spark.

    `kind` is Splink's link type: `link_only`, or `dedupe_only` within a list.
    """
    return {
        "link_type": kind,
        "unique_id_column_name": "unique_id",
        "probability_two_random_records_match": model.prior,
        "retain_matching_columns": True,
        "retain_intermediate_calculation_columns": False,
        "blocking_rules_to_generate_predictions": [
            {"blocking_rule": f"l.block_{k} = r.block_{k}", "sql_dialect": on}
            for k in range(len(BLOCKS))
        ],
        "comparisons": [
            {
                "output_column_name": comparison.field,
                "comparison_levels": [
                    {"sql_condition": nulls, "is_null_level": True, "label_for_charts": "unknown"},
                    *(
                        {
                            "sql_condition": condition,
                            "label_for_charts": comparison.levels[at],
                            "m_probability": model.m[comparison.field][at],
                            "u_probability": model.u[comparison.field][at],
                        }
                        for at, condition in conditions
                    ),
                ],
            }
            for comparison in COMPARISONS
            for nulls, conditions in (_sql(comparison.field, JARO_WINKLER[on]),)
        ],
    }


def _sql(field: str, jaro_winkler: str) -> tuple[str, list[tuple[int, str]]]:
    """Return when a field is not known, and its levels from most to least alike."""
    return {
        "name": lambda: _name_sql(jaro_winkler),
        "units": _units_sql,
        "address": _address_sql,
        "numbers": _numbers_sql,
        "postcode": _postcode_sql,
        "place": _place_sql,
        "country": _country_sql,
    }[field]()


Levels = tuple[str, list[tuple[int, str]]]


def _shared(name: str) -> str:
    terms = (f"bit_count({name}_sign_{k}_l & {name}_sign_{k}_r)" for k in _SIGNS)
    return f"({' + '.join(terms)})"


def _missing(*columns: str) -> str:
    return " OR ".join(f"{column}_{side} = 0" for column in columns for side in "lr")


def _name_sql(jaro_winkler: str) -> Levels:
    shared = _shared("name")
    near = " OR ".join(
        f"{jaro_winkler}({column}_l, {column}_r) >= {NAME_NEAR}"
        for column in ("sorted_name", "name")
    )
    return _missing("name_code"), [
        (5, "name_code_l = name_code_r"),
        (4, f"{shared} > 0 AND ({near})"),
        (3, "own_code_l = own_code_r"),
        (2, f"{shared} > 0 AND {jaro_winkler}(own_l, own_r) >= {OWN_ALIKE}"),
        (1, f"{shared} >= {NAME_ALIKE} * least(name_bits_l, name_bits_r)"),
        (0, "ELSE"),
    ]


def _units_sql() -> Levels:
    return "units_code_l = 0 AND units_code_r = 0", [
        (2, "units_code_l = units_code_r"),
        (1, _missing("units_code")),
        (0, "ELSE"),
    ]


def _address_sql() -> Levels:
    shared = _shared("address")
    steps = [
        (at, f"{shared} >= {step} * least(address_bits_l, address_bits_r)")
        for at, step in enumerate(ADDRESS_STEPS, start=1)
    ]
    return _missing("address_bits"), [*reversed(steps), (0, "ELSE")]


def _numbers_sql() -> Levels:
    return _missing("number_sign"), [(1, "(number_sign_l & number_sign_r) != 0"), (0, "ELSE")]


def _postcode_sql() -> Levels:
    return _missing("postcode_code"), [
        (2, "postcode_code_l = postcode_code_r"),
        (1, "postcode_begin_code_l = postcode_begin_code_r"),
        (0, "ELSE"),
    ]


def _place_sql() -> Levels:
    north = "(latitude_r - latitude_l)"
    east = "((longitude_r - longitude_l) * cos(radians((latitude_r + latitude_l) / 2)))"
    km = f"{KM_PER_DEGREE} * sqrt({north} * {north} + {east} * {east})"
    nulls = " OR ".join(
        f"{column}_{side} IS NULL" for column in ("latitude", "longitude") for side in "lr"
    )
    steps = [(at, f"{km} <= {step}") for at, step in enumerate(DISTANCE_STEPS_KM, start=1)]
    return nulls, [*reversed(steps), (0, "ELSE")]


def _country_sql() -> Levels:
    return _missing("country_code"), [(1, "country_code_l = country_code_r"), (0, "ELSE")]


def _on_duckdb(tables: list[Path], said: Mapping[str, Any], folder: Path) -> pl.DataFrame:
    import duckdb  # noqa: PLC0415 - installed with the extra `link` alone
    import polars as pl  # noqa: PLC0415
    from splink import Linker  # noqa: PLC0415 - as above, and a second to import
    from splink.backends.duckdb import DuckDBAPI  # noqa: PLC0415

    connection = duckdb.connect(":memory:")
    connection.execute(f"SET temp_directory = '{folder / 'spill'}'")
    api = DuckDBAPI(connection=connection)
    inputs = []
    for path in tables:
        # Names of our own making, not of a user's.
        connection.execute(f"CREATE TABLE {path.stem}_list AS SELECT * FROM '{path}'")  # noqa: S608
        inputs.append(api.register(f"{path.stem}_list", dataset_display_name=path.stem))
    linker = Linker(inputs, dict(said), log_level=logging.ERROR)
    found = linker.inference.predict(warning_mode="never")
    out = folder / "pairs.parquet"
    connection.execute(f"COPY ({_wanted(found.physical_name)}) TO '{out}'")
    connection.close()
    return pl.read_parquet(out)


def _on_spark(tables: list[Path], said: Mapping[str, Any], folder: Path) -> pl.DataFrame:
    import polars as pl  # noqa: PLC0415
    from pyspark.sql import SparkSession  # noqa: PLC0415 - installed with the extra `spark` alone
    from splink import Linker  # noqa: PLC0415
    from splink.backends.spark import SparkAPI  # noqa: PLC0415
    from splink.internals.spark.jar_location import similarity_jar_location  # noqa: PLC0415

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Spark's and Splink's own, about their own insides
        # A session that was there is somebody's, on a cluster perhaps, and goes on.
        is_ours = SparkSession.getActiveSession() is None
        session = (
            SparkSession.builder.appName("ketenkaart")
            .config("spark.jars", similarity_jar_location())
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .getOrCreate()
        )
        api = SparkAPI(  # type: ignore[no-untyped-call]
            spark_session=session, break_lineage_method="persist"
        )
        inputs = [
            api.register(session.read.parquet(str(path)), dataset_display_name=path.stem)
            for path in tables
        ]
        linker = Linker(inputs, dict(said), log_level=logging.ERROR)
        found = linker.inference.predict(warning_mode="never")
        out = folder / "pairs"
        pairs = session.sql(_wanted(found.physical_name))
        pairs.write.parquet(str(out))
        if is_ours:
            session.stop()
    return pl.read_parquet(out / "*.parquet")


def _wanted(table: str) -> str:
    """Return the question for what we need of Splink's table; its name is Splink's own."""
    gammas = ", ".join(f"gamma_{field}" for field in FIELDS)
    return f"SELECT unique_id_l, unique_id_r, match_weight, {gammas} FROM {table}"  # noqa: S608


def _scored(
    found: pl.DataFrame,
    scorer: Scorer,
    count: int,
    rows: npt.NDArray[np.int64],
    *,
    is_one: bool,
) -> Scored:
    """Return Splink's pairs as ours: left row, right row, levels and weight, by row."""
    ends = np.stack([found["unique_id_l"].to_numpy(), found["unique_id_r"].to_numpy()])
    later, earlier = ends.max(axis=0), ends.min(axis=0)
    first, second = (later, earlier) if is_one else (earlier, later - count)
    order = np.lexsort((second, first))
    if is_one:
        order = order[np.isin(first[order], rows)]
    levels = np.stack([found[f"gamma_{field}"].to_numpy() for field in FIELDS], axis=1)
    return scorer.with_terms(
        first[order].astype(np.int64),
        second[order].astype(np.int64),
        levels[order].astype(np.int8),
        found["match_weight"].to_numpy()[order].astype(np.float64),
    )
