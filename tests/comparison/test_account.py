"""What is kept of a session, and what is left out because it always differs."""

import hashlib

from specimens import observations_of

from jnlpspy.comparison.account import JAR_LOADER, Accountant, SessionAccount
from jnlpspy.decoder import Decoder
from jnlpspy.model.session import LoadKind, Outcome
from jnlpspy.model.tap import Side


def account_of(name: str) -> SessionAccount:
    accountant, decoder = Accountant(), Decoder()
    for observation in observations_of(name):
        for event in decoder.feed(observation):
            accountant.observe(event)
    for event in decoder.finish():
        accountant.observe(event)
    session, *_ = [each for each in accountant.accounts() if each.is_session]
    return session


def test_a_session_is_who_asked_what_and_how_it_ended() -> None:
    session = account_of("3.33-JNLP4-connect-workload")
    calls = {call.callable: call for call in session.calls if call.caller is Side.CONTROLLER}
    assert (session.agent_name, session.offers[0][0]) == ("agent-1", "JNLP4-connect")
    assert session.established is not None
    assert calls["peers.work.Fail"].outcome is Outcome.THREW
    assert calls["peers.work.Fail"].exception == "peers.work.WorkloadException: checkout failed: exit code 128"
    assert calls["peers.work.Fail"].causes


def test_a_refused_upgrade_is_a_refusal() -> None:
    session = account_of("head-WebSocket-wrong-secret")
    assert [(by, reason) for by, reason, _ in session.refusals] == [(Side.CONTROLLER, "HTTP status 403")]
    assert account_of("head-WebSocket-workload").refusals == []


def test_a_call_back_is_told_from_the_call_that_it_serves() -> None:
    session = account_of("3.33-JNLP4-connect-workload")
    paths = [call.path for call in session.calls]
    assert ("peers.work.UseProxy", "greet") in paths


def test_bytes_through_pipes_are_digested_in_both_directions() -> None:
    session = account_of("3.33-JNLP4-connect-workload")
    flows = {(pipe.writer, pipe.bytes, pipe.how) for pipe in session.pipes}
    assert {(Side.AGENT, 4096, "eof"), (Side.CONTROLLER, 4096, "eof"), (Side.CONTROLLER, 2000, "dead")} <= flows
    assert hashlib.sha256(b"").hexdigest() not in {pipe.digest for pipe in session.pipes}


def test_what_was_loaded_counts_and_not_the_calls_that_load() -> None:
    session = account_of("3.33-JNLP4-connect-workload")
    loaded = {(each.kind, each.name): each for each in session.loaded}
    assert loaded[LoadKind.CLASS, "peers.work.Echo"].asked_for
    assert not loaded[LoadKind.CLASS, "peers.work.EchoHelper"].asked_for
    assert not loaded[LoadKind.RESOURCE, "peers/work/no-such-thing.txt"].found
    assert not [call for call in session.calls if "fetch" in call.callable]


def test_a_jar_that_is_fetched_in_the_background_counts_for_itself_only() -> None:
    """A quick session may end before an agent asks for it: the call before it and its pipe are not missing then."""
    for name in ("2.53.5-JNLP2-connect-workload", "3.33-JNLP4-connect-workload", "head-JNLP4-connect-workload"):
        session = account_of(name)
        assert any(each.kind is LoadKind.JAR and each.name.startswith("FD41D3C2") for each in session.loaded)
        assert not [call for call in session.calls if call.arguments == JAR_LOADER]
        assert len(session.pipes) == 6
        assert not [pipe for pipe in session.pipes if pipe.bytes == 1491]


def test_numbers_of_exported_objects_are_no_part_of_arguments() -> None:
    session = account_of("3.33-JNLP4-connect-workload")
    (call,) = [each for each in session.calls if each.callable == "peers.work.PipeFromAgent"]
    assert call.arguments == "n=4096, seed=1, pipe=Pipe()"
