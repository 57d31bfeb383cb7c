"""What all peers of a test share: a thread they run in, what they saw, and waiting for it."""

from types import TracebackType
from typing import Self

from jnlpspy.model.secret import Secret
from jnlpspy.testing.backstage import Backstage
from jnlpspy.testing.session import Session
from jnlpspy.testing.watch import PATIENCE, Until, Watch, is_over


class Peer:
    """A peer that runs beside a test; `with` closes it, whatever became of the test."""

    def __init__(self, who: str) -> None:
        self._secrets: dict[str, Secret] = {}
        self._backstage = Backstage(who)
        self._watch = Watch(who, self._secrets)

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All sessions so far, oldest first, as far as each went."""
        return self._watch.sessions

    def wait_for_session(self, timeout: float = PATIENCE, until: Until = is_over) -> Session:
        """Wait for a session that has ended; one is returned once only, so the next call waits for the next.

        Args:
            timeout: Seconds.
            until: Another condition than the end, such as `lambda session: session.connected`.

        Raises:
            NoSession: None came in time; the error says what was seen instead.
            UsageError: This is a trio task: use `next_session` there.
        """
        return self._watch.wait(timeout, until)

    async def next_session(self, timeout: float = PATIENCE, until: Until = is_over) -> Session:  # noqa: ASYNC109 - as above
        """Wait as `wait_for_session` does, in a trio task."""
        return await self._watch.wait_in_trio(timeout, until)

    def report(self) -> str:
        """Return what was seen so far, a line for each event; "" if nothing was."""
        return self._watch.report()

    def close(self) -> None:
        """Cut all connections and wait until nothing is left running."""
        self._backstage.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()
