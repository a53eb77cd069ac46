"""How the nights went, for whoever keeps them running: the run report, metrics, notices, lineage. Counts and codes, never a person."""
