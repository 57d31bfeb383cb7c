"""Every colour by its meaning."""

from rich.theme import Theme

THEME = Theme(
    {
        "time": "dim",
        "connection": "bold",
        "from.agent": "cyan",
        "from.controller": "magenta",
        "kind": "",
        "kind.opening": "blue",
        "kind.handshake": "yellow",
        "kind.good": "bold green",
        "kind.bad": "bold red",
        "kind.quiet": "dim",
        "kind.call": "bold",
        "summary": "",
        "summary.bad": "red",
        "summary.quiet": "dim",
        "heading": "bold",
        "title": "bold underline",
        "good": "green",
        "finding.error": "bold white on red",
        "finding.warning": "bold black on yellow",
        "finding.info": "bold black on cyan",
        "waiting": "yellow",
        "live.name": "bold reverse",
        "live.rule": "dim",
        "live.selected": "reverse",
        "live.recording": "bold red",
        "field": "cyan",
        "field.odd": "",
        "field.even": "cyan",
    }
)
