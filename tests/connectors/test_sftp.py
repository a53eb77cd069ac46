"""Deliveries on an SFTP server: a real one on loopback, and one that lies. Whose key it is, what is taken, and every way in which fetching fails."""

from __future__ import annotations

import errno
import getpass
import json
import os
import subprocess
import tempfile
import threading
import time
import traceback
from pathlib import Path
from typing import Any

import pytest

from connectors import drop_folder, sftp_folder
from connectors.land import land, write_refusal
from connectors.profiling.profile import Asked, profile
from connectors.sftp_folder import fetch, newest
from connectors.sftp_source import SftpFolder
from connectors.sources import read_source, source_of
from hedui.checks.answer import State
from hedui.checks.sources import source as checked
from tests.connectors.conftest import landed_rows
from tests.connectors.deliveries import HUKOU, NUMBER, SURNAME, chinese, grid_of, rows_of
from tests.hostile_sftp import PASSWORD, hostile
from tests.sftp_server import SftpServer, children_of
from vocabulary.dates import today
from vocabulary.errors import ConfigurationError, DeliveryRefused, Refusal, Unreachable
from vocabulary.parts import Part
from vocabulary.runs import sha256_of
from vocabulary.settings import Secret, Settings

LONG_AGO = time.time() - 86_400


def delivery(folder: Path, name: str = "hukou_20261030.csv", count: int = 6) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(",".join(row) for row in grid_of(HUKOU, rows_of(HUKOU, count), chinese(HUKOU))) + "\n", encoding="utf-8")
    os.utime(path, (LONG_AGO, LONG_AGO))
    return path


def source(url: str) -> SftpFolder:
    found = read_source(Secret(url), "hukou")
    assert isinstance(found, SftpFolder)
    return found


def refusal(run: Any, url: str) -> Refusal:
    """What landing says; nothing is left of it but refused.json."""
    with pytest.raises(Refusal) as caught:
        land(run, HUKOU, source(url))
    assert not (run.landing / "hukou").exists()
    assert not [path for path in run.landing.rglob("*") if path.is_file()]
    told = "".join(traceback.format_exception(caught.value)) + caught.value.text("zh") + caught.value.text("en")
    assert not [secret for secret in (PASSWORD, SURNAME, NUMBER, "paramiko/") if secret in told]
    return caught.value


def codes(refused: Refusal) -> list[str]:
    return [fault.code for fault in refused.faults]


def test_a_delivery_is_fetched_byte_for_byte_and_landed_as_from_a_folder_of_this_machine(run, sftp):
    sent = delivery(sftp.drop)
    manifest = land(run, HUKOU, source(sftp.url()))
    kept = run.landing / "hukou" / "original" / sent.name
    assert kept.read_bytes() == sent.read_bytes()
    assert oct(kept.stat().st_mode)[-3:] == "600"
    assert {file["name"]: file["sha256"] for file in manifest["files"]}[f"original/{sent.name}"] == sha256_of(sent)
    assert manifest["source"] == f"sftp://127.0.0.1:{sftp.port}{sftp.drop}"
    assert manifest["as_of"] == "2026-10-30"
    assert landed_rows(run).to_dict("records") == rows_of(HUKOU)
    assert json.loads((run.landing / "hukou" / "manifest.json").read_text())["rows"] == 6


def test_the_rules_are_those_of_a_drop_folder(run, sftp):
    for name in (
        "hukou_20261029.csv",
        "hukou_20261030_part1.csv",
        "hospital_20261031.csv",
        "hukou_20261031.csv.part",
        ".hukou_20261101.csv",
    ):
        delivery(sftp.drop, name)
    assert [file.name for file in newest(source(sftp.url()), HUKOU).files] == ["hukou_20261030_part1.csv"]
    delivery(sftp.drop, "hukou_20261030_part3.csv")
    assert [file.name for file in newest(source(sftp.url()), HUKOU).files] == ["hukou_20261029.csv"]
    delivery(sftp.drop, "户籍登记/2026-10-31/甲.csv")
    assert [file.name for file in newest(source(sftp.url()), HUKOU).files] == ["甲.csv"]


def test_one_file_may_be_named_and_a_delivery_without_a_date_speaks_of_the_day_it_was_written(run, sftp):
    sent = delivery(sftp.drop, "births.csv")
    manifest = land(run, HUKOU, source(sftp.url(str(sent))))
    assert manifest["as_of"] == min(time.strftime("%Y-%m-%d", time.gmtime(LONG_AGO + 8 * 3600)), "2026-10-31")


