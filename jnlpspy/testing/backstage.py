"""Where peers run while a test goes on: trio in a thread of its own, ended and awaited by `close`."""

import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import Future
from contextlib import suppress
from typing import Protocol, TypeVar

import trio

from jnlpspy.errors import UsageError

_T = TypeVar("_T")
_T_co = TypeVar("_T_co", covariant=True)


class Serve(Protocol[_T_co]):
    """Serves until it is cancelled; tells what it has to tell once it is ready."""

    async def __call__(self, task_status: trio.TaskStatus[_T_co]) -> None:
        """Serve."""


class Backstage:
    """Runs what peers do, from the first use on; `close` may be called at any time, and more than once."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None
        self._up: Future[tuple[trio.lowlevel.TrioToken, trio.Nursery]] = Future()
        self._failure: BaseException | None = None
        self._closed = False

    def start(self, serve: Serve[_T]) -> _T:
        """Start to serve, and return what that tells when it is ready; what it raises before comes out here."""
        ready: Future[_T] = Future()

        async def begin(nursery: trio.Nursery) -> None:
            try:
                ready.set_result(await nursery.start(serve))
            except Exception as error:  # noqa: BLE001 - it is the caller's
                ready.set_exception(error)
            except BaseException:
                ready.set_exception(UsageError(f"{self._name} was closed while it was starting"))
                raise

        self._start_soon(begin)
        return ready.result()

    def start_soon(self, run: Callable[[], Awaitable[object]]) -> None:
        """Start to do something, and wait for nothing."""

        async def begin(nursery: trio.Nursery) -> None:
            nursery.start_soon(run)

        self._start_soon(begin)

    def call(self, run: Callable[[], Awaitable[_T]]) -> _T:
        """Do something there and return what it returns."""

        async def serve(task_status: trio.TaskStatus[_T]) -> None:
            task_status.started(await run())

        return self.start(serve)

    def close(self) -> None:
        """Cancel everything and wait until nothing is left; raises the defect that ended it before, if one did."""
        self._closed = True
        thread = self._thread
        if thread is None:
            return
        token, nursery = self._up.result()
        with suppress(trio.RunFinishedError):
            token.run_sync_soon(nursery.cancel_scope.cancel)
        thread.join()
        self._thread = None
        if self._failure is not None:
            raise self._failure

    def _start_soon(self, begin: Callable[[trio.Nursery], Awaitable[None]]) -> None:
        if self._closed:
            raise UsageError(f"expected {self._name} before its end, got a use after it was closed")
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=f"jnlpspy {self._name}", daemon=True)
            self._thread.start()
        token, nursery = self._up.result()
        try:
            token.run_sync_soon(nursery.start_soon, begin, nursery)
        except trio.RunFinishedError:
            raise UsageError(f"{self._name} has ended because of {self._failure!r}") from self._failure

    def _run(self) -> None:
        try:
            trio.run(self._wait)
        except BaseException as error:  # noqa: BLE001 - `close` raises it where the test sees it
            while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
                error = error.exceptions[0]
            self._failure = error
            if not self._up.done():
                self._up.set_exception(error)

    async def _wait(self) -> None:
        async with trio.open_nursery() as nursery:
            self._up.set_result((trio.lowlevel.current_trio_token(), nursery))
            await trio.sleep_forever()
