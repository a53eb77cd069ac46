"""The suites, one file a registry. A fourth registry is one more file; without one its contract alone is its suite."""

from __future__ import annotations

import importlib
import pkgutil

from great_expectations import ExpectationSuite

from expectations.contract_suite import contract_expectations
from vocabulary.contracts import Registry


def suite_of(registry: Registry) -> ExpectationSuite:
    """The one suite of a registry: what its contract demands, then its own facts."""
    own = []
    if registry.name in {found.name for found in pkgutil.iter_modules(__path__)}:
        own = importlib.import_module(f"{__name__}.{registry.name}").FACTS
    # Copies, because a suite binds its expectations to itself.
    return ExpectationSuite(name=registry.name, expectations=[*contract_expectations(registry), *(fact.copy(deep=True) for fact in own)])
