"""`jnlpspy browse`: a capture on the whole terminal, to move about in."""

import sys
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.choosing import Chooser, filter_option
from jnlpspy.cli.options import AgentSecretOption, KeyLogOption, PurposesOption, read_agent_secrets, read_keys
from jnlpspy.errors import UsageError

if TYPE_CHECKING:
    from jnlpspy.capture.key_log import KeyLog


def browse(
    capture: Annotated[Path, typer.Argument(help="A capture of ours, or any pcap or pcapng.")],
    connection: Annotated[int | None, typer.Option(min=1, help="At first only this connection.")] = None,
    chosen: Annotated[str | None, filter_option("browse", what="At first only events that match")] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on while the file is being written.")] = False,
    agent_secret: AgentSecretOption = None,
    keylog: KeyLogOption = None,
    purposes: PurposesOption = None,
) -> None:
    """Move about in a capture: sessions, events, fields and bytes, filters, jumps, notes. `?` shows all keys.

    Example: jnlpspy browse s.pcapng --filter "call and duration > 1s"
    """
    from jnlpspy.cli.following import follow_file
    from jnlpspy.cli.purposes import open_purposes

    if find_spec("textual") is None:
        raise UsageError("expected Textual, which is not installed: pip install 'jnlpspy[tui]'")
    if str(capture) == "-":
        raise UsageError("expected a file, got -: the keys come from there")
    if capture.is_fifo():
        raise UsageError(f"expected a file, got a pipe, which can be read only once: {capture}")
    secrets = read_agent_secrets(agent_secret)
    open_purposes(purposes)  # better refused now than in the middle
    Chooser(chosen)
    keys = read_keys(keylog)
    if not follow:
        _check(capture, keys)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError("expected a terminal to browse on; `jnlpspy show` prints")
    from jnlpspy.browse.inquiry import Index
    from jnlpspy.browse.jobs import Source
    from jnlpspy.browse.worker import start_process
    from jnlpspy.net.identity import state_folder

    source = Source(
        capture,
        follow_file if follow else None,
        secrets,
        read_purposes=partial(open_purposes, purposes),
        read_keys=partial(read_keys, keylog),
    )
    index = Index(source, start_process)
    try:
        from jnlpspy.browse.opening import run_browser  # while this is imported, the capture is already being read

        run_browser(index, state_folder(), filter_text=chosen or "", connection=connection)
    finally:
        index.close()


def _check(capture: Path, keys: "KeyLog | None") -> None:
    """Refuse what is no capture before the screen is taken.

    Raises:
        CaptureError: it cannot be opened, or does not begin as a capture does.
    """
    from jnlpspy.capture.open import open_capture

    with open_capture(capture, keys=keys) as observations:
        next(observations, None)
