"""Pictures for the README: what commands show on a terminal, taken while they run.

`make pictures` takes them anew; look at them before you commit them. What differs from run to run (times, ports, keys)
is replaced by something as long.
"""

import base64
import hashlib
import io
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path
from types import MappingProxyType

from commands import COMMAND, DEADLINE, environment, run, started
from pyte.screens import Char
from rich.console import Console
from rich.style import Style
from rich.terminal_theme import SVG_EXPORT_THEME
from rich.text import Text
from terminal import Key, Screen, Terminal

ROOT = Path(__file__).parents[1]
FOLDER = ROOT / "docs" / "pictures"
CAPTURES = ROOT / "captures"

AGENT, SECRET = "linux-7", "5" * 64

SVG = """\
<svg class="rich-terminal" viewBox="0 0 {width} {height}" xmlns="http://www.w3.org/2000/svg">
    <style>
    .{unique_id}-matrix {{
        font-family: "DejaVu Sans Mono", Menlo, Consolas, "Liberation Mono", monospace;
        font-size: {char_height}px;
        line-height: {line_height}px;
    }}
    .{unique_id}-title {{
        font-size: 18px;
        font-weight: bold;
        font-family: Arial, sans-serif;
    }}
    {styles}
    </style>
    <defs>
    <clipPath id="{unique_id}-clip-terminal">
      <rect x="0" y="0" width="{terminal_width}" height="{terminal_height}" />
    </clipPath>
    {lines}
    </defs>
    {chrome}
    <g transform="translate({terminal_x}, {terminal_y})" clip-path="url(#{unique_id}-clip-terminal)">
    {backgrounds}
    <g class="{unique_id}-matrix">
    {matrix}
    </g>
    </g>
</svg>
"""
"""As rich's own, but with the reader's fonts: a picture asks nothing of the network."""

COLOURS: Mapping[str, str] = MappingProxyType(
    {"brown": "yellow", "brightbrown": "brightyellow", "bfightmagenta": "brightmagenta"}
)
"""Where pyte has other names than the rest of the world."""

VARIABLES = MappingProxyType(
    {
        "COLORTERM": "truecolor",
        "JNLPSPY_PROXY_HTTP": "127.0.0.1:0",
        "JNLPSPY_PROXY_LISTEN": "127.0.0.1:0",
    }
)
"""Options that a picture is not about, and any free port."""

REST = 0.5
"""Seconds without drawing after which a picture is taken: what is half drawn looks broken."""

Stage = Callable[[Path], AbstractContextManager[Mapping[str, str]]]
"""Sets up what a command needs in its folder; yields words that stand in the command."""

Play = Callable[[Terminal, Path], None]
"""Types and waits until the screen is as it is to be shown."""


@dataclass(frozen=True)
class Picture:
    """A terminal with a command and what it shows."""

    name: str
    command: str
    """As a person types it; names in braces are the stage's."""
    stage: Stage
    play: Play
    columns: int = 100
    rows: int = 400
    """Of a full-screen program the rows shown; else more than the command prints."""
    head: int | None = None
    """Lines from the top; None shows all there are."""
    tail: int = 0
    """Lines from the end, behind a mark for those left out."""


@dataclass(frozen=True)
class Page:
    """A web page that a command writes."""

    name: str
    command: str
    """As a person types it."""
    stage: Stage
    file: str
    """What the command writes."""
    columns: int = 1200
    rows: int = 900
    """Pixels of the window."""


def play_to_end(terminal: Terminal, _: Path) -> None:
    """Wait until the command ends."""
    terminal.wait_for_exit()


def no_stage(_: Path) -> AbstractContextManager[Mapping[str, str]]:
    """Set nothing up."""
    return nullcontext({})


def specimen(name: str, called: str) -> Stage:
    """Put a specimen into the folder under a name that a person would give it."""

    @contextmanager
    def put(folder: Path) -> Iterator[Mapping[str, str]]:
        shutil.copy(CAPTURES / f"{name}.pcapng", folder / called)
        yield {}

    return put


@contextmanager
def controller(folder: Path) -> Iterator[Mapping[str, str]]:
    """Run a simulated controller; the secret that is written down is not the one it expects."""
    (folder / "secret").write_text("6" * 64, "utf-8")
    anywhere = ("--http", "127.0.0.1:0", "--listen", "127.0.0.1:0")
    with started("simulate", "controller", "--agent", f"{AGENT}={SECRET}", *anywhere, home=folder) as process:
        assert process.stderr is not None
        told = process.stderr.readline()
        url = re.search(r"http://\S+", told)
        assert url, told
        yield {"url": url[0]}
        process.terminate()


