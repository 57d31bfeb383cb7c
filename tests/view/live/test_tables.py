import pytest
from live_screens import Stage, busy
from rich.cells import cell_len

from jnlpspy.view.live.tables import columns_for, heading, session_line


@pytest.mark.parametrize("width", [50, 60, 79, 80, 100, 119, 120, 160, 400])
def test_columns_fill_the_width_whatever_stands_in_them(width: int) -> None:
    [session] = Stage().tell(busy(1, name="漢字" * 100)).model.sessions()
    session.state = "x" * 500
    session.connection = 123_456_789
    for selected in (True, False):
        assert cell_len(session_line(session, 5000.0, width, selected=selected).plain) == width
    assert cell_len(heading(width).plain) == width


@pytest.mark.parametrize(
    ("width", "titles"),
    [
        (80, "# agent proto state age calls ─▶ ◀─ /s"),
        (160, "# agent protocol state age calls ─▶ /s ◀─ /s last event finding"),
    ],
)
def test_a_wider_terminal_has_more_columns(width: int, titles: str) -> None:
    assert " ".join(column.title for column, _ in columns_for(width)).split() == titles.split()


def test_a_session_whose_agent_is_not_known_is_named_by_its_address() -> None:
    [session] = Stage().tell(busy(1)).model.sessions()
    session.name = ""
    assert f"({session.agent}" in session_line(session, 0.0, 160, selected=False).plain
