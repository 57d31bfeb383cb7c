"""jnlpspy: proxy and protocol debugger for Jenkins inbound (JNLP) agents."""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jnlpspy.capture.open import open_capture
    from jnlpspy.decoder import Decoder
    from jnlpspy.filters.filter import parse_filter
    from jnlpspy.pipeline import Pipeline
    from jnlpspy.reading import read_events

__version__ = "0.1.0.dev0"

__all__ = ["Decoder", "Pipeline", "__version__", "open_capture", "parse_filter", "read_events"]

if not TYPE_CHECKING:  # else every name would seem to be here
    _HOMES = {
        "Decoder": "jnlpspy.decoder",
        "Pipeline": "jnlpspy.pipeline",
        "open_capture": "jnlpspy.capture.open",
        "parse_filter": "jnlpspy.filters.filter",
        "read_events": "jnlpspy.reading",
    }

    def __getattr__(name: str) -> object:
        """Import what is asked for, when it is: `jnlpspy --help` must be quick."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(_HOMES[name]), name)
