"""The relay's side of a live view: the line to it, messages while it has the screen, and the terminal given back."""

import os
import select
import sys
import termios
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import Final

import trio

from jnlpspy.net.control import Control, Order
from jnlpspy.net.listener import describe_defect
from jnlpspy.net.relay import Relay
from jnlpspy.view.live.terminal import LEAVE

KEPT_MESSAGES: Final = 100
"""Messages that are printed when the screen is given back; the newest."""


def has_screen() -> bool:
    """Return whether there is a terminal that a full-screen view can be on: ours to draw on and to read keys from."""
    if os.environ.get("TERM", "dumb") in ("dumb", ""):
        return False
    try:
        return (
            sys.stdin.isatty()
            and sys.stdout.isatty()
            and os.tcgetpgrp(sys.stdout.fileno()) == os.getpgrp()  # else it is in the background
        )
    except OSError:
        return False


class Steering:
    """Both ends of the line until the view is started, then the relay's.

    What is said while the view has the screen is shown there, and printed when it is gone; at once where messages go
    elsewhere.
    """

    def __init__(self, say: Callable[[str], None]) -> None:
        import socket

        self._say = say
        self._attributes = termios.tcgetattr(sys.stdout.fileno())
        self._ours, self._theirs = socket.socketpair()
        self._control: Control | None = None
        self._kept: deque[str] = deque(maxlen=KEPT_MESSAGES)

    @property
    def descriptor(self) -> int:
        """The view's end, to be inherited."""
        return self._theirs.fileno()

    def say(self, text: str) -> None:
        """Say something to the user, wherever that can be seen."""
        if self._control is None:
            self._say(text)
            return
        self._control.notice(text)
        if sys.stderr.isatty():
            self._kept.append(text)
        else:
            self._say(text)

    def close(self) -> None:
        """Close what is left of the line."""
        self._ours.close()
        self._theirs.close()

    async def run(self, relay: Relay, end: Callable[[], None]) -> None:
        """Steer a relay that listens, as the view's user asks, until the view is gone."""

        async def obey(order: Order) -> None:
            if order is Order.RECORD:
                nursery.start_soon(self._switch_record, relay)
            elif order is Order.STOP:
                self.say("stopping; sessions may end by themselves, q ends them at once")
                relay.stop()
            else:
                end()

        self._theirs.close()
        stream = trio.SocketStream(trio.socket.from_stdlib_socket(self._ours))
        control = self._control = Control(stream, relay.status)
        try:
            async with trio.open_nursery() as nursery:
                await control.run(obey)
        except Exception as error:  # noqa: BLE001 - traffic must not end because of what shows it
            self.say(f"a defect in jnlpspy ended the line to the live view: {describe_defect(error)}")
        finally:
            with trio.CancelScope(shield=True):  # the relay sees to it that the view ends
                await control.wait_gone()
            self._control = None
            self._restore_terminal()
            for text in self._kept:
                self._say(text)
            self._kept.clear()

    def _restore_terminal(self) -> None:
        """Give the terminal back if the view died and could not; in the background it is another program's."""
        terminal = sys.stdout.fileno()
        with suppress(OSError, termios.error):
            if os.tcgetpgrp(terminal) == os.getpgrp() and termios.tcgetattr(terminal) != self._attributes:
                termios.tcsetattr(terminal, termios.TCSANOW, self._attributes)
                if select.select([], [terminal], [], 0)[1]:  # one that is held must not hold up traffic
                    os.write(terminal, LEAVE.encode())

    async def _switch_record(self, relay: Relay) -> None:
        await relay.switch_record()
        if self._control is not None:
            self._control.look()