def test_nothing_is_written_at_the_server(run, sftp):
    delivery(sftp.drop)
    sftp.drop.chmod(0o500)
    before = {path: path.stat().st_mtime_ns for path in [sftp.drop, *sftp.drop.rglob("*")]}
    land(run, HUKOU, source(sftp.url()))
    assert {path: path.stat().st_mtime_ns for path in [sftp.drop, *sftp.drop.rglob("*")]} == before


KNOWN_BY = {
    "fingerprint": lambda server: {},
    "host key": lambda server: {"fingerprint": "", "host_key": server.host_key},
    "known_hosts": lambda server: {"fingerprint": "", "known_hosts": str(known_hosts(server, server.host_key))},
}


def known_hosts(server: SftpServer, key: str) -> Path:
    path = server.folder / "known_hosts"
    path.write_text(f"[127.0.0.1]:{server.port} {key}\n")
    return path


@pytest.mark.parametrize("known", KNOWN_BY)
def test_a_server_is_known_by(run, sftp, known):
    delivery(sftp.drop)
    assert land(run, HUKOU, source(sftp.url(**KNOWN_BY[known](sftp))))["rows"] == 6


OTHER = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIFAFh/j1PtCTCpCfT8E8fPu6XO4l7FQoOs5kZ7+2VyVO"


def test_a_server_that_nobody_vouched_for_is_refused_in_words(run, sftp, monkeypatch):
    monkeypatch.setenv("HOME", str(sftp.folder))
    refused = refusal(run, sftp.url(fingerprint=""))
    assert codes(refused) == ["sftp.host_unknown"]
    assert sftp.fingerprint in refused.text("zh")
    assert codes(refusal(run, sftp.url(fingerprint="SHA256:" + "A" * 43))) == ["sftp.host_unknown"]


def test_a_server_whose_key_has_changed_is_refused_in_words(run, sftp):
    assert codes(refusal(run, sftp.url(fingerprint="", host_key=OTHER))) == ["sftp.host_changed"]
    assert codes(refusal(run, sftp.url(fingerprint="", known_hosts=str(known_hosts(sftp, OTHER))))) == ["sftp.host_changed"]


def test_a_host_key_that_is_none_is_told(run, sftp):
    assert codes(refusal(run, sftp.url(fingerprint="", host_key="ssh-ed25519 nonsense"))) == ["sftp.host_key_form"]


def test_no_password_reaches_a_server_that_is_not_known(run):
    with hostile("hukou.csv") as server:
        assert codes(refusal(run, server.url("SHA256:" + "A" * 43))) == ["sftp.host_unknown"]
        assert server.passwords == []


def test_a_wrong_password_is_said_and_sent_once(run):
    with hostile("hukou.csv") as server:
        assert codes(refusal(run, server.url().replace(PASSWORD, "wrong"))) == ["source.login_refused"]
        assert server.passwords == ["wrong"]


@pytest.mark.parametrize("name", ["../../etc/hukou.csv", "hukou/../../secret.csv", "..\\hukou.csv", ".."])
def test_names_that_lead_out_of_the_folder_are_never_asked_for(run, name):
    with hostile(name) as server:
        refused = refusal(run, server.url())
        assert codes(refused)[0] == "delivery.not_found"
        assert ("sftp.link" in codes(refused)) == (name != "..")
        assert server.passwords == [PASSWORD]
        assert server.opened == []


def test_links_are_not_followed(run, sftp):
    outside = delivery(sftp.folder, "outside.csv")
    (sftp.drop / "hukou_20261031.csv").symlink_to(outside)
    (sftp.drop / "hukou").symlink_to(sftp.folder)
    assert codes(refusal(run, sftp.url())) == ["delivery.not_found", "sftp.link"]
    delivery(sftp.drop, "hukou_20261030.csv")
    assert [file.name for file in newest(source(sftp.url()), HUKOU).files] == ["hukou_20261030.csv"]


def test_a_file_that_becomes_a_link_between_two_looks_is_not_fetched(sftp, tmp_path):
    sent = delivery(sftp.drop)

    def swapped(_seconds: float) -> None:
        sent.rename(sftp.folder / "kept.csv")
        sent.symlink_to(sftp.folder / "kept.csv")

    with pytest.raises(Unreachable):
        fetch(source(sftp.url()), HUKOU, tmp_path, swapped)
    assert list(tmp_path.iterdir()) == []


