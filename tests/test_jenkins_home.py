"""A controller's files; the fixed values are of a real remoting that read such files."""

from pathlib import Path

import pytest
from jenkins_homes import HMAC_KEY, INBOUND, MASTER_KEY, SSH, make_home, secret_for, store
from simulate.peers import identity

from jnlpspy.errors import CaptureError
from jnlpspy.jenkins_home import AGENT_KEY, near_names, open_jenkins_home
from jnlpspy.model.secret import Secret

AGENT1_SECRET = "00f2be5ce25720984334d870c1c7d553f2ef1279eb33dac307113b9bb73cdbb9"
STORED_KEY = "ece738a06e98c11ce202aa1efd5ffab32438b9321b4368b8b1341e9d337c746e58794a6bdcec10a66370f63f2a108dae"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return make_home(tmp_path / "home", {"agent1": INBOUND, "Büro 2": INBOUND, "by-ssh": SSH}, identity())


def test_a_secret_is_what_jenkins_computes(tmp_path: Path) -> None:
    secrets = tmp_path / "secrets"
    secrets.mkdir()
    (secrets / "master.key").write_text(MASTER_KEY)
    (secrets / AGENT_KEY).write_bytes(bytes.fromhex(STORED_KEY))
    assert open_jenkins_home(tmp_path).secret_of("agent1") == Secret(AGENT1_SECRET)


def test_the_maker_of_these_homes_follows_the_scheme(home: Path) -> None:
    assert (home / "secrets" / AGENT_KEY).read_bytes().hex() == STORED_KEY
    assert secret_for("agent1") == AGENT1_SECRET


def test_agents_are_known_with_their_launchers(home: Path) -> None:
    nodes = open_jenkins_home(home).nodes
    assert [(node.name, node.inbound) for node in nodes] == [("Büro 2", True), ("agent1", True), ("by-ssh", False)]


def test_a_launcher_of_a_plugin_we_do_not_know_is_neither(tmp_path: Path) -> None:
    home = open_jenkins_home(make_home(tmp_path / "home", {"a1": "com.example.OwnLauncher"}))
    assert [node.inbound for node in home.nodes] == [None]


def test_an_agent_whose_file_is_damaged_goes_by_its_folder(home: Path) -> None:
    (home / "nodes" / "agent1" / "config.xml").write_text("<slave><name>agent")
    node = open_jenkins_home(home).node("agent1")
    assert node is not None
    assert node.inbound is None


@pytest.mark.parametrize(
    ("declared", "encoding"), [("iso-8859-1", "latin-1"), ("utf-8", "utf-8"), ("no-such-encoding", "utf-8")]
)
def test_a_name_is_read_in_the_encoding_its_file_declares(home: Path, declared: str, encoding: str) -> None:
    text = f"<?xml version='1.1' encoding='{declared}'?><slave><name>Büro</name></slave>"
    (home / "nodes" / "agent1" / "config.xml").write_bytes(text.encode(encoding))
    assert open_jenkins_home(home).node("Büro") is not None


def test_a_file_without_a_declaration_is_read_as_well(home: Path) -> None:
    (home / "nodes" / "agent1" / "config.xml").write_text("<slave><name>Büro</name></slave>", "utf-8")
    assert open_jenkins_home(home).node("Büro") is not None


def test_all_that_is_known_decides_between_rules(home: Path) -> None:
    given = Secret("0" * 64)
    known = open_jenkins_home(home).known(name="agent1", secret=given)
    assert known.complete
    assert known.secrets == {name: Secret(secret_for(name)) for name in ("agent1", "Büro 2", "by-ssh")}
    assert (known.name, known.secret) == ("agent1", given)


def test_the_identity_is_the_controller_s(home: Path) -> None:
    assert open_jenkins_home(home).identity == identity().public_key


def test_an_old_controller_keeps_its_identity_in_the_clear(tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", {})
    (home / "identity.key").write_bytes(identity().pem)
    assert open_jenkins_home(home).identity == identity().public_key


def test_a_secret_can_be_had_without_an_identity(home: Path) -> None:
    (home / "identity.key.enc").write_bytes(b"damaged")
    opened = open_jenkins_home(home)
    assert opened.identity is None
    assert opened.secret_of("agent1").value == AGENT1_SECRET


def test_no_key_is_shown(home: Path) -> None:
    shown = repr(open_jenkins_home(home))
    assert shown == f"JenkinsHome({home})"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"expected the folder .*, got nothing"):
        open_jenkins_home(tmp_path / "home")


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("")
    with pytest.raises(CaptureError, match=r"expected the folder .*, got a file"):
        open_jenkins_home(tmp_path / "home")


def test_a_folder_of_something_else_is_told(tmp_path: Path) -> None:
    with pytest.raises(CaptureError, match=r"expected a JENKINS_HOME, got a folder with neither"):
        open_jenkins_home(tmp_path)


@pytest.mark.parametrize("name", ["master.key", AGENT_KEY])
def test_a_key_that_is_missing_is_named(home: Path, name: str) -> None:
    (home / "secrets" / name).unlink()
    with pytest.raises(CaptureError, match=rf"no such file: .*{name}"):
        open_jenkins_home(home)


@pytest.mark.parametrize("name", ["master.key", AGENT_KEY])
def test_a_key_that_cannot_be_read_is_named(home: Path, name: str) -> None:
    file = home / "secrets" / name
    file.unlink()
    file.mkdir()  # what root cannot read either
    with pytest.raises(CaptureError, match=rf"cannot read .*{name}: Is a directory"):
        open_jenkins_home(home)


def test_an_empty_master_key_is_told(home: Path) -> None:
    (home / "secrets" / "master.key").write_text("\n")
    with pytest.raises(CaptureError, match="got an empty file"):
        open_jenkins_home(home)


@pytest.mark.parametrize("damaged", [slice(-1), slice(32), slice(0), slice(None, None, -1)])
def test_a_damaged_key_is_told(home: Path, damaged: slice) -> None:
    file = home / "secrets" / AGENT_KEY
    file.write_bytes(file.read_bytes()[damaged])
    with pytest.raises(CaptureError, match=r"expected a key encrypted with this controller's master.key"):
        open_jenkins_home(home)


def test_the_master_key_of_another_controller_is_told(home: Path) -> None:
    (home / "secrets" / "master.key").write_text("f" * 256)
    with pytest.raises(CaptureError, match="are of two controllers"):
        open_jenkins_home(home)


def test_nothing_but_magic_is_no_key(home: Path) -> None:
    store(home / "secrets", AGENT_KEY, b"")
    with pytest.raises(CaptureError, match="that are none"):
        open_jenkins_home(home)


def test_a_key_of_another_length_serves_as_well(home: Path) -> None:
    store(home / "secrets", AGENT_KEY, HMAC_KEY + b"more")
    assert open_jenkins_home(home).secret_of("agent1").value != AGENT1_SECRET


def test_a_controller_without_agents_has_none(tmp_path: Path) -> None:
    assert open_jenkins_home(make_home(tmp_path / "home", {})).nodes == ()


@pytest.mark.parametrize(
    ("given", "near"),
    [
        ("Agent1", ["agent1"]),
        (" agent1", ["agent1"]),
        ("agnet1", ["agent1"]),
        ("agent", ["agent1"]),
        ("database", []),
    ],
)
def test_near_names_are_what_somebody_may_have_meant(given: str, near: list[str]) -> None:
    assert near_names(given, ["agent1", "windows-7", "build"]) == near
