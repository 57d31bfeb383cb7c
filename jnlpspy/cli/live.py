"""The analysis process of a live view: decodes the capture stream on its standard input, and has the screen."""

import os
import signal
import sys
import time
from typing import TYPE_CHECKING, Annotated

import typer

from jnlpspy.cli.options import Color, ColorOption, PurposesOption

if TYPE_CHECKING:
    import trio

    from jnlpspy.model.events import Event
    from jnlpspy.model.relay_status import RelayStatus
    from jnlpspy.net.control import ViewControl
    from jnlpspy.pipeline import Sink
    from jnlpspy.remoting.purposes import Purposes

YIELDS = 10
"""How much nicer than the relay it is: traffic goes first where both want the processor."""

_READ_SIZE = 64 * 1024
"""Bytes decoded between two looks at keys and clocks: some milliseconds' work."""


def live(
    control: Annotated[int, typer.Option(help="The descriptor of the line to the relay.")],
    purposes: PurposesOption = None,
    color: ColorOption = Color.AUTO,
) -> None:
    """Show a running proxy's sessions; `proxy` starts it.

    Example: jnlpspy proxy http://jenkins.example:8080/ --view live
    """
    import trio

    from jnlpspy.cli.purposes import open_purposes

    # Signals to a whole group are the relay's to take; this ends when its input does, and gives the terminal back.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT):
        signal.signal(number, signal.SIG_IGN)
    os.nice(YIELDS)
    trio.run(_run, control, open_purposes(purposes), color)


async def _run(descriptor: int, purposes: "Purposes", color: Color) -> None:
    import socket

    import trio

    from jnlpspy.net.control import ViewControl

    stream = trio.SocketStream(trio.socket.from_stdlib_socket(socket.socket(fileno=descriptor)))
    async with stream:  # its end tells the relay that the terminal is given back
        await _show(ViewControl(stream), purposes, color)


async def _show(line: "ViewControl", purposes: "Purposes", color: Color) -> None:
    import trio

    from jnlpspy.model.relay_status import RelayStatus

    status = await line.hear()
    if not isinstance(status, RelayStatus):
        return  # the relay could not begin, and says why
    view = _View(status, line, purposes, color)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.send_orders)
        nursery.start_soon(view.screen.run)
        nursery.start_soon(view.decode, nursery.cancel_scope)
        while (told := await line.hear()) is not None:
            view.tell(told)
    view.conclude()


class _View:
    """What the process is made of."""

    def __init__(self, status: "RelayStatus", line: "ViewControl", purposes: "Purposes", color: Color) -> None:
        from jnlpspy.cli.filtering import live_filters
        from jnlpspy.cli.wiring import Diagnosis, inherited_secrets, open_console
        from jnlpspy.diagnosis.runs import Runs
        from jnlpspy.model.known import Known
        from jnlpspy.net.control import Order
        from jnlpspy.pipeline import Pipeline
        from jnlpspy.view.live.model import LiveModel
        from jnlpspy.view.live.screen import LiveScreen
        from jnlpspy.view.live.state import ScreenState, Wish
        from jnlpspy.view.live.terminal import LiveTerminal
        from jnlpspy.view.verdicts import VerdictSink

        self.model: LiveModel = LiveModel(status)
        console = open_console(color)
        secrets = inherited_secrets()
        diagnosis = Diagnosis(Known(secrets=secrets), self.model.notice)
        self._verdict = VerdictSink(diagnosis.verdict, console, Runs(), always=False)
        orders = {Wish.STOP: Order.STOP, Wish.END: Order.END, Wish.RECORD: Order.RECORD}
        self._pipeline: Pipeline = Pipeline(
            [self.model, _Later(self._verdict)], self._fail, secrets, purposes, judge=diagnosis.judge
        )
        self.screen: LiveScreen = LiveScreen(
            ScreenState(self.model, live_filters()),
            LiveTerminal(sys.stdout.fileno()),
            console,
            lambda wish: line.order(orders[wish]),
            time.time,
        )

    async def decode(self, done: "trio.CancelScope") -> None:
        """Decode standard input to its end."""
        import trio

        from jnlpspy.capture.arriving import ArrivingCapture

        capture = ArrivingCapture()
        async with trio.lowlevel.FdStream(os.dup(sys.stdin.fileno())) as stream:
            while data := await stream.receive_some(_READ_SIZE):
                for observation in capture.feed(data):
                    self.model.see(observation)
                    self._pipeline.observe(observation)
                self.screen.wake()
        for observation in capture.finish():
            self._pipeline.observe(observation)
        self._pipeline.finish()
        done.cancel()

    def tell(self, told: "RelayStatus | str") -> None:
        """Take what the relay tells."""
        if isinstance(told, str):
            self.model.notice(told)
        else:
            self.model.tell(told)
        self.screen.wake()

    def conclude(self) -> None:
        """Say what all findings come to, once the terminal is given back."""
        self._verdict.finish()

    def _fail(self, sink: "Sink", error: Exception) -> None:
        if sink is self.model:
            raise error
        self.model.notice(f"a bug stopped {type(sink).__name__}: {type(error).__name__}: {error}; all else goes on")


class _Later:
    """Hands events on, and not that they end: that is said when there is room on the screen."""

    def __init__(self, sink: "Sink") -> None:
        self._sink = sink

    def observe(self, event: "Event") -> None:
        """Hand an event on."""
        self._sink.observe(event)

    def finish(self) -> None:
        """Leave it for later."""
