"""Findings as objects: a root, then its consequences, each with where it holds."""

from diagnosing import Tale, a_finding

from jnlpspy.diagnosis.runs import Runs
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.export.findings import Record, VerdictRecords
from jnlpspy.model.events import Event


def records_of(*events: Event, runs: Runs | None = None) -> list[Record]:
    records: list[Record] = []
    sink = VerdictRecords(Verdict(), lambda record: records.append(dict(record)), runs or Runs())
    for event in events:
        sink.observe(event)
    sink.finish()
    return records


def told(connection: int, rule: str, *, seq: int = 1, under: str | None = None) -> Event:
    return Event(seq, connection, 5.0, a_finding(rule, under=under))


def test_a_consequence_follows_its_root() -> None:
    records = records_of(told(1, "other"), told(2, "effect", under="root"), told(2, "root"))
    assert [record["rule"] for record in records] == ["other", "root", "effect"]
    assert {(record["v"], record["type"]) for record in records} == {(1, "finding")}


def test_connections_are_listed_with_the_first_one_on_its_own() -> None:
    (record,) = records_of(told(3, "root"), told(5, "root"))
    assert (record["connection"], record["connections"], record["capture"]) == (3, [3, 5], None)


def test_each_capture_has_its_own_line_with_its_own_numbers() -> None:
    runs = Runs()
    runs.begin("a", 0, 0)
    runs.begin("b", 3, 9)
    first, second = records_of(told(2, "root", seq=4), told(5, "root", seq=12), runs=runs)
    assert (first["capture"], first["connection"], first["seq"], first["evidence"]) == ("a", 2, 4, [1])
    assert (second["capture"], second["connection"], second["evidence"]) == ("b", 2, [])


def test_nothing_found_is_nothing_written() -> None:
    assert records_of(*Tale().opened().closed().events) == []
