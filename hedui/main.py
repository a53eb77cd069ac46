"""`hedui`: every command, its refusals in words, its exit code (0 done, 1 gate, 2 wrong use, 3 a delivery refused or a registry unread)."""

from __future__ import annotations

import os
import sys
from datetime import date
from pathlib import Path
from typing import Annotated, Literal

import typer

from hedui.history import app as history_app
from hedui.linking import AsJson, Quiet
from hedui.linking import app as linking_app
from hedui.user import app as user_app
from hedui.version import print_and_leave
from vocabulary.errors import ConfigurationError, Fault, Refusal, discreet
from vocabulary.logs import to_stream

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)

AsOf = Annotated[str | None, typer.Option("--as-of", help="the day the night speaks of, such as 2026-10-31; without it, yesterday")]


@app.callback()
def whole(
    version: Annotated[bool, typer.Option("--version", callback=print_and_leave, is_eager=True, help="say which hedui this is")] = False,
) -> None:
    """`hedui`: every command."""


def read_day(text: str | None) -> date | None:
    """A date given on the command line. Raises ConfigurationError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(Fault("settings.date", "--as-of")) from None


@app.command()
def nightly(as_of: AsOf = None, as_json: AsJson = False, quiet: Quiet = False) -> None:
    """Run the nightly DAG in this process: land, accept, link, find, publish, report."""
    from hedui import nightly as command

    raise typer.Exit(command.nightly(read_day(as_of), as_json=as_json, quiet=quiet))


@app.command()
def monthly(
    month: Annotated[str, typer.Option("--month", help="the month of the return, such as 2026-10")],
    approve_by: Annotated[str | None, typer.Option(help="name of the person who lets the return out; without it nothing is sealed")] = None,
    reason: Annotated[str | None, typer.Option(help="why it goes out in spite of warnings, or why a sealed return is revised")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run the monthly DAG in this process: assemble the return, judge it, and seal it where a person approves."""
    from hedui import monthly as command

    raise typer.Exit(command.monthly(command.Wanted(month, approve_by, reason), as_json=as_json, quiet=quiet))


@app.command()
def bulletin(
    month: Annotated[str, typer.Option("--month", help="a month whose return is sealed, such as 2026-10")],
    audience: Annotated[
        Literal["public", "other_units"],
        typer.Option("--for", help="who may read it: anybody (counts of 10 and more), or townships and subdistricts (5 and more)"),
    ] = "public",
    as_json: AsJson = False,
) -> None:
    """Write the month's bulletin from its sealed return: one page in each language and its PDF; small numbers are not in it."""
    from hedui import bulletin as command

    raise typer.Exit(command.run(month, audience, as_json=as_json))


