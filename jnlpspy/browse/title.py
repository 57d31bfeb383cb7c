"""What the lines above the panes say: the capture, how far it is read, what is shown, what was found."""

from collections import Counter

from rich.text import Text

from jnlpspy.browse.indexing import printable
from jnlpspy.browse.inquiry import Inquiry
from jnlpspy.model.describe_events import count
from jnlpspy.view.theme import THEME

_SIGNS = (("error", "✗", "finding.error"), ("warning", "!", "finding.warning"), ("info", "i", "finding.info"))


def title_text(inquiry: Inquiry, marks: int) -> Text:
    """Return the line that says what is browsed and how far it is read."""
    text = Text.assemble((f" {printable(inquiry.source.path.name)} ", "bold"), no_wrap=True, overflow="ellipsis")
    text.append(f" {count(len(inquiry.catalogue), 'event')}")
    if inquiry.finished is None and inquiry.source.follow is not None and inquiry.share >= 1.0:
        text.append(", growing", "green")
    elif inquiry.finished is None:
        text.append(f", {_bar(inquiry.share)} {inquiry.share:.0%} read", "yellow")
    elif inquiry.finished.failure:
        text.append(" ✗ breaks off", "bold red")
    if marks:
        text.append(f"  ★ {marks}", "yellow")
    if inquiry.finished is not None and inquiry.finished.failure:
        text.append(f"  {inquiry.finished.failure}", "red")
    return text


def events_title(inquiry: Inquiry, *, following: bool) -> str:
    """Return the title of the pane of events."""
    shown, total = len(inquiry.shown), len(inquiry.catalogue)
    told = "Events" if shown == total else f"Events: {shown:,} of {total:,}"
    if inquiry.shown.connection is not None:
        told += f", only session #{inquiry.shown.connection}"
    if inquiry.sifting and inquiry.seen < total:
        told += f", filter at {inquiry.seen / total:.0%}"
    return f"{told}, following" if following else told


def badge_text(inquiry: Inquiry) -> Text:
    """Return how many findings there are, of those that nothing explains."""
    found = Counter(each.severity for each in inquiry.catalogue.findings if each.depth == 0)
    text = Text()
    for severity, sign, style in _SIGNS:
        if found[severity]:
            told = f"{found[severity]} info" if severity == "info" else count(found[severity], severity)
            text.append(f" {sign} {told} ", THEME.styles[style]).append(" ")
    if not text and inquiry.finished is not None:
        text.append("nothing found ", "green")
    return text


def _bar(share: float) -> str:
    return "█" * round(share * 8) + "░" * (8 - round(share * 8))
