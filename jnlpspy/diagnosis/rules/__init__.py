"""Rules, one file each; this package finds them."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from jnlpspy.diagnosis.help import read_help
from jnlpspy.diagnosis.rule import Rule, RuleEntry


def _find_rules() -> Mapping[str, RuleEntry]:
    rules = {}
    for found in sorted(pkgutil.iter_modules(__path__), key=lambda each: each.name):
        module = importlib.import_module(f"{__name__}.{found.name}")
        name = found.name.replace("_", "-")
        for value in vars(module).values():
            if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module.__name__:
                rules[name] = RuleEntry(read_help(name, module.__doc__ or ""), value)
    return MappingProxyType(rules)


RULES = _find_rules()
"""Every rule by name, in the order of their names."""