@app.command()
def demo(
    births: Annotated[int, typer.Option(min=100, help="births in the county's year")] = 5493,
    seed: Annotated[int, typer.Option(help="another seed, another county")] = 1,
    severity: Annotated[
        Literal["normal", "hard", "clerks"],
        typer.Option(help="how badly the registries err; clerks: as hard, with most mistakes by few clerks"),
    ] = "normal",
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Make a county of invented people as three source databases, and run its night."""
    from hedui import demo as command

    raise typer.Exit(command.demo(births, seed, severity, as_json=as_json, quiet=quiet))


@app.command()
def outcomes(
    files: Annotated[list[Path], typer.Argument(help="worklists that came back: XLSX, or CSV in UTF-8 or GB 18030")],
    as_json: AsJson = False,
) -> None:
    """Take worklists back: good rows are taken, others returned to their desk in a file that says what to do."""
    from hedui import outcomes as command

    raise typer.Exit(command.outcomes(files, as_json=as_json))


@app.command()
def exchange(
    files: Annotated[
        list[Path] | None,
        typer.Argument(help="exchange files of other counties (CSV with its manifest), or folders of them; otherwise HEDUI_EXCHANGE"),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Take other counties' children who live here: the next night asks after those that no own record knows (docs/exchange.md)."""
    from hedui import exchange as command

    raise typer.Exit(command.exchange(files or [], as_json=as_json))


@app.command()
def explain(finding_id: Annotated[str, typer.Argument(help="such as f3k2…, from a finding's row or a task")]) -> None:
    """Say in words and numbers why a finding stands."""
    from hedui import explain as command

    command.explain(finding_id)


@app.command()
def evaluate(
    run: Annotated[str, typer.Argument(help="a run id, or the folder of a run")],
    truth: Annotated[Path, typer.Argument(help="the folder with record.parquet and birth.parquet that the sample county keeps beside it")],
    as_json: AsJson = False,
) -> None:
    """Hold a run against the truth of an invented county: links, and the list of children without registration."""
    from hedui import evaluate as command

    command.evaluate(run, truth, as_json=as_json)


@app.command()
def coverage(
    cells: Annotated[
        Path, typer.Argument(help="CSV with the header history,count: 110,312 are 312 births that lists 1 and 2 hold and list 3 does not")
    ],
    sample: Annotated[
        Path | None,
        typer.Option(help="CSV with the header lists,linked,pairs,judged,same: pairs of each score band that a steward looked at"),
    ] = None,
    independent: Annotated[
        bool, typer.Option("--independent", help="you answer for it: two lists were made without knowledge of each other")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Estimate how many births no list holds, from how two to four lists overlap; or say why that cannot be told."""
    from hedui import coverage as command

    command.run(cells, sample, independent=independent, as_json=as_json)


@app.command("links-quality")
def links_quality(
    run: Annotated[str | None, typer.Argument(help="a run id; otherwise the newest night that is linked")] = None,
    draw: Annotated[int, typer.Option(min=0, help="draw so many pairs at random for the steward's list of the next night")] = 0,
    out: Annotated[Path | None, typer.Option(help="CSV to write: the labelled sample, for `hedui coverage --sample`")] = None,
    as_json: AsJson = False,
) -> None:
    """Estimate precision and recall of the links, with intervals, from the pairs that stewards decided."""
    from hedui import links_quality as command

    raise typer.Exit(command.run(run, draw, out, as_json=as_json))


@app.command()
def report(
    run: Annotated[str, typer.Argument(help="a run id, the folder of a run, or the folder that `hedui link` wrote")],
    truth: Annotated[Path | None, typer.Option(help="the folder with record.parquet and birth.parquet of an invented county")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for report.html and the charts; otherwise `report` inside the run's")] = None,
    pair: Annotated[
        int | None, typer.Option(help="row of pair.parquet to explain, the first being 0; otherwise the nearest to the limit of linking")
    ] = None,
    tables: Annotated[
        list[str] | None, typer.Option(help="the tables given to `hedui link`, for what needs the records themselves")
    ] = None,
    key: Annotated[str | None, typer.Option(help="the column that names a record in them, where it is not the model's")] = None,
    as_json: AsJson = False,
) -> None:
    """Show what linking did: weights, one pair explained, scores, blocking; with a truth also reliability and equal error."""
    from hedui import report as command

    raise typer.Exit(command.run(command.Wanted(run, truth, out, pair, tables or (), key), as_json=as_json))


@app.command("night-report")
def night_report(
    run: Annotated[str | None, typer.Argument(help="a run id; otherwise the newest night that has ended")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for report.html; otherwise the night's own")] = None,
    as_json: AsJson = False,
) -> None:
    """Show how a night went, against the nights before: stages, registries, what changed, what drifts (docs/watching.md)."""
    from hedui import night_report as command

    raise typer.Exit(command.run(run, out, as_json=as_json))


@app.command()
def sample(
    villages: Annotated[int, typer.Option(min=0, help="villages to be visited")] = 40,
    births: Annotated[int, typer.Option(min=0, help="records of which nothing is found, to be checked on the spot")] = 300,
    seed: Annotated[int, typer.Option(help="the same night and seed draw the same sample")] = 1,
    month: Annotated[
        str | None, typer.Option(help="only records of births of this month, such as 2026-08; villages are asked about a year")
    ] = None,
    take: Annotated[list[Path] | None, typer.Option(help="a sheet that came back; may be given several times: nothing is drawn")] = None,
    as_json: AsJson = False,
) -> None:
    """Draw a sample for the field from the last good night, with sheets for the desks; or say what came of one."""
    from hedui import sample as command

    wanted = command.Wanted(villages, births, seed, month)
    raise typer.Exit(command.take(take, as_json=as_json) if take else command.draw(wanted, as_json=as_json))


@app.command()
def purge(
    as_of: Annotated[
        str | None, typer.Option("--as-of", help="what is due on this day goes, such as 2026-10-31; without it, today")
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="say what is due and delete nothing")] = False,
    as_json: AsJson = False,
) -> None:
    """Delete what has outstayed its purpose (docs/rights.md R8), and print a receipt."""
    from hedui import purge as command

    raise typer.Exit(command.purge(read_day(as_of), dry_run=dry_run, as_json=as_json))


@app.command("verify-log")
def verify_log(
    head: Annotated[str | None, typer.Option(help="the hash that was copied down earlier: shows whether the end was cut off")] = None,
    as_json: AsJson = False,
) -> None:
    """Walk the access log (docs/rights.md R7): is it what was written, all of it, in that order?"""
    from hedui import verify_log as command

    raise typer.Exit(command.verify_log(head, as_json=as_json))


@app.command("secure-database")
def secure_database(
    only_print: Annotated[bool, typer.Option("--print", help="print the SQL for an administrator to run, and touch nothing")] = False,
) -> None:
    """For the owner of a state on PostgreSQL: a role for each stage with the least rights, and rows by area."""
    from hedui import secure_database as command

    raise typer.Exit(command.secure_database(only_print=only_print))


@app.command()
def profile(
    source: Annotated[str, typer.Argument(help="database URL (URL#view, env:NAME), file:///folder, or a delivered file")],
    registry: Annotated[str | None, typer.Option(help="whose it is, such as hukou; without it, as its columns say")] = None,
    out: Annotated[Path | None, typer.Option(help="folder for the pages; otherwise HEDUI_HOME/profiles/<registry>")] = None,
    as_json: AsJson = False,
) -> None:
    """Look at a source before it is connected: how full, how written, how far from its contract; counts only."""
    from hedui import profile as command

    raise typer.Exit(command.run(command.Wanted(source, registry, out), as_json=as_json))


@app.command()
def doctor(as_json: AsJson = False) -> None:
    """Check the whole installation, and say what to do."""
    from hedui import doctor as command

    raise typer.Exit(command.run(as_json=as_json))


@app.command()
def serve(
    host: Annotated[str, typer.Option(help="address to listen on; a server that speaks TLS stands in front of it")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535)] = 8765,
    workers: Annotated[int, typer.Option(min=1, max=64, help="processes")] = 1,
    plain_http: Annotated[bool, typer.Option("--plain-http", help="to try it on this machine: browsers come without TLS")] = False,
) -> None:
    """Serve the portal: worklists, review, the month (docs/portal.md)."""
    from hedui import serve as command

    command.serve(host, port, workers, plain_http=plain_http)


app.registered_commands.extend(linking_app.registered_commands)
app.registered_commands.extend(history_app.registered_commands)
app.add_typer(user_app, name="user")


def main() -> None:
    """Run a command; a refusal prints its faults, an unforeseen error its place and kind, never a value."""
    to_stream(os.fdopen(os.dup(2), "w", encoding="utf-8"))  # a night sends the real one to its log
    try:
        discreet(app)()
    except Refusal as refusal:
        print(refusal.text(), file=sys.stderr)
        sys.exit(refusal.exit_code)


if __name__ == "__main__":
    main()
