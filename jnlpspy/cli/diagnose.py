"""`jnlpspy diagnose`: what went wrong in a capture, why, and what to do."""

import sys
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.exits import EXIT_PROBLEM, say, suggest
from jnlpspy.cli.options import (
    AgentSecretOption,
    Color,
    ColorOption,
    JsonOption,
    KeyLogOption,
    KnownCommandOption,
    KnownHomeOption,
    KnownInventoryOption,
    KnownJnlpOption,
    KnownNameOption,
    KnownSecretOption,
    read_keys,
)
from jnlpspy.errors import CaptureError, UsageError

if TYPE_CHECKING:
    from jnlpspy.capture.key_log import KeyLog
    from jnlpspy.cli.knowing import Knowledge
    from jnlpspy.diagnosis.runs import Runs
    from jnlpspy.model.events import Event
    from jnlpspy.model.tap import Observation
    from jnlpspy.pipeline import Pipeline


def diagnose(
    captures: Annotated[
        list[str], typer.Argument(metavar="CAPTURE...", help="Captures of ours, or any pcap or pcapng; - for stdin.")
    ],
    connection: Annotated[int | None, typer.Option(min=1, help="Only what was found on this connection.")] = None,
    name: KnownNameOption = None,
    secret: KnownSecretOption = None,
    jnlp: KnownJnlpOption = None,
    command: KnownCommandOption = None,
    jenkins_home: KnownHomeOption = None,
    inventory: KnownInventoryOption = None,
    agent_secret: AgentSecretOption = None,
    keylog: KeyLogOption = None,
    json: JsonOption = False,
    color: ColorOption = Color.AUTO,
) -> None:
    """Say what went wrong, on what evidence, how sure that is, why, and what to do; the worst first.

    Several captures are one run after another. The exit code is 1 if an error was found, else 0.

    Example: jnlpspy diagnose failed.pcapng --inventory secrets.txt
    """
    from jnlpspy.cli.knowing import Sources, gather_knowledge
    from jnlpspy.cli.wiring import open_diagnosis
    from jnlpspy.diagnosis.runs import Runs
    from jnlpspy.diagnosis.verdict import worst_of
    from jnlpspy.model.findings import Severity

    if connection is not None and len(captures) > 1:
        raise UsageError("--connection: expected one capture, for each numbers its own connections")
    knowledge = gather_knowledge(
        name=name,
        secret=secret,
        inventory=inventory,
        agent_secrets=agent_secret,
        sources=Sources(jnlp=jnlp, command=command),
        jenkins_home=jenkins_home,
    )
    keys = read_keys(keylog)
    runs, last = Runs(), LastSeen()
    pipeline, verdict = open_diagnosis(knowledge, runs, json=json, color=color, connection=connection, also=[last])
    try:
        for capture in captures:
            _judge(pipeline, capture, keys, knowledge, runs, last)
            knowledge = replace(knowledge, inputs=())
    except CaptureError:
        if verdict.conclusions():  # what was found before the damage is true, but "nothing found" would not be
            pipeline.finish()
        raise
    pipeline.finish()
    if connection is not None and connection > last.connection:
        say(f"{captures[0]}: no event of connection {connection}")
    conclusions = verdict.conclusions()
    if conclusions and not json:
        evidence = "" if len(captures) > 1 else f"; an event in full: jnlpspy show {captures[0]} --tree NUMBER"
        suggest(f"more about it: jnlpspy explain {conclusions[0].finding.rule}{evidence}")
    if any(worst_of(each) is Severity.ERROR for each in conclusions):
        raise typer.Exit(EXIT_PROBLEM)


class LastSeen:
    """Counts events and connections, so that the next capture's are told apart."""

    def __init__(self) -> None:
        self.seq = 0
        self.connection = 0

    def observe(self, event: "Event") -> None:
        """Take note of an event's numbers."""
        self.seq = max(self.seq, event.seq)
        self.connection = max(self.connection, event.connection)

    def finish(self) -> None:
        """Nothing is left to say."""


def _judge(
    pipeline: "Pipeline",
    capture: str,
    keys: "KeyLog | None",
    knowledge: "Knowledge",
    runs: "Runs",
    last: LastSeen,
) -> None:
    from jnlpspy.capture.open import open_capture

    with open_capture(sys.stdin.buffer if capture == "-" else capture, keys=keys) as observations:
        before = last.connection
        told = False
        for observation in renumbered(observations, before):
            if not told:
                for read in knowledge.inputs:
                    pipeline.tell(observation.when, read)
                runs.begin(observations.name, before, last.seq)
                told = True
            pipeline.observe(observation)
        pipeline.end_capture()
    for left_out in observations.left_out():
        say(f"{observations.name}: {left_out}")


def renumbered(observations: "Iterable[Observation]", before: int) -> "Iterator[Observation]":
    """Yield observations with connections counted on from those of the captures before."""
    from jnlpspy.model.tap import Tick

    for each in observations:
        yield each if not before or isinstance(each, Tick) else replace(each, connection=each.connection + before)
