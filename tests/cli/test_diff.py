"""`jnlpspy diff` as a user meets it."""

from pathlib import Path

from commands import records, run

CAPTURES = Path(__file__).parents[2] / "captures"
FIRST = str(CAPTURES / "3.33-JNLP4-connect-workload.pcapng")
OTHER = str(CAPTURES / "2.53.5-JNLP2-connect-workload.pcapng")


def test_a_capture_does_not_differ_from_itself(tmp_path: Path) -> None:
    shown = run("diff", FIRST, FIRST, home=tmp_path)
    assert (shown.returncode, shown.stdout, shown.stderr) == (0, "No difference.\n", "")


def test_the_difference_that_matters_comes_first(tmp_path: Path) -> None:
    shown = run("diff", FIRST, OTHER, home=tmp_path)
    assert shown.returncode == 1
    assert shown.stdout.startswith(
        "1 difference that matters\nhandshake: protocol\n  - JNLP4-connect  (event 8)\n  + JNLP2-connect  (event 6)\n"
    )


def test_differences_about_events_that_match_are_left_out(tmp_path: Path) -> None:
    shown = run("diff", FIRST, OTHER, "--ignore", "protocol ~ JNLP2* or class.kind == jar", home=tmp_path)
    assert (shown.returncode, shown.stdout) == (0, "No difference.\n")
    wrong = run("diff", FIRST, OTHER, "--ignore", "offers and", home=tmp_path)
    assert (wrong.returncode, wrong.stdout) == (2, "")


def test_json_gives_objects_only(tmp_path: Path) -> None:
    found = records(run("diff", FIRST, OTHER, "--json", home=tmp_path).stdout)
    assert {each["type"] for each in found} == {"difference"}
    assert found[0] | {"v": 1, "kind": "handshake", "matters": True, "first_event": 8} == found[0]


def test_stdin_can_be_one_of_both(tmp_path: Path) -> None:
    assert run("diff", "-", FIRST, home=tmp_path, stdin=Path(FIRST).read_bytes()).returncode == 0
    shown = run("diff", "-", "-", home=tmp_path)
    assert shown.returncode == 2
    assert "stdin can be read once" in shown.stderr


def test_a_file_that_is_none_is_named(tmp_path: Path) -> None:
    shown = run("diff", FIRST, "nowhere.pcapng", home=tmp_path)
    assert shown.returncode == 3
    assert "nowhere.pcapng" in shown.stderr
