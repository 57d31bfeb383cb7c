import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import trio
import trio.testing

from jnlpspy.errors import NetworkError
from jnlpspy.net.analysis import BACKLOG, PATIENCE, RESERVE, SMALL, Analysis, describe_exit, start_analysis

COPY = "import shutil, sys; shutil.copyfileobj(sys.stdin.buffer, open(sys.argv[1], 'wb'))"
HANG = "import sys, time; print(flush=True); time.sleep(600)"


@asynccontextmanager
async def analysing(said: list[str], program: str, *arguments: str) -> AsyncIterator[Analysis]:
    analysis = await start_analysis((sys.executable, "-c", program, *arguments), said.append)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(analysis.run)
        yield analysis
        await analysis.finish()


async def test_it_reads_everything_and_ends_with_its_input(tmp_path: Path) -> None:
    said: list[str] = []
    sent = [bytes([number]) * 50_000 for number in range(100)]
    async with analysing(said, COPY, str(tmp_path / "copy")) as analysis:
        for blocks in sent:
            analysis.write(blocks)
            await trio.lowlevel.checkpoint()
    assert (tmp_path / "copy").read_bytes() == b"".join(sent)
    assert (analysis.exit_code, analysis.left_out, said) == (0, 0, [])


async def test_an_interrupt_for_all_of_the_terminal_does_not_end_it(tmp_path: Path) -> None:
    """Not even while it is being loaded, before it could ignore any: it begins with these signals blocked."""
    said: list[str] = []
    async with analysing(said, COPY, str(tmp_path / "copy")) as analysis:
        os.kill(analysis.pid, signal.SIGINT)
        os.kill(analysis.pid, signal.SIGTERM)
        analysis.write(b"blocks")
    assert (tmp_path / "copy").read_bytes() == b"blocks"
    assert (analysis.exit_code, said) == (0, [])


async def test_killed_analysis_is_noticed_and_nobody_waits_for_it() -> None:
    said: list[str] = []
    async with analysing(said, HANG) as analysis:
        analysis.write(b"blocks")
        os.kill(analysis.pid, signal.SIGKILL)
        await analysis.gone.wait()
        analysis.write(b"unread")
    assert analysis.exit_code == -signal.SIGKILL
    assert said[0] == "the analysis ended (killed by signal 9); traffic and record go on without it"
    assert analysis.left_out >= len(b"unread")
    assert said[1:] == [f"the analysis was not given {analysis.left_out} bytes of the capture stream"]


def test_hanging_analysis_loses_packets_and_is_ended_at_last() -> None:
    async def run() -> None:
        said: list[str] = []
        async with analysing(said, HANG) as analysis:
            os.kill(analysis.pid, signal.SIGSTOP)
            for _ in range((BACKLOG >> 18) + 40):
                analysis.write(bytes(1 << 18))
            assert said == ["the analysis does not keep up: it shows gaps from here on; traffic and record have none"]
            lost = analysis.left_out
            assert lost > 0
            analysis.write(bytes(SMALL))  # a connection's end still finds room
            assert analysis.left_out == lost
            for _ in range(RESERVE // SMALL + 1):
                analysis.write(bytes(SMALL))
            assert analysis.left_out > lost
            start = trio.current_time()
        assert trio.current_time() - start == pytest.approx(PATIENCE + 1, abs=0.5)
        assert analysis.exit_code == -signal.SIGKILL
        assert len(said) == 2
        assert "was not given" in said[1]

    trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0.2))


async def test_analysis_that_closes_its_input_is_left_alone() -> None:
    said: list[str] = []
    async with analysing(said, "import os, sys; os.close(0); sys.exit(3)") as analysis:
        for _ in range(20):
            analysis.write(bytes(1 << 16))
        await analysis.gone.wait()
    assert analysis.exit_code == 3
    assert said[0] == "the analysis ended (exit code 3); traffic and record go on without it"


async def test_cancelling_leaves_it_time_to_finish(tmp_path: Path) -> None:
    said: list[str] = []
    analysis = await start_analysis((sys.executable, "-c", COPY, str(tmp_path / "copy")), said.append)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(analysis.run)
        analysis.write(b"blocks")
        nursery.cancel_scope.cancel()
        with trio.CancelScope(shield=True):
            await analysis.finish()
    assert (tmp_path / "copy").read_bytes() == b"blocks"
    assert said == []


async def test_command_that_is_not_there_is_named() -> None:
    with pytest.raises(NetworkError, match=r"cannot start the analysis \(/no/such\): No such file or directory"):
        await start_analysis(("/no/such",), print)


def test_exits_are_described() -> None:
    assert describe_exit(-9) == "killed by signal 9"
    assert describe_exit(70) == "exit code 70"


async def test_what_is_gathered_reaches_it_at_the_end_without_a_pause(tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    analysis = await start_analysis((sys.executable, "-c", COPY, str(copy)), print, pause=1e9)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(analysis.run)
        await trio.testing.wait_all_tasks_blocked()
        analysis.write(b"first ")
        await trio.testing.wait_all_tasks_blocked()
        analysis.write(b"second")
        await trio.testing.wait_all_tasks_blocked()
        waiting = analysis.backlog
        await analysis.finish()
    assert waiting == len(b"first second")
    assert copy.read_bytes() == b"first second"
    assert (analysis.backlog, analysis.left_out) == (0, 0)
