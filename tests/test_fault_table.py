"""docs/faults.md names tests that exist."""

from __future__ import annotations

import ast
import re

from tests.test_docs import ROOT, rows_of, text_of


def test_every_fault_that_the_table_tells_of_has_its_test():
    rows = rows_of(text_of("docs/faults.md"))
    assert len(rows) >= 20
    for cells in rows:
        named = re.fullmatch(r"`(tests/[\w/]+\.py)::(test_\w+)`", cells[-1])
        assert named, cells
        module = ast.parse((ROOT / named[1]).read_text(encoding="utf-8"))
        assert named[2] in {node.name for node in module.body if isinstance(node, ast.FunctionDef)}, cells
