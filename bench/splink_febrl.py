"""Splink 5 on DuckDB at its best, on the files of `bench.febrl_like`: the peer that hedui's engine is measured against.

`python -m bench.splink_febrl FOLDER --rules tight` reads the two files, trains, scores, links one to one and prints one JSON object.
`--mode stock` runs what Splink's documentation would have one write instead; `--mode typed` the same with the birth date as a DATE, Levenshtein for Damerau and u
from a million pairs, which is how far its users commonly tune it. Splink is no dependency of hedui: install splink==5.0.0 and
duckdb==2.0.1 in an environment of their own.

What makes the tuned run faster, each found by measuring at a million records a side:
- each comparison asks first whether the pair is far apart, as nine in ten are: stock levels compute the same distance once a level,
  and a Jaro that sorts out what is far takes under half the time of DuckDB's Levenshtein and a tenth of its Damerau;
- the birth date is compared as text, in place of dates parsed anew for every pair;
- ids are row numbers and data sets are called l and r, so that Splink's text keys stay within DuckDB's twelve inline bytes;
- m is trained on a fifth of each side: the training rules give more true pairs than it needs;
- pairs in which neither record has another partner go round Splink's clustering, with the same outcome.
What makes it more accurate: names in each other's place are a level of their own; and the chance of two strangers sharing soc_sec_id
is given. A sample of a million pairs sees none, or by luck one true pair; Splink then leaves the level untrained or takes the chance
for many times what it is, which costs 0.2 points of the best F1 and 0.5 of F1 at 0.5.
Tried and worse: chunks, parquet materialisation, registered blocked pairs, hashed block keys, one stacked table with whole-number ids.
"""

from __future__ import annotations

import argparse
import json
import logging
from pathlib import Path
from typing import Any

from bench.febrl_figures import COMPARED, RULES, Stopwatch, figures, peak_gib, rates, true_pairs

DATASETS = {"l": "left", "r": "right"}
# Rules that give next to no false pair; together they find 84 % of the true ones.
SURE_RULES, SURE_RECALL = [("soc_sec_id",), ("date_of_birth", "given_name", "surname")], 0.85
TRAINING_RULES = [("soc_sec_id",), ("date_of_birth", "given_name")]
TRAINING_RECORDS = 200_000
PAIRS_FOR_U, STOCK_PAIRS_FOR_U = 1e6, 1e7
CHANCE_SAME_SOC_SEC_ID = 1e-7
SCORED_FROM, LINKED_FROM, STOCK_SCORED_FROM = 1e-4, 0.005, 0.005
SEED = 1


def connect() -> Any:
    """An empty DuckDB in memory, on two threads."""
    import duckdb

    connection = duckdb.connect()
    connection.execute("SET threads = 2")
    connection.execute("SET preserve_insertion_order = false")
    # A bad plan for one-to-one clustering has filled a disk before.
    connection.execute("SET max_temp_directory_size = '20GB'")
    return connection


def load(connection: Any, folder: Path, mode: str) -> None:
    """Tables l and r; the tuned ones hold only what is compared, under the number of the row."""
    kept = "rec_id AS unique_id, * EXCLUDE rec_id"
    typed = "try_strptime(date_of_birth, '%Y%m%d')::DATE AS date_of_birth"
    columns = {
        "stock": kept,
        "typed": f"{kept} REPLACE ({typed})",
        "best": f"file_row_number::INTEGER AS unique_id, {', '.join(COMPARED)}",
    }[mode]
    numbered = ", file_row_number = true" if mode == "best" else ""
    for name, file in DATASETS.items():
        connection.execute(f"CREATE TABLE {name} AS SELECT {columns} FROM read_parquet('{folder / file}.parquet'{numbered})")


def far_first(column: str, *levels: str, **exact: Any) -> Any:
    """Same; each of the levels, those that settle most pairs first; and what lies between.

    Splink computes the likeness anew at every level it has to ask. Far pairs are nearly all there are: asked for first, they cost one.
    """
    import splink.comparison_level_library as cll
    from splink.comparison_library import CustomComparison

    asked = [cll.CustomLevel(level.format(l=f'"{column}_l"', r=f'"{column}_r"'), level) for level in levels]
    same = cll.ExactMatchLevel(column).configure(**exact)
    return CustomComparison(output_column_name=column, comparison_levels=[cll.NullLevel(column), same, *asked, cll.ElseLevel()])


