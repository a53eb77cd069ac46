"""The suites, one file a registry. A fourth registry is one more file; without one its contract alone is its suite.

Of an installation's own registry the file is `suites/<name>.py` in the folder that HEDUI_REGISTRIES names.
"""

from __future__ import annotations

import importlib
import pkgutil

from great_expectations import ExpectationSuite
from great_expectations.expectations.metadata_types import FailureSeverity

from expectations.contract_suite import contract_expectations
from vocabulary.contracts import Registry
from vocabulary.errors import ConfigurationError, Fault
from vocabulary.registries import OWN
from vocabulary.registries.own import module_of, own_folder


def suite_of(registry: Registry, *, critical: bool | None = None) -> ExpectationSuite:
    """The one suite of a registry: what its contract demands, then its own facts. `critical`: only what may stop a delivery, or only the rest."""
    own = []
    if registry.name in {found.name for found in pkgutil.iter_modules(__path__)}:
        own = importlib.import_module(f"{__name__}.{registry.name}").FACTS
    elif registry.name in OWN and (folder := own_folder()) and (path := folder / "suites" / f"{registry.name}.py").is_file():
        module = module_of(path)
        if module is None or not hasattr(module, "FACTS"):
            raise ConfigurationError(Fault("registries.suite", f"suites/{path.name}"))
        own = module.FACTS
    # Copies, because a suite binds its expectations to itself.
    asked = [*contract_expectations(registry), *(fact.copy(deep=True) for fact in own)]
    chosen = [one for one in asked if critical is None or (one.severity == FailureSeverity.CRITICAL) is critical]
    return ExpectationSuite(name=registry.name, expectations=chosen)
