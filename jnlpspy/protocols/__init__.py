"""Agent protocols, one file each; this package finds them."""

import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from jnlpspy.wire.handshake import HandshakeSpec


def _find_specs() -> Mapping[str, HandshakeSpec]:
    specs = {}
    for module in pkgutil.iter_modules(__path__):
        spec = getattr(importlib.import_module(f"{__name__}.{module.name}"), "SPEC", None)
        if isinstance(spec, HandshakeSpec):
            specs[spec.name] = spec
    return MappingProxyType(specs)


SPECS = _find_specs()
"""Every known handshake by protocol name; `""` is for an offer nobody knows."""
