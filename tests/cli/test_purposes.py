"""A user's own words for callables, from a file given or from the configuration folder."""

from pathlib import Path

import pytest
from commands import records, run

from jnlpspy.cli.purposes import open_purposes, own_file
from jnlpspy.errors import CaptureError, UsageError

WORKLOAD = str(Path(__file__).parents[2] / "captures" / "3.33-JNLP4-connect-workload.pcapng")
PING = "hudson.remoting.PingThread$Ping"


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_CONFIG_HOME", raising=False)
    return tmp_path


def write(path: Path, words: str, name: str = PING) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f'[[purpose]]\ncallable = "{name}"\nwords = "{words}"\n', "utf-8")
    return path


def test_without_a_file_there_is_what_we_know() -> None:
    assert own_file() is None
    assert open_purposes(None).tell(PING, None) == "checks that the other side is alive"


def test_the_file_in_the_configuration_folder_is_found(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(home / ".config" / "jnlpspy" / "purposes.toml", "of home")
    assert open_purposes(None).tell(PING, None) == "of home"
    write(home / "xdg" / "jnlpspy" / "purposes.toml", "of xdg")
    monkeypatch.setenv("XDG_CONFIG_HOME", str(home / "xdg"))
    assert open_purposes(None).tell(PING, None) == "of xdg"


def test_a_relative_configuration_folder_counts_as_none(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(home / ".config" / "jnlpspy" / "purposes.toml", "of home")
    monkeypatch.setenv("XDG_CONFIG_HOME", "xdg")
    assert own_file() == file


def test_a_user_without_a_home_has_no_file(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_home() -> Path:
        raise RuntimeError("Could not determine home directory.")

    monkeypatch.setattr(Path, "home", no_home)
    assert own_file() is None


def test_the_file_given_comes_before_the_users_own(home: Path) -> None:
    write(home / ".config" / "jnlpspy" / "purposes.toml", "of home")
    given = write(home / "given.toml", "given", "a.B")
    told = open_purposes(given)
    assert [told.tell(name, None) for name in ("a.B", PING)] == ["given", "of home"]
    write(given, "given")
    assert open_purposes(given).tell(PING, None) == "given"


def test_a_file_that_cannot_be_used_is_named(home: Path) -> None:
    with pytest.raises(
        CaptureError, match=r"expected a readable file of purposes, got No such file .*: .*missing.toml"
    ):
        open_purposes(home / "missing.toml")
    (home / "latin.toml").write_bytes(b"# caf\xe9\n")
    with pytest.raises(CaptureError, match=r"latin.toml: expected TOML in UTF-8, got .* at byte 5"):
        open_purposes(home / "latin.toml")
    with pytest.raises(UsageError, match=r"--purposes: expected a file, got '\.'"):
        open_purposes(Path())


def test_show_tells_callables_in_the_users_words(tmp_path: Path) -> None:
    given = str(write(tmp_path / "given.toml", "does what the workload does", "*"))
    for options, variables in ((("--purposes", given), {}), ((), {"JNLPSPY_SHOW_PURPOSES": given})):
        shown = run("show", WORKLOAD, "--calls", "--json", *options, home=tmp_path, more=variables)
        assert {row["purpose"] for row in records(shown.stdout)} == {"does what the workload does"}
    tree = run("show", WORKLOAD, "--tree", "16", "--purposes", given, home=tmp_path).stdout
    assert "c0 peers.work.SlaveVersion(): does what the workload does" in tree


@pytest.mark.parametrize(
    "command", [("show", WORKLOAD, "--summary"), ("proxy", "127.0.0.1:1", "--listen", "127.0.0.1:0")]
)
def test_a_bad_file_ends_a_command_before_it_begins(tmp_path: Path, command: tuple[str, ...]) -> None:
    given = tmp_path / "given.toml"
    ended = run(*command, "--purposes", str(given), home=tmp_path)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert "expected a readable file of purposes" in ended.stderr
    given.write_text("[[purpose]]\nwords = 1\n", "utf-8")
    ended = run(*command, "--purposes", str(given), home=tmp_path)
    assert (ended.returncode, ended.stdout) == (3, "")
    assert ended.stderr == f"jnlpspy: {given}, line 1: callable: expected a text, got nothing\n"
    assert run(*command, "--purposes", "", home=tmp_path).returncode == 2
