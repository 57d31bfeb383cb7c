"""The help of the browser: every key, and what it does."""

from rich.table import Table
from rich.text import Text

KEYS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    (
        "Move",
        (
            ("↑ ↓ or k j", "one line; PgUp, PgDn or Space a page; g G to the first, the last"),
            ("← →", "shift long lines; in the tree close and open, + opens all below"),
            ("Tab, 1 2 3 4", "to the next pane; to sessions, events, fields, bytes"),
            ("Enter", "on a session: only its events, once more: all; on an event: to its fields"),
            ("z", "the pane alone on the screen, and back"),
        ),
    ),
    (
        "Jump",
        (
            ("r", "from a request to its response and back; so with pipes"),
            ("c", "to the call that this one serves, or that brought it"),
            ("l", "to the class that a call loaded"),
            ("Backspace", "back to where the last jump began"),
            ("e E", "to the next, the last event that failed"),
        ),
    ),
    (
        "Find",
        (
            ("f", "filter: Tab takes a completion, ↓ chooses one, Enter applies, an empty one shows all"),
            ("/ or Ctrl-F", "search the lines shown; n N the next, the one before"),
            ("!", "findings: what is the matter, and the cure"),
        ),
    ),
    (
        "Keep",
        (
            ("m", "mark the event, with a note, beside the capture; M lists the marks, b B go through them"),
            ("y Y", "copy the line; the event, or the field and its bytes"),
            ("x", "write the events that are shown to a file (.jsonl, .txt)"),
        ),
    ),
    (
        "Else",
        (
            ("t", "stay at the last event as the file grows (--follow)"),
            ("Ctrl-P", "all of this by name"),
            ("mouse", "click, double-click, wheel; a byte shows its field"),
            ("q", "leave"),
        ),
    ),
)


def help_table() -> Table:
    """Return the help as it is shown."""
    table = Table.grid(padding=(0, 2, 0, 0))
    for number, (title, keys) in enumerate(KEYS):
        if number:
            table.add_row()
        table.add_row(Text(title, "bold"))
        for key, told in keys:
            table.add_row(Text(f" {key}", "cyan", no_wrap=True), told)
    return table
