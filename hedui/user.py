"""`hedui user`: accounts of the portal from the command line; the first administrator is opened here."""

from __future__ import annotations

import json
from typing import Annotated, Any

import typer

app = typer.Typer(no_args_is_help=True, help="Accounts of the portal (docs/portal.md).")
Name = Annotated[str, typer.Argument(help="the id by which the office knows the person, such as li.wei")]
AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]


def installation() -> Any:
    """The settings, with the state at this code's revision."""
    from sql.acting import acting_as
    from sql.database import writing
    from vocabulary.settings import Settings

    settings = Settings.from_environment()
    with acting_as("accounts"), writing(settings):
        return settings


def operator() -> Any:
    """As whom the access log knows this process."""
    from portal.accounts import OPERATOR
    from vocabulary.access import this_process

    return this_process(OPERATOR)


@app.command()
def add(
    name: Name,
    role: Annotated[str, typer.Option(help="desk, steward, senior_officer, statistician, administrator or auditor")],
    desk: Annotated[str | None, typer.Option(help="for a desk: as its worklist is named, such as registration_desk-990101001")] = None,
    area: Annotated[list[str] | None, typer.Option(help="prefix of division codes, such as 990101; otherwise HEDUI_AREA")] = None,
    vouched_by: Annotated[str, typer.Option(help="password, or oidc or ldap where another service knows the person")] = "password",
    as_json: AsJson = False,
) -> None:
    """Open an account and print the password with which it is opened once."""
    from hedui.show import said
    from portal.accounts import Wanted, add_user
    from sql.rows import now
    from vocabulary.errors import ConfigurationError, Fault
    from vocabulary.roles import Role

    if role not in set(Role):
        raise ConfigurationError(Fault("portal.role", "--role", {"known": ", ".join(Role)}))
    wanted = Wanted(name, Role(role), desk, tuple(area or ()), vouched_by)
    first = add_user(installation(), wanted, operator().name, now())
    if as_json:
        print(json.dumps({"user_id": name, "role": role, "first_password": first}))
    elif first:
        print(f"{said(('首次登录的密码（只显示这一次）', 'Password for the first login (shown this once)'))}: {first}")


@app.command("list")
def list_users(as_json: AsJson = False) -> None:
    """Every account: its role, its desk, whether it is open."""
    from rich.console import Console
    from rich.table import Table

    from hedui.show import said
    from sql.accounts import all_users
    from sql.serving import serving

    with serving(installation(), "accounts") as connection:
        users = all_users(connection)
    if as_json:
        told = [{"user_id": user.user_id, "role": user.role, "desk": user.desk, "open": user.closed_at is None} for user in users]
        print(json.dumps(told))
        return
    table = Table(said(("账户", "account")), said(("岗位", "role")), said(("窗口或单位", "desk")), said(("状态", "state")))
    for user in users:
        state = said(("已关闭", "closed")) if user.closed_at else said(("可登录", "open"))
        table.add_row(user.user_id, user.role.value, user.desk or "", state)
    Console(highlight=False).print(table)


@app.command()
def close(name: Name) -> None:
    """Close an account and end its logins; it stays in the list, because the access log speaks of it."""
    from portal.accounts import close_user
    from sql.rows import now

    close_user(installation(), name, operator(), now())


@app.command()
def password(name: Name) -> None:
    """Give an account a new first password, and end its logins."""
    from hedui.show import said
    from portal.accounts import renew_password
    from sql.rows import now

    first = renew_password(installation(), name, operator(), now())
    print(f"{said(('首次登录的密码（只显示这一次）', 'Password for the first login (shown this once)'))}: {first}")


@app.command("no-second-factor")
def no_second_factor(name: Name) -> None:
    """Switch off the second factor of somebody who lost the phone, and end the account's logins."""
    from portal.accounts import drop_second_factor
    from sql.rows import now

    drop_second_factor(installation(), name, operator(), now())
