"""A transport of OpenLineage that lets codes of errors through and not their words: a message names files and addresses (rights.md R11).

Stands before any other: `{"type": "watching.lineage_transport.CodesOnly", "to": {"type": "http", "url": …}}`.
"""

from __future__ import annotations

import re
from typing import Any

import attr
from openlineage.client.transport import get_default_factory
from openlineage.client.transport.transport import Config, Transport

CODE = re.compile(r"\[[a-z_]+(?:\.[a-z_]+)+\]")
"""As hedui's refusals begin."""


@attr.define
class CodesOnlyConfig(Config):
    """`to`: the configuration of the transport that sends."""

    to: dict[str, Any] = attr.field(factory=dict)

    @classmethod
    def from_dict(cls, params: dict[str, Any]) -> CodesOnlyConfig:
        """From Airflow's setting. Raises KeyError where nothing is named to send with: events must not go elsewhere unseen."""
        return cls(dict(params["to"]))


class CodesOnly(Transport):
    """Drops the words and the stack trace of errors, and hands the rest on."""

    kind = "codes_only"
    config_class = CodesOnlyConfig

    def __init__(self, config: CodesOnlyConfig) -> None:
        self.to = get_default_factory().create(config.to)

    def emit(self, event: Any) -> Any:
        """Send one event."""
        facets = getattr(getattr(event, "run", None), "facets", None) or {}
        if told := facets.get("errorMessage"):
            facets["errorMessage"] = attr.evolve(told, message=" ".join(sorted(set(CODE.findall(told.message)))), stackTrace=None)
        return self.to.emit(event)

    def close(self, timeout: float = -1) -> bool:
        """As the transport that sends."""
        return bool(self.to.close(timeout))
