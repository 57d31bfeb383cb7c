from pathlib import Path

from simulate.playing import play

from jnlpspy.simulate.scenario import AGENT, SECRETS, Role, Scenario, Starts
from jnlpspy.simulate.staging import HastyClock

QUIET = Scenario(name="quiet", happens="nothing", rule="none")


def test_a_clock_that_hastens_never_jumps() -> None:
    now = [100.0]
    clock = HastyClock(lambda: now[0])
    now[0] += 2
    assert clock() == 102.0
    clock.hasten(10.0)
    assert clock() == 102.0
    now[0] += 1
    assert clock() == 112.0
    clock.hasten(1.0)
    now[0] += 1
    assert clock() == 113.0


async def test_without_a_mistake_an_agent_plays_its_session(tmp_path: Path) -> None:
    played = await play(QUIET, tmp_path)
    assert [(result.connected, result.orderly) for result in played.results] == [(True, True)]
    assert played.told[-1] == "agent 1: Terminated"


async def test_agents_come_one_after_the_other_and_secrets_in_place_of_names_stay_hidden(tmp_path: Path) -> None:
    secret = SECRETS[AGENT]
    roles = (Role(), Role(name=secret.value, secret=secret, protocol="JNLP4-connect", starts=Starts.OVER))
    played = await play(Scenario(name="two", happens="two", rule="none", agents=roles), tmp_path)
    assert [result.connected for result in played.results] == [True, False]
    first = [line.startswith("agent 1: ") for line in played.told]
    assert first == sorted(first, reverse=True)
    assert f"agent 2: Setting up agent: {secret.fingerprint}" in played.told
