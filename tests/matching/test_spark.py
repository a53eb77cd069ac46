"""Linking on Spark: the same pairs, weights and births as without it, also where a worker dies; and plain words where there is no Spark."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

from demo import build
from matching.blocks import Blocks, Route
from matching.decide.settle import met
from matching.engine import learnt, prepared
from matching.link import link
from matching.model.files import model_path, read_spec
from matching.records import as_arrow, read_records
from matching.spark.buckets import anchored, anchors_of, exact
from matching.spark.link import job_of, plain, scored_of
from matching.spark.link import link as link_on_spark
from matching.spark.session import refuse_what_is_missing, session
from matching.spark.tasks import compare, spread
from tests.matching.test_county import accepted
from vocabulary.errors import ConfigurationError, Refusal, Unreachable

BIRTHS = read_spec(model_path("births"))


@pytest.fixture(scope="module")
def county(tmp_path_factory):
    return as_arrow(accepted(build(tmp_path_factory.mktemp("county"), 700, seed=36, severity="hard").databases), BIRTHS)


@pytest.fixture(scope="module")
def learned(county):
    read = read_records(county, BIRTHS)
    ready = prepared(read, BIRTHS)
    return ready, learnt(ready, BIRTHS), anchors_of(read, BIRTHS.rules, ready.blocks.crowds, 1000)


def rows_of_buckets(job, table):
    """The table of each bucket, as Spark's shuffle makes it."""
    whole = pa.Table.from_batches(spread(job, table))
    return {
        bucket: whole.filter(pc.equal(whole["bucket"], bucket)).drop_columns(["bucket"]) for bucket in whole["bucket"].unique().to_pylist()
    }


def test_all_buckets_together_find_the_pairs_of_all_records_with_their_weights(county, learned):
    ready, model, anchors = learned
    job = job_of(ready, model, anchors, 7)
    parts = [compare(job, bucket, rows) for bucket, rows in rows_of_buckets(job, plain(county)).items()]
    ready, whole = met(ready, model)
    told = scored_of(pa.concat_tables(parts), ready, model)
    assert len(parts) == 7
    assert len(whole) > 1000
    for name in ("first", "second", "pattern"):
        assert (getattr(told, name) == getattr(whole, name)).all()
    assert np.abs(told.total - whole.total).max() <= 1e-9
    assert told.counts == whole.counts


def test_a_record_goes_to_far_fewer_buckets_than_it_has_keys(county, learned):
    ready, model, anchors = learned
    job = job_of(ready, model, anchors, 64)
    keys = sum(int((ready.blocks.keys[:, route.one - 1] != 0).sum()) for route in ready.blocks.routes)
    rows = sum(batch.num_rows for batch in spread(job, plain(county)))
    assert len(ready.records) < rows < 0.6 * keys


def test_two_records_that_share_a_key_share_the_bucket(county, learned):
    ready, _, anchors = learned
    values = anchored(read_records(county, BIRTHS), ready.blocks, anchors)
    for number, (one, two) in enumerate(values):
        joins = ready.joins(number)
        met_by = np.repeat(np.arange(len(joins.left)), joins.end - joins.begin)
        others = np.concatenate([np.arange(low, high) for low, high in zip(joins.begin, joins.end, strict=True)] or [[]]).astype(np.int64)
        assert (one[joins.left[met_by]] == two[joins.right[others]]).all()


def test_who_shares_a_short_key_by_accident_shares_no_exact_key():
    route = Route("rule", 1, 2)
    blocks = Blocks(np.array([[5, 5], [5, 5], [0, 5], [9, 0]], dtype=np.int32), (route,), {"rule": 0})
    value = np.array([70, 70, 71, 72], dtype=np.int64)
    keys = exact(blocks, [(value, value)]).keys
    assert keys[0, 0] == keys[1, 0] == keys[0, 1] == keys[1, 1] != keys[2, 1] != 0
    assert keys[2, 0] == keys[3, 1] == 0


def test_dates_and_moments_cross_by_their_own_clock():
    moment = pa.array([1767225599000000], pa.timestamp("us", tz="Asia/Shanghai"))
    table = pa.table({"at": moment, "code": pa.array(["a"]).dictionary_encode(), "nothing": pa.nulls(1), "count": pa.array([3])})
    told = plain(table)
    assert told.schema.types == [pa.timestamp("us"), pa.string(), pa.string()]
    assert told.column_names == ["at", "code", "count"]
    assert link_day(told["at"]) == link_day(table["at"])


def link_day(column):
    """The day that the engine reads."""
    from matching.forms.days import canonical

    return canonical(column.combine_chunks()).to_pylist()


def code_of(refused):
    return refused.value.faults[0].code


def test_without_pyspark_the_extra_is_named(monkeypatch):
    monkeypatch.setitem(sys.modules, "pyspark", None)
    with pytest.raises(ConfigurationError) as refused:
        refuse_what_is_missing("local[2]")
    assert code_of(refused) == "matching.spark_missing"


