"""What the books of a channel tell in the course of a connection, however its bytes are cut."""

import samples
import streams
from conversation import Conversation
from said import AGENT, CONTROLLER

from jnlpspy.javaser.building import java_class, java_object
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import OutputStreamChunk, OutputStreamEOF
from jnlpspy.model.events import CallsWaiting, ChannelEnded, ExportsLeft, PipeClosed, PipeOpened
from jnlpspy.model.session import ExportedObject, Pings, PipeEnd, PipeKind, WaitingCall
from jnlpspy.model.tap import CloseReason
from jnlpspy.session.handed import CLASS_LOADER


def connected() -> Conversation:
    talk = Conversation()
    talk.agent(samples.offer("JNLP4-plaintext"), samples.ACK, samples.headers(samples.AGENT_HEADERS), samples.OK)
    talk.controller(samples.ACK, samples.headers(samples.CONTROLLER_HEADERS), samples.OK, samples.CAPABILITY_FRAME)
    talk.agent(samples.CAPABILITY_FRAME)
    talk.take()
    return talk


def test_a_pipe_is_told_from_the_call_that_brings_it_to_its_end() -> None:
    talk = connected()
    work = java_object(java_class("a.Work", {"out": "La;"}), {"out": streams.output_stream(3)})
    talk.controller(samples.request(1, write_stream([work])))
    *_, opened = talk.take()
    assert opened.fact == PipeOpened("c3", PipeKind.STREAM, AGENT, "c1")
    assert opened.side is CONTROLLER
    talk.agent(samples.command(OutputStreamChunk(oid=3, io_id=1, request_id=1, buf=b"abc")))
    talk.take()
    talk.wait(2)
    talk.agent(samples.command(OutputStreamEOF(oid=3, io_id=2, request_id=1)))
    _, closed = talk.take()
    assert closed.fact == PipeClosed("c3", PipeKind.STREAM, AGENT, "c1", 3, 1, PipeEnd.EOF, 2.0, in_flight=3)
    talk.agent(samples.returned(1))
    talk.take()
    talk.end()


def test_a_hang_is_told_as_a_chain_at_the_end() -> None:
    talk = connected()
    talk.controller(samples.request(1, write_stream([java_object(java_class("a.Build"))])))
    talk.wait(1)
    talk.agent(samples.request(1, write_stream([java_object(java_class("a.Ask"))])))
    talk.take()
    talk.wait(4)
    talk.close(how=CloseReason.RESET)
    chain, *_ = talk.take()
    assert chain.fact == CallsWaiting(
        (WaitingCall("c1", "a.Build", CONTROLLER, 5.0), WaitingCall("a1", "a.Ask", AGENT, 4.0))
    )
    talk.end()


def test_the_end_sums_a_channel_up() -> None:
    talk = connected()
    talk.controller(samples.chunked(samples.PING))
    talk.agent(samples.returned(0))
    talk.controller(samples.close())
    talk.take()
    left = ExportsLeft(CONTROLLER, 1, (ExportedObject(CONTROLLER, 2, CLASS_LOADER, 2),))
    pings = {AGENT: Pings(), CONTROLLER: Pings(1, 1)}
    talk.end(left, ChannelEnded(CONTROLLER, "", pings, {AGENT: 0.0, CONTROLLER: 0.0}, None))
