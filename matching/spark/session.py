"""A Spark session, or in plain words why there is none: it never waits for ever."""

from __future__ import annotations

import os
import re
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from vocabulary.errors import ConfigurationError, Fault, Unreachable

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

LOCAL = "local[*]"
REACH = 10.0
"""Seconds in which a master must answer."""
PATIENCE = 90.0
"""Seconds without a single executor after which a job is given up: a worker takes some 5 to start one."""
SETTINGS = {
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "OFF",  # what fails is told by fault codes; Spark's own words may hold a person's values
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.adaptive.enabled": "false",  # buckets are of a size by construction
    "spark.sql.execution.arrow.maxRecordsPerBatch": "50000",
    "spark.executorEnv.HEDUI_THREADS": "1",  # a task is given one core
}
GIB = 1 << 30
ADDRESS = re.compile(r"(?P<host>\[[^\]]+\]|[^:,/]+):(?P<port>\d+)")
CODED = re.compile(r"Unforeseen: \[[\w.]+\] (?P<place>[\w.]+:\d+)")


@contextmanager
def session(master: str | None, size: int = 0, patience: float = PATIENCE) -> Iterator[SparkSession]:
    """A session on a master (without one, this machine's cores), stopped at the end. `size`: bytes of what the driver hands out. `patience`: seconds that it
    waits for an executor.

    Raises ConfigurationError where pyspark or Java is missing or a task fails, Unreachable where the master or its workers do not answer.
    """
    where = master or LOCAL
    refuse_what_is_missing(where)
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark.errors import PySparkException

    spark = _started(where, size)
    alone = threading.Event()
    done = threading.Event()
    watcher = threading.Thread(target=_watch, args=(spark, done, alone, patience), daemon=True)
    if not where.startswith("local"):
        watcher.start()
    try:
        yield spark
    except (PySparkException, Py4JError) as error:
        raise _told(error, where, patience if alone.is_set() else 0.0) from None
    finally:
        done.set()
        spark.stop()


def refuse_what_is_missing(master: str) -> None:
    """Raise for each thing without which Spark cannot start, before it is asked to."""
    try:
        import pyspark  # noqa: F401
    except ImportError:
        raise ConfigurationError(Fault("matching.spark_missing", "pyspark")) from None
    home = os.environ.get("JAVA_HOME")
    if not (home and (Path(home) / "bin" / "java").is_file()) and shutil.which("java") is None:
        raise ConfigurationError(Fault("matching.spark_java", "java"))
    if master.startswith("spark://") and not any(_answers(one["host"], int(one["port"])) for one in ADDRESS.finditer(master)):
        raise Unreachable(Fault("matching.spark_master", master, {"seconds": int(REACH)}))


def _answers(host: str, port: int) -> bool:
    try:
        socket.create_connection((host.strip("[]"), port), timeout=REACH).close()
    except OSError:
        return False
    return True


def _started(master: str, size: int) -> SparkSession:
    """The session. Its driver has room for what it hands out, three times over; what Java writes to the terminal, a person's value perhaps, goes nowhere."""
    from py4j.protocol import Py4JError  # type: ignore[import-untyped]
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    conf = SparkConf().setMaster(master).setAppName("hedui link").set("spark.driver.memory", f"{1 + 3 * size // GIB}g")
    for name, value in SETTINGS.items():
        conf.set(name, value)
    try:
        java = SparkContext._gateway or launch_gateway(conf, popen_kwargs={"stderr": subprocess.DEVNULL})
        return SparkSession(SparkContext(conf=conf, gateway=java))
    except (PySparkException, Py4JError) as error:
        if "JAVA_GATEWAY" in str(error):
            raise ConfigurationError(Fault("matching.spark_java", "java")) from None
        raise Unreachable(Fault("matching.spark_master", master, {"seconds": int(REACH)})) from None


def executors(spark: SparkSession) -> int:
    """How many executors are there, the driver's own left out."""
    return max(len(spark.sparkContext._jsc.sc().statusTracker().getExecutorInfos()) - 1, 0)


def _watch(spark: SparkSession, done: threading.Event, alone: threading.Event, patience: float) -> None:
    """Give every job up once there has been no executor for a time: Spark itself would wait for ever."""
    seen = time.monotonic()
    while not done.wait(1.0):
        if executors(spark):
            seen = time.monotonic()
        elif time.monotonic() - seen > patience:
            alone.set()
            spark.sparkContext.cancelAllJobs()


def _told(error: Exception, master: str, patience: float) -> ConfigurationError | Unreachable:
    """A failed job in our words: what Spark says may hold a person's values."""
    if patience:
        return Unreachable(Fault("matching.spark_workers", master, {"seconds": int(patience)}))
    found = CODED.search(str(error))
    return ConfigurationError(Fault("matching.spark_failed", found["place"] if found else "spark", {"kind": type(error).__name__}))