def tuned_comparisons() -> list[Any]:
    """The fewest levels that cost no accuracy. DuckDB's Jaro takes half the time of its Levenshtein, so it sorts out the far pairs."""
    import splink.comparison_library as cl

    far_name = "jaro_winkler_similarity({l}, {r}, 0.85) < 0.85"
    far_code, far_number = "jaro_similarity({l}, {r}, 0.8) < 0.8", "jaro_similarity({l}, {r}, 0.7) < 0.7"
    two_edits, one_edit = "levenshtein({l}, {r}) > 2", "levenshtein({l}, {r}) <= 1"
    rare_to_share = {"u_probability": CHANCE_SAME_SOC_SEC_ID, "fix_u_probability": True}
    return [
        # Names in each other's place are a level of either name, so that the pair is not held to differ twice.
        far_first("given_name", '"given_name_l" = "surname_r"', far_name, tf_adjustment_column="given_name"),
        far_first("surname", '"surname_l" = "given_name_r"', far_name, tf_adjustment_column="surname"),
        far_first("date_of_birth", far_code, two_edits, one_edit),
        far_first("soc_sec_id", far_number, two_edits, one_edit, **rare_to_share),
        far_first("address_1", far_name),
        far_first("postcode", far_code, "levenshtein({l}, {r}) > 1", tf_adjustment_column="postcode"),
        # One digit off is as common among strangers as in true pairs.
        cl.ExactMatch("street_number"),
    ]


