"""What is suggested fits what a capture holds."""

import pytest
from specimens import observations_of

from jnlpspy.cli.next_steps import NextSteps
from jnlpspy.cli.options import Table
from jnlpspy.decoder import Decoder
from jnlpspy.model.commands import CloseCommand
from jnlpspy.model.events import CommandSent, Event, Fact, OpaqueBytes, TlsStarted
from jnlpspy.model.tap import Side

CLOSED_TLS: list[Fact] = [TlsStarted(Side.CONTROLLER, "TLSv1.3", "", None), OpaqueBytes("TLS that was not opened", 99)]
CALLED: list[Fact] = [*CLOSED_TLS, CommandSent(CloseCommand(), 9)]


def steps_of(*facts: Fact) -> NextSteps:
    steps = NextSteps()
    for seq, fact in enumerate(facts, start=1):
        steps.observe(Event(seq, 1, 0.0, fact, None))
    steps.finish()
    return steps


def test_closed_tls_is_told_how_to_open() -> None:
    assert "--keylog FILE" in steps_of(*CLOSED_TLS).after_show("a.pcap", [])
    assert "--keylog" not in steps_of(*CALLED).after_show("a.pcap", [])
    assert "--keylog" not in steps_of(OpaqueBytes("TLS where an offer was expected", 50)).after_show("a.pcap", [])


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ([], "who called what: jnlpspy show a.pcap --calls; what went wrong: jnlpspy diagnose a.pcap"),
        ([Table.CALLS], "an event in full: jnlpspy show a.pcap --tree EVENT"),
        ([Table.SUMMARY, Table.TIMELINE], "who called what: jnlpspy show a.pcap --calls"),
    ],
)
def test_what_was_not_asked_yet_is_offered(tables: list[Table], told: str) -> None:
    assert steps_of(*CALLED).after_show("a.pcap", tables) == told


def test_a_capture_without_a_channel_is_one_to_diagnose() -> None:
    steps = NextSteps()
    decoder = Decoder()
    for observation in observations_of("3.33-JNLP4-connect-http-404"):
        for event in decoder.feed(observation):
            steps.observe(event)
    assert steps.after_show("a.pcap", [Table.CALLS]) == "what went wrong, if anything: jnlpspy diagnose a.pcap"
