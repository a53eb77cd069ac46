"""`make audit`: are there published weaknesses of what the lock installs? Asks a database of advisories by pip-audit, which needs a network.

Exit code 0: every package was looked up and none has any. 1: some have, and are named. 2: no database could be asked, or not for all, so that nothing is known.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
LOCKS = ("requirements.lock", "requirements-build.lock", "requirements-uv.lock")
SERVICES = ("osv", "pypi")
"""Open Source Vulnerabilities, and the Python Packaging Advisory Database as an index may serve it."""
UNASKED = "Nothing is known: no database of advisories answered for all packages. Run it where osv.dev can be reached, or give dist/hedui.cdx.json to your scanner."


def asked(service: str, lock: Path) -> list[dict[str, object]] | None:
    """What a database says of each package; None where it could not be asked about all of them."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder) / "found.json"
        command = [sys.executable, "-m", "pip_audit", "-r", str(lock), "--require-hashes", "--disable-pip"]
        command += ["--strict", "--progress-spinner", "off", "-s", service, "-f", "json", "-o", str(out)]
        subprocess.run(command, capture_output=True, check=False, timeout=900)
        if not out.is_file():
            return None
        told: list[dict[str, object]] = json.loads(out.read_text(encoding="utf-8"))["dependencies"]
    return told if told and not any("skip_reason" in one for one in told) else None


def main() -> int:
    """Ask the first database that answers, for every lock."""
    for service in SERVICES:
        answers = [asked(service, ROOT / lock) for lock in LOCKS]
        if None in answers:
            continue
        packages = [one for answer in answers for one in answer or ()]
        found = [one for one in packages if one["vulns"]]
        for one in found:
            ids = ", ".join(str(each["id"]) for each in one["vulns"])  # type: ignore[attr-defined]
            print(f"{one['name']} {one['version']}: {ids}")
        print(f"{len(packages)} packages asked about ({service}), {len(found)} with published weaknesses")
        return 1 if found else 0
    print(UNASKED, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