def let_agents_come(terminal: Terminal, folder: Path) -> None:
    """Let an agent come whose secret is wrong."""
    told = terminal.wait_for("Ctrl-C ends the proxy")
    url = re.search(r"-url (\S+)", told)
    assert url, told
    run("simulate", "agent", "--url", url[1], "--name", AGENT, "--secret", "@secret", home=folder)
    terminal.wait_until(lambda shown: re.search(r"finding.*secret-rejected.*closed", shown, re.DOTALL))


def let_agents_come_live(terminal: Terminal, folder: Path) -> None:
    """Let an agent come and go, then one whose secret is wrong."""
    terminal.wait_until(lambda _: terminal.full_screen and b"-url http" in terminal.output)
    url = re.search(rb"-url (http://[\d.:]+/)", bytes(terminal.output))
    assert url
    for secret in (SECRET, "@secret"):
        run("simulate", "agent", "--url", url[1].decode(), "--name", AGENT, "--secret", secret, home=folder)
    terminal.wait_for("refused")


def look_at_a_command(terminal: Terminal, _: Path) -> None:
    """Go down to the first command."""
    terminal.wait_for("agent-1", "offers", "Quit")
    terminal.type(Key.DOWN * 14)
    terminal.wait_for("object stream")


PICTURES = (
    Picture("demo", "jnlpspy demo", no_stage, play_to_end, head=27, tail=17),
    Picture("proxy", "jnlpspy proxy {url} --view log", controller, let_agents_come),
    Picture(
        "show",
        "jnlpspy show session.pcapng --calls --timeline",
        specimen("3.33-JNLP4-connect-basic", "session.pcapng"),
        play_to_end,
    ),
    Picture(
        "diagnose",
        "jnlpspy diagnose failed.pcapng",
        specimen("3.33-JNLP4-connect-kill-controller-midcall", "failed.pcapng"),
        play_to_end,
    ),
    Picture("doctor", f"jnlpspy doctor {{url}} --name {AGENT} --secret @secret", controller, play_to_end),
    Picture("live", "jnlpspy proxy {url}", controller, let_agents_come_live, columns=120, rows=36),
    Picture(
        "browse",
        "jnlpspy browse session.pcapng",
        specimen("3.33-JNLP4-connect-basic", "session.pcapng"),
        look_at_a_command,
        columns=120,
        rows=36,
    ),
)
"""What `make pictures` takes; a full-screen program is one more entry, whose play types keys and waits."""


PAGES: tuple[Page, ...] = (
    Page(
        "report",
        "jnlpspy export failed.pcapng --format html -o report.html",
        specimen("3.33-JNLP4-connect-kill-controller-midcall", "failed.pcapng"),
        "report.html",
    ),
)
"""Pages that `make pictures` takes too."""


def photograph(page: Page) -> bytes:
    """Run a page's command and return a picture of what it wrote, as PNG."""
    with tempfile.TemporaryDirectory() as name, page.stage(Path(name)):
        folder = Path(name)
        written = run(*shlex.split(page.command)[1:], home=folder)
        assert written.returncode == 0, written.stderr
        return photograph_file(folder / page.file, page.columns, page.rows)


def photograph_file(path: Path, columns: int, rows: int) -> bytes:
    """Return a picture of a page in a browser that has no network, as PNG."""
    browser = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    assert browser, "needs chromium"
    picture = path.with_suffix(".png")
    subprocess.run(  # noqa: S603 - a browser on our own page
        [
            *(browser, "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"),
            *("--proxy-server=127.0.0.1:1", f"--user-data-dir={path.parent / 'browser'}"),
            *(f"--window-size={columns},{rows}", f"--screenshot={picture}", path.absolute().as_uri()),
        ],
        check=True,
        capture_output=True,
        timeout=DEADLINE,
        env=environment(path.parent, {}),
    )
    return picture.read_bytes()


def take(picture: Picture) -> str:
    """Run a picture's command and return what its terminal showed, as SVG."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with picture.stage(folder) as words:
            command = picture.command.format(**words)
            arguments = shlex.split(command)[1:]
            columns, rows = picture.columns, picture.rows
            with Terminal([*COMMAND, *arguments], folder, columns=columns, rows=rows, more=VARIABLES) as terminal:
                picture.play(terminal, folder)
                terminal.wait_for_rest(REST)
                prompt = [] if terminal.full_screen else [Text.assemble(("$ ", "bold green"), (command, "bold"))]
                lines = [*prompt, *rows_of(terminal.screen)]
    return draw(picture, excerpt(picture, anonymous(lines)))


def rows_of(screen: Screen) -> list[Text]:
    """Return what a screen shows, with its colours, without empty lines at the end."""
    rows = []
    for number in range(screen.lines):
        row = Text()
        line = screen.buffer[number]
        cells = [line[column] for column in range(screen.columns)]
        while cells and is_empty(cells[-1]):
            cells.pop()
        for style, run_of in groupby(cells, style_of):
            row.append("".join(cell.data for cell in run_of), style)
        rows.append(row)
    while rows and not rows[-1].plain:
        rows.pop()
    return rows


def is_empty(cell: Char) -> bool:
    """Return True for a cell that shows nothing, no colour either."""
    return cell.data == " " and cell.bg == "default" and not (cell.reverse or cell.underscore)


def style_of(cell: Char) -> Style:
    """Return a cell's style."""
    return Style(
        color=colour_of(cell.fg),
        bgcolor=colour_of(cell.bg),
        bold=cell.bold,
        dim=cell.blink,  # as the screen keeps it
        italic=cell.italics,
        underline=cell.underscore,
        reverse=cell.reverse,
    )


