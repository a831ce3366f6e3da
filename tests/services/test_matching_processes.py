"""Work on several processes: all of it comes back, whatever a process makes or leaves undone."""

import os
import signal

import numpy as np
import pytest

from ketenkaart.core.errors import InputError
from ketenkaart.services.matching import processes
from ketenkaart.services.matching.processes import spread


@pytest.fixture(autouse=True)
def three_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(processes, "processors", lambda: 3)


def test_every_part_comes_back_once_with_its_arrays() -> None:
    def do(k: int) -> tuple[int, np.ndarray, list[str], np.ndarray]:
        return os.getpid(), np.arange(k * 1001), [f"w{k}"], np.zeros((k, 0))

    found = dict(spread(10, do, least=2))
    assert sorted(found) == list(range(10))
    assert len({pid for pid, *_ in found.values()}) == 3
    for k, (_, numbers, words, empty) in found.items():
        assert (numbers == np.arange(k * 1001)).all()
        assert (words, empty.shape) == ([f"w{k}"], (k, 0))
        numbers[:] = 7  # what comes back may be written in


def test_arrays_of_different_parts_are_apart() -> None:
    found = dict(spread(9, lambda k: (np.full(5000, k), np.full(3, -k)), least=2))
    for arrays in found.values():
        for numbers in arrays:
            np.add(numbers, 100, out=numbers)
    assert [(set(a.tolist()), set(b.tolist())) for _, (a, b) in sorted(found.items())] == [
        ({100 + k}, {100 - k}) for k in range(9)
    ]


def test_few_parts_need_no_second_process() -> None:
    assert {pid for _, pid in spread(3, lambda _: os.getpid(), least=4)} == {os.getpid()}


def test_what_a_killed_process_leaves_is_done_here() -> None:
    here = os.getpid()

    def do(k: int) -> int:
        if os.getpid() != here and k == 4:
            os.kill(os.getpid(), signal.SIGKILL)
        return k * k

    assert dict(spread(9, do, least=2)) == {k: k * k for k in range(9)}


@pytest.mark.parametrize("wrong", [1, 3])
def test_an_error_is_raised_here_wherever_it_was_made(wrong: int) -> None:
    def do(k: int) -> int:
        if k == wrong:
            raise InputError("Part is wrong", where=f"part {k}", fix="Mend it.")
        return k

    with pytest.raises(InputError, match="Part is wrong"):
        list(spread(9, do, least=2))


def test_without_memory_for_others_all_is_done_here(monkeypatch: pytest.MonkeyPatch) -> None:
    def none(_: str) -> int:
        raise OSError("no more")

    monkeypatch.setattr(os, "memfd_create", none)
    assert dict(spread(5, lambda k: os.getpid(), least=2)) == dict.fromkeys(range(5), os.getpid())


def test_nothing_stays_open_behind_it() -> None:
    def count() -> int:
        return len(os.listdir("/proc/self/fd"))

    list(spread(4, lambda k: k, least=2))
    before = count()
    for _ in range(5):
        list(spread(4, np.arange, least=2))
        next(spread(4, lambda k: k, least=2))
    assert count() <= before
