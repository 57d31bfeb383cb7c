"""A line an event, aligned and readable at 80 columns."""

import io

import pytest
from diagnosing import a_finding
from facts import EVENTS, SECRET, Screen
from rich.console import Console
from rich.text import Text

from jnlpspy.model.events import CallStarted, Event
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.session import CallKind
from jnlpspy.model.tap import Side
from jnlpspy.view.rows import KINDS, LogSink, format_row, print_line, without_controls
from jnlpspy.view.sessions import print_wrapped
from jnlpspy.view.theme import THEME

EXPECTED = """\
22:13:20.251 #3           opened     10.0.0.5:51020 to [::1]:50000
22:13:20.252 #3  agent ─▶ asks       GET /tcpSlaveAgentListener/
22:13:20.253 #3  ◀─ contr answers    200 for /tcpSlaveAgentListener/: port 5000…
22:13:20.254 #3  ◀─ contr answers    302 for /tcpSlaveAgentListener/: moved to …
22:13:20.255 #3  agent ─▶ offers     JNLP4-connect
22:13:20.256 #3           tls        controller leg: TLSv1.3 TLS_AES_256_GCM_SH…
22:13:20.257 #3  agent ─▶ headers    Node-Name: a1, Secret-Key: secret:da560f70…
22:13:20.258 #3  ◀─ contr headers    JnlpAgentProtocol.cookie: secret:5428a1375…
22:13:20.259 #3  ◀─ contr accepted   a1 by JNLP4-connect
22:13:20.260 #3  ◀─ contr refused    Authorization failure
22:13:20.261 #3  ◀─ contr refused    closed without giving a reason
22:13:20.262 #3  ◀─ contr secret     the secret given fits the controller's pro…
22:13:20.263 #3  agent ─▶ secret     the secret given does not fit the agent's …
22:13:20.264 #3  agent ─▶ capability 0x1fe multi-classloader, pipe throttling, …
22:13:20.265 #3           channel    a1 by JNLP4-connect
22:13:20.266 #3  ◀─ contr command    UserRequest #7, 2,029 bytes
22:13:20.267 #3  agent ─▶ command    RPCRequest #1, 566 bytes
22:13:20.268 #3  agent ─▶ command    Response #7 returned "3.33", 1,660 bytes
22:13:20.269 #3  ◀─ contr command    Channel$CloseCommand, 132 bytes
22:13:20.270 #3  agent ─▶ command    String, 9 bytes
22:13:20.271 #3  ◀─ contr call       c7 SlaveComputer$SlaveVersion(text="hello")
22:13:20.272 #3  agent ─▶ answer     c7 returned after 268 ms (SlaveVersion)
22:13:20.273 #3  agent ─▶ answer     c8 threw IOException: disk full after 1 mi…
22:13:20.274 #3  ◀─ contr answer     a1 cancelled, answered after 4.2 ms (Chann…
22:13:20.275 #3           answer     a2 never answered in 1 h 1 min (Work)
22:13:20.276 #3           waiting    c9 Build (1 min 2 s) waits for a3 B.ask (1…
22:13:20.277 #3  ◀─ contr pipe       c5 for c7: the agent writes
22:13:20.278 #3  ◀─ contr stalled    c5: writer waits for 31.5 s, 1,048,576 byt…
22:13:20.279 #3  agent ─▶ piped      c5: 204,800 bytes in 25 chunks after 84 ms
22:13:20.280 #3  agent ─▶ piped      a5.2: 1 character in 1 chunk after 200 ms,…
22:13:20.281 #3  ◀─ contr loaded     class Work: 1,452 bytes, Java 8, prefetche…
22:13:20.282 #3  ◀─ contr loaded     class Lib: in jar 7909DAF625880D82… after …
22:13:20.283 #3  ◀─ contr loaded     resource hudson/none.txt: not found after …
22:13:20.284 #3           exports    agent still exports 1 object: a2 JarLoader…
22:13:20.285 #3           ended      closed by the controller, because of java.…
22:13:20.286 #3           ended      without a CloseCommand, agent sent 1 ping,…
22:13:20.287 #3  agent ─▶ garbled    expected TC_OBJECT, got ff in UserRequest.…
22:13:20.288 #3           opaque     123,456 bytes: TLS that was not opened
22:13:20.289 #3  agent ─▶ missing    1,448 bytes
22:13:20.290 #3  agent ─▶ missing    an unknown number of bytes
22:13:20.291 #3           proxy      cannot reach 10.0.0.2:50000: Connection re…
22:13:20.292 #3           closed     by the controller, in order after 4.1 s, a…
22:13:20.293 #3           closed     by jnlpspy after 1 min 30 s, nothing was s…
22:13:20.294 #3           closed     by the agent's reset after 50 ms, agent se…
22:13:20.295 #3           inputs     command line: agent.jar with named argumen…
22:13:20.296 #3           resolved   jenkins.example: 192.0.2.1, 2001:db8::1
22:13:20.297 #3           resolved   jenkins.exmaple: Name or service not known
22:13:20.298 #3           unreached  jenkins.example:50000: Connection refused
22:13:20.299 #3           finding    secret-rejected: The controller refused th…
22:13:20.300 #3           secret     the agent's secret stands in quotes and ha…
22:13:20.301 #3  ◀─ contr frame      ping
22:13:20.302 #3  ◀─ contr frame      close 1001: Idle Timeout
"""


