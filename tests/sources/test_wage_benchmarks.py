"""Files of living-wage benchmarks: read whole, or refused with row and column."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ketenkaart.core.chain.wages import PayKind, PayPeriod
from ketenkaart.core.errors import InputError
from ketenkaart.sources.wage_benchmarks import BENCHMARK_COLUMNS, read_benchmarks

HEAD = "country,area,low,high,currency,per,on,kind,title,publisher"
ROW = "BGD,Dhaka,200,250,USD,month,2024-01-31,net,Study,Example"


def read(*lines: str, head: str = HEAD) -> object:
    return read_benchmarks("\n".join((head, *lines)).encode(), "mine.csv")


def test_a_row_becomes_a_benchmark() -> None:
    ((line, item),) = read_benchmarks(f"\ufeff{HEAD}\r\n{ROW}\r\n\r\n".encode(), "mine.csv")
    assert (line, item.country, item.area, item.publisher) == (2, "BGD", "Dhaka", "Example")
    assert (item.pay.low, item.pay.high, item.pay.kind) == (200, 250, PayKind.NET)


def test_semicolons_and_what_may_be_left_out() -> None:
    found = read_benchmarks(
        b"country;low;currency;per;on;title;publisher\nKHM;1.5;USD;hour;2024-01-01;A;B\n", "x.csv"
    )
    item = found[0][1]
    assert (item.pay.low, item.pay.high, item.pay.per) == (1.5, 1.5, PayPeriod.HOUR)
    assert (item.area, item.licence, item.pay.kind) == (None, None, PayKind.UNKNOWN)


@pytest.mark.parametrize(
    ("wrong", "place"),
    [
        (ROW.replace("BGD", "Utopia"), "row 2, column country"),
        (ROW.replace("BGD", ""), "row 2, column country"),
        (ROW.replace("200", "1.000,5"), "row 2"),
        (ROW.replace("200", "300"), "row 2"),
        (ROW.replace("200", "-1"), "row 2, column low"),
        (ROW.replace("200", "nan"), "row 2, column low"),
        (ROW.replace("USD", "dollar"), "row 2, column currency"),
        (ROW.replace("month", "fortnight"), "row 2, column per"),
        (ROW.replace("2024-01-31", "31-01-2024"), "row 2, column on"),
        (ROW.replace("net", "nett"), "row 2, column kind"),
        (f"{ROW},more", "row 2"),
        (f"{ROW}\n{ROW}", "row 3"),
    ],
)
def test_a_wrong_cell_is_named(wrong: str, place: str) -> None:
    with pytest.raises(InputError) as caught:
        read(wrong)
    assert caught.value.where is not None
    assert place in caught.value.where


@pytest.mark.parametrize("head", ["", "country,low", HEAD + ",colour", HEAD.replace("low", "Low")])
def test_a_wrong_header_says_which_columns_are_known(head: str) -> None:
    with pytest.raises(InputError, match="row 1") as caught:
        read(ROW, head=head)
    assert BENCHMARK_COLUMNS[0] in (caught.value.fix or "")


@pytest.mark.parametrize("raw", [b"", b"\n\n", HEAD.encode(), b"\xff\xfe\x00", b"a\x00b"])
def test_what_is_no_file_of_benchmarks_is_refused(raw: bytes) -> None:
    with pytest.raises(InputError):
        read_benchmarks(raw, "mine.csv")


def test_a_file_that_is_too_large_is_refused_before_it_is_read() -> None:
    with pytest.raises(InputError, match="larger"):
        read_benchmarks(b"x" * 5_000_001, "mine.csv")


@given(st.one_of(st.binary(max_size=300), st.text(max_size=300).map(str.encode)))
def test_anything_is_read_or_refused(raw: bytes) -> None:
    for content in (raw, f"{HEAD}\n".encode() + raw, f"{HEAD}\n{ROW}\n".encode() + raw):
        with suppress(InputError):
            assert read_benchmarks(content, "mine.csv")
