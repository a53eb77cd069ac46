"""A sample for the field (样本点): villages to be visited and records to be checked on the spot, drawn by chance, and what came of it."""
