"""`make sbom`: what an installation consists of, as CycloneDX 1.6 in `dist/hedui.cdx.json`, from requirements.lock alone.

The same lock and commit always give the same bytes: no clock, no random serial number, no address. A component's hashes are those of every file
that the lock admits for it. A licence stands where the package is installed here.
"""

from __future__ import annotations

import json
import re
import sys
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from deploy.licences import ROOT, licence_of, table
from vocabulary.version import code

LIBRARY = '"type": "library"'
OUT = ROOT / "dist" / "hedui.cdx.json"
PIN = re.compile(r"^(?P<name>[\w.-]+)(?:\[[\w,-]+\])?==(?P<version>[^\s;\\]+)(?:\s*;\s*(?P<marker>[^\\]+?))?\s*\\?$")


@dataclass
class Pin:
    """One package of the lock: the files that may be installed, where it is for, and who asks for it."""

    name: str
    version: str
    marker: str = ""
    hashes: list[str] = field(default_factory=list)
    wanted_by: list[str] = field(default_factory=list)

    @property
    def ref(self) -> str:
        """Its package URL."""
        return f"pkg:pypi/{self.name}@{self.version}"


def read_lock(text: str) -> list[Pin]:
    """The packages of a compiled list, in its order."""
    pins: list[Pin] = []
    for line in text.splitlines():
        if found := PIN.match(line):
            pins.append(Pin(found["name"], found["version"], found["marker"] or ""))
        elif found := re.match(r"\s+--hash=sha256:([0-9a-f]{64})", line):
            pins[-1].hashes.append(found[1])
        elif pins and (found := re.match(r"\s+# +(?:via )?(?P<by>(?:-r )?[\w./-]+)$", line)) and found["by"] != "via":
            pins[-1].wanted_by.append(found["by"])
    return pins


def component(pin: Pin, told: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """One library."""
    made: dict[str, Any] = {"type": "library", "bom-ref": pin.ref, "name": pin.name, "version": pin.version, "purl": pin.ref}
    made["hashes"] = [{"alg": "SHA-256", "content": digest} for digest in sorted(pin.hashes)]
    try:
        licence = licence_of(pin.name, metadata(pin.name), told["words"], told["packages"])
    except PackageNotFoundError:  # for another system or another Python
        licence = ""
    if licence:
        made["licenses"] = [{"expression": licence}]
    if pin.marker:
        made["properties"] = [{"name": "marker", "value": pin.marker}]
    return made


def document(pins: list[Pin]) -> dict[str, Any]:
    """The whole bill, sorted."""
    own, told = code(), table()
    root = f"pkg:pypi/hedui@{own.version}"
    needs: dict[str, set[str]] = {root: set(), **{pin.ref: set() for pin in pins}}
    by_name: dict[str, list[str]] = {}
    for pin in pins:
        by_name.setdefault(pin.name, []).append(pin.ref)
    for pin in pins:
        for by in pin.wanted_by:
            for ref in [root] if by.startswith("-r ") else by_name[by]:
                needs[ref].add(pin.ref)
    subject = {"type": "application", "bom-ref": root, "name": "hedui", "version": own.version, "purl": root}
    subject |= {"licenses": [{"expression": "Apache-2.0"}], "properties": [{"name": "commit", "value": own.commit}]}
    unique = {pin.ref: pin for pin in pins}
    return {
        "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "version": 1,
        "metadata": {"component": subject},
        "components": [component(unique[ref], told) for ref in sorted(unique)],
        "dependencies": [{"ref": ref, "dependsOn": sorted(needs[ref] - {ref})} for ref in sorted(needs)],
    }


def main() -> None:
    """Write the file, once it is valid."""
    text = json.dumps(document(read_lock((ROOT / "requirements.lock").read_text(encoding="utf-8"))), ensure_ascii=False, indent=1)
    if fault := JsonStrictValidator(SchemaVersion.V1_6).validate_str(text):
        sys.exit(f"not CycloneDX 1.6: {fault}")
    OUT.parent.mkdir(exist_ok=True)
    OUT.write_text(text + "\n", encoding="utf-8")
    print(f"{OUT.relative_to(ROOT)}: {text.count(LIBRARY)} components, valid CycloneDX 1.6")


if __name__ == "__main__":
    main()
