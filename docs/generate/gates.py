"""Chapter of gates: what each objects to, how badly, and its thresholds with their reasons, from submission/gates."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path

from generate.repository import ROOT
from generate.tables import one_of, table
from generate.words import said
from submission.gates.limits import limits
from submission.gates.objection import wordings

SEVERITIES = {"BLOCK": ("阻断", "blocks"), "WARNING": ("提示", "warns"), "NOTE": ("备注", "note")}
OBJECTION_HEADERS = (("代码", "code"), ("轻重", "how badly"), ("内容", "what is said"), ("由谁处理", "who mends it"))
LIMIT_HEADERS = (("阈值", "threshold"), ("关口", "gate"), ("数值", "value"), ("单位", "unit"), ("理由", "reason"))


def chapter(locale: str, home: Path) -> str:
    """One section a gate with its objections, then every threshold."""
    by_gate = defaultdict(list)
    for code, (gate, severity) in raised().items():
        by_gate[gate].append((code, severity))
    parts = [section(gate, by_gate[gate], locale) for gate in sorted(by_gate, key=order)]
    rows = [
        (f"`{name}`", told["gate"], told["value"], said("gates", str(told["unit"]), locale), said("gates", str(told["reason"]), locale))
        for name, told in limits().items()
    ]
    title = one_of(("阈值", "Thresholds"), locale)
    return "\n".join([*parts, f"## {title}\n", table([one_of(each, locale) for each in LIMIT_HEADERS], rows)])


def order(gate: str) -> tuple[int, str]:
    """G1 … G14, then the others by name."""
    return (int(gate[1:]), "") if re.fullmatch(r"G\d+", gate) else (99, gate)


def section(gate: str, found: list[tuple[str, str]], locale: str) -> str:
    """A gate's objections in words; placeholders are shown as …"""
    rows = []
    for code, severity in found:
        told = [re.sub(r"\{\w+\}", "…", wordings()[code][part]) for part in (locale, f"mends_{locale}")]
        rows.append((f"`{code}`", one_of(SEVERITIES[severity], locale), *told))
    return f"## {gate}\n\n{table([one_of(each, locale) for each in OBJECTION_HEADERS], rows)}"


def raised() -> dict[str, tuple[str, str]]:
    """Code of an objection -> (gate, severity), read from the gates' own code in the order of their wordings."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((ROOT / "submission").rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        functions = {node.name: node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)}
        for function in functions.values():
            for call in calls_in(function):
                found |= dict(told_by(call, function, functions))
    return {code: found[code] for code in wordings() if code in found}


def calls_in(node: ast.AST) -> list[ast.Call]:
    """Calls by a plain name."""
    return [each for each in ast.walk(node) if isinstance(each, ast.Call) and isinstance(each.func, ast.Name)]


def told_by(call: ast.Call, function: ast.FunctionDef, functions: dict[str, ast.FunctionDef]) -> Iterator[tuple[str, tuple[str, str]]]:
    """What one call objects: `Objection(…)` itself, or a function of the module that makes one from a code."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    said_here = [each.value for each in call.args if isinstance(each, ast.Constant) and isinstance(each.value, str)]
    if name == "Objection":
        gate = ast.unparse(call.args[0]).strip("'")
        for code, severity in zip(codes_of(call.args[1], function), severities_of(call.args[2], function), strict=False):
            yield code, (gate, severity)
    elif name in functions and (known := [each for each in said_here if each in wordings()]):
        made = [each for each in calls_in(functions[name]) if isinstance(each.func, ast.Name) and each.func.id == "Objection"]
        for inner in made[:1]:
            own = inner.args[0]
            gate = str(own.value) if isinstance(own, ast.Constant) else next(each for each in said_here if each not in wordings())
            yield known[0], (gate, severities_of(inner.args[2], functions[name])[0])


def codes_of(node: ast.expr, function: ast.FunctionDef) -> list[str]:
    """The codes that an argument may be: a constant, a name that is one of two, or the end of a code."""
    if isinstance(node, ast.Constant):
        return [str(node.value)]
    if isinstance(node, ast.JoinedStr):
        return [code for code in wordings() if code.endswith(str(getattr(node.values[-1], "value", "?")))]
    return [str(each.value) for each in branches(node, function) if isinstance(each, ast.Constant)]


def severities_of(node: ast.expr, function: ast.FunctionDef) -> list[str]:
    """The severities that an argument may be; one is repeated for as many codes as there are."""
    if isinstance(node, ast.Attribute):
        return [node.attr] * len(wordings())
    return [each.attr for each in branches(node, function) if isinstance(each, ast.Attribute)]


def branches(node: ast.expr, function: ast.FunctionDef) -> list[ast.expr]:
    """Both values of `name = this if … else that` within the function."""
    if not isinstance(node, ast.Name):
        return []
    for each in ast.walk(function):
        if isinstance(each, ast.Assign) and isinstance(each.value, ast.IfExp) and ast.unparse(each.targets[0]) == node.id:
            return [each.value.body, each.value.orelse]
    return []


def texts() -> set[str]:
    """Every English text of the thresholds."""
    return {str(told[part]) for told in limits().values() for part in ("unit", "reason")}
