"""One fact of every kind, for the tests of whatever reads events."""

import io

from jnlpspy.model.commands import CloseCommand, Response, RPCRequest, UnknownCommand, UserRequest
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallStarted,
    CallsWaiting,
    CapabilityAnnounced,
    ChannelEnded,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    ConnectFailed,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    ExportsLeft,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    InputsRead,
    NameResolved,
    OpaqueBytes,
    PipeClosed,
    PipeOpened,
    PipeStalled,
    ProtocolOffered,
    Remark,
    SecretChecked,
    SecretFlawed,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.inputs import AgentInputs, LauncherForm
from jnlpspy.model.java import JavaString
from jnlpspy.model.negotiation import Capability
from jnlpspy.model.secret import Secret
from jnlpspy.model.secret_flaws import SecretFlaw
from jnlpspy.model.session import (
    CallKind,
    ExportedObject,
    FrameKind,
    FrameSent,
    LoadKind,
    Outcome,
    Payload,
    PayloadRole,
    Pings,
    PipeEnd,
    PipeKind,
    WaitingCall,
)
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Address, CloseReason, DialFailure, Side


class Screen(io.StringIO):
    """A file that takes itself for a terminal."""

    def isatty(self) -> bool:
        return True


SECRET = "00f2be5ce25720984334d870c1c7d553f2ef1279eb33dac307113b9bb73cdbb9"
AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
WHEN = 1_700_000_000.25

