"""`jnlpspy replay` as a user meets it: one side against the other, each a process of its own."""

import re
from pathlib import Path

import pytest
from commands import records, run, started

CAPTURES = Path(__file__).parents[2] / "captures"
WORKLOAD = str(CAPTURES / "3.33-JNLP4-connect-workload.pcapng")
WEBSOCKET = str(CAPTURES / "head-WebSocket-workload.pcapng")
OTHER = str(CAPTURES / "3.33-JNLP4-connect-basic.pcapng")
AS_CONTROLLER = ("--as", "controller", "--http", "127.0.0.1:0", "--listen", "127.0.0.1:0", "--speed", "max")


@pytest.mark.parametrize(("capture", "protocol"), [(WORKLOAD, "JNLP4-connect"), (WEBSOCKET, "WebSocket")])
def test_one_side_is_played_to_the_other(tmp_path: Path, capture: str, protocol: str) -> None:
    with started("replay", capture, *AS_CONTROLLER, home=tmp_path) as controller:
        assert controller.stderr is not None
        said = controller.stderr.readline()
        url = re.search(r"http://\S+", said)
        assert url is not None
        assert said.endswith(f"waiting for an agent that offers {protocol}\n")
        agent = ("--as", "agent", "--url", url[0], "--name", "live", "--secret", "5e" * 32, "--speed", "max")
        played = run("replay", capture, *agent, "--json", home=tmp_path)
        told, _ = controller.communicate(timeout=30)
    assert (played.returncode, records(played.stdout)) == (0, [])
    assert (controller.returncode, told) == (0, "No difference.\n")


def test_a_peer_that_does_otherwise_ends_with_1(tmp_path: Path) -> None:
    with started("replay", WORKLOAD, *AS_CONTROLLER, "--patience", "0.2", home=tmp_path) as controller:
        assert controller.stderr is not None
        url = re.search(r"http://\S+", controller.stderr.readline())
        assert url is not None
        simulated = ("simulate", "agent", "--url", url[0], "--name", "live", "--secret", "5e" * 32)
        run(*simulated, home=tmp_path)
        told, _ = controller.communicate(timeout=50)
    assert controller.returncode == 1
    assert "outcome: controller calls peers.work.SlaveVersion\n  - returned" in told


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        (("--as", "agent"), "--url"),
        (("--as", "agent", "--url", "http://127.0.0.1:1/"), "--secret"),
        (("--as", "controller", "--speed", "0"), "--speed: expected a number above 0, or max, got '0'"),
        (("--as", "controller", "--connection", "99"), "connection 99"),
        (("--as", "controller", "--ignore", "ofers"), "got `ofers`; did you mean `offers` or"),
    ],
)
def test_wrong_usage_is_explained(tmp_path: Path, options: tuple[str, ...], expected: str) -> None:
    shown = run("replay", OTHER, *options, home=tmp_path)
    assert shown.returncode == 2
    assert expected in shown.stderr
