"""JSON Lines as the contract names them."""

import json
from typing import get_args

from facts import EVENTS, SECRET

from jnlpspy.export.jsonl import TYPES, JsonlSink, event_to_json, format_event
from jnlpspy.model.events import Event, Fact, HeadersSent, ProtocolOffered, Undecodable
from jnlpspy.model.tap import Side

CONTRACT = {
    "connection_opened": {"agent", "controller", "transport"},
    "discovery_answered": {"status", "headers", "url"},
    "protocol_offered": {"protocol"},
    "tls_started": {"leg", "version", "cipher", "identity"},
    "headers_sent": {"headers", "agent_name", "secret"},
    "handshake_accepted": {"protocol", "agent_name"},
    "handshake_refused": {"by", "reason", "permanent"},
    "capability_announced": {"mask", "names"},
    "channel_established": {"protocol", "agent_name"},
    "frame_sent": {"frame", "size", "code", "reason"},
    "command_sent": {"command", "size", "summary", "fields"},
    "call_started": {"call", "kind", "callable", "arguments", "purpose", "parent", "certain"},
    "call_finished": {"call", "callable", "duration", "outcome", "exception", "causes", "suppressed"},
    "pipe_opened": {"pipe", "bytes", "chunks", "error", "kind", "writer", "call"},
    "pipe_closed": {"pipe", "bytes", "chunks", "error", "kind", "writer", "call", "how", "duration", "in_flight"}
    | {"stalls", "stalled"},
    "class_loaded": {"name", "kind", "bytes", "duration", "call", "found", "prefetched", "class_version", "jar"},
    "undecodable": {"expected", "got", "path", "hex"},
    "opaque_bytes": {"reason", "length"},
    "bytes_missing": {"length"},
    "connection_closed": {"by", "how", "orderly", "bytes", "unfinished", "duration"},
}
"""The contract's table of events and the keys added to it, without those of later work."""

COMMON = {"v", "type", "connection", "when", "seq"}


def test_every_fact_has_its_type() -> None:
    assert set(TYPES) == set(get_args(Fact))
    assert {type(event.fact) for event in EVENTS} == set(TYPES)


def test_every_event_of_the_contract_has_exactly_its_keys() -> None:
    for event in EVENTS:
        record = event_to_json(event)
        expected = CONTRACT.get(str(record["type"]))
        if expected is not None:
            assert set(record) - {"side", "span"} == COMMON | expected
            assert ("side" in record) == ("span" in record) == (event.side is not None)


def test_a_line_is_one_object_in_ascii() -> None:
    written: list[str] = []
    sink = JsonlSink(written.append)
    for event in EVENTS:
        sink.observe(event)
    sink.finish()
    assert len(written) == len(EVENTS)
    for line in written:
        assert line.isascii()
        assert line.count("\n") == 1
        assert json.loads(line)["v"] == 1


def test_what_no_encoding_can_carry_is_escaped() -> None:
    line = format_event(Event(1, 1, 0.0, ProtocolOffered("\ud800 €"), Side.AGENT))
    assert json.loads(line)["protocol"] == "\ud800 €"
    line.encode("ascii")


def test_a_secret_is_a_fingerprint() -> None:
    text = "".join(format_event(event) for event in EVENTS)
    assert SECRET not in text
    assert "c00kie" not in text
    headers = next(event for event in EVENTS if isinstance(event.fact, HeadersSent))
    record = event_to_json(headers)
    assert len(str(record["secret"])) == len("secret:") + 12


def test_the_fields_of_a_command_stand_under_their_java_names() -> None:
    records = [event_to_json(event) for event in EVENTS]
    rpc = next(
        record for record in records if record.get("command") == "hudson.remoting.RemoteInvocationHandler$RPCRequest"
    )
    assert rpc["fields"] == {
        "createdAt": None,
        "id": 1,
        "lastIoId": 0,
        "oid": 2,
        "methodName": "fetch3",
        "types": [],
        "arguments": ["hudson.Work"],
        "declaringClassName": "",
    }
    request = next(record for record in records if record.get("command") == "hudson.remoting.UserRequest")
    assert isinstance(request["fields"], dict)
    assert request["fields"]["request"] == {"length": 0}


def test_bytes_that_could_not_be_decoded_are_hex() -> None:
    record = event_to_json(next(event for event in EVENTS if isinstance(event.fact, Undecodable)))
    assert record["hex"] == "ff00"
