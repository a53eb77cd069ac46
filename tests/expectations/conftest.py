"""PostgreSQL for the expectations that an administrator may run beside the source."""

from tests.postgres import postgres_folder, postgres_url

__all__ = ["postgres_folder", "postgres_url"]
