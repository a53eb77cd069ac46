"""The commands of past nights and of the model they are linked by: `hedui backfill`, `replay`, `compare-models`, `adopt-model`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from hedui.linking import AsJson, Quiet
from vocabulary.errors import ConfigurationError, Fault

app = typer.Typer()


def day_of(option: str, text: str | None) -> date | None:
    """A date given on the command line. Raises ConfigurationError."""
    try:
        return date.fromisoformat(text) if text else None
    except ValueError:
        raise ConfigurationError(Fault("settings.date", option)) from None


@app.command()
def backfill(
    first: Annotated[str, typer.Option("--from", help="the first day, such as 2026-10-01")],
    last: Annotated[str, typer.Option("--to", help="the last day, yesterday at the latest")],
    again: Annotated[bool, typer.Option("--again", help="also days that have their night already")] = False,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Run the nights of past days in their order, oldest first; stops at one that breaks down, and goes on from there when asked again."""
    from hedui import backfill as command

    days = day_of("--from", first), day_of("--to", last)
    wanted = command.Wanted(days[0] or date.min, days[1] or date.min, again)
    raise typer.Exit(command.run(wanted, as_json=as_json, quiet=quiet))


@app.command()
def replay(
    run: Annotated[str | None, typer.Argument(help="a run id")] = None,
    everything: Annotated[bool, typer.Option("--all", help="every night that is kept")] = False,
    first: Annotated[str | None, typer.Option("--from", help="nights of this day and later")] = None,
    last: Annotated[str | None, typer.Option("--to", help="nights up to this day")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Derive past nights again from their snapshots, by the code and model of today: the same answer, or where it differs."""
    from hedui import replay as command

    wanted = command.Wanted(run, everything, day_of("--from", first), day_of("--to", last))
    raise typer.Exit(command.run(wanted, as_json=as_json, quiet=quiet))


@app.command("compare-models")
def compare_models(
    old: Annotated[str, typer.Argument(help="installed (the one in force), births (hedui's own), or the path of a model file")],
    new: Annotated[str, typer.Argument(help="as OLD")],
    runs: Annotated[list[str] | None, typer.Argument(help="run ids; otherwise the newest nights")] = None,
    nights: Annotated[int, typer.Option(min=1, help="how many of the newest nights")] = 1,
    truth: Annotated[
        Path | None, typer.Option(help="the folder with record.parquet and birth.parquet of an invented county: judges equal error")
    ] = None,
    labels: Annotated[
        Path | None, typer.Option(help="pairs that stewards decided, as for `hedui train`; otherwise those of the state")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="folder for the pages; otherwise HEDUI_HOME/comparisons/<day>")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Link the same nights by two models and say what changes, for whom, and whether errors stay equal; nothing is kept but the pages."""
    from hedui import compare_models as command

    wanted = command.Wanted(old, new, runs or (), nights, truth, labels, out)
    raise typer.Exit(command.run(wanted, as_json=as_json, quiet=quiet))


@app.command("adopt-model")
def adopt_model(
    model: Annotated[str | None, typer.Argument(help="a model file, or births for hedui's own")] = None,
    comparison: Annotated[Path | None, typer.Option(help="the folder that `hedui compare-models` wrote of this model")] = None,
    reason: Annotated[str | None, typer.Option(help="why it is adopted although the comparison asks for a look, or why back")] = None,
    back: Annotated[bool, typer.Option("--back", help="to the model that was in force before")] = False,
    as_json: AsJson = False,
) -> None:
    """Make a model the one by which births are linked from the next night on; without a model, say which one is in force."""
    from hedui import adopt_model as command

    raise typer.Exit(command.run(command.Wanted(model, comparison, reason, back), as_json=as_json))
