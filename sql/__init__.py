"""The only door to a database: the state tables, their migrations, and DuckDB over a run's snapshots."""
