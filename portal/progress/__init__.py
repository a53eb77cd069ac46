"""How follow-up goes: children registered, waiting, overdue; what registries delivered; the bulletin's plots. Counts only."""

from portal.progress.pages import router

__all__ = ["router"]
