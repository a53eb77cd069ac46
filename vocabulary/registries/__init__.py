"""The registries, one file each. A fourth is one more file with a `REGISTRY`: nothing counts registries.

An installation's own registries lie in the folder that HEDUI_REGISTRIES names, in files of the same form (docs/add-a-registry.md).
"""

from __future__ import annotations

import importlib
import pkgutil

from vocabulary.contracts import Registry, Role
from vocabulary.registries.own import own_folder, read_own


def discovered() -> dict[str, Registry]:
    """Name -> contract, in alphabetical order of the names; those that hedui brings along."""
    found = [found.name for found in pkgutil.iter_modules(__path__) if found.name != "own"]
    contracts: list[Registry] = [importlib.import_module(f"{__name__}.{name}").REGISTRY for name in found]
    return {contract.name: contract for contract in sorted(contracts, key=lambda contract: contract.name)}


BUILT_IN = discovered()
OWN, FAULTS = read_own(own_folder(), BUILT_IN)
"""FAULTS: what is wrong with the folder. Raised with the other faults of the settings: an import is no place to refuse from."""
REGISTRIES = dict(sorted((BUILT_IN | OWN).items()))
CIVIL = frozenset(name for name, contract in REGISTRIES.items() if contract.role == Role.CIVIL)
"""Those that register; the others report or record."""
