"""What a connection tells behind its handshake, of HTTP, and where bytes are lost or broken."""

import pytest
import samples
from conversation import AGENT_ADDRESS, Conversation, decode
from javaser.samples import HEADER
from said import AGENT, CAPABILITY, CONTROLLER, PING_CLASS, PING_STARTED, closed, sent

from jnlpspy.javaser.building import byte_array, java_class, java_object
from jnlpspy.javaser.writer import write_stream
from jnlpspy.model.commands import Cancel, Command, Response, UserRequest
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallStarted,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Remark,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.java import JavaObject, JavaString, JavaValue
from jnlpspy.model.session import CallKind, Outcome
from jnlpspy.model.tap import CloseReason, Ended, Remarked, Segment, Side, Tap, TlsOpened
from jnlpspy.remoting.nested import Loaders, exception_response
from jnlpspy.remoting.payload import EXCEPTION_RESPONSE, USER_RESPONSE
from jnlpspy.wire import limits
from jnlpspy.wire.chunks import write_chunks

OOPS = samples.throwable("a.Oops", "no disk")
GET = b"GET /tcpSlaveAgentListener/ HTTP/1.1\r\nHost: jenkins\r\n\r\n"


def connected() -> Conversation:
    talk = Conversation()
    talk.agent(samples.offer("JNLP4-plaintext"), samples.ACK, samples.headers(samples.AGENT_HEADERS), samples.OK)
    talk.controller(samples.ACK, samples.headers(samples.CONTROLLER_HEADERS), samples.OK, samples.CAPABILITY_FRAME)
    talk.agent(samples.CAPABILITY_FRAME)
    *_, capability, established = talk.take()
    assert capability.fact == CAPABILITY
    assert established.fact == ChannelEstablished("JNLP4-plaintext", samples.NAME)
    return talk


def answer(value: JavaValue = None, *, number: int = 0, exception: JavaValue = None) -> bytes:
    return samples.command(Response(id=number, return_value=value, exception=exception))


def unanswered(call: str, name: str) -> CallFinished:
    return CallFinished(call, name, 0.0, Outcome.UNANSWERED)


def finished(talk: Conversation) -> CallFinished:
    _, event = talk.take()
    assert isinstance(event.fact, CallFinished)
    return event.fact


