"""When the screen is drawn, and what it makes of keys; with a clock of its own."""

import os
import signal
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import pyte
import trio
import trio.testing
from live_screens import Stage, busy, sending
from rich.console import Console

from jnlpspy.model.tap import Side
from jnlpspy.view.live.screen import ESCAPE_PATIENCE, LiveScreen
from jnlpspy.view.live.state import Place, Wish
from jnlpspy.view.theme import THEME


class Paper:
    """A terminal that keeps what is drawn on it."""

    def __init__(self, columns: int = 80, rows: int = 24) -> None:
        self.columns, self.rows = columns, rows
        self.is_taken = True
        self.is_ours = True
        self.frames: list[str] = []
        self.keys, self._typed = trio.open_memory_channel[bytes](100)
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.Stream(self._screen)
        self.gone = False

    def size(self) -> tuple[int, int]:
        return self.columns, self.rows

    @contextmanager
    def opened(self) -> Iterator[None]:
        yield
        self.is_taken = False

    def take(self) -> None:
        self.is_taken = True

    def give_back(self) -> None:
        self.is_taken = False

    async def read(self) -> bytes:
        return await self._typed.receive()

    async def write(self, text: str) -> bool:
        await trio.lowlevel.checkpoint()
        self.frames.append(text)
        self._screen.resize(self.rows, self.columns)
        self._stream.feed(text)
        return not self.gone

    @property
    def text(self) -> str:
        return "\n".join(self._screen.display)


class Run:
    """A screen that runs, and what was wished."""

    def __init__(self, stage: Stage, paper: Paper) -> None:
        self.stage, self.paper = stage, paper
        self.wishes: list[Wish] = []
        self.screen = LiveScreen(
            stage.state,
            paper,
            Console(theme=THEME, force_terminal=True, color_system="256"),
            self.wishes.append,
            lambda: stage.now + trio.current_time(),
        )

    def is_at(self, place: Place) -> bool:
        return self.stage.state.place is place


def running(test: Callable[[Run], Awaitable[None]], stage: Stage) -> Run:
    """Run a test beside a screen, on a clock that jumps to where something happens."""
    runs = []

    async def both() -> None:
        run = Run(stage, Paper())
        runs.append(run)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(run.screen.run)
            await test(run)
            nursery.cancel_scope.cancel()

    trio.run(both, clock=trio.testing.MockClock(autojump_threshold=0))
    return runs[0]


def test_it_is_drawn_ten_times_a_second_at_most() -> None:
    async def change(run: Run) -> None:
        for _ in range(2000):
            sending(run.stage, 1, Side.AGENT, 100_000)
            run.screen.wake()
            await trio.sleep(0.001)

    run = running(change, Stage().tell(busy(1)))
    assert 15 <= len(run.paper.frames) <= 21


def test_while_nothing_happens_only_clocks_go_on() -> None:
    async def idle(_run: Run) -> None:
        await trio.sleep(10.5)

    run = running(idle, Stage().tell(busy(3)))
    first, *rest = run.paper.frames
    assert len(rest) <= 10
    assert sum(map(len, rest)) < len(first) * 3


def test_keys_are_obeyed_and_the_screen_shows_it() -> None:
    async def press(run: Run) -> None:
        await run.paper.keys.send(b"jj\r")
        await trio.sleep(0.3)
        assert run.is_at(Place.EVENTS)
        assert "#3 linux-3" in run.paper.text
        await run.paper.keys.send(b"\x1b")
        await trio.sleep(ESCAPE_PATIENCE / 2)
        assert run.is_at(Place.EVENTS), "it may be the start of a sequence"
        await trio.sleep(ESCAPE_PATIENCE)
        assert run.is_at(Place.SESSIONS)
        await run.paper.keys.send(b"rqy\x0c")
        await trio.sleep(0.3)

    run = running(press, Stage().tell(busy(3)))
    assert run.wishes == [Wish.RECORD, Wish.STOP]
    assert "\x1b[2J" in run.paper.frames[-1], "drawn anew"


def test_a_change_of_size_is_drawn() -> None:
    async def resize(run: Run) -> None:
        await trio.sleep(0.3)
        run.paper.columns, run.paper.rows = 160, 50
        os.kill(os.getpid(), signal.SIGWINCH)
        await trio.sleep(0.5)
        assert "last event" in run.paper.text

    running(resize, Stage().tell(busy(3)))


def test_a_terminal_that_is_gone_ends_drawing_and_nothing_else() -> None:
    async def hang_up(run: Run) -> None:
        run.paper.gone = True
        await trio.sleep(5)

    run = running(hang_up, Stage().tell(busy(3)))
    assert len(run.paper.frames) == 1


def test_in_the_background_nothing_is_drawn_until_it_is_fetched_back() -> None:
    async def away(run: Run) -> None:
        await trio.sleep(0.3)
        run.paper.is_taken = run.paper.is_ours = False
        drawn = len(run.paper.frames)
        os.kill(os.getpid(), signal.SIGCONT)
        await trio.sleep(3)
        assert len(run.paper.frames) == drawn
        run.paper.is_ours = True
        os.kill(os.getpid(), signal.SIGCONT)
        await trio.sleep(0.5)
        assert "\x1b[2J" in run.paper.frames[drawn]

    running(away, Stage().tell(busy(3)))


def test_draws_of_many_sessions_end_in_time_to_read_keys() -> None:
    async def flood(run: Run) -> None:
        run.stage.tell(busy(200))
        for _ in range(20):
            await run.paper.keys.send(b"j" * 50)
            run.screen.wake()
            await trio.sleep(0.05)

    run = running(flood, Stage(160, 50))
    assert run.stage.state.connection == 7, "the last one, of the closed ones the oldest"
