"""A desk's own list: what waits for it, one item at a time, on the screen, on paper and as a workbook."""

from portal.desk.pages import router

__all__ = ["router"]
