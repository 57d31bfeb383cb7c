import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import WORKLOAD, RunningThread, Screen, browse, copy_of

from jnlpspy.browse.batches import Crashed
from jnlpspy.browse.inquiry import Index
from jnlpspy.browse.jobs import Source
from jnlpspy.capture.reader import ByteSource
from jnlpspy.cli.following import follow_file
from jnlpspy.errors import CaptureError


def test_the_screen_goes_on_with_a_file_that_grows(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)
    whole = capture.read_bytes()
    capture.write_bytes(whole[:60_000])
    over = threading.Event()

    @contextmanager
    def follow(path: Path, on_wait: Callable[[], None]) -> Iterator[ByteSource]:
        def wait() -> None:
            on_wait()
            if over.is_set():
                raise CaptureError("the test is over")

        with follow_file(path, wait) as stream:
            yield stream

    async def watch(screen: Screen) -> None:
        browser = screen.browser
        await screen.wait_for(", growing")
        known = len(browser.inquiry.catalogue)
        assert browser.events.cursor == known - 1, "the cursor is at the last event"
        await screen.press("k", "k")
        await screen.wait_until(lambda: not browser.events.following)
        with capture.open("ab") as file:
            file.write(whole[60_000:])
        await screen.wait_for("365 events")
        assert browser.events.cursor == known - 3, "who looks at an event stays there"
        await screen.press("t")
        assert browser.events.cursor == 364
        await screen.wait_for("following")
        over.set()
        await screen.wait_for("breaks off")

    try:
        browse(capture, watch, home=tmp_path, source=Source(capture, follow), whole=False)
    finally:
        over.set()


def test_a_job_that_dies_is_a_bug_that_ends_the_browser(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)

    async def look(screen: Screen) -> None:
        screen.browser.inquiry._take(Crashed("Traceback: of the job"))  # noqa: SLF001 - as the feed does
        await screen.wait_until(lambda: screen.browser.bug is not None)

    with pytest.raises(RuntimeError, match="Traceback: of the job"):
        browse(capture, look, home=tmp_path)


def test_an_index_leaves_no_file_behind(tmp_path: Path) -> None:
    index = Index(Source(copy_of(WORKLOAD, tmp_path)), RunningThread)
    assert index.spool.stat().st_mode & 0o777 == 0o600
    index.close()
    assert not index.spool.exists()


def test_an_export_says_what_is_wrong_with_its_name(tmp_path: Path) -> None:
    async def export(screen: Screen) -> None:
        await screen.press("x", "ctrl+u")
        await screen.type(str(tmp_path / "out.doc"))
        await screen.press("enter")
        assert screen.said[-1] == "expected a name that ends in .html .jsonl .mmd .txt, got out.doc"

    browse(copy_of(WORKLOAD, tmp_path), export, home=tmp_path)


def test_a_filter_that_is_changed_stops_the_one_before(tmp_path: Path) -> None:
    async def sift(screen: Screen) -> None:
        inquiry = screen.browser.inquiry
        inquiry.choose("call", None)
        inquiry.choose("pipe", None)
        inquiry.choose("handshake_accepted", None)
        await screen.settle()
        assert len(inquiry.shown) == 1
        inquiry.choose("call", None)
        inquiry.choose("", None)
        assert len(inquiry.shown) == 365
        assert not inquiry.sifting

    source = Source(copy_of(WORKLOAD, tmp_path))
    browse(source.path, sift, home=tmp_path, source=source)
