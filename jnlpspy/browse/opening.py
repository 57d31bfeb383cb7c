"""Opens the browser on a terminal, and says how it ended."""

import signal
from pathlib import Path

from jnlpspy.browse.app import Browser
from jnlpspy.browse.history import History
from jnlpspy.browse.inquiry import Index
from jnlpspy.browse.notes import Notes
from jnlpspy.errors import CaptureError


def run_browser(index: Index, state_folder: Path, *, filter_text: str, connection: int | None) -> None:
    """Show a capture until the user leaves.

    Raises:
        CaptureError: the capture broke off before its end.
        KeyboardInterrupt: a signal ended the browser.
    """
    source = index.source
    history = History(state_folder / "browse-history", source.secrets.values())
    browser = Browser(index, Notes(source.path), history, filter_text=filter_text, connection=connection)
    browser.run()
    if browser.bug is not None:
        raise browser.bug
    if browser.signal == signal.SIGINT:
        raise KeyboardInterrupt
    finished = browser.inquiry.finished
    if finished is not None and finished.failure:
        raise CaptureError(finished.failure)