def test_a_half_uploaded_file_is_not_taken_however_old_its_clock_says_it_is(sftp, tmp_path, monkeypatch):
    monkeypatch.setattr(drop_folder, "SETTLED_SECONDS", 3.0)
    sent = delivery(sftp.drop)
    waited: list[float] = []

    def while_it_grows(seconds: float) -> None:
        waited.append(seconds)
        with sent.open("a", encoding="utf-8") as file:
            file.write("more")
        os.utime(sent, (LONG_AGO, LONG_AGO))

    with pytest.raises(Unreachable) as caught:
        fetch(source(sftp.url()), HUKOU, tmp_path, while_it_grows)
    assert codes(caught.value) == ["delivery.still_written"]
    assert waited == [3.0]
    assert len(fetch(source(sftp.url()), HUKOU, tmp_path, waited.append).files) == 1


def test_a_link_that_breaks_in_the_middle_leaves_nothing_and_the_next_try_is_whole(run, sftp, monkeypatch):
    sent = sftp.drop / "hukou_20261030.csv"
    delivery(sftp.drop, count=2_000)
    pulled: list[int] = []

    class Cut(sftp_folder.RemotePath):
        """Breaks the link after the file's first look."""

        def again(self) -> sftp_folder.Standing:
            found = super().again()
            if not pulled:
                pulled.append(1)
                sftp.cut()
            return found

    with monkeypatch.context() as patch:
        patch.setattr(sftp_folder, "RemotePath", Cut)
        refused = refusal(run, sftp.url())
    assert pulled
    assert isinstance(refused, Unreachable)
    assert codes(refused) == ["source.unreachable"]
    assert land(run, HUKOU, source(sftp.url()))["rows"] == 2_000
    assert sha256_of(run.landing / "hukou" / "original" / sent.name) == sha256_of(sent)


def test_a_server_that_is_killed_while_bytes_come_is_worth_another_try(sftp, tmp_path):
    big = sftp.drop / "hukou_20261030.csv"
    big.write_bytes(b"0" * (64 << 20))
    os.utime(big, (LONG_AGO, LONG_AGO))
    asked = source(sftp.url())

    def pull_when_bytes_came() -> None:
        copy = tmp_path / big.name
        for _ in range(2_000):
            if copy.exists() and copy.stat().st_size:
                break
            time.sleep(0.001)
        sftp.cut()

    puller = threading.Thread(target=pull_when_bytes_came)
    puller.start()
    with pytest.raises(Unreachable) as caught:
        fetch(asked, HUKOU, tmp_path)
    puller.join()
    assert codes(caught.value) == ["source.unreachable"]
    assert 0 < (tmp_path / big.name).stat().st_size < 64 << 20


FAILING = [
    ("nowhere", {}, "source.missing_folder", Unreachable),
    ("", {"key_file": "/nowhere/key"}, "sftp.private_key", ConfigurationError),
]


@pytest.mark.parametrize(("folder", "words", "code", "kind"), FAILING)
def test_what_is_not_there_is_told(run, sftp, folder, words, code, kind):
    refused = refusal(run, sftp.url(folder and f"{sftp.folder}/{folder}", **words))
    assert (type(refused), codes(refused)) == (kind, [code])


def test_another_key_is_no_way_in(run, sftp, tmp_path):
    subprocess.run(["ssh-keygen", "-q", "-t", "rsa", "-N", "", "-f", str(tmp_path / "other")], check=True)
    assert codes(refusal(run, sftp.url(key_file=str(tmp_path / "other")))) == ["source.login_refused"]


def test_a_server_that_is_not_there_is_worth_another_try(run, sftp):
    refused = refusal(run, sftp.url().replace(f":{sftp.port}/", ":1/"))
    assert (type(refused), codes(refused)) == (Unreachable, ["source.unreachable"])


def test_an_empty_folder_says_what_is_missing_as_a_folder_of_this_machine_does(run, sftp):
    assert codes(refusal(run, sftp.url())) == ["delivery.not_found"]


def test_a_blocked_column_refuses_the_fetched_delivery_whole(run, sftp):
    sent = delivery(sftp.drop)
    sent.write_text("孩次," + sent.read_text(encoding="utf-8").replace("\n", "\n1,", 6), encoding="utf-8")
    os.utime(sent, (LONG_AGO, LONG_AGO))
    assert "delivery.blocked_column" in codes(refusal(run, sftp.url()))


