"""`jnlpspy show`: decode a capture to the terminal, or to JSON Lines."""

import shutil
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from jnlpspy.cli.choosing import Chooser, filter_option
from jnlpspy.cli.exits import is_read_by_a_person, say, suggest
from jnlpspy.cli.options import (
    AgentSecretOption,
    Color,
    ColorOption,
    JsonOption,
    KeyLogOption,
    PurposesOption,
    Table,
    read_agent_secrets,
    read_keys,
)
from jnlpspy.errors import CaptureError, UsageError
from jnlpspy.model.secret import Secret

if TYPE_CHECKING:
    from jnlpspy.capture.key_log import KeyLog
    from jnlpspy.capture.reader import ByteSource
    from jnlpspy.cli.wiring import Selection
    from jnlpspy.pipeline import Pipeline
    from jnlpspy.remoting.purposes import Purposes


def show(
    capture: Annotated[str, typer.Argument(help="A capture of ours, or any pcap or pcapng; - for stdin.")],
    connection: Annotated[int | None, typer.Option(min=1, help="Only this connection.")] = None,
    chosen: Annotated[str | None, filter_option("show")] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="At most this many events, or rows of a table.")] = None,
    summary: Annotated[
        bool | None, typer.Option("--summary/--no-summary", help="Only what each session came to; or not even that.")
    ] = None,
    calls: Annotated[bool, typer.Option("--calls", help="Who called what, how long it took, how it ended.")] = False,
    commands: Annotated[bool, typer.Option("--commands", help="Every command, with its event's number.")] = False,
    pipes: Annotated[bool, typer.Option("--pipes", help="What went through each pipe, and how it ended.")] = False,
    classes: Annotated[bool, typer.Option("--classes", help="Classes, resources and jars that were loaded.")] = False,
    timeline: Annotated[bool, typer.Option("--timeline", help="What happened when, as bars over time.")] = False,
    tree: Annotated[int | None, typer.Option(min=1, metavar="K", help="Event K down to the last field.")] = None,
    hexdump: Annotated[
        int | None,
        typer.Option("--hex", min=1, metavar="K", envvar="JNLPSPY_SHOW_HEX", help="The bytes of event K."),
    ] = None,
    follow: Annotated[bool, typer.Option("--follow", help="Go on while the file is being written.")] = False,
    agent_secret: AgentSecretOption = None,
    keylog: KeyLogOption = None,
    purposes: PurposesOption = None,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
    ignore_interrupts: Annotated[bool, typer.Option("--ignore-interrupts", hidden=True)] = False,
    findings: Annotated[bool, typer.Option("--findings", hidden=True)] = False,
    brief: Annotated[bool, typer.Option("--brief", hidden=True)] = False,
) -> None:
    """Decode a capture: one line an event, and a summary for each session; or the tables asked for.

    Examples: jnlpspy show s.pcapng
              jnlpspy show s.pcapng --calls --connection 3
              jnlpspy show s.pcapng --filter 'call and duration > 1s'
              jnlpspy show s.pcapng --tree 42
    """
    from jnlpspy.cli.next_steps import NextSteps
    from jnlpspy.cli.purposes import open_purposes
    from jnlpspy.cli.wiring import Diagnosis, Selection, inherited_secrets, open_pipeline, open_sinks, open_tables
    from jnlpspy.model.findings import Finding
    from jnlpspy.model.known import Known

    secrets, keys = read_agent_secrets(agent_secret), read_keys(keylog)
    if ignore_interrupts:  # signals to a whole group are the relay's to take; its analysis ends when its input does
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        secrets |= inherited_secrets()
    words = open_purposes(purposes)
    chooser = Chooser(None if ignore_interrupts else chosen)  # the environment's filter is for `show`, not for a proxy
    asked = {
        Table.COMMANDS: commands,
        Table.CALLS: calls,
        Table.PIPES: pipes,
        Table.CLASSES: classes,
        Table.TIMELINE: timeline,
        Table.SUMMARY: summary is True,
    }
    tables = [table for table, wanted in asked.items() if wanted]
    if tree is not None or hexdump is not None:
        if tables or follow or chooser.is_filter:
            raise UsageError("expected --tree and --hex without tables, --filter and --follow")
        _show_detail(capture, tree, hexdump, secrets, words, keys, json=json, color=color)
        return
    choice = chooser.choice
    diagnosis = Diagnosis(Known(secrets=secrets)) if findings or chooser.asks_for(Finding) else None
    if tables:
        selections = open_tables(tables, json=json, color=color, connection=connection, limit=limit, choice=choice)
    else:
        told = diagnosis if findings else None
        sinks = open_sinks(
            json=json, color=color, summary=summary is not False, brief=brief, diagnosis=told, choice=choice
        )
        selections = [Selection(sink, connection, limit, choice=choice) for sink in sinks]
    judge = diagnosis.judge if diagnosis is not None else None
    steps = NextSteps() if capture != "-" and not json and is_read_by_a_person() else None
    pipeline = open_pipeline([*selections, *([steps] if steps else [])], secrets, words, judge=judge)
    _decode(capture, keys, selections, connection, pipeline, follow=follow)
    if not chooser.matched and any(selection.handed_on for selection in selections):
        say("no event matches the filter")
    if steps is not None:
        suggest(steps.after_show(capture, tables))


