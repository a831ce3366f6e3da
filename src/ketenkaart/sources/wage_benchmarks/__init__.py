"""Read living-wage benchmarks from a CSV that a user has; none comes with the package."""

from ketenkaart.sources.wage_benchmarks.reader import BENCHMARK_COLUMNS, read_benchmarks

__all__ = ["BENCHMARK_COLUMNS", "read_benchmarks"]
