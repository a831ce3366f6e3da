"""A table written as one big matrix of text, put into Z and Y row by row.

Rows and columns are placed by their labels, whatever their order; several labels may lead to the
same node, whose figures then add up.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from ketenkaart.core.chain.incoming import Progress
from ketenkaart.core.chain.types import Floats
from ketenkaart.core.errors import TableError
from ketenkaart.sources.bulk.bundle import Bundle
from ketenkaart.sources.bulk.lines import Block, Numbers, read_blocks, split_labels

Indices = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class MatrixForm:
    """How one file is laid out.

    After `skipped` lines of heading, each line has `label_cells` labels and then the `columns`.
    `nodes` gives the node number, and `finals` the column of Y, that a label stands for; columns
    in neither are left out, but for `output_column`. `row_label` makes one label of a line's;
    `other_row` says under which name a row that is no node is kept, `None` for one to leave out.
    With `rows_are_nodes` false, every row is such a row.
    """

    name: str
    separator: bytes
    skipped: int
    label_cells: int
    columns: tuple[str, ...]
    nodes: Mapping[str, int]
    finals: Mapping[str, int]
    row_label: Callable[[Sequence[str]], str]
    other_row: Callable[[str], str | None]
    output_column: str | None = None
    blank_is_zero: bool = False
    rows_are_nodes: bool = True


@dataclass(slots=True)
class MatrixRead:
    """What a file held beside Z: final demand, other rows by name (at nodes), and output.

    `output` is the column of totals, where there is one; `blanks` counts cells read as zero.
    """

    Y: Floats
    extras: dict[str, Floats] = field(default_factory=dict)
    output: Floats | None = None
    blanks: int = 0


class _Columns:
    """Where the columns of a file go."""

    def __init__(self, form: MatrixForm, n: int) -> None:
        places = [
            (j, form.nodes[label]) for j, label in enumerate(form.columns) if label in form.nodes
        ]
        self._groups = list(_without_repeats(places))
        self._n = n
        self.finals = [
            (j, form.finals[label]) for j, label in enumerate(form.columns) if label in form.finals
        ]

    def at_nodes(self, numbers: Floats) -> Floats:
        """Return the numbers by node, added up where labels share one."""
        if len(self._groups) == 1 and numbers.shape[1] == self._n:
            source, target = self._groups[0]
            if np.array_equal(source, target):
                return numbers
        found = np.zeros((len(numbers), self._n))
        for source, target in self._groups:
            found[:, target] += numbers[:, source]
        return found


def _without_repeats(places: Sequence[tuple[int, int]]) -> list[tuple[Indices, Indices]]:
    """Split (column, node) pairs into groups in which no node stands twice."""
    groups: list[dict[int, int]] = []
    for column, node in places:
        group = next((group for group in groups if node not in group), None)
        if group is None:
            group = {}
            groups.append(group)
        group[node] = column
    return [
        (np.array(list(group.values()), dtype=np.int64), np.array(list(group), dtype=np.int64))
        for group in groups
    ]


def read_matrix(
    bundle: Bundle, form: MatrixForm, Z: Floats | None, columns_of_y: int, progress: Progress
) -> MatrixRead:
    """Add the rows of a file to `Z`, where it has transactions, and return everything else in it.

    Raises `TableError` for a cell that is no number, a row that is unknown, there twice, or
    missing.
    """
    reading = MatrixReading(form, Z, columns_of_y)
    size = max(bundle.size(form.name), 1)
    done = 0
    with bundle.open(form.name) as stream:
        for block in read_blocks(stream, form.name):
            reading.take(block)
            done += sum(len(line) + 1 for line in block.lines)
            progress(form.name.rpartition("/")[2], min(done / size, 1.0))
    reading.refuse_missing()
    return reading.result


class MatrixReading:
    """A matrix being read, from text or from rows of numbers, in one file or in several."""

    def __init__(self, form: MatrixForm, Z: Floats | None, columns_of_y: int) -> None:
        self._form = form
        self._Z = Z
        self._n = len(Z) if Z is not None else max(form.nodes.values()) + 1
        self._columns = _Columns(form, self._n)
        self._numbers = Numbers(form.name, form.separator, form.columns, form.blank_is_zero)
        self._seen: set[str] = set()
        self.result = MatrixRead(np.zeros((self._n, columns_of_y)))
        if form.output_column is not None:
            self.result.output = np.zeros(self._n)
            self._output_at = form.columns.index(form.output_column)

    def take(self, block: Block) -> None:
        """Put the rows of a block where they belong."""
        form = self._form
        lines = block.lines[max(0, form.skipped - block.first + 1) :]
        first = block.first + len(block.lines) - len(lines)
        labels, rests = [], []
        for k, line in enumerate(lines):
            heads, rest = split_labels(line, form.label_cells, form.separator, form.name, first + k)
            label = form.row_label(heads)
            self._refuse_unknown(label, first + k)
            labels.append(label)
            rests.append(rest)
        if lines:
            numbers = self._numbers.parse(rests, labels)
            self.result.blanks = self._numbers.blanks
            self._put(labels, numbers)

    def take_rows(self, labels: Sequence[str], numbers: Floats, first: int) -> None:
        """Put rows of numbers where they belong; `first` is the number of the first row."""
        for k, label in enumerate(labels):
            self._refuse_unknown(label, first + k)
        self._put(labels, numbers)

    def _put(self, labels: Sequence[str], numbers: Floats) -> None:
        at_nodes = self._columns.at_nodes(numbers)
        for k, label in enumerate(labels):
            self._place(label, numbers[k], at_nodes[k])

    def _refuse_unknown(self, label: str, row: int) -> None:
        what = ""
        if label in self._seen:
            what = "stands there twice"
        elif self._node(label) is None:
            try:
                self._form.other_row(label)
            except KeyError:
                what = "is no column of the table and no row of value added"
        if what:
            raise TableError(
                f"{self._form.name}: the row {label[:80]!r} {what}",
                where=f"row {row}",
                fix="Give every region the same sectors, once each, in rows and columns.",
            )
        self._seen.add(label)

    def _node(self, label: str) -> int | None:
        return self._form.nodes.get(label) if self._form.rows_are_nodes else None

    def _place(self, label: str, numbers: Floats, at_nodes: Floats) -> None:
        node = self._node(label)
        if node is None:
            name = self._form.other_row(label)
            if name is not None:
                kept = self.result.extras.setdefault(name, np.zeros(self._n))
                kept += at_nodes
            return
        if self._Z is not None:
            self._Z[node] += at_nodes
        for column, target in self._columns.finals:
            self.result.Y[node, target] += numbers[column]
        if self.result.output is not None:
            self.result.output[node] += numbers[self._output_at]

    def refuse_missing(self) -> None:
        """Raise `TableError` naming a column that has no row."""
        missing = [label for label in self._form.nodes if label not in self._seen]
        if missing and self._form.rows_are_nodes:
            raise TableError(
                f"{self._form.name} has no row for {len(missing)} of its columns: "
                f"{', '.join(missing[:5])}",
                where="rows",
                fix="The file is cut short or a region is missing: fetch it again.",
            )


def read_header(bundle: Bundle, name: str, count: int) -> list[bytes]:
    """Return the first lines of a file; raise `TableError` when there are fewer."""
    found: list[bytes] = []
    with bundle.open(name) as stream:
        for block in read_blocks(stream, name, size=1 << 20):
            found += block.lines
            if len(found) >= count:
                return found[:count]
    raise TableError(
        f"{name} has {len(found)} lines, where a table has at least {count}",
        where=name,
        fix="Fetch the file again.",
    )