def _decode(
    capture: str,
    keys: "KeyLog | None",
    selections: "list[Selection]",
    connection: int | None,
    pipeline: "Pipeline",
    *,
    follow: bool,
) -> None:
    from jnlpspy.capture.open import open_capture

    with ExitStack() as resources:
        source, name = _open_source(capture, resources, follow=follow)
        try:
            with open_capture(source, name=name, keys=keys) as observations:
                for observation in observations:
                    pipeline.observe(observation)
                    if all(selection.full for selection in selections):
                        break
        finally:
            pipeline.finish()
    if connection is not None and not any(selection.handed_on for selection in selections):
        say(f"{observations.name}: no event of connection {connection}")
    for left_out in observations.left_out():
        say(f"{observations.name}: {left_out}")


def _open_source(capture: str, resources: ExitStack, *, follow: bool) -> "tuple[str | ByteSource, str]":
    """Return what to read, and what errors call it; a pipe is followed to its end anyway."""
    if capture == "-":
        return sys.stdin.buffer, ""
    if not follow:
        return capture, ""
    from jnlpspy.cli.following import follow_file

    return resources.enter_context(follow_file(Path(capture))), capture


def _show_detail(
    capture: str,
    tree: int | None,
    hexdump: int | None,
    secrets: Mapping[str, Secret],
    purposes: "Purposes",
    keys: "KeyLog | None",
    *,
    json: bool,
    color: Color,
) -> None:
    """Show single events; a capture is read more than once for them, so a pipe is kept in a file first."""
    from jnlpspy.capture.open import open_capture
    from jnlpspy.cli.wiring import show_hexdump, show_tree
    from jnlpspy.exhibit import find_exhibit

    name = "standard input" if capture == "-" else capture
    with ExitStack() as resources:
        kept = resources.enter_context(_kept(capture))
        for number, present in ((tree, show_tree), (hexdump, show_hexdump)):
            if number is not None:
                exhibit = find_exhibit(
                    lambda: resources.enter_context(open_capture(kept, name=name, keys=keys)),
                    number,
                    secrets,
                    purposes,
                )
                if exhibit is None:
                    raise UsageError(f"expected the number of an event, got {number}: {name} has not so many")
                present(exhibit, json=json, color=color)


@contextmanager
def _kept(capture: str) -> Iterator[str]:
    """Give the path of a file that can be read more than once: of a pipe, a copy of what comes through it."""
    import tempfile

    if capture != "-" and not Path(capture).is_fifo():
        yield capture
        return
    with tempfile.NamedTemporaryFile(prefix="jnlpspy-", suffix=".pcapng") as copy:
        with nullcontext(sys.stdin.buffer) if capture == "-" else _open_pipe(capture) as pipe:
            shutil.copyfileobj(pipe, copy)
        copy.flush()
        yield copy.name


def _open_pipe(path: str) -> BinaryIO:
    try:
        return Path(path).open("rb")
    except OSError as error:
        raise CaptureError(f"expected a capture that can be read at {path}: {error.strerror or error}") from error
