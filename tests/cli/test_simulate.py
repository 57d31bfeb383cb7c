"""`jnlpspy simulate`: two processes that talk to each other, and what they say of mistakes."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.request import urlopen

import pytest
from commands import run, started

SECRET = "s" * 64
ANYWHERE = ("--http", "127.0.0.1:0", "--listen", "127.0.0.1:0")


@contextmanager
def controller(home: Path, *options: str) -> Iterator[str]:
    """Run a controller that knows the agent `a` and ends after one session; yield its URL."""
    given = ("--agent", f"a={SECRET}", *ANYWHERE, "--accept", "1", *options)
    with started("simulate", "controller", *given, home=home) as process:
        assert process.stderr is not None
        said = process.stderr.readline()
        url = re.search(r"http://\S+/", said)
        assert url, said
        yield url[0]


def agent(home: Path, url: str, *options: str) -> tuple[int, str]:
    """Run the agent `a`; return its exit code and what it said."""
    finished = run("simulate", "agent", "--url", url, "--name", "a", "--secret", SECRET, *options, home=home)
    return finished.returncode, finished.stderr


def test_scripts_of_both_sides_meet(tmp_path: Path) -> None:
    asks = "[[step]]\ncall = 'org.example.Ask'\n[[step]]\nwrite_pipe = 1000\n[[step]]\nclose = true\n"
    (tmp_path / "asks.toml").write_text(asks + "[classes]\n'org.example.Ask' = { returns = 1 }\n", "utf-8")
    told = "[[answer]]\nto = 'org.example.Ask'\nreturns = 'told'\n[[step]]\nping = 5\n"
    (tmp_path / "tells.toml").write_text(told, "utf-8")
    with controller(tmp_path, "--protocols", "JNLP3-connect", "--script", "asks.toml") as url:
        code, said = agent(tmp_path, url, "--script", "tells.toml")
    assert code == 0, said
    assert "jnlpspy: a: connected over JNLP3-connect, 2 calls answered" in said
    assert "jnlpspy: a: PingThread$Ping returned null" in said


def test_agents_over_websocket_need_no_agent_port(tmp_path: Path) -> None:
    with controller(tmp_path, "--protocols", "WebSocket") as url:
        code, said = agent(tmp_path, url, "--websocket")
    assert code == 0, said
    assert "jnlpspy: a: connected over WebSocket, 8 calls answered" in said


def test_a_refusal_over_websocket_is_told_in_the_words_below_its_status(tmp_path: Path) -> None:
    with controller(tmp_path, "--refuse", "a=unknown") as url:
        code, said = agent(tmp_path, url, "--protocol", "WebSocket")
        assert (code, "jnlpspy: a: refused: no such agent" in said) == (1, True), said
        code, said = agent(tmp_path, url, "--websocket", "--protocol", "JNLP4-connect")
        assert (code, "expected --websocket or --protocol, got both" in said) == (2, True), said
    with controller(tmp_path, "--protocols", "JNLP4-connect") as url:
        code, said = agent(tmp_path, url, "--websocket")
        assert (code, "[404] did not permit the HTTP upgrade" in said) == (4, True), said


def test_a_refusal_in_words_of_its_age_ends_the_agent_with_1(tmp_path: Path) -> None:
    options = ("--refuse", "a=already-connected", "--age", "remoting-2", "--protocols", "JNLP2-connect")
    with controller(tmp_path, *options) as url:
        code, said = agent(tmp_path, url)
    assert code == 1
    assert "a: refused: a is already connected to this master. Rejecting this connection." in said


def test_a_controller_of_another_age_is_of_another_version(tmp_path: Path) -> None:
    with controller(tmp_path, "--age", "remoting-3") as url, urlopen(f"{url}tcpSlaveAgentListener/") as answer:  # noqa: S310 - our own
        assert answer.headers["X-Remoting-Minimum-Version"] == "3.4"
        assert answer.headers["X-Jenkins"] == "2.190.3"


@pytest.mark.parametrize(
    ("options", "code", "complaint"),
    [
        (("--script", "none.toml"), 3, "none.toml: expected a readable script in TOML"),
        (("--disable", "JNLP9-connect"), 2, "--disable: expected JNLP4-connect, "),
        (("--disable", "WebSocket"), 2, "--disable: expected JNLP4-connect, "),
        (("--refuse", "a"), 2, "--refuse: expected NAME=REASON, got 'a'"),
        (("--protocols", ","), 2, "--protocols: expected names with commas between"),
    ],
)
def test_what_cannot_be_done_is_told(tmp_path: Path, options: tuple[str, ...], code: int, complaint: str) -> None:
    finished = run("simulate", "controller", "--agent", "a", *ANYWHERE, *options, home=tmp_path)
    assert (finished.returncode, complaint in finished.stderr) == (code, True), finished.stderr
