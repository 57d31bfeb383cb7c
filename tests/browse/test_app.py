"""The browser as its user meets it: keys, jumps, filters, notes, and the whole screen at two sizes."""

import json
from contextlib import suppress
from functools import partial
from pathlib import Path

import pytest
from browsing import CUT_OFF, WORKLOAD, Screen, browse, copy_of
from textual.screen import ModalScreen
from textual.widget import Widget

SNAPSHOTS = Path(__file__).parent / "snapshots"


pytestmark = pytest.mark.usefixtures("in_utc")


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
def test_the_screen_looks_as_it_did(size: tuple[int, int], tmp_path: Path) -> None:
    async def look(screen: Screen) -> None:
        await compare(screen, "beginning")
        await screen.go_to(17)
        await screen.press("3", "down", "down")
        await compare(screen, "command")
        await screen.press("f")
        await screen.type("call and dur")
        await screen.wait_for("duration")
        await compare(screen, "completion")
        await screen.type("rration > 1")
        await screen.press("enter")
        await screen.wait_for("did you mean")
        await compare(screen, "wrong-filter")

    browse(copy_of(WORKLOAD, tmp_path), look, home=tmp_path, size=size)


@pytest.mark.parametrize("size", [(80, 24), (160, 50)], ids=["80x24", "160x50"])
def test_findings_and_help_look_as_they_did(size: tuple[int, int], tmp_path: Path) -> None:
    async def look(screen: Screen) -> None:
        await screen.press("G")
        await screen.settle()
        await compare(screen, "finding")
        await screen.press("exclamation_mark")
        await screen.wait_for("abrupt-close, certain")
        await compare(screen, "findings")
        await screen.press("escape", "question_mark")
        await screen.wait_for("one line; PgUp")
        await compare(screen, "help")

    browse(copy_of(CUT_OFF, tmp_path), look, home=tmp_path, size=size)


async def compare(screen: Screen, name: str) -> None:
    """Wait for a screen as its snapshot shows it; one that is taken away is made anew, to be read before a commit."""
    size = screen.browser.size
    snapshot = SNAPSHOTS / f"{name}-{size.width}x{size.height}.txt"
    if not snapshot.exists():
        snapshot.write_text(shown(screen), "utf-8")
    wanted = snapshot.read_text("utf-8")
    with suppress(AssertionError):
        await screen.wait_until(lambda: shown(screen) == wanted)
    assert shown(screen) == wanted


def shown(screen: Screen) -> str:
    """Return what a screen shows; of a window only itself: what is behind it may not be drawn yet."""
    lines = screen.lines
    if isinstance(screen.browser.screen, ModalScreen):
        window = screen.browser.screen.children[0].region
        lines = [line[window.x : window.right] for line in lines[window.y : window.bottom]]
    return "\n".join(lines) + "\n"


def test_keys_move_through_the_events(tmp_path: Path) -> None:
    async def move(screen: Screen) -> None:
        await screen.press("j", "j", "down", "k")
        assert screen.seq == 3
        await screen.press("G")
        assert screen.browser.events.row == len(screen.browser.inquiry.catalogue) - 1
        await screen.press("g")
        assert screen.seq == 1
        await screen.press("pagedown")
        assert screen.seq > 10
        await screen.press("pageup")
        assert screen.seq == 1

    browse(copy_of(WORKLOAD, tmp_path), move, home=tmp_path)


def test_a_request_leads_to_its_response_and_back(tmp_path: Path) -> None:
    async def jump(screen: Screen) -> None:
        await screen.go_to(14)
        await screen.press("r")
        assert screen.seq == 23
        assert "c0 returned" in screen.text
        await screen.press("r")
        assert screen.seq == 14
        await screen.go_to(13)
        await screen.press("r")
        assert screen.seq == 22, "a command leads to the command that answers"
        await screen.press("backspace", "backspace", "backspace")
        assert screen.seq == 14

    browse(copy_of(WORKLOAD, tmp_path), jump, home=tmp_path)


