"""Nights that look at what changed: the answer of a full link, for a part of its cost."""
