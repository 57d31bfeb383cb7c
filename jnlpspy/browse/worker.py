"""A job in a process of its own: decoding keeps a processor busy, and the screen must not wait for it."""

import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from types import FrameType
from typing import Protocol

from jnlpspy.browse.batches import Message
from jnlpspy.browse.jobs import Send

Job = Callable[[Send], None]

_PATIENCE = 2.0
"""Seconds that a process which was told to end gets for it."""


class Running(Protocol):
    """A job that goes on."""

    @property
    def messages(self) -> "Connection[object, Message]":
        """Where it sends; it ends with the job."""

    def stop(self) -> None:
        """End it, whatever it is doing."""


Start = Callable[[Job], Running]


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A job in a process."""

    messages: "Connection[object, Message]"
    process: multiprocessing.process.BaseProcess

    def stop(self) -> None:
        """End it by its id."""
        if self.messages.closed:
            return
        self.messages.close()
        self.process.terminate()
        self.process.join(_PATIENCE)
        if self.process.is_alive():
            self.process.kill()
            self.process.join()
        self.process.close()


def start_process(job: Job) -> Running:
    """Run a job in a fresh process: a copy of this one would have a copy of its terminal too."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(target=_run, args=(job, theirs), name="jnlpspy-browse", daemon=True)
    process.start()
    theirs.close()
    return RunningProcess(ours, process)


def _run(job: Job, messages: "Connection[Message, object]") -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # of a whole group: the screen decides
    signal.signal(signal.SIGTERM, _leave)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    job(messages.send)


def _leave(_number: int, _frame: FrameType | None) -> None:
    """End in order: a file that is half written is taken away."""
    raise SystemExit


def _end_with_parent() -> None:
    """Let nobody be left behind by a screen that was killed: one who follows a file would wait for ever."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
