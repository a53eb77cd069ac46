"""The refusal of a table that may not leave."""

from vocabulary.errors import GateRefused


class ReleaseRefused(GateRefused):
    """A table, an audience or a cell that may not leave, whatever is hidden of it."""
