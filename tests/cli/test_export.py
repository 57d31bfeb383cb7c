"""`jnlpspy export` as a user meets it."""

import contextlib
import json
import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest
from commands import COMMAND, DEADLINE, environment, records
from commands import run as run_process
from pages import check, parse
from specimens import expected_of
from typer.testing import CliRunner
from wire_captures import wire_capture

from jnlpspy.cli import app

CAPTURES = Path(__file__).parents[2] / "captures"
BASIC = str(CAPTURES / "3.33-JNLP4-connect-basic.pcapng")
WRONG_SECRET = str(CAPTURES / "3.33-JNLP4-connect-wrong-secret.pcapng")


def run(*arguments: str, home: Path) -> subprocess.CompletedProcess[str]:
    """Run a command here: as many processes would take long."""
    with contextlib.chdir(home), pytest.MonkeyPatch.context() as patch:
        patch.setenv("HOME", str(home))
        patch.setenv("TZ", "UTC")
        time.tzset()
        finished = CliRunner().invoke(app, list(arguments))
    return subprocess.CompletedProcess(arguments, finished.exit_code, finished.stdout, finished.stderr)


def test_a_process_writes_what_is_wanted_and_nothing_else(tmp_path: Path) -> None:
    printed = run_process("export", WRONG_SECRET, "--format", "mermaid", home=tmp_path)
    assert (printed.returncode, printed.stderr) == (0, "")
    assert printed.stdout == run("export", WRONG_SECRET, "--format", "mermaid", home=tmp_path).stdout
    written = run_process("export", "-", "-o", "s.mmd", home=tmp_path, stdin=Path(WRONG_SECRET).read_bytes())
    assert (written.returncode, written.stdout, written.stderr) == (0, "", "")
    assert (tmp_path / "s.mmd").read_text("utf-8") == printed.stdout


def test_a_report_is_one_file_without_secrets(tmp_path: Path) -> None:
    exported = run("export", WRONG_SECRET, "-o", "report.html", home=tmp_path)
    assert (exported.returncode, exported.stdout, exported.stderr) == (0, "", "")
    text = (tmp_path / "report.html").read_text("utf-8")
    check(parse(text))
    assert "The controller refused the secret of agent &#x27;agent-1&#x27;" in text
    secrets = expected_of("3.33-JNLP4-connect-wrong-secret")["secrets"].values()
    assert not [secret for secret in secrets if secret in text]


def test_what_is_given_to_compare_is_not_in_a_report(tmp_path: Path) -> None:
    known = ("--name", "agent-1", "--secret", "5" * 64, "--agent-secret", f"agent-1={'6' * 64}")
    exported = run("export", WRONG_SECRET, "--format", "html", *known, home=tmp_path)
    assert exported.returncode == 0
    assert "5" * 64 not in exported.stdout
    assert "6" * 64 not in exported.stdout


def test_json_lines_are_those_of_show(tmp_path: Path) -> None:
    exported = run("export", BASIC, "--format", "jsonl", home=tmp_path)
    assert (exported.returncode, exported.stderr) == (0, "")
    assert exported.stdout == run("show", BASIC, "--json", home=tmp_path).stdout


def test_text_is_what_the_views_print_and_the_diagnosis(tmp_path: Path) -> None:
    lines = run("export", WRONG_SECRET, "--format", "text", home=tmp_path).stdout.splitlines()
    assert lines[0] == "3.33-JNLP4-connect-wrong-secret.pcapng, from 2026-11-22 11:02:59 +0000"
    shown = run("show", WRONG_SECRET, "--no-summary", home=tmp_path).stdout.splitlines()
    assert set(shown) < set(lines)
    assert "ERROR The controller refused the secret of agent 'agent-1'" in lines


def test_a_file_says_by_its_name_what_is_wanted(tmp_path: Path) -> None:
    exported = run("export", BASIC, "-o", "s.jsonl", home=tmp_path)
    assert (exported.returncode, exported.stdout, exported.stderr) == (0, "", "")
    assert len(records((tmp_path / "s.jsonl").read_text())) > 20


