"""Runs the live view: one task draws, one reads keys, one takes note of the terminal's changes; no thread does."""

import os
import signal
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Final, Protocol

import trio
from rich.console import Console

from jnlpspy.view.live.draw import draw
from jnlpspy.view.live.frames import Frames
from jnlpspy.view.live.keys import KeyReader, Stroke
from jnlpspy.view.live.layout import Layout, layout_for
from jnlpspy.view.live.state import ScreenState, Wish

FRAME: Final = 0.1
"""Seconds between two frames at least."""

TICK: Final = 1.0
"""Seconds after which clocks go on, and rates are counted."""

REST: Final = 20.0
"""Times as long as it took to draw a frame nothing is drawn but what keys do: the processor is the traffic's."""

ESCAPE_PATIENCE: Final = 0.05
"""Seconds in which what an Escape begins goes on, if it is no key of its own; ssh sends a key's bytes together."""


class Terminal(Protocol):
    """What the screen is drawn on; see `LiveTerminal`."""

    @property
    def is_taken(self) -> bool:
        """True while the view has it."""

    @property
    def is_ours(self) -> bool:
        """False in the background."""

    def opened(self) -> AbstractContextManager[None]:
        """Have it for the block."""

    def size(self) -> tuple[int, int]:
        """Return columns and rows."""

    def take(self) -> None:
        """Have it again."""

    def give_back(self) -> None:
        """Leave it as it was found."""

    async def read(self) -> bytes:
        """Return what was typed, none at the terminal's end."""

    async def write(self, text: str) -> bool:
        """Write; return whether it is still there."""


class LiveScreen:
    """The screen of a state, until it is cancelled."""

    def __init__(
        self,
        state: ScreenState,
        terminal: Terminal,
        console: Console,
        obey: Callable[[Wish], None],
        clock: Callable[[], float],
    ) -> None:
        self._state = state
        self._terminal = terminal
        self._frames = Frames(console)
        self._obey = obey
        self._clock = clock
        self._changed = trio.Event()
        self._pressed = trio.Event()
        self._taken = trio.Event()

    def wake(self) -> None:
        """Have it drawn anew, soon."""
        self._changed.set()

    async def run(self) -> None:
        """Show it; the terminal is given back however this ends."""
        with self._terminal.opened():
            self._taken.set()
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._watch_signals)
                nursery.start_soon(self._read_keys)
                nursery.start_soon(self._count_time)
                self.wake()
                await self._draw()

    def layout(self) -> Layout:
        """Return how the terminal is shared out now."""
        return layout_for(*self._terminal.size())

    async def _draw(self) -> None:
        while True:
            await self._changed.wait()
            self._changed = trio.Event()
            if not self._terminal.is_taken:
                continue
            self._pressed = trio.Event()
            before = trio.current_time()
            text = self._frames.render(draw(self._state, self.layout(), self._clock()))
            took = trio.current_time() - before
            if text and not await self._terminal.write(text):
                return  # the terminal is gone, and nobody sees it
            await trio.sleep(FRAME)
            with trio.move_on_after(max(0.0, REST * took - FRAME)):
                await self._pressed.wait()

    async def _count_time(self) -> None:
        while True:
            await trio.sleep(TICK)
            self._state.live.tick(self._clock())
            self.wake()

    async def _watch_signals(self) -> None:
        with trio.open_signal_receiver(signal.SIGWINCH, signal.SIGCONT) as signals:
            async for number in signals:
                if number == signal.SIGCONT:
                    self._resume()
                self._frames.forget()
                self.wake()

    async def _read_keys(self) -> None:
        keys = KeyReader()
        while True:
            await self._taken.wait()
            data = await self._terminal.read()
            if not data:
                return
            self._press(keys.feed(data))
            while keys.waits:
                with trio.move_on_after(ESCAPE_PATIENCE) as patience:
                    self._press(keys.feed(await self._terminal.read()))
                if patience.cancelled_caught:
                    self._press(keys.settle())

    def _press(self, strokes: list[Stroke]) -> None:
        for stroke in strokes:
            wish = self._state.press(stroke, self.layout())
            if wish is Wish.SUSPEND:
                self._suspend()
            elif wish is Wish.REDRAW:
                self._frames.forget()
            elif wish is not None:
                self._obey(wish)
        self._pressed.set()
        self.wake()

    def _suspend(self) -> None:
        """Give the terminal back, then stop with all that was started together; go on when the shell says so."""
        self._taken = trio.Event()
        self._terminal.give_back()
        os.killpg(os.getpgrp(), signal.SIGTSTP)
        self._resume()

    def _resume(self) -> None:
        """Take the terminal again, unless this goes on in the background."""
        if self._terminal.is_ours and not self._terminal.is_taken:
            self._terminal.take()
            self._frames.forget()
            self._taken.set()
            self.wake()
