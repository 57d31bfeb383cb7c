"""The README's pictures: there, whole, alone with the reader, and of today's words."""

import re
import shutil
import struct
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from pictures import FOLDER, PAGES, PICTURES, ROOT, StandIns, excerpt, photograph_file, rows_of, take
from rich.style import Style
from rich.text import Text
from terminal import Screen

NAMED = re.findall(r"!\[[^]]+\]\((docs/pictures/[\w-]+\.(?:svg|png))\)", (ROOT / "README.md").read_text("utf-8"))
SVG = "{http://www.w3.org/2000/svg}"
LARGEST = 200_000
"""Bytes of a picture: a README is read over slow networks too."""


def words_of(svg: str) -> list[str]:
    """Return the words in a picture, in their order."""
    texts = ET.fromstring(svg).iter(f"{SVG}text")  # noqa: S314 - our own file
    return " ".join(each.text or "" for each in texts).replace("\u00a0", " ").split()


def test_the_readme_shows_each_picture_with_words_for_who_cannot_see_it() -> None:
    assert {Path(name).stem for name in NAMED} == {each.name for each in PICTURES} | {each.name for each in PAGES}
    assert {path.name for path in FOLDER.iterdir()} == {Path(name).name for name in NAMED}


@pytest.mark.parametrize("name", [each for each in NAMED if each.endswith(".svg")])
def test_a_picture_is_well_formed_and_alone(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert len(text) < LARGEST
    tree = ET.fromstring(text)  # noqa: S314 - our own file
    assert tree.tag == f"{SVG}svg"
    for element in tree.iter():
        assert element.tag not in {f"{SVG}script", f"{SVG}image", f"{SVG}foreignObject"}
        assert not [key for key in element.attrib if key.endswith("href") or key.startswith("on")]
        assert all(value.startswith("#") for value in re.findall(r"url\(([^)]*)", ET.tostring(element, "unicode")))
    assert "@import" not in text
    assert "@font-face" not in text


@pytest.mark.parametrize("name", [each for each in NAMED if each.endswith(".svg")])
def test_a_picture_holds_no_secret_and_no_place_of_a_machine(name: str) -> None:
    words = words_of((ROOT / name).read_text("utf-8"))
    assert len(words) > 50
    assert not [word for word in words if re.search(r"[0-9a-f]{20}", word)]
    assert not [
        word for word in words if re.search(r"/(tmp|work|root|opt|Users|var/folders)\b|/home/(?!jenkins/)", word)
    ]
    addresses = {found for word in words for found in re.findall(r"\b\d+\.\d+\.\d+\.\d+\b", word)}
    assert addresses <= {"127.0.0.1"}


@pytest.mark.parametrize("name", ["show", "diagnose"])
def test_a_picture_says_what_the_command_says_today(name: str) -> None:
    [picture] = [each for each in PICTURES if each.name == name]
    today = take(picture)
    assert words_of((FOLDER / f"{name}.svg").read_text("utf-8")) == words_of(today), "make pictures"


def test_colours_and_styles_are_the_screens() -> None:
    screen = Screen(20, 4, lambda _: None)
    screen.select_graphic_rendition(2)
    screen.draw("dim")
    screen.select_graphic_rendition(0)
    screen.select_graphic_rendition(1, 38, 5, 208)
    screen.draw("bold")
    screen.select_graphic_rendition(22, 7, 93, 48, 2, 1, 2, 3)
    screen.draw("back")
    [row] = rows_of(screen)
    assert row.plain == "dimboldback"
    assert [span.style for span in row.spans] == [
        Style(dim=True, bold=False, italic=False, underline=False, reverse=False),
        Style(dim=False, bold=True, italic=False, underline=False, reverse=False, color="#ff8700"),
        Style(
            dim=False,
            bold=False,
            italic=False,
            underline=False,
            reverse=True,
            color="bright_yellow",
            bgcolor="#010203",
        ),
    ]


def test_what_differs_from_run_to_run_is_replaced_by_something_as_long() -> None:
    first, second = StandIns(), StandIns()
    lines = ["20:31:13.154 #1 127.0.0.1:60430 secret:9e8a1c965ed0", "20:31:13.155 #1 127.0.0.1:60430 ab:cd:ef:01:02"]
    others = ["09:00:59.999 #1 127.0.0.1:41234 secret:000011112222", "09:01:00.001 #1 127.0.0.1:41234 00:11:22:33:44"]
    told = [first.apply(line) for line in lines]
    assert told == [second.apply(line) for line in others]
    assert list(map(len, told)) == list(map(len, lines))
    assert told[0].startswith("10:15:24.000 #1 127.0.0.1:50000 secret:")
    assert first.apply("41,800 bytes after 1234567 ms") == "41,800 bytes after 1234567 ms"


@pytest.mark.skipif(shutil.which("chromium") is None, reason="needs chromium")
def test_a_page_is_photographed(tmp_path: Path) -> None:
    (tmp_path / "page.html").write_text("<body style='background: #abcdef'>words", "utf-8")
    picture = photograph_file(tmp_path / "page.html", 320, 200)
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == (320, 200)


def test_the_middle_of_what_is_long_is_left_out() -> None:
    rows = [Text("$"), *(Text(str(number)) for number in range(100))]
    [demo] = [each for each in PICTURES if each.name == "demo"]
    shown = [row.plain for row in excerpt(demo, rows)]
    assert shown[:3] == ["$", "0", "1"]
    assert "⋮" in shown
    assert shown[-1] == "99"
    assert excerpt(demo, rows[:20]) == rows[:20]
