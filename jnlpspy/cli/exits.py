"""The one place that turns errors into messages and exit codes."""

import errno
import functools
import sys
import traceback
from collections.abc import Callable, Iterator
from typing import ParamSpec

import typer

from jnlpspy.cli.wrapping import columns_of, wrap
from jnlpspy.errors import CaptureError, JnlpspyError, NetworkError, UsageError

EXIT_PROBLEM = 1
"""The thing asked about has a problem."""
EXIT_USAGE = 2
EXIT_INPUT = 3
EXIT_NETWORK = 4
EXIT_BUG = 70
EXIT_INTERRUPTED = 130
EXIT_PIPE_CLOSED = 141
"""As a shell reports a program that SIGPIPE ended."""

_CODES: tuple[tuple[type[JnlpspyError], int], ...] = (
    (UsageError, EXIT_USAGE),
    (CaptureError, EXIT_INPUT),
    (NetworkError, EXIT_NETWORK),
)

_UNWRITABLE = (errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG)
"""Why a file that stdout was sent to takes no more; every file of ours is watched over where it is written."""

_STDOUT, _STDERR = 1, 2

Parameters = ParamSpec("Parameters")


def say(text: str) -> None:
    """Print a message to stderr, with the program's name before it; on a terminal it is wrapped.

    Names of files may stand in it that somebody else gave: nothing in it commands the terminal.
    """
    shown = "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in text)
    print(wrap(f"jnlpspy: {shown}", columns_of(_STDERR)), file=sys.stderr, flush=True)  # noqa: T201 - goes to stderr


def suggest(text: str) -> None:
    """Print what could be done next; only where a person reads both what was printed and this."""
    if is_read_by_a_person():
        say(text)


def is_read_by_a_person() -> bool:
    """Return True if both stdout and stderr are a terminal."""
    return columns_of(_STDOUT) is not None and columns_of(_STDERR) is not None


def reported(command: Callable[Parameters, None]) -> Callable[Parameters, None]:
    """Make a command end with the contract's exit code whatever it raises."""

    @functools.wraps(command)
    def run(*args: Parameters.args, **kwargs: Parameters.kwargs) -> None:
        try:
            command(*args, **kwargs)
        except (typer.Exit, SystemExit):
            raise
        except BaseException as error:  # noqa: BLE001 - even an interrupt has a code of its own
            raise typer.Exit(_report(error)) from None

    return run


def _report(error: BaseException) -> int:
    causes = list(_leaves(error))
    for cause in causes:
        if isinstance(cause, KeyboardInterrupt):
            return EXIT_INTERRUPTED
        if isinstance(cause, BrokenPipeError):
            return EXIT_PIPE_CLOSED
        if isinstance(cause, JnlpspyError):
            say(str(cause))
            return next((code for kind, code in _CODES if isinstance(cause, kind)), EXIT_PROBLEM)
        if isinstance(cause, OSError) and cause.errno in _UNWRITABLE:
            say(f"the output cannot be written: {cause.strerror}")
            return EXIT_PROBLEM
    return _report_bug(error)


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for each in error.exceptions:
            yield from _leaves(each)
    else:
        yield error


def _report_bug(error: BaseException) -> int:
    """Write the traceback to a file and say where: a bug is one line on the screen."""
    import tempfile

    text = "".join(traceback.format_exception(error))
    try:
        with tempfile.NamedTemporaryFile("w", prefix="jnlpspy-", suffix=".traceback", delete=False) as file:
            file.write(text)
        say(f"this is a bug in jnlpspy: {type(error).__name__}; the traceback is in {file.name}")
    except OSError:
        say(f"this is a bug in jnlpspy: {text}")
    return EXIT_BUG
