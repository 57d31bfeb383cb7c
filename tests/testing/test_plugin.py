"""The pytest plugin, as a project that installs jnlpspy meets it."""

import tomllib
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
CAPTURE = ROOT / "captures" / "3.33-JNLP4-connect-workload.pcapng"
STRICT = ("-p", "jnlpspy.testing.plugin", "--strict-markers", "--strict-config", "-W", "error")

HEADER = """
import pytest
SECRET = "0" * 64
"""


def run(pytester: pytest.Pytester, tests: str, *options: str) -> pytest.RunResult:
    pytester.makepyfile(HEADER + tests)
    return pytester.runpytest_inprocess(*STRICT, *options, no_reraise_ctrlc=True)


def test_installing_the_package_installs_the_plugin() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    (module,) = project["entry-points"]["pytest11"].values()
    assert hasattr(import_module(module), "jnlp_controller")


def test_the_fixtures_are_listed_with_what_they_are(pytester: pytest.Pytester) -> None:
    result = pytester.runpytest(*STRICT, "--fixtures")
    for name in ("jnlp_controller", "jnlp_agent", "jnlp_proxy", "jnlp_replay"):
        result.stdout.re_match_lines([rf"{name} -- .*plugin\.py:\d+$", r"    \S.*\.$"])
    pytester.runpytest(*STRICT, "--markers").stdout.fnmatch_lines(["@pytest.mark.jnlp_replay(capture, side=*"])


def test_a_run_without_the_fixtures_imports_nothing_heavy(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("""
        import sys
        def test_it():
            assert not sys.modules.keys() & {"trio", "rich", "cryptography", "construct", "typer"}
    """)
    pytester.runpytest_subprocess(*STRICT).assert_outcomes(passed=1)


def test_the_example_of_the_issue_passes(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_my_launcher(jnlp_controller, jnlp_agent):
    jnlp_controller.accept("test", secret=SECRET)
    jnlp_agent.connect(jnlp_controller.url, "test", SECRET)  # stands for what starts an agent
    session = jnlp_controller.wait_for_session()
    assert session.calls.of("hudson.remoting.PingThread$Ping").outcome == "returned"
""",
    )
    result.assert_outcomes(passed=1)


def test_a_failure_shows_the_decoded_session(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(jnlp_controller, jnlp_proxy, jnlp_agent):
    jnlp_agent.connect(jnlp_proxy.url, "test", jnlp_controller.accept("test"))
    for peer in (jnlp_controller, jnlp_proxy, jnlp_agent):
        session = peer.wait_for_session()
    assert session.calls.of("hudson.Launcher$RemoteLaunchCallable").outcome == "returned"
""",
    )
    result.assert_outcomes(failed=1)
    for name in ("jnlp_controller", "jnlp_proxy", "jnlp_agent"):
        result.stdout.fnmatch_lines(
            [
                f"*- jnlpspy: what {name} saw -*",
                "*agent ─▶ offers     JNLP4-connect",
                "*agent ─▶ answer     c* threw IOException: Cannot run program*",
                "*closed *in order after *",
            ]
        )


def test_a_test_that_passes_shows_nothing(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
def test_it(jnlp_controller):
    assert jnlp_controller.port
""",
        "-rA",
    )
    result.assert_outcomes(passed=1)
    result.stdout.no_fnmatch_line("*jnlpspy: what*")


def test_a_fixture_that_fails_behind_ours_shows_it_too(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
@pytest.fixture
def mine(jnlp_agent):
    jnlp_agent.connect("http://127.0.0.1:1/", "test", SECRET)
    jnlp_agent.wait_for_session()
def test_it(mine):
    pass
""",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["E * the simulated agent has no session: Failed to connect*", "*what jnlp_agent saw*"])


@pytest.mark.parametrize("end", ["assert 0", "raise KeyboardInterrupt", "pytest.exit('enough')"])
def test_nothing_is_left_running_however_a_test_ends(pytester: pytest.Pytester, end: str) -> None:
    pytester.makeconftest("""
        import threading
        def pytest_unconfigure():
            print("left:", [each.name for each in threading.enumerate() if each.name.startswith("jnlpspy")])
    """)
    result = run(
        pytester,
        f"""
def test_it(jnlp_controller, jnlp_proxy, jnlp_agent):
    jnlp_agent.connect(jnlp_proxy.url, "test", jnlp_controller.accept("test"))
    jnlp_proxy.wait_for_session(until=lambda session: session.connected)
    {end}
""",
    )
    result.stdout.fnmatch_lines(["left: [[]]"])


def test_coroutine_tests_of_trio_use_the_same_fixtures(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
import trio
def test_it(jnlp_controller, jnlp_agent):
    async def main():
        jnlp_agent.connect(jnlp_controller.url, "test", jnlp_controller.accept("test"))
        with trio.fail_after(10):
            assert (await jnlp_agent.next_session()).connected
        with pytest.raises(Exception, match="got a trio task"):
            jnlp_controller.wait_for_session()
    trio.run(main)
""",
    )
    result.assert_outcomes(passed=1)


def test_asyncio_waits_in_a_thread(pytester: pytest.Pytester) -> None:
    result = run(
        pytester,
        """
import asyncio
def test_it(jnlp_controller, jnlp_agent):
    async def main():
        jnlp_agent.connect(jnlp_controller.url, "test", jnlp_controller.accept("test"))
        return await asyncio.to_thread(jnlp_controller.wait_for_session)
    assert asyncio.run(main()).connected
""",
    )
    result.assert_outcomes(passed=1)


def test_a_marked_test_gets_its_capture(pytester: pytest.Pytester) -> None:
    folder = pytester.mkdir("captures")
    (folder / "good.pcapng").symlink_to(CAPTURE)
    result = run(
        pytester,
        """
@pytest.mark.jnlp_replay("captures/good.pcapng", side="controller")
def test_replayed(jnlp_replay):
    assert jnlp_replay.port and jnlp_replay.url.startswith("http://127.0.0.1:")
    assert len(jnlp_replay.recording.commands) > 100
@pytest.mark.jnlp_replay("captures/good.pcapng", "agent", connection=3)
def test_a_session_that_is_chosen(jnlp_replay):
    assert jnlp_replay.recording.connection == 3
""",
    )
    result.assert_outcomes(passed=2)


@pytest.mark.parametrize(
    ("marker", "told"),
    [
        ("", "*expected @pytest.mark.jnlp_replay(CAPTURE, side=...) on a test that uses jnlp_replay*"),
        (
            "@pytest.mark.jnlp_replay('gone.pcapng')",
            "*expected a capture for jnlp_replay at */gone.pcapng*got nothing*",
        ),
        (
            f"@pytest.mark.jnlp_replay('{CAPTURE}', side='both')",
            "*expected the side 'agent' or 'controller', got 'both'*",
        ),
        (f"@pytest.mark.jnlp_replay('{CAPTURE}', sides='agent')", "*unexpected keyword argument 'sides'*"),
        ("@pytest.mark.jnlp_replay()", "*missing 1 required positional argument: 'capture'*"),
    ],
)
def test_a_marker_that_says_nothing_sensible_is_named(pytester: pytest.Pytester, marker: str, told: str) -> None:
    result = run(
        pytester,
        f"""
{marker}
def test_it(jnlp_replay):
    pass
""",
    )
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines([told])
