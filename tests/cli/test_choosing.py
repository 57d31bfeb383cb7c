"""Filters on the command line."""

import subprocess
import sys
from pathlib import Path

import pytest
from commands import environment, records, run
from facts import EVENTS

from jnlpspy.cli.choosing import Chooser, complete
from jnlpspy.filters.problem import FilterError
from jnlpspy.model.choice import every
from jnlpspy.model.findings import Finding

CAPTURES = Path(__file__).parents[2] / "captures"
WORKLOAD = str(CAPTURES / "3.33-JNLP4-connect-workload.pcapng")
REFUSED = str(CAPTURES / "3.33-JNLP4-connect-wrong-secret.pcapng")
NONE: dict[str, str] = {}


def test_without_a_filter_every_event_is_chosen() -> None:
    chooser = Chooser(None)
    assert chooser.choice is every
    assert chooser.matched
    assert not chooser.is_filter
    assert not chooser.asks_for(Finding)


def test_a_filter_is_asked_once_of_each_event() -> None:
    chooser = Chooser("refused")
    before = chooser.matched
    assert [event.seq for event in EVENTS if chooser.choice(event) and chooser.choice(event)] == [10, 11]
    assert (before, chooser.matched) == (False, True)
    assert chooser.asks_for(Finding) is False
    assert Chooser("refused or finding").asks_for(Finding)


def test_a_filter_that_means_nothing_is_refused_at_once() -> None:
    with pytest.raises(FilterError):
        Chooser("refused ro finding")


def test_a_shell_gets_the_whole_filter_with_its_last_word_completed() -> None:
    assert complete("call and dur") == [("call and duration", "a duration")]
    assert [text for text, _ in complete("side == ")] == ["side == agent", "side == controller"]
    assert complete("call call ") == []


def test_show_prints_the_events_that_match_and_the_sessions_they_belong_to(tmp_path: Path) -> None:
    shown = run("show", WORKLOAD, "--filter", "call and duration > 250ms", home=tmp_path)
    assert shown.returncode == 0
    lines = shown.stdout.split("\n\n")[0].splitlines()
    assert [line.split()[4:6] for line in lines] == [["answer", "c11"], ["answer", "c19"], ["answer", "c20"]]
    assert "Session #3  agent-1, JNLP4-connect: channel established" in shown.stdout
    assert "calls: 47 returned, 2 threw, 1 cancelled" in shown.stdout


def test_a_session_without_an_event_that_matches_is_not_summed_up(tmp_path: Path) -> None:
    shown = run("show", WORKLOAD, "--filter", "connection == 1", home=tmp_path)
    assert shown.stdout
    assert "Session" not in shown.stdout


def test_json_has_the_events_that_match(tmp_path: Path) -> None:
    every_event = records(run("show", WORKLOAD, "--json", home=tmp_path).stdout)
    chosen = records(run("show", WORKLOAD, "--json", "--filter", "command and size > 2KiB", home=tmp_path).stdout)
    assert chosen == [each for each in every_event if int(str(each.get("size", 0))) > 2048]
    assert chosen


def test_a_limit_counts_events_that_match(tmp_path: Path) -> None:
    chosen = records(run("show", WORKLOAD, "--json", "--filter", "class", "--limit", "2", home=tmp_path).stdout)
    assert [each["type"] for each in chosen] == ["class_loaded"] * 2


def test_a_table_has_the_rows_of_which_an_event_matches(tmp_path: Path) -> None:
    def rows(table: str, expression: str) -> list[dict[str, object]]:
        return records(run("show", WORKLOAD, "--json", table, "--filter", expression, home=tmp_path).stdout)

    threw = rows("--calls", "outcome == threw")
    assert [(row["call"], row["outcome"], row["depth"]) for row in threw] == [("c4", "threw", 0), ("a21", "threw", 0)]
    assert [row["call"] for row in rows("--calls", "callable == peers.work.Fail and not answer")] == ["c4"]
    assert {row["how"] for row in rows("--pipes", "how == dead")} == {"dead"}
    assert len(rows("--classes", "class.bytes > 3KiB")) < len(rows("--classes", "class"))
    assert {row["side"] for row in rows("--commands", "side == agent")} == {"agent"}
    assert [row["type"] for row in rows("--summary", "outcome == threw")] == ["session_row"]
    assert rows("--summary", "connection == 1") == rows("--timeline", "refused") == []


def test_findings_are_found_where_a_filter_asks_for_them(tmp_path: Path) -> None:
    found = records(run("show", REFUSED, "--json", "--filter", "refused or finding", home=tmp_path).stdout)
    assert [each["type"] for each in found] == ["handshake_refused", "finding"]
    assert (
        records(run("show", REFUSED, "--json", "--filter", "not command", home=tmp_path).stdout)[-1]["type"]
        != "finding"
    )


def test_a_wrong_filter_exits_2_with_a_caret(tmp_path: Path) -> None:
    shown = run("show", WORKLOAD, "--json", "--filter", "side == agnet", home=tmp_path)
    assert (shown.returncode, shown.stdout) == (2, "")
    assert shown.stderr == (
        "jnlpspy: filter: expected one of `agent`, `controller`, got `agnet`; did you mean `agent`?\n"
        "  side == agnet\n"
        "          ^\n"
    )


def test_a_filter_that_nothing_matches_is_told(tmp_path: Path) -> None:
    shown = run("show", WORKLOAD, "--json", "--filter", "refused", home=tmp_path)
    assert (shown.returncode, shown.stdout) == (0, "")
    assert shown.stderr == "jnlpspy: no event matches the filter\n"
    nowhere = run("show", WORKLOAD, "--filter", "call", "--connection", "99", home=tmp_path)
    assert nowhere.stderr == f"jnlpspy: {WORKLOAD}: no event of connection 99\n"


def test_the_filter_can_come_from_the_environment(tmp_path: Path) -> None:
    shown = run("show", WORKLOAD, "--json", home=tmp_path, more={"JNLPSPY_SHOW_FILTER": "closed"})
    assert {each["type"] for each in records(shown.stdout)} == {"connection_closed"}


def test_the_analysis_of_a_proxy_takes_no_filter_from_the_environment(tmp_path: Path) -> None:
    options = ("show", "-", "--json", "--ignore-interrupts")
    shown = run(*options, home=tmp_path, stdin=Path(REFUSED).read_bytes(), more={"JNLPSPY_SHOW_FILTER": "closed"})
    assert len({each["type"] for each in records(shown.stdout)}) > 1


def test_one_event_in_detail_takes_no_filter(tmp_path: Path) -> None:
    shown = run("show", WORKLOAD, "--tree", "5", "--filter", "call", home=tmp_path)
    assert shown.returncode == 2


def test_the_parser_is_imported_only_where_there_is_a_filter(tmp_path: Path) -> None:
    script = f"import sys; sys.argv = ['jnlpspy', 'show', {REFUSED!r}]; from jnlpspy.cli import main\n"
    script += "try:\n    main()\nexcept SystemExit:\n    print('lark' in sys.modules, file=sys.stderr)"
    told = [
        subprocess.run(  # noqa: S603 - our own code
            [sys.executable, "-c", script],
            check=True,
            timeout=60,
            env=environment(tmp_path, more),
            capture_output=True,
            text=True,
        ).stderr
        for more in (NONE, {"JNLPSPY_SHOW_FILTER": "refused"})
    ]
    assert told == ["False\n", "True\n"]


def test_help_has_an_example(tmp_path: Path) -> None:
    assert "--filter 'call and duration > 1s'" in run("show", "--help", home=tmp_path).stdout
