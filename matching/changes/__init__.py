"""Nights that look at what changed: the answer of a full link, for a few per cent of its cost."""