def test_a_capture_of_ours_comes_from_any_capture(tmp_path: Path) -> None:
    assert run("export", BASIC, "-o", "copy.pcapng", home=tmp_path).returncode == 0
    again = run("show", "copy.pcapng", "--json", home=tmp_path).stdout
    kinds = [record["type"] for record in records(again)]
    assert kinds == [record["type"] for record in records(run("show", BASIC, "--json", home=tmp_path).stdout)]


def test_one_connection_can_be_chosen(tmp_path: Path) -> None:
    lines = run("export", BASIC, "--format", "jsonl", "--connection", "3", home=tmp_path).stdout.splitlines()
    assert {json.loads(line)["connection"] for line in lines} == {3}
    none = run("export", BASIC, "--format", "text", "--connection", "99", home=tmp_path)
    assert (none.returncode, none.stderr) == (0, f"jnlpspy: {BASIC}: no event of connection 99\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "htlm"), "did you mean html?"),
        ((), "expected --format html|jsonl|mermaid|pcapng|text"),
        (("-o", "s.docx"), "or -o FILE with a name that ends in .html .jsonl .mmd .pcapng .txt"),
        (("--format", "text", "-o", "none/s.txt"), "cannot write none/s.txt: No such file or directory"),
        (("--format", "text", "--inventory", "none"), "expected an inventory"),
    ],
)
def test_wrong_usage_names_what_was_expected(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    exported = run("export", BASIC, *arguments, home=tmp_path)
    assert exported.returncode == (3 if "inventory" in told else 2)
    assert exported.stdout == ""
    assert told in exported.stderr


def test_a_file_with_content_is_kept_unless_it_is_to_be_replaced(tmp_path: Path) -> None:
    (tmp_path / "s.txt").write_text("mine")
    refused = run("export", BASIC, "-o", "s.txt", home=tmp_path)
    assert (refused.returncode, (tmp_path / "s.txt").read_text()) == (2, "mine")
    assert run("export", BASIC, "-o", "s.txt", "--force", home=tmp_path).returncode == 0


def test_what_is_no_capture_leaves_no_file(tmp_path: Path) -> None:
    (tmp_path / "no.pcapng").write_bytes(b"no capture at all, but long enough to be looked at")
    exported = run("export", "no.pcapng", "-o", "s.txt", home=tmp_path)
    assert exported.returncode == 3
    assert not (tmp_path / "s.txt").exists()


def test_what_comes_before_damage_is_written_and_says_so(tmp_path: Path) -> None:
    data = bytearray(Path(BASIC).read_bytes())
    data[len(data) // 2 :] = b"\xff" * (len(data) - len(data) // 2)
    (tmp_path / "damaged.pcapng").write_bytes(data)
    exported = run("export", "damaged.pcapng", "-o", "s.txt", home=tmp_path)
    assert exported.returncode == 3
    text = (tmp_path / "s.txt").read_text()
    assert "#3  agent ─▶ offers     JNLP4-connect" in text
    assert "note: the capture is damaged, and what follows is not in here: " in text


def test_an_end_that_is_cut_off_is_told_in_the_file_and_on_the_screen(tmp_path: Path) -> None:
    (tmp_path / "cut.pcapng").write_bytes(Path(BASIC).read_bytes()[:-7])
    exported = run("export", "cut.pcapng", "-o", "s.txt", home=tmp_path)
    assert exported.returncode == 0
    assert "the last block is cut off" in exported.stderr
    assert "note: the last block is cut off" in (tmp_path / "s.txt").read_text()


def test_what_is_known_besides_sharpens_the_diagnosis(tmp_path: Path) -> None:
    shutil.copy(WRONG_SECRET, tmp_path / "s.pcapng")
    (tmp_path / "secrets.txt").write_text(f"other {'0' * 64}\nagent-1 {'1' * 64}\n")
    plain = run("export", "s.pcapng", "--format", "text", home=tmp_path).stdout
    sharp = run("export", "s.pcapng", "--format", "text", "--inventory", "secrets.txt", home=tmp_path).stdout
    assert plain != sharp
    assert "1" * 64 not in sharp


def test_help_names_every_format(tmp_path: Path) -> None:
    shown = run("export", "--help", home=tmp_path).stdout
    assert "html|jsonl|mermaid|pcapng|text" in "".join(shown.split())


def test_tls_that_keys_open_is_open_in_a_copy_too(tmp_path: Path) -> None:
    wire, keys = wire_capture("head-JNLP4-connect-wrong-secret", tmp_path)
    assert run("export", str(wire), "-o", "copy.pcapng", "--keylog", str(keys), home=tmp_path).returncode == 0
    opened = [each["type"] for each in records(run("show", "copy.pcapng", "--json", home=tmp_path).stdout)]
    keyed = run("show", str(wire), "--json", "--keylog", str(keys), home=tmp_path).stdout
    assert opened == [each["type"] for each in records(keyed)]
    assert "handshake_refused" in opened


def test_a_filter_chooses_events(tmp_path: Path) -> None:
    chosen = run("export", WRONG_SECRET, "--format", "jsonl", "--filter", "refused or headers", home=tmp_path)
    assert {each["type"] for each in records(chosen.stdout)} == {"headers_sent", "handshake_refused"}
    found = run("export", WRONG_SECRET, "--format", "jsonl", "--filter", "finding", home=tmp_path)
    assert [each["rule"] for each in records(found.stdout)] == ["secret-rejected"]
    none = run("export", WRONG_SECRET, "--format", "jsonl", "--filter", "call and duration > 1h", home=tmp_path)
    assert (none.returncode, none.stdout, none.stderr) == (0, "", "jnlpspy: no event matches the filter\n")


def test_a_filter_chooses_the_rows_of_a_report_and_leaves_sessions_whole(tmp_path: Path) -> None:
    name = str(CAPTURES / "3.33-JNLP4-connect-workload.pcapng")
    text = run("export", name, "--format", "html", "--filter", "call and outcome == threw", home=tmp_path).stdout
    page = parse(text)
    check(page)
    outcomes = [row.all("td")[-1].text for row in page.one("section", id="calls").one("tbody").all("tr")]
    assert len(outcomes) == 2
    assert all(each.startswith("threw ") for each in outcomes)
    assert page.one("p", id="events").text == "No events."
    assert len(page.one("article", class_="session").one("ol").all("li")) > 20
    assert page.one("section", id="summary").all("code")[-1].text == "call and outcome == threw"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (("--format", "text", "--filter", "durration > 1s"), "duration"),
        (("--format", "pcapng", "--filter", "call"), "expected --filter with a format made of events"),
    ],
)
def test_a_filter_that_says_nothing_is_wrong_usage(tmp_path: Path, arguments: tuple[str, ...], told: str) -> None:
    exported = run("export", BASIC, *arguments, home=tmp_path)
    assert (exported.returncode, exported.stdout) == (2, "")
    assert told in exported.stderr


