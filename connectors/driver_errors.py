"""What a database driver's error means for the night: a fault with a code and a place, and whether trying again may help.

Drivers quote values, users and addresses in their messages. A message is looked at here to tell the kinds apart, and goes
no further: neither into a fault nor, as a chained exception, into a log (rights.md R11).
"""

from __future__ import annotations

import re

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from vocabulary.errors import DeliveryRefused, Fault, Refusal, Unreachable

SQLSTATES = {
    "28P01": "source.login_refused",
    "28000": "source.login_refused",
    "3D000": "source.missing_database",
    "42501": "source.permission",
    "42P01": "source.missing_table",
    "42703": "source.missing_column",
}
"""PostgreSQL, appendix A of its manual."""
MYSQL_NUMBERS = {
    1045: "source.login_refused",
    1044: "source.permission",
    1142: "source.permission",
    1143: "source.permission",
    1049: "source.missing_database",
    1146: "source.missing_table",
    1054: "source.missing_column",
}
"""MySQL server error reference."""
WORDS = (
    # Connection errors carry no SQLSTATE in psycopg 3, and the server may speak Chinese.
    ("source.login_refused", r"password|authentication|认证失败|pg_hba\.conf|no encryption|role .* does not exist|角色.*不存在"),
    ("source.missing_database", r"database .* does not exist|数据库.*不存在"),
    ("source.permission", r"permission denied|权限不够|not permitted"),
    ("source.damaged", r"not a database|malformed|file is encrypted"),
    ("source.undecodable", r"could not decode|codec can't decode|invalid byte sequence|has no equivalent"),
)


def refusal_of(error: Exception, where: str) -> Refusal:
    """The refusal that stands for a driver's error: Unreachable where trying again may help, else DeliveryRefused."""
    code = code_of(error)
    # A view that was changed between two questions: which column, the driver says in words that go no further.
    facts = {"source.missing_table": {"table": where.rpartition(" ")[2]}, "source.missing_column": {"column": "…"}}.get(code, {})
    fault = Fault(code, where, facts)
    return Unreachable(fault) if code == "source.unreachable" else DeliveryRefused(fault)


def code_of(error: Exception) -> str:
    """The fault code of an error; `source.unreachable` for a connection that failed for no known reason."""
    origin = error.orig if isinstance(error, DBAPIError) else error
    state = getattr(origin, "sqlstate", None) or getattr(origin, "pgcode", None)
    if state in SQLSTATES:
        return SQLSTATES[str(state)]
    number = origin.args[0] if origin is not None and origin.args else None
    if isinstance(number, int) and number in MYSQL_NUMBERS:
        return MYSQL_NUMBERS[number]
    if isinstance(origin, UnicodeError):
        return "source.undecodable"
    message = str(origin)
    for code, words in WORDS:
        if re.search(words, message, re.IGNORECASE):
            return code
    lost = isinstance(error, OperationalError | InterfaceError | OSError)
    return "source.unreachable" if lost else "source.unreadable"
