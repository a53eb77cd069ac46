"""review"""

from portal.review.pages import router

__all__ = ["router"]
