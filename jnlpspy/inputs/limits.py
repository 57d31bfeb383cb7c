"""Every cap of the readers of inputs, with its reason."""

from typing import Final

TEXT: Final = 1 << 20
"""Characters or bytes of an input: command lines, jnlp files and pods have some KiB."""

WORDS: Final = 10_000
"""Words of a command line: a classpath of many jars is one word."""