def stock_comparisons(mode: str) -> list[Any]:
    """What the documentation suggests for such fields; or with a typed date and the quicker distance."""
    import splink.comparison_library as cl

    stock = mode == "stock"
    date = {"input_is_string": True, "datetime_format": "%Y%m%d"} if stock else {"input_is_string": False}
    edits = cl.DamerauLevenshteinAtThresholds if stock else cl.LevenshteinAtThresholds
    return [
        cl.JaroWinklerAtThresholds("given_name", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.JaroWinklerAtThresholds("surname", [0.9, 0.7]).configure(term_frequency_adjustments=True),
        cl.DateOfBirthComparison("date_of_birth", **date),
        edits("soc_sec_id", [1, 2]),
        cl.JaroWinklerAtThresholds("address_1", [0.9, 0.7]),
        edits("postcode", [1]).configure(term_frequency_adjustments=True),
        edits("street_number", [1]),
    ]


def settings(rules: str, mode: str) -> Any:
    """The untrained model."""
    from splink import SettingsCreator, block_on

    return SettingsCreator(
        link_type="link_only",
        comparisons=tuned_comparisons() if mode == "best" else stock_comparisons(mode),
        blocking_rules_to_generate_predictions=[block_on(*fields) for fields in RULES[rules]],
        retain_matching_columns=False,
        retain_intermediate_calculation_columns=False,
    )


def linker_on(connection: Any, tables: tuple[str, str], model: Any) -> Any:
    """A linker on two tables. A second one needs an interface of its own: Splink keeps a name for each."""
    from splink import DuckDBAPI, Linker

    interface = DuckDBAPI(connection)
    registered = [interface.register(table, dataset_display_name=name) for name, table in zip(DATASETS, tables, strict=True)]
    return Linker(registered, model)


def sample(connection: Any, records: int) -> tuple[str, str]:
    """A random part of either table, so many records large, or the tables themselves if they are no larger."""
    counts = [connection.sql(f"SELECT count(*) FROM {name}").fetchall()[0][0] for name in DATASETS]
    if max(counts) <= records:
        return "l", "r"
    for salt, (name, count) in enumerate(zip(DATASETS, counts, strict=True)):
        kept = f"hash(unique_id * 7 + {salt}) % {count} < {records}"
        connection.execute(f"CREATE TABLE sampled_{name} AS SELECT * FROM {name} WHERE {kept}")
    return "sampled_l", "sampled_r"


def trained(connection: Any, rules: str, mode: str, watch: Stopwatch) -> Any:
    """A linker that knows its weights."""
    from splink import block_on

    linker = linker_on(connection, ("l", "r"), settings(rules, mode))
    sure = [block_on(*fields) for fields in SURE_RULES]
    linker.training.estimate_probability_two_random_records_match(sure, recall=SURE_RECALL)
    watch.lap("prior")
    linker.training.estimate_u_using_random_sampling(max_pairs=STOCK_PAIRS_FOR_U if mode == "stock" else PAIRS_FOR_U, seed=SEED)
    watch.lap("u")
    tables = ("l", "r") if mode != "best" else sample(connection, TRAINING_RECORDS)
    learner = linker if tables == ("l", "r") else linker_on(connection, tables, linker.misc.save_model_to_json())
    for fields in TRAINING_RULES:
        learner.training.estimate_parameters_using_expectation_maximisation(block_on(*fields))
    if learner is not linker:
        linker = linker_on(connection, ("l", "r"), learner.misc.save_model_to_json())
    watch.lap("em")
    return linker


def clustered(linker: Any, edges: Any, threshold: float) -> str:
    """Splink's own one-to-one links. Ties go to the lowest id: dropping them has filled a disk at this size."""
    clusters = linker.clustering.cluster_using_single_best_links(
        edges, duplicate_free_datasets=list(DATASETS), threshold_match_probability=threshold, ties_method="lowest_id"
    )
    side = "max(CASE WHEN source_dataset = '{0}' THEN unique_id END) AS {0}"
    return f"SELECT {side.format('l')}, {side.format('r')} FROM {clusters.physical_name} GROUP BY cluster_id HAVING count(*) = 2"


def one_to_one(connection: Any, linker: Any, edges: Any, threshold: float, mode: str) -> str:
    """A table of links in which no record stands twice. Pairs without a rival are links as they are; Splink settles the others."""
    from splink import DuckDBAPI, SettingsCreator
    from splink.comparison_library import ExactMatch

    links = f"links_from_{str(threshold).replace('.', '_')}"
    if mode != "best":
        connection.execute(f"CREATE TABLE {links} AS {clustered(linker, edges, threshold)}")
        return links
    partners = "count(*) OVER (PARTITION BY unique_id_{0}) AS partners_{0}"
    connection.execute(
        f"CREATE OR REPLACE TABLE counted AS SELECT *, {partners.format('l')}, {partners.format('r')} "
        f"FROM {edges.physical_name} WHERE match_probability >= {threshold}"
    )
    alone = "partners_l = 1 AND partners_r = 1"
    connection.execute(f"CREATE TABLE {links} AS SELECT unique_id_l AS l, unique_id_r AS r FROM counted WHERE {alone}")
    connection.execute(f"CREATE OR REPLACE TABLE rivals AS SELECT * EXCLUDE (partners_l, partners_r) FROM counted WHERE NOT ({alone})")
    for name in DATASETS:
        connection.execute(f"CREATE OR REPLACE TABLE rival_{name} AS SELECT DISTINCT unique_id_{name} AS unique_id FROM rivals")
    judge = linker_on(connection, ("rival_l", "rival_r"), SettingsCreator(link_type="link_only", comparisons=[ExactMatch("unique_id")]))
    settled = clustered(judge, DuckDBAPI(connection).register("rivals"), threshold)
    connection.execute(f"INSERT INTO {links} {settled}")
    return links


def people(connection: Any, folder: Path, mode: str) -> None:
    """Tables of the person behind each id."""
    known_as = "file_row_number" if mode == "best" else "rec_id"
    for name, file in DATASETS.items():
        connection.execute(
            f"CREATE TABLE person_{name} AS SELECT {known_as} AS {name}, split_part(rec_id, '-', 2)::INTEGER AS person_{name} "
            f"FROM read_parquet('{folder / file}.parquet', file_row_number = true)"
        )


def judged(connection: Any, links: str, true: int) -> dict[str, float]:
    """Rates of the one-to-one links."""
    counted = f"SELECT count(*) FILTER (person_l = person_r), count(*) FROM {links} JOIN person_l USING (l) JOIN person_r USING (r)"
    right, found = connection.sql(counted).fetchall()[0]
    return rates(right, found, true)


def measure(folder: Path, rules: str, mode: str) -> dict[str, Any]:
    """The whole job, and what came of it."""
    watch = Stopwatch()
    import duckdb
    import splink

    logging.getLogger("splink").setLevel(logging.ERROR)
    connection = connect()
    load(connection, folder, mode)
    watch.lap("load")
    linker = trained(connection, rules, mode, watch)
    blocked = linker.inference.compute_blocked_pairs_for_predict()
    watch.lap("block")
    edges = linker.inference.predict(threshold_match_probability=SCORED_FROM if mode == "best" else STOCK_SCORED_FROM)
    watch.lap("score")
    threshold = LINKED_FROM if mode == "best" else 0.5
    links = {threshold: one_to_one(connection, linker, edges, threshold, mode)}
    watch.lap("one_to_one")
    told = {"engine": "splink", "mode": mode, "rules": rules, **watch.told(), "peak_gib": peak_gib()}
    other = 0.5 if mode == "best" else LINKED_FROM
    links[other] = one_to_one(connection, linker, edges, other, mode)
    true = true_pairs(folder)
    people(connection, folder, mode)
    scored = connection.sql(
        f"SELECT person_l = person_r AS same, match_probability FROM {edges.physical_name} "
        "JOIN person_l ON unique_id_l = l JOIN person_r ON unique_id_r = r"
    ).fetchnumpy()
    return {
        **told,
        "pairs": connection.sql(f"SELECT count(*) FROM {blocked.physical_name}").fetchall()[0][0],
        **figures(scored["same"], scored["match_probability"], true),
        "one_to_one_at_half": judged(connection, links[0.5], true),
        "one_to_one_low": {"threshold": LINKED_FROM, **judged(connection, links[LINKED_FROM], true)},
        "versions": {"splink": splink.__version__, "duckdb": duckdb.__version__},
    }


def main() -> None:
    """Print what was measured."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rules", choices=sorted(RULES), default="tight")
    parser.add_argument("--mode", choices=("best", "typed", "stock"), default="best")
    wanted = parser.parse_args()
    print(json.dumps(measure(wanted.folder, wanted.rules, wanted.mode)))


if __name__ == "__main__":
    main()
