"""The linkage model: what it says before any record is seen, what it has learnt, and how it is kept."""
