"""Long measurements: each file is a command that prints a table. Its last result stands in docs/benchmarks.md."""
