"""Output formats of events, one file each; this package finds them."""

import importlib
import pkgutil
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from jnlpspy.export.format import Format


@cache
def find_formats() -> Mapping[str, Format]:
    """Return every format by its name; not before it is asked for, since some take time to import."""
    formats = {}
    for module in pkgutil.iter_modules(__path__):
        found = getattr(importlib.import_module(f"{__name__}.{module.name}"), "FORMAT", None)
        if isinstance(found, Format):
            formats[found.name] = found
    return MappingProxyType(formats)