class TestCalls:
    def test_both_sides_call_with_the_same_id(self) -> None:
        talk = connected()
        talk.controller(samples.chunked(samples.PING))
        talk.expect(sent(samples.PING), PING_STARTED)
        talk.agent(samples.chunked(samples.RPC.replace(b"xpp\0\0\0\1", b"xpp\0\0\0\0")))
        _, started = talk.take()
        name = "hudson.remoting.RemoteClassLoader$IClassLoader.getName"
        assert started.fact == CallStarted("a0", CallKind.RPC, name, purpose="asks for a class loader's name")
        talk.wait(2)
        talk.controller(answer(JavaString("loader")))
        assert finished(talk) == CallFinished("a0", name, 2.0, Outcome.RETURNED)
        talk.agent(samples.returned(0))
        assert finished(talk) == CallFinished("c0", PING_CLASS, 2.0, Outcome.RETURNED)
        talk.end()

    @pytest.mark.parametrize(
        ("reply", "exception"),
        [
            (answer(exception_response(OOPS, Loaders(1))), "a.Oops: no disk"),
            (answer(exception=OOPS), "a.Oops: no disk"),
            (samples.threw(0, "a.Other", "why"), "a.Other: why"),
        ],
    )
    def test_an_exception_is_told_by_class_and_message(self, reply: bytes, exception: str) -> None:
        talk = connected()
        talk.controller(samples.chunked(samples.PING))
        talk.take()
        talk.agent(reply)
        assert finished(talk) == CallFinished("c0", PING_CLASS, 0.0, Outcome.THREW, exception)
        talk.end()

    def test_an_exception_whose_own_form_is_missing_is_told_by_its_proxy(self) -> None:
        both = exception_response(OOPS, Loaders(1))
        of = java_class(EXCEPTION_RESPONSE, {"rawResponse": "[B", "proxyResponse": "[B"})
        only_proxy = java_object(of, {"rawResponse": None, "proxyResponse": both.value_of("proxyResponse")})
        talk = connected()
        talk.controller(samples.chunked(samples.PING))
        talk.take()
        talk.agent(answer(only_proxy))
        assert finished(talk).exception == "a.Oops: no disk"
        talk.end()

    def test_an_old_peer_answers_in_one_class(self) -> None:
        nested = byte_array(write_stream([OOPS]))
        old = java_object(
            java_class(USER_RESPONSE, {"isException": "Z", "response": "[B"}), {"isException": True, "response": nested}
        )
        talk = connected()
        talk.controller(samples.chunked(samples.PING))
        talk.take()
        talk.agent(answer(old))
        assert finished(talk).outcome is Outcome.THREW
        talk.end()

    def test_a_cancelled_call_says_so(self) -> None:
        talk = connected()
        talk.controller(samples.chunked(samples.PING), samples.command(Cancel(id=0)))
        talk.take()
        talk.agent(samples.threw(0, "java.lang.InterruptedException", "sleep interrupted"))
        told = finished(talk)
        assert (told.outcome, told.exception) == (
            Outcome.CANCELLED,
            "java.lang.InterruptedException: sleep interrupted",
        )
        talk.end()

    def test_calls_without_an_answer_end_with_the_connection_or_the_capture(self) -> None:
        talk = connected()
        talk.controller(samples.chunked(samples.PING))
        talk.take()
        talk.wait(3)
        facts = [event.fact for event in decode(talk.observations)]
        assert CallFinished("c0", PING_CLASS, 0.0, Outcome.UNANSWERED) in facts
        talk.close(how=CloseReason.RESET)
        unanswered, closing = talk.take()
        assert unanswered.fact == CallFinished("c0", PING_CLASS, 3.0, Outcome.UNANSWERED)
        assert closing.fact.orderly is False  # type: ignore[union-attr]
        talk.end()

    def test_a_response_to_nothing_is_a_command_and_no_more(self) -> None:
        talk = connected()
        talk.agent(samples.chunked(samples.PING_ANSWER))
        talk.expect(sent(samples.PING_ANSWER))
        talk.end()

    def test_an_end_behind_a_close_command_is_orderly(self) -> None:
        talk = connected()
        talk.controller(samples.chunked(samples.CLOSE))
        talk.expect(sent(samples.CLOSE))
        talk.close(CONTROLLER)
        (closing,) = talk.take()
        assert closing.fact.orderly is True  # type: ignore[union-attr]
        talk.end()