FACTS: list[tuple[Fact, Side | None]] = [
    (ConnectionOpened(Address("10.0.0.5", 51020), Address("::1", 50000)), None),
    (DiscoveryAsked("GET", "/tcpSlaveAgentListener/", {"Node-Name": "a1"}), AGENT),
    (
        DiscoveryAnswered(
            200,
            {"X-Jenkins-JNLP-Port": "50000", "X-Jenkins-Agent-Protocols": "JNLP4-connect, Ping"},
            "/tcpSlaveAgentListener/",
        ),
        CONTROLLER,
    ),
    (DiscoveryAnswered(302, {"Location": "https://sso.example/"}, "/tcpSlaveAgentListener/"), CONTROLLER),
    (ProtocolOffered("JNLP4-connect"), AGENT),
    (TlsStarted(CONTROLLER, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "5d:bd:34:aa"), None),
    (HeadersSent({"Node-Name": "a1", "Secret-Key": Secret(SECRET)}, "a1", Secret(SECRET)), AGENT),
    (HeadersSent({"JnlpAgentProtocol.cookie": Secret("c00kie")}), CONTROLLER),
    (HandshakeAccepted("JNLP4-connect", "a1"), CONTROLLER),
    (HandshakeRefused(CONTROLLER, "Authorization failure"), CONTROLLER),
    (HandshakeRefused(CONTROLLER, ""), CONTROLLER),
    (SecretChecked(CONTROLLER, True), CONTROLLER),
    (SecretChecked(AGENT, False), AGENT),
    (CapabilityAnnounced(Capability(0x1FE)), AGENT),
    (ChannelEstablished("JNLP4-connect", "a1"), None),
    (CommandSent(UserRequest(id=7, to_string="hudson.Work@1"), 2029), CONTROLLER),
    (
        CommandSent(
            RPCRequest(id=1, oid=2, method_name="fetch3", arguments=(JavaString("hudson.Work"),)),
            566,
        ),
        AGENT,
    ),
    (CommandSent(Response(id=7), 1660, Payload(PayloadRole.RETURNED, JavaString("3.33"))), AGENT),
    (CommandSent(CloseCommand(), 132), CONTROLLER),
    (CommandSent(UnknownCommand(object=JavaString("odd")), 9), AGENT),
    (CallStarted("c7", CallKind.USER, "hudson.slaves.SlaveComputer$SlaveVersion", 'text="hello"'), CONTROLLER),
    (CallFinished("c7", "hudson.slaves.SlaveComputer$SlaveVersion", 0.268, Outcome.RETURNED), AGENT),
    (CallFinished("c8", "hudson.Work", 61.0, Outcome.THREW, "java.io.IOException: disk full"), AGENT),
    (CallFinished("a1", "hudson.remoting.Channel.close", 0.0042, Outcome.CANCELLED, "java.lang.X"), CONTROLLER),
    (CallFinished("a2", "hudson.Work", 3700.0, Outcome.UNANSWERED), None),
    (
        CallsWaiting(
            (WaitingCall("c9", "a.Build", CONTROLLER, 62.5), WaitingCall("a3", "a.B.ask", AGENT, 61.0, False))
        ),
        None,
    ),
    (PipeOpened("c5", PipeKind.STREAM, AGENT, "c7"), CONTROLLER),
    (PipeStalled("c5", 1 << 20, 31.5), CONTROLLER),
    (PipeClosed("c5", PipeKind.STREAM, AGENT, "c7", 204_800, 25, PipeEnd.EOF, 0.084), AGENT),
    (
        PipeClosed(
            "a5.2", PipeKind.WRITER, CONTROLLER, None, 1, 1, PipeEnd.DEAD, 0.2, "java.io.IOException: gone", 1, 2, 31.5
        ),
        AGENT,
    ),
    (ClassLoaded("hudson.Work", LoadKind.CLASS, 1452, 0.046, "a1", prefetched=True, class_version=8), CONTROLLER),
    (ClassLoaded("hudson.Lib", LoadKind.CLASS, 0, 0.046, "a1", jar="7909DAF625880D8286D9"), CONTROLLER),
    (ClassLoaded("hudson/none.txt", LoadKind.RESOURCE, 0, 0.01, "a4", found=False), CONTROLLER),
    (ExportsLeft(AGENT, 1, (ExportedObject(AGENT, 2, "hudson.remoting.JarLoader", 3),)), None),
    (
        ChannelEnded(
            CONTROLLER,
            "java.io.IOException: node deleted",
            {AGENT: Pings(), CONTROLLER: Pings(3, 2, 1, 0.25)},
            {AGENT: 250.0, CONTROLLER: 0.0},
            AGENT,
        ),
        None,
    ),
    (ChannelEnded(None, "", {AGENT: Pings(1, 1), CONTROLLER: Pings()}, {AGENT: 0.0, CONTROLLER: 0.0}, None), None),
    (Undecodable("TC_OBJECT", "ff", "UserRequest.request", b"\xff\x00"), AGENT),
    (OpaqueBytes("TLS that was not opened", 123456), None),
    (BytesMissing(1448), AGENT),
    (BytesMissing(0), AGENT),
    (Remark("cannot reach 10.0.0.2:50000: Connection refused"), None),
    (
        ConnectionClosed(
            CONTROLLER, CloseReason.EOF, True, {AGENT: 10, CONTROLLER: 2000}, {AGENT: 0, CONTROLLER: 0}, 4.1
        ),
        None,
    ),
    (
        ConnectionClosed(None, CloseReason.SHUTDOWN, False, {AGENT: 0, CONTROLLER: 0}, {AGENT: 2, CONTROLLER: 0}, 90.0),
        None,
    ),
    (
        ConnectionClosed(AGENT, CloseReason.RESET, False, {AGENT: 1, CONTROLLER: 0}, {AGENT: 1, CONTROLLER: 0}, 0.05),
        None,
    ),
    (
        InputsRead(
            "command line",
            AgentInputs(form=LauncherForm.NAMED, urls=("http://j/",), name="a1", secret=Secret(SECRET)),
        ),
        None,
    ),
    (NameResolved("jenkins.example", ("192.0.2.1", "2001:db8::1")), None),
    (NameResolved("jenkins.exmaple", (), "Name or service not known"), None),
    (ConnectFailed("jenkins.example:50000", DialFailure.REFUSED, "Connection refused"), None),
    (
        Finding(
            "secret-rejected",
            Severity.ERROR,
            "The controller refused the secret of agent 'a1'",
            (7, 10, "the inventory"),
            ("the secret of another agent",),
            ("copy the command again",),
            0.9,
            "a1",
        ),
        None,
    ),
    (SecretFlawed((SecretFlaw.QUOTES, SecretFlaw.LINE_BREAK)), None),
    (FrameSent(FrameKind.PING, 0), CONTROLLER),
    (FrameSent(FrameKind.CLOSE, 14, 1001, "Idle Timeout"), CONTROLLER),
]

EVENTS = [
    Event(seq, 3, WHEN + seq / 1000, fact, side, Span(10, 20) if side else None)
    for seq, (fact, side) in enumerate(FACTS, start=1)
]