def test_fifteen_hundred_old_deliveries_are_listed_in_a_few_seconds_and_too_many_are_refused(sftp, monkeypatch):
    for place in range(1_500):
        (sftp.drop / f"hukou_{place:05d}_old.csv").touch()
    delivery(sftp.drop, "hukou_20261030.csv")
    started = time.monotonic()
    assert [file.name for file in newest(source(sftp.url()), HUKOU).files]
    assert time.monotonic() - started < 10
    monkeypatch.setattr(sftp_folder, "MOST_NAMES", 1_000)
    with pytest.raises(DeliveryRefused) as caught:
        newest(source(sftp.url()), HUKOU)
    assert codes(caught.value) == ["sftp.too_many_names"]


def test_no_connection_is_left_open(sftp, tmp_path):
    delivery(sftp.drop)
    fetch(source(sftp.url()), HUKOU, tmp_path)
    for _ in range(40):
        if not children_of(sftp.process.pid):
            break
        time.sleep(0.05)
    assert children_of(sftp.process.pid) == []


def settings() -> Settings:
    return Settings(home=Path("/nowhere"), database=Secret("sqlite://"), sources={})


def test_the_airflow_connection_holds_key_and_host_key(run, sftp, monkeypatch):
    delivery(sftp.drop)
    extra = {"path": str(sftp.drop), "private_key": sftp.key.read_text(), "host_key": sftp.host_key, "no_host_key_check": "false"}
    told = {"conn_type": "sftp", "host": "127.0.0.1", "port": sftp.port, "login": "root", "extra": extra}
    monkeypatch.setenv("AIRFLOW_CONN_HEDUI_HUKOU", json.dumps(told | {"login": getpass.getuser()}))
    found = source_of(settings(), "hukou")
    assert sftp.key.read_text() not in repr(found)
    assert land(run, HUKOU, found)["rows"] == 6


def test_a_connection_that_would_trust_anybody_is_refused(monkeypatch):
    told = {"conn_type": "sftp", "host": "h", "login": "u", "password": PASSWORD, "extra": {"no_host_key_check": True}}
    monkeypatch.setenv("AIRFLOW_CONN_HEDUI_HUKOU", json.dumps(told))
    with pytest.raises(ConfigurationError) as caught:
        source_of(settings(), "hukou")
    assert codes(caught.value) == ["sftp.unchecked"]
    assert PASSWORD not in caught.value.text()


@pytest.mark.parametrize(
    "url", ["sftp://host/drop", "sftp:///drop", "sftp://u:right99@host:port/x", "sftp://u:right99@host/x?strict=no", "sftp://u@host/x#y"]
)
def test_an_address_that_is_none_is_refused_without_repeating_it(url):
    with pytest.raises(ConfigurationError) as caught:
        read_source(Secret(url), "hukou")
    assert codes(caught.value) == ["source.unsupported"]
    assert PASSWORD not in caught.value.text()


def test_neither_label_nor_representation_tells_account_password_or_key():
    found = source("sftp://reader:right99@host:2222/drop?private_key=right99&fingerprint=SHA256:a%2Bb")
    assert found.label == "sftp://host:2222/drop"
    assert "right99" not in repr(found)
    assert found.fingerprint == "SHA256:a+b"
    assert source("sftp://u@host/drop?fingerprint=SHA256:a+b").fingerprint == "SHA256:a+b"


def test_the_profile_of_a_server_and_the_doctor_look_without_keeping_anything(sftp, tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    delivery(sftp.drop)
    told = profile(Asked(source(sftp.url())), today())
    assert (told["registry"], told["files"]) == ("hukou", ["hukou_20261030.csv"])
    assert list(tmp_path.glob("hedui-profile-*")) == []
    monkeypatch.setenv("HEDUI_HUKOU", sftp.url())
    answers = list(checked(Settings.from_environment(), "hukou"))
    assert [(answer.state, answer.found) for answer in answers] == [(State.OK, f"sftp://127.0.0.1:{sftp.port}{sftp.drop}")]


def test_a_refusal_is_written_with_codes_and_places(run, sftp):
    refused = refusal(run, sftp.url())
    write_refusal(run, Part("hukou"), source(sftp.url()).label, refused)
    told = (run.landing / "hukou" / "refused.json").read_text(encoding="utf-8")
    assert str(sftp.key) not in told
    assert "delivery.not_found" in told


def test_a_full_disk_of_our_own_is_not_the_servers_fault(sftp, tmp_path, monkeypatch):
    delivery(sftp.drop)

    def full(*_given: object, **_named: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device", str(tmp_path / "hukou.csv"))

    monkeypatch.setattr(sftp_folder.os, "utime", full)
    with pytest.raises(Refusal) as caught:
        fetch(source(sftp.url()), HUKOU, tmp_path)
    assert codes(caught.value) == ["disk.full"]
