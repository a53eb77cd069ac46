"""The registries, one file each. A fourth is one more file with a `REGISTRY`: nothing counts registries."""

from __future__ import annotations

import importlib
import pkgutil

from vocabulary.contracts import Registry, Role


def discovered() -> dict[str, Registry]:
    """Name -> contract, in alphabetical order of the names."""
    modules = [importlib.import_module(f"{__name__}.{found.name}") for found in pkgutil.iter_modules(__path__)]
    contracts: list[Registry] = [module.REGISTRY for module in modules]
    return {contract.name: contract for contract in sorted(contracts, key=lambda contract: contract.name)}


REGISTRIES = discovered()
CIVIL = frozenset(name for name, contract in REGISTRIES.items() if contract.role == Role.CIVIL)
"""Those that register; the others report or record."""