class TestCommands:
    def test_an_unknown_class_stays_a_generic_object(self) -> None:
        stream = write_stream([java_object(java_class("hudson.remoting.Tomorrow", {"x": "I"}), {"x": 1})])
        talk = connected()
        talk.agent(samples.chunked(stream, samples.CLOSE))
        talk.expect(sent(stream), sent(samples.CLOSE))
        event = talk.events[-2]
        assert isinstance(event.fact, CommandSent)
        assert event.fact.command.class_name == "hudson.remoting.Tomorrow"
        talk.end()

    def test_a_command_that_breaks_off_is_told_beside_what_was_read(self) -> None:
        talk = connected()
        talk.controller(samples.chunked(samples.PING[:-4], samples.CLOSE))
        *told, after = talk.take()
        assert [type(event.fact) for event in told] == [CommandSent, CallStarted, Undecodable]
        undecodable = told[-1]
        assert undecodable.fact == Undecodable("4 bytes", "0", "UserRequest.toString", b"")
        assert undecodable.span == told[0].span
        assert after.fact == sent(samples.CLOSE)
        talk.end(unanswered("c0", PING_CLASS))

    def test_bytes_that_are_no_command_are_shown_up_to_64(self) -> None:
        talk = connected()
        talk.agent(samples.chunked(b"x" * 1000, samples.CLOSE))
        talk.expect(Undecodable("stream header aced0005", "78787878", "", b"x" * 64), sent(samples.CLOSE))
        talk.end()

    def test_a_payload_that_cannot_be_read_leaves_the_call(self) -> None:
        broken: Command = UserRequest(id=3, request=HEADER + b"\x01", to_string="a.Work@77")
        talk = connected()
        talk.controller(samples.command(broken))
        told = [event.fact for event in talk.take()]
        assert told[1] == CallStarted("c3", CallKind.USER, "a.Work")
        assert isinstance(told[2], Undecodable)
        assert told[2].path == "UserRequest.request"
        talk.end(unanswered("c3", "a.Work"))

    def test_an_empty_chunk_is_no_command(self) -> None:
        talk = connected()
        talk.controller(b"\0\0", samples.chunked(samples.CLOSE), b"\0\0")
        talk.expect(sent(samples.CLOSE))
        talk.end()

    def test_a_large_command_comes_in_many_chunks(self) -> None:
        stream = write_stream([byte_array(b"x" * 20_000)])
        chunks = list(write_chunks(stream))
        talk = connected()
        for chunk in chunks:
            talk.expect()
            talk.agent(chunk)
        (event,) = talk.take()
        assert isinstance(event.fact, CommandSent)
        assert event.fact.size == len(stream)
        assert event.span is not None
        assert len(event.span) == len(stream) + 2 * len(chunks)
        talk.end()

    def test_what_the_end_cuts_off_is_counted_and_no_error(self) -> None:
        talk = connected()
        start = sum(len(each.data) for each in talk.observations if isinstance(each, Segment) and each.sender is AGENT)
        talk.agent(samples.chunked(samples.CLOSE), b"\x20\0abc")
        talk.expect(sent(samples.CLOSE))
        talk.close(how=CloseReason.RESET)
        (closing,) = talk.take()
        assert closing.fact.unfinished == {AGENT: 5, CONTROLLER: 0}  # type: ignore[union-attr]
        assert closing.fact.bytes[AGENT] == start + 134 + 5  # type: ignore[union-attr,index]
        talk.end()

    def test_a_command_over_the_cap_is_told_and_the_next_one_read(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(limits, "COMMAND", 10_000)
        talk = connected()
        talk.agent(samples.chunked(b"x" * 20_000, samples.CLOSE))
        lost = Undecodable("a command of at most 10000 bytes", "20000 bytes", "", b"")
        talk.expect(lost, sent(samples.CLOSE))
        talk.end()


class TestLostBytes:
    def test_the_next_command_is_found(self) -> None:
        talk = connected()
        talk.agent(samples.chunked(samples.CLOSE)[:50])
        talk.gap(AGENT, 1000)
        talk.expect(BytesMissing(1000))
        talk.agent(b"the rest of something", samples.chunked(samples.UNEXPORT, samples.CLOSE))
        talk.expect(sent(samples.UNEXPORT), sent(samples.CLOSE))
        talk.end()

    def test_the_other_side_is_read_on(self) -> None:
        talk = connected()
        talk.gap(AGENT, 0)
        talk.expect(BytesMissing(0))
        talk.controller(samples.chunked(samples.CLOSE))
        talk.expect(sent(samples.CLOSE))
        talk.end()

    def test_a_connection_seen_from_its_middle_tells_its_commands(self) -> None:
        talk = Conversation()
        talk.gap(AGENT, 0)
        talk.gap(CONTROLLER, 0)
        talk.expect(BytesMissing(0), BytesMissing(0))
        talk.controller(b"...", samples.chunked(samples.PING))
        talk.expect(sent(samples.PING), PING_STARTED)
        talk.agent(b"...", samples.returned(0))
        assert finished(talk) == CallFinished("c0", PING_CLASS, 0.0, Outcome.RETURNED)
        talk.end()

    def test_an_agent_seen_too_late_leaves_the_controllers_commands(self) -> None:
        talk = Conversation()
        talk.controller(b"what the offer would have explained")
        talk.gap(AGENT, 24)
        talk.expect(BytesMissing(24))
        talk.controller(samples.chunked(samples.CLOSE))
        talk.expect(sent(samples.CLOSE))
        talk.end()

    def test_tls_seen_from_its_middle_tells_nothing_more(self) -> None:
        talk = Conversation(tap=Tap.WIRE)
        talk.gap(AGENT, 0)
        talk.gap(CONTROLLER, 0)
        talk.expect(BytesMissing(0), BytesMissing(0))
        for _ in range(10):
            talk.agent(bytes.fromhex("1703030400"), b"\xac\xed\0\5" * 256)
        talk.close()
        talk.expect(closed(10 * 1029, 0))
        talk.end()

    def test_lost_bytes_of_a_web_page_leave_the_next_one(self) -> None:
        talk = Conversation()
        talk.agent(GET)
        talk.controller(b"HTTP/1.1 200 OK\r\nContent-Length: 3000\r\n\r\nabc")
        talk.gap(CONTROLLER, 2997)
        talk.agent(GET)
        talk.controller(b"HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n")
        told = [type(event.fact) for event in talk.take()]
        assert told == [DiscoveryAsked, DiscoveryAnswered, BytesMissing, DiscoveryAsked, DiscoveryAnswered]
        talk.end()


class TestHttp:
    def test_a_page_of_the_agent_port(self) -> None:
        answer = b"HTTP/1.0 200 OK\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\nJenkins-Version: 2.190\r\n"
        talk = Conversation()
        talk.agent(b"GET / HTTP/1.0\r\n\r\n")
        talk.expect(DiscoveryAsked("GET", "/", {}))
        talk.controller(answer)
        talk.expect(DiscoveryAnswered(200, {"Content-Type": "text/plain;charset=UTF-8"}, "/"))
        talk.close(CONTROLLER)
        talk.expect(closed(18, len(answer), by=CONTROLLER))
        talk.end()

    def test_the_404_of_new_cores_lacks_its_empty_line(self) -> None:
        answer = b"HTTP/1.0 404 Not Found\nContent-Type: text/plain;charset=UTF-8\nNot Found\n"
        talk = Conversation()
        talk.agent(b"GET /x HTTP/1.0\r\n\r\n")
        talk.controller(answer)
        talk.expect(DiscoveryAsked("GET", "/x", {}))
        talk.fin(CONTROLLER)
        talk.expect(DiscoveryAnswered(404, {"Content-Type": "text/plain;charset=UTF-8"}, "/x"))
        talk.close(CONTROLLER)
        talk.expect(closed(19, len(answer), by=CONTROLLER))
        talk.end()

    def test_a_post_hangs(self) -> None:
        talk = Conversation()
        talk.agent(b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc")
        talk.expect(DiscoveryAsked("POST", "/", {"Content-Length": "3"}))
        talk.close()
        talk.expect(closed(41, 0))
        talk.end()

    def test_a_head_cut_off_is_unfinished(self) -> None:
        talk = Conversation()
        talk.agent(b"GET / HTTP/1.1\r\nHost")
        talk.close()
        talk.expect(closed(20, 0, unfinished={AGENT: 20}))
        talk.end()

    def test_an_answer_that_is_none_is_told_once(self) -> None:
        talk = Conversation()
        talk.agent(GET)
        talk.controller(b"Ping\nPing\nPing\n")
        asked, undecodable = talk.take()
        assert asked.fact == DiscoveryAsked("GET", "/tcpSlaveAgentListener/", {"Host": "jenkins"})
        assert undecodable.fact == Undecodable("an HTTP status line", '50 69 6e 67 0a ("Ping\n")', "", b"")
        talk.end()

    def test_secrets_in_a_pseudonymous_capture_keep_their_fingerprint(self) -> None:
        talk = Conversation(pseudonyms=True)
        talk.agent(b"GET / HTTP/1.1\r\nAuthorization: " + b"3a" * 32 + b"\r\n\r\n")
        (asked,) = talk.take()
        assert isinstance(asked.fact, DiscoveryAsked)
        assert str(asked.fact.headers["Authorization"]) == "secret:3a3a3a3a3a3a"
        talk.end()


def test_what_the_proxy_saw_is_passed_on() -> None:
    talk = Conversation()
    talk.observe(TlsOpened(1, 1.0, Side.AGENT, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "00:11"))
    talk.observe(Remarked(1, 1.0, "dialling failed"))
    talk.expect(TlsStarted(AGENT, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "00:11"), Remark("dialling failed"))
    talk.end()


@pytest.mark.parametrize("tap", [Tap.AGENT_LEG, Tap.CONTROLLER_LEG])
def test_the_bytes_on_the_legs_are_those_of_the_decrypted_tap(tap: Tap) -> None:
    talk = Conversation(tap=tap)
    talk.agent(samples.offer("Ping"))
    talk.close(None, CloseReason.SHUTDOWN)
    talk.expect(closed(0, 0, by=None, how=CloseReason.SHUTDOWN))
    talk.end()


def test_a_reset_of_one_side_refuses_nothing() -> None:
    talk = Conversation()
    talk.agent(samples.offer("JNLP2-connect"), samples.properties(samples.AGENT_HEADERS))
    talk.take()
    talk.observe(Ended(1, 1.0, CONTROLLER, CloseReason.RESET))
    talk.expect()
    talk.end()


def test_times_are_those_of_the_observations() -> None:
    talk = Conversation()
    talk.wait(5)
    talk.agent(samples.offer("Ping"))
    talk.wait(1.5)
    talk.close()
    opened, offered, closing = talk.events
    assert isinstance(opened.fact, ConnectionOpened)
    assert opened.fact.agent == AGENT_ADDRESS
    assert (opened.when, offered.when, closing.when) == (1000.0, 1005.0, 1006.5)
    assert closing.fact.duration == 6.5  # type: ignore[union-attr]
    talk.take()
    talk.end()


def test_a_large_object_graph_is_described_in_bounded_text() -> None:
    """Each node holds the next one twice: written out it would have 2 to the 60 of them."""
    inner: JavaObject = java_object(java_class("a.Leaf"))
    of = java_class("a.Node", {"left": "La/Node;", "right": "La/Node;"})
    for _ in range(60):
        inner = java_object(of, {"left": inner, "right": inner})
    talk = connected()
    talk.controller(samples.request(1, write_stream([inner])))
    _, started = talk.take()
    assert isinstance(started.fact, CallStarted)
    assert len(started.fact.arguments) <= 80
    talk.end(unanswered("c1", "a.Node"))


@pytest.mark.parametrize("data", [samples.offer("JNLP4-plaintext"), b"SSH-2.0-x"])
def test_the_end_says_how_long_nobody_had_said_anything(data: bytes) -> None:
    talk = Conversation()
    talk.wait(1)
    talk.agent(data)
    talk.wait(60)
    talk.close(CONTROLLER, CloseReason.RESET)
    (end,) = [event.fact for event in talk.take() if isinstance(event.fact, ConnectionClosed)]
    assert (end.silence, end.duration) == (60.0, 61.0)
    talk.end()


def test_who_speaks_after_the_others_end_is_not_silent() -> None:
    talk = Conversation()
    talk.fin(CONTROLLER)
    talk.wait(5)
    talk.agent(samples.offer("JNLP4-plaintext"))
    talk.close(AGENT)
    (end,) = [event.fact for event in talk.take() if isinstance(event.fact, ConnectionClosed)]
    assert end.silence == 0.0
    talk.end()


def test_a_silence_is_over_when_the_first_side_ends() -> None:
    talk = Conversation()
    talk.agent(samples.offer("JNLP4-plaintext"))
    talk.wait(5)
    talk.fin(CONTROLLER)
    talk.wait(60)
    talk.close(AGENT)
    (end,) = [event.fact for event in talk.take() if isinstance(event.fact, ConnectionClosed)]
    assert (end.silence, end.duration) == (5.0, 65.0)
    talk.end()
