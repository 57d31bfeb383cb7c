"""Where peers run: one thread, nothing left of it at the end, and failures where the test sees them."""

import threading

import pytest
import trio

from jnlpspy.errors import UsageError
from jnlpspy.testing.backstage import Backstage


async def serve(task_status: trio.TaskStatus[str]) -> None:
    task_status.started("ready")
    await trio.sleep_forever()


def threads() -> list[str]:
    return [thread.name for thread in threading.enumerate() if thread.name.startswith("jnlpspy")]


def test_what_is_started_says_when_it_is_ready() -> None:
    backstage = Backstage("it")
    assert threads() == []
    assert backstage.start(serve) == "ready"
    assert backstage.start(serve) == "ready"
    assert threads() == ["jnlpspy it"]
    backstage.close()
    assert threads() == []


def test_closing_waits_until_everything_has_ended() -> None:
    ended: list[str] = []

    async def run() -> None:
        try:
            await trio.sleep_forever()
        finally:
            ended.append("run")

    backstage = Backstage("it")
    backstage.start(serve)
    backstage.start_soon(run)
    backstage.call(trio.testing.wait_all_tasks_blocked)
    backstage.close()
    assert ended == ["run"]


def test_it_can_be_closed_twice_and_without_a_use() -> None:
    backstage = Backstage("it")
    backstage.close()
    backstage.close()


def test_what_cannot_start_says_why_and_harms_nothing_else() -> None:
    async def fail(task_status: trio.TaskStatus[str]) -> None:
        await trio.lowlevel.checkpoint()
        raise OSError(f"the port is taken, {task_status}")

    backstage = Backstage("it")
    with pytest.raises(OSError, match="the port is taken"):
        backstage.start(fail)
    assert backstage.start(serve) == "ready"
    backstage.close()


def test_a_defect_comes_out_at_the_end() -> None:
    async def fail() -> None:
        raise ZeroDivisionError("a defect")

    backstage = Backstage("it")
    backstage.start(serve)
    backstage.start_soon(fail)
    with pytest.raises(ZeroDivisionError, match="a defect"):
        backstage.close()
    assert threads() == []


def test_nothing_starts_after_the_end() -> None:
    backstage = Backstage("it")
    backstage.start(serve)
    backstage.close()
    with pytest.raises(UsageError, match="expected it before its end"):
        backstage.start(serve)


async def test_it_works_beside_a_trio_test() -> None:
    backstage = Backstage("it")
    assert backstage.start(serve) == "ready"
    await trio.lowlevel.checkpoint()
    backstage.close()
