import json
from pathlib import Path

import pytest
from browsing import CAPTURES, WORKLOAD, indexed
from specimens import golden_path, specimen_names

from jnlpspy.browse import catalogue as catalogue_module
from jnlpspy.browse.jobs import Source
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side


@pytest.mark.parametrize("name", specimen_names()[::7])
def test_its_rows_are_the_decoders_events_with_the_findings_among_them(name: str, tmp_path: Path) -> None:
    golden = [json.loads(line) for line in golden_path(name).read_text("utf-8").splitlines()]
    with indexed(Source(CAPTURES / f"{name}.pcapng"), tmp_path) as (catalogue, _):
        kept = [catalogue.kept(row).record for row in range(len(catalogue))]
        events = [record for record in kept if record["type"] != "finding"]
        assert [(each["seq"], each["type"], each.get("span")) for each in events] == [
            (each["seq"], each["type"], each.get("span")) for each in golden
        ]
        for record, event in zip(events, golden, strict=True):
            assert record.items() <= event.items()
        rows = [catalogue.row(row) for row in range(len(catalogue))]
        assert [(row.seq, row.kind, row.connection, row.when) for row in rows] == [
            (each["seq"], each["type"], each["connection"], each["when"]) for each in kept
        ]


def test_bytes_of_a_span_are_those_of_the_stream(tmp_path: Path) -> None:
    with indexed(Source(CAPTURES / f"{WORKLOAD}.pcapng"), tmp_path) as (catalogue, _):
        assert catalogue.cut(2, Side.AGENT, Span(0, 24)) == b"\x00\x16Protocol:JNLP2-connect"[:24]
        headers = catalogue.cut(2, Side.AGENT, Span(24, 150))
        assert b"Secret-Key" in headers
        assert len(headers) == 126


def test_only_so_many_blocks_stay_unpacked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalogue_module, "UNPACKED", 1)
    with indexed(Source(CAPTURES / f"{WORKLOAD}.pcapng"), tmp_path) as (catalogue, _):
        assert catalogue.blocks() > 1
        lines = [catalogue.row(row).line for row in (0, len(catalogue) - 1, 0)]
        assert lines[0] == lines[2] != lines[1]


def test_an_event_is_found_by_its_number(tmp_path: Path) -> None:
    with indexed(Source(CAPTURES / "3.33-JNLP2-connect-reset-mid-session.pcapng"), tmp_path) as (catalogue, _):
        row = catalogue.row_of(50)
        assert row is not None
        assert catalogue.row(row).kind == "connection_closed", "findings that rest on it come after it"
        assert catalogue.kind(row + 1) == "finding"
        assert catalogue.row_of(0) is None
        assert catalogue.row_of(1000) is None
