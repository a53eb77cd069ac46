"""Two models on the same nights: what changes, for whom, and whether errors stay equal."""
