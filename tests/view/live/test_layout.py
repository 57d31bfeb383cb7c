import pytest

from jnlpspy.view.live.layout import LEAST, layout_for


@pytest.mark.parametrize("rows", range(LEAST[1], 100))
@pytest.mark.parametrize("columns", [LEAST[0], 80, 119, 120, 160])
def test_panels_share_all_rows_and_each_has_some(columns: int, rows: int) -> None:
    layout = layout_for(columns, rows)
    titles = 3 if layout.beside else 4  # the table has two, and findings beside the events have none of their own
    below = layout.events if layout.beside else layout.events + layout.findings
    assert layout.sessions + below + titles == layout.body
    assert min(layout.sessions, layout.events, layout.findings) >= 1


def test_a_terminal_without_room_for_anything_is_known() -> None:
    assert not layout_for(10, 3).fits
    assert layout_for(*LEAST).fits
    assert layout_for(*LEAST).cramped
    assert not layout_for(80, 24).cramped
