"""Is everything still what it was when the night, an earlier seal or the judging left it?"""

from __future__ import annotations

from collections.abc import Iterator

from submission.gates.evidence import Evidence
from submission.gates.objection import Objection, Severity


def nothing_was_changed(evidence: Evidence) -> Iterator[Objection]:
    """Snapshots keep the checksums that the night wrote down, sealed returns those of their manifests, drafts those of their assembly."""
    for kind, name in evidence.changed:
        yield Objection("custody", f"{kind}_changed", Severity.BLOCK, name)