def colour_of(name: str) -> str | None:
    """Return rich's name of a colour of pyte's."""
    if name == "default":
        return None
    if re.fullmatch(r"[0-9a-f]{6}", name):
        return f"#{name}"
    name = COLOURS.get(name, name)
    return f"bright_{name.removeprefix('bright')}" if name.startswith("bright") else name


def excerpt(picture: Picture, rows: list[Text]) -> list[Text]:
    """Return the rows to show: the prompt, and of the rest its head and its tail."""
    prompt, *shown = rows
    if picture.head is None or len(shown) <= picture.head + picture.tail + 1:
        return rows
    return [prompt, *shown[: picture.head], Text("⋮", "dim"), *shown[len(shown) - picture.tail :]]


def anonymous(rows: list[Text]) -> list[Text]:
    """Return rows with something as long in the place of what differs from run to run."""
    stand_ins = StandIns()
    for row in rows:
        row.plain = stand_ins.apply(row.plain)
    return rows


class StandIns:
    """Replaces what differs from run to run: the same always by the same, the n-th of a picture always alike."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}
        self._kinds = (
            (re.compile(r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), self._day),
            (re.compile(r"\b\d\d:\d\d:\d\d\.\d{3}\b"), self._time),
            (re.compile(r"\b[0-9a-f]{2}(?::[0-9a-f]{2}){3,}"), self._digits),
            (re.compile(r"(?<=secret:)[0-9a-f]{3,}"), self._digits),
            (re.compile(r"\b[1-6]\d{4}\b"), self._port),
            (re.compile(r'(?<=instance_identity":")[\w+/=]+|^[\w+/=]{60,}$|^[\w+/=]+(?=","pid":)'), self._key),
            (re.compile(r'(?<="pid":)\d+'), self._process),
        )

    def apply(self, text: str) -> str:
        """Return a text of the same length."""
        for pattern, stand_in in self._kinds:
            text = pattern.sub(stand_in, text)
        return text

    def _number(self, kind: str, key: str) -> int:
        """Return a number that is the key's own among its kind."""
        return self._known.setdefault(f"{kind} {key}", sum(each.startswith(kind) for each in self._known))

    def _day(self, _: re.Match[str]) -> str:
        return "2026-01-15 10:15:24"

    def _time(self, found: re.Match[str]) -> str:
        number = self._number("time", found[0])
        return f"10:15:{24 + number // 500:02}.{number * 2 % 1000:03}"

    def _port(self, found: re.Match[str]) -> str:
        return str(50000 + self._number("port", found[0]))

    def _key(self, found: re.Match[str]) -> str:
        number = self._number("key", found[0])
        digits = base64.b64encode(hashlib.shake_256(str(number).encode()).digest(len(found[0])))
        return digits.decode()[: len(found[0])]

    def _process(self, found: re.Match[str]) -> str:
        return "12345678"[: len(found[0])]

    def _digits(self, found: re.Match[str]) -> str:
        digits = hashlib.sha256(str(self._number("digits", found[0][:3])).encode()).hexdigest()
        return "".join(each if each == ":" else digits[place] for place, each in enumerate(found[0]))


def draw(picture: Picture, rows: list[Text]) -> str:
    """Return rows as SVG."""
    console = Console(
        record=True, width=picture.columns, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    for row in rows:
        console.print(row, no_wrap=True, overflow="ellipsis", highlight=False)
    svg = console.export_svg(
        title=" ".join(picture.command.split()[:2]), code_format=SVG, unique_id=picture.name, theme=SVG_EXPORT_THEME
    )
    return "".join(f"{line.rstrip()}\n" for line in svg.splitlines() if line.strip())


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    asked = sys.argv[1:]
    for picture in PICTURES:
        if not asked or picture.name in asked:
            (FOLDER / f"{picture.name}.svg").write_text(take(picture), "utf-8")
    for page in PAGES:
        if not asked or page.name in asked:
            (FOLDER / f"{page.name}.png").write_bytes(photograph(page))
    print(f"{FOLDER}: look at them")  # noqa: T201 - as tests/tables.py