def test_a_call_leads_to_the_one_it_serves_and_to_the_class_it_loaded(tmp_path: Path) -> None:
    async def jump(screen: Screen) -> None:
        await screen.go_to(16)
        await screen.press("c")
        assert screen.seq == 14
        await screen.press("l")
        assert screen.seq == 19
        await screen.press("c")
        assert screen.seq == 16
        await screen.go_to(1)
        await screen.press("r")
        assert screen.said[-1] == "this event has no other half here"

    browse(copy_of(WORKLOAD, tmp_path), jump, home=tmp_path)


def test_a_filter_shows_only_what_it_means(tmp_path: Path) -> None:
    async def sift(screen: Screen) -> None:
        await screen.go_to(40)
        await screen.press("f")
        await screen.type("handshake_accepted or headers")
        await screen.press("enter")
        await screen.settle()
        shown = screen.browser.inquiry.shown
        assert [screen.browser.inquiry.catalogue.row(shown[place]).seq for place in range(len(shown))] == [7, 8, 9]
        await screen.wait_for("Events: 3 of 365")
        await screen.press("f", "ctrl+u", "enter")
        await screen.wait_until(lambda: len(shown) == 365)

    browse(copy_of(WORKLOAD, tmp_path), sift, home=tmp_path)


def test_a_wrong_filter_points_at_its_place(tmp_path: Path) -> None:
    async def sift(screen: Screen) -> None:
        await screen.press("f")
        await screen.type("call and durration > 1s")
        await screen.press("enter")
        await screen.wait_for("duration`?")
        lines = screen.lines
        caret = next(line for line in lines if line.lstrip().startswith("^"))
        assert caret.index("^") == next(line for line in lines if "durration" in line).index("durration")
        assert len(screen.browser.inquiry.shown) == 365

    browse(copy_of(WORKLOAD, tmp_path), sift, home=tmp_path)


def test_what_is_being_written_is_completed(tmp_path: Path) -> None:
    async def complete(screen: Screen) -> None:
        await screen.press("f")
        await screen.type("call_sta")
        await screen.press("tab")
        assert screen.browser.bar.input.value == "call_started "
        await screen.type("and calla")
        await screen.press("down", "enter")
        assert screen.browser.bar.input.value == "call_started and callable "
        await screen.type("~ DetectOS")
        await screen.press("enter")
        await screen.settle()
        assert len(screen.browser.inquiry.shown) == 1

    browse(copy_of(WORKLOAD, tmp_path), complete, home=tmp_path)


def test_filters_used_before_are_offered_again(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)

    async def use(screen: Screen) -> None:
        await screen.press("f")
        await screen.type("pipe")
        await screen.press("enter")
        await screen.settle()

    async def use_again(screen: Screen) -> None:
        await screen.press("f")
        await screen.wait_for("used before")
        await screen.press("down", "enter", "enter")
        await screen.wait_until(lambda: screen.browser.inquiry.shown.filter == "pipe")

    browse(capture, use, home=tmp_path)
    browse(capture, use_again, home=tmp_path)


def test_a_session_is_shown_alone_and_together_with_a_filter(tmp_path: Path) -> None:
    async def choose(screen: Screen) -> None:
        shown = screen.browser.inquiry.shown
        await screen.press("1", "g", "down", "enter")
        assert len(shown) == 4
        await screen.wait_for("only session #1")
        await screen.press("f")
        await screen.type("discovery_answered")
        await screen.press("enter")
        await screen.settle()
        assert [shown[place] for place in range(len(shown))] == [2]
        await screen.press("1", "enter")
        assert shown.connection is None

    browse(copy_of(WORKLOAD, tmp_path), choose, home=tmp_path)


def test_a_text_is_searched_for_in_both_directions(tmp_path: Path) -> None:
    async def search(screen: Screen) -> None:
        await screen.press("slash")
        await screen.type("detectos")
        await screen.press("enter")
        await screen.wait_until(lambda: screen.seq == 25)
        await screen.press("n")
        await screen.wait_until(lambda: screen.seq == 27)
        await screen.press("N")
        await screen.wait_until(lambda: screen.seq == 25)
        await screen.press("ctrl+f", "ctrl+u")
        await screen.type("no such thing")
        await screen.press("enter")
        await screen.wait_until(lambda: "not found" in screen.said[-1])
        assert screen.seq == 25

    browse(copy_of(WORKLOAD, tmp_path), search, home=tmp_path)


