"""`jnlpspy export`: a capture in another form: a report, a diagram, text, objects, a capture of ours."""

import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, BinaryIO

import typer

from jnlpspy import __version__
from jnlpspy.cli.choosing import Chooser, filter_option
from jnlpspy.cli.exits import say
from jnlpspy.cli.options import (
    AgentSecretOption,
    KeyLogOption,
    KnownCommandOption,
    KnownHomeOption,
    KnownInventoryOption,
    KnownJnlpOption,
    KnownNameOption,
    KnownSecretOption,
    PurposesOption,
    read_keys,
)
from jnlpspy.cli.output import STANDARD_OUTPUT, as_text, open_output
from jnlpspy.errors import CaptureError, UsageError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jnlpspy.capture.open import Capture
    from jnlpspy.cli.knowing import Knowledge
    from jnlpspy.export.format import Format
    from jnlpspy.model.tap import Observation
    from jnlpspy.remoting.purposes import Purposes

PCAPNG = "pcapng"
"""The form that is made of bytes, not of events."""

PCAPNG_SUFFIX = ".pcapng"

_LONGEST_NAME = 255
"""Characters of a capture's name in what is written: more is in none."""

_LONGEST_DAMAGE = 1000
"""Characters of what is wrong with a capture, its path among them."""


def export(
    capture: Annotated[str, typer.Argument(help="A capture of ours, or any pcap or pcapng; - for stdin.")],
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            metavar="html|jsonl|mermaid|pcapng|text",
            envvar="JNLPSPY_EXPORT_FORMAT",
            help="What to write; as the name given with -o ends, if it is not said.",
        ),
    ] = None,
    output: Annotated[
        Path,
        typer.Option(
            "--output",
            "-o",
            metavar="FILE",
            help="Where to; a folder gets a file named after the capture; - is standard output.",
        ),
    ] = STANDARD_OUTPUT,
    force: Annotated[bool, typer.Option("--force", help="Replace a file that has content.")] = False,
    connection: Annotated[int | None, typer.Option(min=1, help="Only this connection.")] = None,
    expression: Annotated[str | None, filter_option("export")] = None,
    name: KnownNameOption = None,
    secret: KnownSecretOption = None,
    jnlp: KnownJnlpOption = None,
    command: KnownCommandOption = None,
    jenkins_home: KnownHomeOption = None,
    inventory: KnownInventoryOption = None,
    agent_secret: AgentSecretOption = None,
    keylog: KeyLogOption = None,
    purposes: PurposesOption = None,
) -> None:
    """Write a capture in another form: html is a report in one file, to be attached to a ticket.

    html, text and mermaid are diagnosed as by `jnlpspy diagnose`, with what you know. No agent's secret is in any form.

    Example: jnlpspy export s.pcapng -o report.html
    """
    from jnlpspy.capture.open import open_capture
    from jnlpspy.cli.knowing import Sources, gather_knowledge
    from jnlpspy.cli.purposes import open_purposes

    chosen = _choose_form(form, output)
    chooser = Chooser(expression)
    if chosen is None and chooser.is_filter:
        raise UsageError(
            "expected --filter with a format made of events, got it with pcapng: --connection chooses there"
        )
    if (chosen is None or chosen.document) and output == STANDARD_OUTPUT and sys.stdout.isatty():
        raise UsageError(
            f"expected a file for what is not for a terminal: name one, as in -o {_example(capture, chosen)}"
        )
    if output.is_dir():
        output /= _example(capture, chosen)
    knowledge = gather_knowledge(
        name=name,
        secret=secret,
        inventory=inventory,
        agent_secrets=agent_secret,
        sources=Sources(jnlp=jnlp, command=command),
        jenkins_home=jenkins_home,
    )
    words, keys = open_purposes(purposes), read_keys(keylog)
    with open_capture(sys.stdin.buffer if capture == "-" else capture, keys=keys) as observations:
        reading = Reading(observations, connection)
        with open_output(output, force=force) as stream:
            if chosen is None:
                _rerecord(reading, stream, connection)
            else:
                wanted = Wanted(chosen, connection, chooser, expression or "")
                _write(wanted, reading, stream, knowledge, words)
    if connection is not None and not reading.met:
        say(f"{observations.name}: no event of connection {connection}")
    elif not chooser.matched:
        say("no event matches the filter")
    for left_out in reading.left_out():
        say(f"{observations.name}: {left_out}")
    if reading.damage is not None:  # what came before it is written: it is true, and often enough
        raise reading.damage


