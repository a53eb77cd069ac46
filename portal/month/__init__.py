"""The monthly return before it is out: read, questioned, signed or turned down. Open to statisticians only, who see no named row."""

from portal.month.pages import router

__all__ = ["router"]
