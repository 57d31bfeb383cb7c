from collections.abc import Iterator
from pathlib import Path

import pytest
from browsing import CAPTURES, WORKLOAD, indexed

from jnlpspy.browse.catalogue import Catalogue
from jnlpspy.browse.jobs import Source
from jnlpspy.browse.search import find_text
from jnlpspy.browse.shown import Shown


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    source, folder = Source(CAPTURES / f"{WORKLOAD}.pcapng"), tmp_path_factory.mktemp("search")
    with indexed(source, folder) as (made, _):
        yield made


def find(catalogue: Catalogue, shown: Shown, text: str, start: int, step: int) -> int | None:
    return list(find_text(catalogue, shown, text, start, step))[-1]


@pytest.mark.parametrize("step", [1, -1])
@pytest.mark.parametrize("text", ["detectos", "CALL c1", "closed", "loaded class"])
def test_the_next_line_is_the_one_that_looking_at_all_finds(catalogue: Catalogue, text: str, step: int) -> None:
    shown = Shown(catalogue)
    rows = [catalogue.row(number) for number in range(len(catalogue))]
    matching = [row.number for row in rows if text.casefold() in f"{row.look.word} {row.line}".casefold()]
    for start in range(0, len(catalogue), 23):
        ahead = [row for row in matching if (row - start) * step > 0]
        around = sorted(ahead or matching, reverse=step < 0)
        assert find(catalogue, shown, text, start, step) == around[0]


def test_lines_that_are_not_shown_are_passed_over(catalogue: Catalogue) -> None:
    shown = Shown(catalogue)
    shown.choose("", 1)
    assert find(catalogue, shown, "closed", 0, 1) == 3
    assert find(catalogue, shown, "closed", 3, 1) == 3
    assert find(catalogue, shown, "DetectOS", 0, 1) is None


def test_nothing_is_found_where_nothing_is(tmp_path: Path, catalogue: Catalogue) -> None:
    empty = tmp_path / "empty.pcapng"
    empty.touch()
    assert find(catalogue, Shown(catalogue), "no such text", 5, 1) is None
    with indexed(Source(empty), tmp_path) as (nothing, _):
        assert list(find_text(nothing, Shown(nothing), "x", 0, 1)) == []
