"""The first rows and the worst of the rest, however many come."""

from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.export.html.kept import Kept


def test_all_are_kept_as_long_as_there_is_room() -> None:
    kept = Kept[str](2, 2)
    for row in "abcd":
        kept.add(row, 0)
    assert (list(kept), len(kept), kept.seen) == (["a", "b", "c", "d"], 4, 4)


def test_of_more_the_first_and_the_worst_stay_in_their_order() -> None:
    kept = Kept[str](1, 2)
    for row, rank in (("a", 0), ("b", 1), ("c", 9), ("d", 2), ("e", 5)):
        kept.add(row, rank)
    assert list(kept) == ["a", "c", "e"]


@given(st.lists(st.integers(0, 5), max_size=60))
def test_no_row_that_is_worse_is_missing(ranks: list[int]) -> None:
    kept = Kept[tuple[int, int]](5, 10)
    for place, rank in enumerate(ranks):
        kept.add((rank, place), rank)
    rows = list(kept)
    assert rows == sorted(rows, key=lambda row: row[1])
    assert len(rows) == min(len(ranks), 15)
    assert rows[:5] == [(rank, place) for place, rank in enumerate(ranks[:5])]
    assert sorted((rank for rank, _ in rows[5:]), reverse=True) == sorted(ranks[5:], reverse=True)[:10]
