"""The commands that link any tables and take models in and out: `hedui link`, `train`, `export`, `import`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Literal

import typer

AsJson = Annotated[bool, typer.Option("--json", help="print one JSON object and nothing else")]
Quiet = Annotated[bool, typer.Option("--quiet", help="no progress")]
app = typer.Typer()


@app.command()
def link(
    tables: Annotated[
        list[str],
        typer.Argument(help="Parquet, CSV or TSV files, or URL#table of a database (env:NAME#table); the stem names the registry"),
    ],
    model: Annotated[
        str, typer.Option(help="births, febrl, or the path of a model file; one that has not learnt yet learns from the tables")
    ],
    out: Annotated[Path, typer.Option(help="folder for pair.parquet, entity.parquet, model.json and report.json")],
    key: Annotated[str | None, typer.Option(help="the column that names a record, where it is not the model's")] = None,
    duplicates: Annotated[bool | None, typer.Option(help="whether one table may hold an entity twice; otherwise as the model says")] = None,
    review_capacity: Annotated[
        int | None, typer.Option(min=0, help="how many pairs a person can look at; the most informative are chosen")
    ] = None,
    engine: Annotated[Literal["local", "spark"], typer.Option(help="where to run")] = "local",
    master: Annotated[str | None, typer.Option(help="Spark's master, such as spark://host:7077")] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Link any tables: which records are the same person, birth, thing?"""
    from hedui import link as command

    wanted = command.Wanted(tables, model, out, key, duplicates, review_capacity, engine, master)
    raise typer.Exit(command.run(wanted, as_json=as_json, quiet=quiet))


@app.command()
def train(
    tables: Annotated[list[str], typer.Argument(help="as for `hedui link`")],
    model: Annotated[str, typer.Option(help="births, febrl, or the path of a model file, whose comparisons and rules the new one has")],
    out: Annotated[Path, typer.Option(help="the model file to write; an earlier one stays as it is where the new one is refused")],
    key: Annotated[str | None, typer.Option(help="the column that names a record, where it is not the model's")] = None,
    labels: Annotated[
        Path | None,
        typer.Option(
            help="pairs that stewards decided: registry_left, record_id_left, registry_right, record_id_right, decision (link or apart)"
        ),
    ] = None,
    truth: Annotated[
        Path | None, typer.Option(help="the folder with record.parquet and birth.parquet of an invented county: judges equal error")
    ] = None,
    as_json: AsJson = False,
    quiet: Quiet = False,
) -> None:
    """Learn a model from tables; one whose errors fall unequally on groups of children is refused, and not written."""
    from hedui import train as command

    raise typer.Exit(command.run(command.Wanted(tables, model, out, key, labels, truth), as_json=as_json, quiet=quiet))


@app.command()
def export(
    model: Annotated[str, typer.Argument(help="a model file that has learnt, such as model.json of `hedui link`")],
    tables: Annotated[list[str] | None, typer.Argument(help="tables, as for `hedui link`, whose derived columns Splink needs")] = None,
    to: Annotated[Literal["splink"], typer.Option(help="for whom")] = "splink",
    out: Annotated[Path, typer.Option(help="folder for settings.json, notes.txt and derived.parquet")] = Path("splink"),
    key: Annotated[str | None, typer.Option(help="the column that names a record, where it is not the model's")] = None,
    as_json: AsJson = False,
) -> None:
    """Write a model as settings of Splink 4 and 5, with the columns that Splink cannot derive."""
    from hedui import model as command

    command.export(model, tables or [], out, key, as_json=as_json)


@app.command("import")
def bring_in(
    settings: Annotated[Path, typer.Argument(help="settings of Splink 4 or 5, as its save_model_to_json writes them")],
    out: Annotated[Path, typer.Option(help="the model to write: .toml to read and change it, .json")],
    tables: Annotated[
        list[str] | None, typer.Argument(help="the tables that Splink's prior speaks of; without them, of as many records as fit it")
    ] = None,
    key: Annotated[str | None, typer.Option(help="the column that names a record, where it is not the model's")] = None,
    as_json: AsJson = False,
) -> None:
    """Read settings of Splink as a model, with what they have learnt."""
    from hedui import model as command

    command.bring_in(settings, tables or [], out, key, as_json=as_json)