def test_in_a_folder_a_file_is_named_after_the_capture(tmp_path: Path) -> None:
    (tmp_path / "reports").mkdir()
    assert run("export", BASIC, "--format", "html", "-o", "reports", home=tmp_path).returncode == 0
    assert [each.name for each in (tmp_path / "reports").iterdir()] == ["3.33-JNLP4-connect-basic.html"]


@pytest.mark.parametrize("form", ["html", "jsonl", "mermaid", "pcapng", "text"])
def test_a_reader_that_goes_away_is_no_bug(tmp_path: Path, form: str) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    try:
        finished = subprocess.run(  # noqa: S603 - our own command
            [*COMMAND, "export", BASIC, "--format", form],
            stdin=subprocess.DEVNULL,
            stdout=writing,
            stderr=subprocess.PIPE,
            env=environment(tmp_path, {}),
            timeout=DEADLINE,
            check=False,
        )
    finally:
        os.close(writing)
    assert (finished.returncode, finished.stderr) == (141, b"")


@pytest.mark.parametrize("form", ["html", "jsonl", "mermaid", "text"])
def test_the_name_of_a_capture_cannot_command_the_terminal(tmp_path: Path, form: str) -> None:
    shutil.copy(WRONG_SECRET, tmp_path / "a\x1b]0;owned\x07.pcapng")
    exported = run("export", "a\x1b]0;owned\x07.pcapng", "--format", form, home=tmp_path)
    assert exported.returncode == 0
    assert "\x1b" not in exported.stdout
