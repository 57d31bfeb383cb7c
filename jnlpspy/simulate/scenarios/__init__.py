"""The failures that simulated peers can show, by name; every module of this folder adds its `SCENARIOS`."""

from collections.abc import Mapping
from importlib import import_module
from pkgutil import iter_modules
from types import MappingProxyType
from typing import Final

from jnlpspy.simulate.scenario import Scenario


def _find() -> dict[str, Scenario]:
    modules = (import_module(f"{__name__}.{found.name}") for found in iter_modules(__path__))
    scenarios: list[Scenario] = [each for module in modules for each in module.SCENARIOS]
    return {each.name: each for each in sorted(scenarios, key=lambda each: each.name)}


SCENARIOS: Final[Mapping[str, Scenario]] = MappingProxyType(_find())
