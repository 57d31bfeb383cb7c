"""The pytest plugin: fixtures for peers, and what they saw in the report of a test that fails.

Nothing is imported that a test without these fixtures would have to wait for.
"""

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeVar

import pytest

if TYPE_CHECKING:
    from jnlpspy.testing.agent import Agent
    from jnlpspy.testing.controller import Controller
    from jnlpspy.testing.peer import Peer
    from jnlpspy.testing.proxy import Proxy
    from jnlpspy.testing.replay import ReplayedAgent, ReplayedController

MARKER = "jnlp_replay"

_PEERS = pytest.StashKey[dict[str, "Peer"]]()
"""The peers of a test, by the names of their fixtures."""

_PeerT = TypeVar("_PeerT", bound="Peer")


def pytest_configure(config: pytest.Config) -> None:
    """Declare the marker."""
    config.addinivalue_line(
        "markers",
        f"{MARKER}(capture, side='controller', secrets=None, connection=None, patience=5.0): "
        "the recorded session that the fixture jnlp_replay plays, and which side of it",
    )


@pytest.fixture
def jnlp_controller(request: pytest.FixtureRequest) -> "Iterator[Controller]":
    """A simulated Jenkins controller; tell it of agents by `accept`, give them its `url`."""
    from jnlpspy.testing.controller import Controller  # noqa: PLC0415 - see the module

    yield from _running(request, Controller())


@pytest.fixture
def jnlp_agent(request: pytest.FixtureRequest) -> "Iterator[Agent]":
    """A simulated agent; `connect` starts it."""
    from jnlpspy.testing.agent import Agent  # noqa: PLC0415 - see the module

    yield from _running(request, Agent())


@pytest.fixture
def jnlp_proxy(request: pytest.FixtureRequest) -> "Iterator[Proxy]":
    """A proxy; it leads to the test's `jnlp_controller`, or where `lead_to` says."""
    from jnlpspy.testing.proxy import Proxy  # noqa: PLC0415 - see the module

    proxy = Proxy()
    if "jnlp_controller" in request.fixturenames:
        proxy = Proxy(request.getfixturevalue("jnlp_controller"))
    yield from _running(request, proxy)


@pytest.fixture
def jnlp_replay(request: pytest.FixtureRequest) -> "Iterator[ReplayedController | ReplayedAgent]":
    """The recorded peer that the marker `jnlp_replay` names."""
    from jnlpspy.testing.replay import open_replay  # noqa: PLC0415 - see the module

    marker = request.node.get_closest_marker(MARKER)
    if marker is None:
        pytest.fail(f"expected @pytest.mark.{MARKER}(CAPTURE, side=...) on a test that uses {MARKER}", pytrace=False)
    asked = _read_marker(*marker.args, **marker.kwargs)
    capture = _find(asked.capture, request.path.parent, request.config.rootpath)
    replay = open_replay(
        capture, asked.side, secrets=asked.secrets, connection=asked.connection, patience=asked.patience
    )
    yield from _running(request, replay)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Add what the peers saw to the report of a test that failed."""
    report = yield
    if report.failed:
        for name, peer in item.stash.get(_PEERS, {}).items():
            seen = peer.report()
            if seen:
                report.sections.append((f"jnlpspy: what {name} saw", seen))
    return report


@dataclass(frozen=True, slots=True)
class _Asked:
    """What a marker says."""

    capture: str | Path
    side: Literal["agent", "controller"]
    secrets: Mapping[str, str] | None
    connection: int | None
    patience: float


def _read_marker(
    capture: str | Path,
    side: Literal["agent", "controller"] = "controller",
    secrets: Mapping[str, str] | None = None,
    connection: int | None = None,
    patience: float = 5.0,
) -> _Asked:
    """Return a marker's arguments; a TypeError says what is wrong with them."""
    return _Asked(capture, side, secrets, connection, patience)


def _find(capture: str | Path, *folders: Path) -> Path:
    """Return a capture's path: relative to the test's file, else to pytest's root."""
    paths = [folder / capture for folder in folders]
    for path in paths:
        if path.exists():
            return path
    pytest.fail(f"expected a capture for {MARKER} at {' or '.join(map(str, paths))}, got nothing", pytrace=False)


def _running(request: pytest.FixtureRequest, peer: _PeerT) -> Iterator[_PeerT]:
    """Hand a peer to a test, and close it afterwards, whatever happened."""
    peers = request.node.stash.setdefault(_PEERS, {})
    peers[str(request.fixturename)] = peer
    with peer:
        yield peer