pytestmark = pytest.mark.usefixtures("in_utc")


def printed(*, width: int, terminal: bool) -> str:
    out = Screen() if terminal else io.StringIO()
    console = Console(file=out, theme=THEME, width=width, force_terminal=True, color_system=None, highlight=False)
    sink = LogSink(console)
    for event in EVENTS:
        sink.observe(event)
    sink.finish()
    return out.getvalue()


def test_lines_at_80_columns_are_these() -> None:
    assert printed(width=80, terminal=True) == EXPECTED


def test_java_names_lose_their_beginnings_only_where_room_is_short() -> None:
    fact = CallStarted("c0", CallKind.USER, "hudson.slaves.SlaveComputer$SlaveVersion", "", "asks for the version")
    event = Event(1, 3, 0.0, fact, Side.CONTROLLER)
    assert format_row(event).plain.endswith("c0 hudson.slaves.SlaveComputer$SlaveVersion(): asks for the version")
    assert format_row(event, 120).plain == format_row(event).plain
    assert format_row(event, 100).plain.endswith(" c0 SlaveComputer$SlaveVersion(): asks for the version")
    assert format_row(event, 80).plain.endswith(" c0 SlaveVersion(): asks for the version")


def test_in_brief_a_command_is_left_out_where_its_call_is_told() -> None:
    out = Screen()
    console = Console(file=out, theme=THEME, width=160, force_terminal=True, color_system=None, highlight=False)
    for event in EVENTS:
        LogSink(console, brief=True).observe(event)
    assert out.getvalue().count(" command    ") == 2, "a close, and what is no command of remoting"
    assert len(out.getvalue().splitlines()) == len(EVENTS) - 3


def test_a_line_is_never_wider_than_the_terminal() -> None:
    for width in (60, 80, 160):
        lines = printed(width=width, terminal=True).splitlines()
        assert len(lines) == len(EVENTS)
        assert max(map(len, lines)) <= width


def test_in_a_pipe_a_line_is_whole() -> None:
    lines = printed(width=80, terminal=False).splitlines()
    assert len(lines) == len(EVENTS)
    assert [line.rstrip() for line in lines] == [format_row(event).plain.rstrip() for event in EVENTS]


@pytest.mark.parametrize(
    ("finding", "style"),
    [
        (a_finding("x"), "kind.bad"),
        (a_finding("x", Severity.WARNING), "waiting"),
        (a_finding("x", Severity.INFO), "kind.quiet"),
        (a_finding("x", under="y"), "kind.quiet"),
    ],
)
def test_a_finding_looks_as_bad_as_it_is(finding: Finding, style: str) -> None:
    row = format_row(Event(1, 1, 0.0, finding))
    assert [str(span.style) for span in row.spans if row.plain[span.start :].startswith("finding")] == [style]
    assert row.plain.endswith("x: x it is (follows from y)" if finding.consequence_of else "x: x it is")


def test_no_line_shows_a_secret() -> None:
    assert SECRET not in printed(width=300, terminal=True)


def test_every_kind_of_fact_has_its_word_and_fits_its_column() -> None:
    assert {type(event.fact) for event in EVENTS} == set(KINDS)
    assert all(len(kind.word) <= 10 for kind in KINDS.values())
    assert all(style in THEME.styles for kind in KINDS.values() for style in (kind.style, kind.summary))


@pytest.mark.parametrize("out", [Screen(), io.StringIO()], ids=["terminal", "pipe"])
def test_nothing_in_a_line_commands_the_terminal(out: io.StringIO) -> None:
    line = Text.assemble(("a\x1b]0;b\x07", "heading"), "\x9b31m c\td\u202e", ("\ud800!", "field"))
    console = Console(file=out, theme=THEME, width=60, force_terminal=True, color_system=None)
    print_line(console, line)
    print_wrapped(console, 1, line)
    shown = "a\ufffd]0;b\ufffd31m c\ufffdd\ufffd\ufffd!"
    assert out.getvalue() == f"{shown}\n {shown}\n"


def test_styles_stay_where_they_were_behind_what_is_not_shown() -> None:
    line = without_controls(Text.assemble("\x1b\x1b", ("ab", "field"), "\n"))
    assert line.plain == "\ufffd\ufffdab\n"
    assert [(span.start, span.end) for span in line.spans] == [(2, 4)]