def test_a_note_is_kept_beside_the_capture_and_found_again(tmp_path: Path) -> None:
    capture = copy_of(WORKLOAD, tmp_path)

    async def mark(screen: Screen) -> None:
        await screen.go_to(25)
        await screen.press("m")
        await screen.type("look here")
        await screen.press("enter")
        await screen.wait_until(lambda: "★" in screen.text)

    async def find(screen: Screen) -> None:
        await screen.press("b")
        assert screen.seq == 25
        await screen.press("g", "M")
        await screen.wait_for("look here")
        await screen.press("enter")
        await screen.wait_until(lambda: screen.seq == 25)
        await screen.press("M", "d", "escape")
        assert "★" not in screen.text

    browse(capture, mark, home=tmp_path)
    notes = json.loads((tmp_path / "capture.pcapng.notes.json").read_text("utf-8"))
    assert [(each["seq"], each["note"]) for each in notes["notes"]] == [(25, "look here")]
    browse(capture, find, home=tmp_path)
    assert json.loads((tmp_path / "capture.pcapng.notes.json").read_text("utf-8"))["notes"] == []


def test_the_line_at_the_cursor_can_be_read_on_its_ground(tmp_path: Path) -> None:
    def is_dim(screen: Screen, place: int) -> bool:
        events = screen.browser.events
        line = events.render_line(place - round(events.scroll_y))
        return any(part.style.dim for part in line if part.style is not None)

    async def look(screen: Screen) -> None:
        here = screen.browser.events.cursor
        assert [is_dim(screen, here), is_dim(screen, here + 1)] == [False, True]
        await screen.press("down")
        assert [is_dim(screen, here), is_dim(screen, here + 1)] == [True, False]

    browse(copy_of(WORKLOAD, tmp_path), look, home=tmp_path)


def test_what_is_shown_is_written_to_a_file(tmp_path: Path) -> None:
    target = tmp_path / "out.jsonl"

    async def export(screen: Screen) -> None:
        await screen.press("x", "ctrl+u")
        await screen.type(str(target))
        await screen.press("enter")
        await screen.wait_until(lambda: any("3 events written" in each for each in screen.said))
        await screen.press("x", "ctrl+u")
        await screen.type(str(target))
        await screen.press("enter")
        assert "expected a new file" in screen.said[-1]

    browse(copy_of(WORKLOAD, tmp_path), export, home=tmp_path, filter_text="handshake_accepted or headers")
    types = [json.loads(line)["type"] for line in target.read_text("ascii").splitlines()]
    assert types == ["headers_sent", "handshake_accepted", "headers_sent"]
    assert target.stat().st_mode & 0o777 == 0o600


def test_a_field_lights_its_bytes_and_a_byte_its_field(tmp_path: Path) -> None:
    async def light(screen: Screen) -> None:
        await screen.go_to(17)
        fields, data = screen.browser.detail.fields, screen.browser.detail.hex
        assert data.lit == (2236, 6435)
        await screen.press("3", "down")
        assert data.lit == (2236, 2238)
        fields.pick(2250)
        screen.browser.detail.hex.post_message(data.Picked(2250))
        await screen.pilot.pause()
        assert fields.item is not None
        assert fields.item.label == "name"
        assert data.lit == (2244, 2270)

    browse(copy_of(WORKLOAD, tmp_path), light, home=tmp_path)


def test_the_mouse_chooses_an_event_and_a_byte(tmp_path: Path) -> None:
    async def click(screen: Screen) -> None:
        await screen.pilot.click("#events", offset=(10, 8))
        assert screen.seq == 8
        await screen.rest()
        await screen.pilot.click("#hex", offset=(12, 1))
        item = screen.browser.detail.fields.item
        assert item is not None
        assert item.node is not None

    browse(copy_of(WORKLOAD, tmp_path), click, home=tmp_path)


