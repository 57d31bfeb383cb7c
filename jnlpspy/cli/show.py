"""`jnlpspy show`: decode a capture to the terminal, or to JSON Lines."""

import signal
import sys
from typing import Annotated

import typer

from jnlpspy.cli.exits import say
from jnlpspy.cli.options import Color, ColorOption, JsonOption


def show(
    capture: Annotated[str, typer.Argument(help="A capture of ours, or any pcap or pcapng; - for stdin.")],
    connection: Annotated[int | None, typer.Option(min=1, help="Only this connection.")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many events.")] = None,
    summary: Annotated[bool, typer.Option(help="What each session came to, at the end.")] = True,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
    ignore_interrupts: Annotated[bool, typer.Option("--ignore-interrupts", hidden=True)] = False,
) -> None:
    """Decode a capture: one line an event, and a summary for each session.

    Example: jnlpspy show s.pcapng --connection 3
    """
    from jnlpspy.capture.open import open_capture
    from jnlpspy.cli.wiring import Selection, open_pipeline, open_sinks

    if ignore_interrupts:  # signals to a whole group are the relay's to take; its analysis ends when its input does
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
    selections = [Selection(sink, connection, limit) for sink in open_sinks(json=json, color=color, summary=summary)]
    pipeline = open_pipeline(selections)
    source = sys.stdin.buffer if capture == "-" else capture
    try:
        with open_capture(source) as observations:
            for observation in observations:
                pipeline.observe(observation)
                if all(selection.full for selection in selections):
                    break
    finally:
        pipeline.finish()
    if connection is not None and not any(selection.handed_on for selection in selections):
        say(f"{observations.name}: no event of connection {connection}")
    if observations.truncated:
        say(f"{observations.name}: the last block is cut off; {observations.truncated} bytes of it are left out")
    for link_type in sorted(observations.ignored_link_types):
        say(f"{observations.name}: packets of link type {link_type} cannot be read and are left out")
