from pathlib import Path

from browsing import CAPTURES, CUT_OFF, WORKLOAD, indexed
from specimens import observations_of

from jnlpspy.browse.batches import Batch, Message
from jnlpspy.browse.indexing import Indexer, printable
from jnlpspy.browse.jobs import Source
from jnlpspy.browse.limits import FIRST_ROWS, SECONDS_AT_ONCE
from jnlpspy.browse.spool import SpoolWriter


class Clock:
    """Time that passes when a test says so."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def batches_of(path: Path, clock: Clock, step: float) -> list[Batch]:
    """Index a specimen, so much time passing with each observation."""
    path.touch()
    spool, sent = SpoolWriter(path), list[Message]()
    indexer = Indexer(spool, sent.append, clock=clock)
    for observation in observations_of(WORKLOAD):
        indexer.observe(observation)
        clock.now += step
    indexer.finish()
    spool.close()
    return [each for each in sent if isinstance(each, Batch)]


def test_the_first_rows_come_at_once_and_the_rest_together(tmp_path: Path) -> None:
    batches = batches_of(tmp_path / "spool", Clock(), 0.0)
    assert FIRST_ROWS <= batches[0].count < FIRST_ROWS + 20
    assert [batch.count for batch in batches[1:]] == [365 - batches[0].count]


def test_rows_of_a_slow_capture_do_not_wait_for_a_batch_to_fill(tmp_path: Path) -> None:
    batches = batches_of(tmp_path / "spool", Clock(), SECONDS_AT_ONCE)
    assert len(batches) > 100
    assert sum(batch.count for batch in batches) == 365
    assert batches[0].count < 5


def test_sessions_say_who_it_was_and_how_far_it_came(tmp_path: Path) -> None:
    with indexed(Source(CAPTURES / f"{CUT_OFF}.pcapng"), tmp_path) as (catalogue, _):
        probe, session = catalogue.sessions[2], catalogue.sessions[3]
        assert (probe.state, probe.events, probe.severity) == ("no agent protocol", 2, "")
        assert (session.who, session.protocols, session.severity) == ("agent-1", "JNLP2-connect", "error")
        assert session.state.startswith("channel established")
        assert session.bytes == 12_000 + 19_050


def test_findings_come_with_their_cure_and_what_follows_under_them(tmp_path: Path) -> None:
    with indexed(Source(CAPTURES / f"{CUT_OFF}.pcapng"), tmp_path) as (catalogue, _):
        root, consequence = catalogue.findings
        assert (root.rule, root.depth, root.severity) == ("abrupt-close", 0, "error")
        assert root.advice
        assert [seq for seq, _ in root.evidence] == [48, 50]
        assert (consequence.rule, consequence.depth) == ("unanswered-call", 1)


def test_no_secret_of_a_capture_is_in_its_index(tmp_path: Path) -> None:
    with indexed(Source(CAPTURES / f"{WORKLOAD}.pcapng"), tmp_path) as (catalogue, _):
        told = [str(catalogue.kept(row).record) for row in range(len(catalogue))]
        assert sum("secret:15a6538bef01" in each for each in told) == 1


def test_what_cannot_be_seen_is_marked() -> None:
    assert printable("plain") == "plain"
    assert printable("a\x1b[31m\nb\ud800") == "a\ufffd[31m\ufffdb\ufffd"