def _choose_form(name: str | None, output: Path) -> "Format | None":
    """Return the format asked for; None for a capture of ours, which is made of bytes and not of events."""
    import difflib

    from jnlpspy.export import find_formats

    formats = find_formats()
    suffixes = {**{each.suffix: each.name for each in formats.values()}, PCAPNG_SUFFIX: PCAPNG}
    names = sorted(suffixes.values())
    if name is None:
        name = suffixes.get(output.suffix)
        if name is None:
            raise UsageError(
                f"expected --format {'|'.join(names)}, or -o FILE with a name that ends in {' '.join(sorted(suffixes))}"
            )
    if name not in names:
        near = difflib.get_close_matches(name, names, 1, cutoff=0)[0]
        raise UsageError(f"--format: expected one of {', '.join(names)}, got {name!r}; did you mean {near}?")
    return formats.get(name)


def _example(capture: str, chosen: "Format | None") -> str:
    stem = "capture" if capture == "-" else Path(capture).stem
    return f"{stem}{'-copy' + PCAPNG_SUFFIX if chosen is None else chosen.suffix}"


class Reading:
    """Hands out a capture's observations up to its end, or to where it is damaged."""

    def __init__(self, observations: "Capture", connection: int | None) -> None:
        self._observations = observations
        self._connection = connection
        self.met = False
        """True once something of the connection wanted was seen."""
        self.damage: CaptureError | None = None

    def __iter__(self) -> "Iterator[Observation]":
        """Yield observations; damage ends them, unless there is nothing before it."""
        from jnlpspy.model.tap import Tick

        empty = True
        try:
            for observation in self._observations:
                empty = False
                if not isinstance(observation, Tick) and observation.connection == self._connection:
                    self.met = True
                yield observation
        except CaptureError as error:
            if empty:
                raise
            self.damage = error

    def left_out(self) -> list[str]:
        """Return what of the capture was not handed out, once it is read."""
        return self._observations.left_out()

    @property
    def name(self) -> str:
        """What the capture is called."""
        return self._observations.name


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be written."""

    format: "Format"
    connection: int | None
    chooser: Chooser
    filter: str


def _rerecord(reading: Reading, stream: BinaryIO, connection: int | None) -> None:
    from jnlpspy.rerecording import Rerecorder

    recorder = Rerecorder(stream.write, connection=connection)
    for observation in reading:
        recorder.observe(observation)
    recorder.finish()


def _write(wanted: Wanted, reading: Reading, stream: BinaryIO, knowledge: "Knowledge", purposes: "Purposes") -> None:
    from jnlpspy.cli.wiring import Diagnosis, open_pipeline
    from jnlpspy.export.format import Export
    from jnlpspy.model.describe import shorten
    from jnlpspy.model.findings import Finding

    judged = wanted.format.judged or wanted.chooser.asks_for(Finding)
    diagnosis = Diagnosis(knowledge.known)
    with as_text(stream) as file:
        export = Export(
            file, shorten(Path(reading.name).name, _LONGEST_NAME), diagnosis.verdict, connection=wanted.connection
        )
        export.matches, export.filter = wanted.chooser.choice, wanted.filter
        export.application = f"jnlpspy {__version__}"
        export.runs.begin(export.capture, 0, 0)
        sink = wanted.format.open(export)
        judge = diagnosis.judge if judged else None
        pipeline = open_pipeline([sink], knowledge.secrets, purposes, judge=judge, strict=True)
        told = False
        for observation in reading:
            if judged and not told:
                told = True
                for read in knowledge.inputs:
                    pipeline.tell(observation.when, read)
            pipeline.observe(observation)
        export.notes += reading.left_out()
        if reading.damage is not None:
            damage = shorten(str(reading.damage), _LONGEST_DAMAGE)
            export.notes.append(f"the capture is damaged, and what follows is not in here: {damage}")
        pipeline.finish()