def test_without_java_java_is_named(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(ConfigurationError) as refused:
        refuse_what_is_missing("local[2]")
    assert code_of(refused) == "matching.spark_java"


def test_a_master_that_does_not_answer_is_named_at_once():
    began = time.monotonic()
    with pytest.raises(Unreachable) as refused:
        link_on_spark(pa.table({"registry": ["a"], "record_id": ["1"]}), "febrl", master=f"spark://127.0.0.1:{free_port()}")
    assert code_of(refused) == "matching.spark_master"
    assert time.monotonic() - began < 20


def free_port():
    with socket.socket() as told:
        told.bind(("127.0.0.1", 0))
        return told.getsockname()[1]


def same(one, two):
    """The same births by the same names, the same pairs and decisions, weights within 1e-9."""
    assert one.record.equals(two.record)
    ids = [name for name in one.pair.column_names if not name.startswith("match_")]
    assert one.pair.select(ids).equals(two.pair.select(ids))
    assert np.abs(one.pair["match_weight"].to_numpy() - two.pair["match_weight"].to_numpy()).max() <= 1e-9


@pytest.mark.long
def test_local_spark_tells_what_the_local_engine_tells(county):
    told = link_on_spark(county, master="local[2]")
    same(told, link(county))
    assert told.pair.num_rows > 1000


class Cluster:
    """A standalone cluster on this machine's loopback: a master, and workers of one core."""

    def __init__(self, folder: Path) -> None:
        import pyspark

        self.home, self.folder, self.port = Path(pyspark.__file__).parent, folder, free_port()
        self.master = f"spark://127.0.0.1:{self.port}"
        self.events = folder / "events"
        self.events.mkdir()
        lines = {
            "spark.eventLog.enabled": "true",
            "spark.eventLog.dir": self.events.as_uri(),
            "spark.eventLog.rolling.enabled": "false",
            "spark.eventLog.compress": "false",
        }
        (folder / "spark-defaults.conf").write_text("".join(f"{name} {value}\n" for name, value in lines.items()))
        self.environment = os.environ | {"SPARK_LOCAL_IP": "127.0.0.1", "SPARK_CONF_DIR": str(folder), "PYSPARK_PYTHON": sys.executable}
        self.started: list[subprocess.Popen] = []
        self.start("master.Master", "--host", "127.0.0.1", "--port", str(self.port), "--webui-port", "0")
        self.wait_for(lambda: not socket.socket().connect_ex(("127.0.0.1", self.port)))

    def start(self, name: str, *arguments: str) -> subprocess.Popen:
        command = [str(self.home / "bin" / "spark-class"), f"org.apache.spark.deploy.{name}", *arguments]
        log = (self.folder / f"{len(self.started)}.log").open("w")
        process = subprocess.Popen(
            command, env=self.environment | {"SPARK_HOME": str(self.home)}, stdout=log, stderr=log, start_new_session=True, cwd=self.folder
        )
        self.started.append(process)
        return process

    def worker(self) -> subprocess.Popen:
        place = self.folder / f"worker-{len(self.started)}"
        return self.start("worker.Worker", "--host", "127.0.0.1", "--webui-port", "0", "-c", "1", "-m", "2g", "-d", str(place), self.master)

    def event(self, name: str) -> int:
        """How often Spark told of it."""
        return sum(path.read_text(errors="replace").count(f'"Event":"{name}"') for path in self.events.iterdir())

    def wait_for(self, happened, seconds: float = 120) -> None:
        until = time.monotonic() + seconds
        while not happened():
            assert time.monotonic() < until, (self.folder / "0.log").read_text()[-2000:]
            time.sleep(0.1)

    def kill(self, process: subprocess.Popen) -> None:
        """The process and what it started, executors too."""
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def stop(self) -> None:
        for process in self.started:
            if process.poll() is None:
                self.kill(process)


@pytest.fixture
def cluster(tmp_path):
    told = Cluster(tmp_path)
    yield told
    told.stop()


@pytest.fixture
def registries(county, tmp_path):
    """A file a registry, as `hedui link` takes them."""
    paths = []
    for name in county["registry"].unique().to_pylist():
        paths.append(tmp_path / f"{name}.parquet")
        pq.write_table(county.filter(pc.equal(county["registry"], name)).drop_columns(["registry"]), paths[-1])
    return [str(path) for path in paths]


def hedui_link(registries, out, *options, environment=None):
    command = [sys.executable, "-m", "hedui.main", "link", *registries, "--model", "births", "--out", str(out), "--json", *options]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


@pytest.mark.long
def test_a_worker_that_is_killed_in_the_middle_changes_nothing(cluster, registries, tmp_path):
    victim, _ = cluster.worker(), cluster.worker()
    running = hedui_link(registries, tmp_path / "spark", "--engine", "spark", "--master", cluster.master, environment=cluster.environment)
    cluster.wait_for(lambda: cluster.event("SparkListenerStageSubmitted") >= 2 or running.poll() is not None)
    assert running.poll() is None, running.communicate()[1]
    cluster.kill(victim)
    _, said = running.communicate(timeout=180)
    assert running.returncode == 0, said
    assert cluster.event("SparkListenerExecutorRemoved") >= 1
    assert hedui_link(registries, tmp_path / "local").wait(timeout=60) == 0
    for name in ("entity.parquet", "pair.parquet", "model.json"):
        assert (tmp_path / "spark" / name).read_bytes() == (tmp_path / "local" / name).read_bytes()


@pytest.mark.long
def test_a_master_without_workers_is_given_up(cluster, monkeypatch):
    monkeypatch.setenv("SPARK_LOCAL_IP", "127.0.0.1")
    with pytest.raises(Refusal) as refused, session(cluster.master, patience=5.0) as spark:
        spark.range(10).count()
    assert code_of(refused) == "matching.spark_workers"