def test_a_finding_leads_to_its_evidence(tmp_path: Path) -> None:
    async def look(screen: Screen) -> None:
        await screen.press("exclamation_mark")
        await screen.wait_for("abrupt-close")
        await screen.press("down", "down", "down", "down", "enter")
        await screen.wait_until(lambda: screen.seq == 48)
        await screen.press("g", "e")
        await screen.wait_until(lambda: screen.seq == 48)

    browse(copy_of(CUT_OFF, tmp_path), look, home=tmp_path)


def test_lines_and_fields_are_copied(tmp_path: Path) -> None:
    async def copy(screen: Screen) -> None:
        await screen.go_to(6)
        await screen.press("y")
        assert screen.browser.clipboard.endswith("JNLP2-connect")
        await screen.press("Y")
        assert json.loads(screen.browser.clipboard)["protocol"] == "JNLP2-connect"
        await screen.go_to(17)
        await screen.press("3", "down", "Y")
        assert screen.browser.clipboard == "chunk header: 4197 bytes, the last\n10 65"

    browse(copy_of(WORKLOAD, tmp_path), copy, home=tmp_path)


def test_every_command_of_the_palette_exists(tmp_path: Path) -> None:
    async def look(screen: Screen) -> None:
        commands = [each.title for each in screen.browser.get_system_commands(screen.browser.screen)]
        assert "Jump to response or request" in commands
        await screen.press("ctrl+p")
        await screen.type("zoom")
        await screen.wait_for("Zoom the pane")
        await screen.press("enter")
        await screen.wait_until(lambda: screen.browser.screen.has_class("-zoomed"))
        await screen.press("z")
        assert not screen.browser.screen.has_class("-zoomed")

    browse(copy_of(WORKLOAD, tmp_path), look, home=tmp_path)


def fills_the_screen(pane: Widget) -> bool:
    return pane.size.width >= 99 and pane.size.height >= 30


def test_a_pane_alone_fills_the_screen(tmp_path: Path) -> None:
    async def zoom(screen: Screen) -> None:
        await screen.go_to(17)
        for key, name in (("1", "sessions"), ("2", "events"), ("3", "fields"), ("4", "hex")):
            await screen.press(key, "z")
            pane = screen.browser.query_one(f"#{name}")
            await screen.wait_until(partial(fills_the_screen, pane), name)

    browse(copy_of(WORKLOAD, tmp_path), zoom, home=tmp_path)


def test_a_row_that_is_not_shown_takes_the_filter_away(tmp_path: Path) -> None:
    async def jump(screen: Screen) -> None:
        await screen.wait_until(lambda: screen.seq == 14)
        await screen.press("r")
        assert screen.seq == 23
        assert screen.browser.inquiry.shown.filter == ""

    browse(copy_of(WORKLOAD, tmp_path), jump, home=tmp_path, filter_text="call_started")


def test_the_cursor_stays_on_its_event_when_other_rows_are_shown(tmp_path: Path) -> None:
    async def sift(screen: Screen) -> None:
        await screen.go_to(25)
        screen.browser.bar.apply("call")
        await screen.wait_until(lambda: screen.browser.inquiry.is_done and screen.browser.inquiry.shown.filter)
        await screen.wait_until(lambda: screen.seq == 25)
        screen.browser.action_show_all()
        assert screen.seq == 25

    browse(copy_of(WORKLOAD, tmp_path), sift, home=tmp_path)


@pytest.mark.parametrize("turns", [0, 1, 5])
def test_it_can_be_left_at_any_moment(turns: int, tmp_path: Path) -> None:
    async def leave(screen: Screen) -> None:
        for _ in range(turns):
            await screen.pilot.pause()
        screen.browser.bar.apply("call")
        screen.browser.action_show_all()
        screen.browser.events.move_to(1)
        screen.browser.exit()

    browse(copy_of(WORKLOAD, tmp_path), leave, home=tmp_path, whole=False)
