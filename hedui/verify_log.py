"""`hedui verify-log`: is the access log what was written, all of it, in that order?"""

from __future__ import annotations

import json
from dataclasses import asdict

from hedui.show import said
from sql import state
from vocabulary.settings import Settings

WORDS = {
    "whole": ("查阅日志 {count} 条（第 {first} 至 {last} 号）前后相连，未见改动。", "The access log is unbroken: {count} entries, numbers {first} to {last}."),
    "empty": ("查阅日志没有条目。", "The access log has no entries."),
    "against": ("与所给校验值相符：该条之后没有条目被删去。", "The hash that was given is among them: nothing that stood then is gone."),
    "shortened": ("第 {first} 号以前的各条已到期清除，清除时留有凭据。", "Entries before {first} were purged on their clock; one that vouches for them is there."),
    "head": ("末条校验值（请抄存于他处，下次用 --head 核对）", "Hash of the last entry (copy it down elsewhere; give it with --head next time)"),
}  # fmt: skip


def verify_log(head: str | None, *, as_json: bool) -> int:
    """Walk the log, print how many entries and the head, return the exit code. Raises GateRefused for a broken log."""
    chain = state.verify_log(Settings.from_environment(), head)
    if as_json:
        print(json.dumps(asdict(chain)))
        return 0
    if not chain.count:
        print(said(WORDS["empty"]))
        return 0
    print(said(WORDS["whole"]).format(count=f"{chain.count:,}", first=chain.first_no, last=chain.last_no))
    if chain.first_no > 1:
        print(said(WORDS["shortened"]).format(first=chain.first_no))
    if head:
        print(said(WORDS["against"]))
    print(f"{said(WORDS['head'])}\n  {chain.head}")
    return 0
