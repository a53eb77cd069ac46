"""`hedui secure-database`: one role a stage, with the least rights, and rows by area; for the owner of a state on PostgreSQL."""

from __future__ import annotations

from hedui.show import said
from sql.secure import secure, securing
from vocabulary.settings import Settings

WORDS = {
    "done": ("已设置 {count} 个角色及其权限，涉及人员的表按区域限制：", "{count} roles have their rights, and tables that name persons show rows by area:"),
    "next": ("下一步：向登录账号授予角色，并设置 HEDUI_DATABASE_ROLE（见 docs/postgresql.md）。", "Next: grant the roles to logins and set HEDUI_DATABASE_ROLE (docs/postgresql.md)."),
    "sqlite": ("无需设置：SQLite 没有角色，数据库文件只有其所有者可以读取（0600）。多人使用请改用 PostgreSQL。", "Nothing to do: SQLite has no roles, and only its owner may read the file (0600). Where several people use it, choose PostgreSQL."),
}  # fmt: skip


def secure_database(*, only_print: bool) -> int:
    """Secure the state and say so, or print the SQL for an administrator; the exit code. Raises ConfigurationError, Unreachable."""
    if only_print:
        print(";\n".join(securing()) + ";")
        return 0
    roles = secure(Settings.from_environment())
    if roles is None:
        print(said(WORDS["sqlite"]))
        return 0
    print(said(WORDS["done"]).format(count=len(roles)))
    print("  " + ", ".join(roles))
    print(said(WORDS["next"]))
    return 0
