"""JSON Lines as the contract names them."""

import json
import re
from pathlib import Path
from typing import get_args

from facts import EVENTS, SECRET

from jnlpspy.export.jsonl import TYPES, JsonlSink, event_to_json, format_event
from jnlpspy.model.events import Event, Fact, HeadersSent, ProtocolOffered, Undecodable
from jnlpspy.model.tap import Side

CONTRACT = {
    "connection_opened": {"agent", "controller", "transport"},
    "inputs_read": {"source", "form", "urls", "agent_name", "secret"},
    "name_resolved": {"host", "addresses", "reason"},
    "connect_failed": {"target", "failure", "text"},
    "discovery_asked": {"method", "url", "headers"},
    "discovery_answered": {"status", "headers", "url"},
    "protocol_offered": {"protocol"},
    "tls_started": {"leg", "version", "cipher", "identity"},
    "headers_sent": {"headers", "agent_name", "secret"},
    "handshake_accepted": {"protocol", "agent_name"},
    "handshake_refused": {"by", "reason", "permanent"},
    "secret_checked": {"by", "matches"},
    "secret_flawed": {"flaws"},
    "capability_announced": {"mask", "names"},
    "channel_established": {"protocol", "agent_name"},
    "frame_sent": {"frame", "size", "code", "reason"},
    "command_sent": {"command", "size", "summary", "fields"},
    "call_started": {"call", "kind", "callable", "arguments", "purpose", "parent", "certain"},
    "call_finished": {"call", "callable", "duration", "outcome", "exception", "causes", "suppressed"},
    "calls_waiting": {"calls"},
    "pipe_opened": {"pipe", "bytes", "chunks", "error", "kind", "writer", "call"},
    "pipe_stalled": {"pipe", "in_flight", "duration"},
    "pipe_closed": {"pipe", "bytes", "chunks", "error", "kind", "writer", "call", "how", "duration", "in_flight"}
    | {"stalls", "stalled"},
    "class_loaded": {"name", "kind", "bytes", "duration", "call", "found", "prefetched", "class_version", "jar"},
    "exports_left": {"owner", "total", "objects"},
    "channel_ended": {"closed_by", "reason", "pings", "silence", "silent"},
    "undecodable": {"expected", "got", "path", "hex"},
    "opaque_bytes": {"reason", "length"},
    "bytes_missing": {"length"},
    "remark": {"text"},
    "connection_closed": {"by", "how", "orderly", "bytes", "unfinished", "duration"},
    "finding": {"rule", "severity", "title", "evidence", "causes", "advice", "confidence", "subject", "consequence_of"},
}
"""Every type of event, with all its keys but those that every event has."""

DOCS = Path(__file__).parents[2] / "docs/command-line.md"

COMMON = {"v", "type", "connection", "when", "seq"}


def test_every_fact_has_its_type() -> None:
    assert set(TYPES) == set(get_args(Fact))
    assert {type(event.fact) for event in EVENTS} == set(TYPES)


def test_every_event_of_the_contract_has_exactly_its_keys() -> None:
    for event in EVENTS:
        record = event_to_json(event)
        assert set(record) - {"side", "span"} == COMMON | CONTRACT[str(record["type"])]
        assert ("side" in record) == ("span" in record) == (event.side is not None)


def documented() -> dict[str, set[str]]:
    """Return what docs/command-line.md says in code of each type: its keys, and words that are values of them."""
    page = DOCS.read_text("utf-8").partition("## Events\n")[2].partition("\n## ")[0]
    rows = [line.strip("|").split(" | ", 1) for line in page.splitlines() if line.startswith("| `")][1:]
    words = {name: set(re.findall(r"`(\w+)`", said)) for names, said in rows for name in re.findall(r"`(\w+)`", names)}
    words["pipe_closed"] |= words["pipe_opened"]  # as its row says
    return words


def test_the_manual_has_every_type_with_its_keys() -> None:
    words = documented()
    assert words.keys() == set(TYPES.values())
    assert {name: missing for name, keys in CONTRACT.items() if (missing := keys - words[name])} == {}
    page = DOCS.read_text("utf-8")
    assert {key for key in COMMON | {"side", "span"} if f"`{key}`" not in page} == set()


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
