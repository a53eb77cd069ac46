"""`hedui explain FINDING`: why a finding stands, in words and numbers."""

from __future__ import annotations

from reconciliation import explain as front_door


def explain(finding: str) -> None:
    """Print the explanation of a finding, given by its id or by the number of its task."""
    print(front_door.explain(finding))
